package output

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/results"
)

func TestWriteJSON(t *testing.T) {
	long := make([]float64, 60)
	v := map[string]any{
		"empty": []any{}, "none": map[string]any{}, "null": nil,
		"html": "<a & b>", "quotes": `a "quoted\" {text], here:`,
		"numbers": long, "strings": []string{strings.Repeat("x", 60), strings.Repeat("y", 60)},
		"small": map[string]any{"a": 1.5, "b": []int{1, 2}},
		"big":   []any{map[string]any{"deep": map[string]any{"text": strings.Repeat("脳", 120)}}, 1, true},
	}
	var b bytes.Buffer
	if err := results.WriteJSON(&b, v); err != nil {
		t.Fatal(err)
	}
	golden(t, "layout.json", b.Bytes())
	var back, want any
	if err := json.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	compact, _ := json.Marshal(v)
	json.Unmarshal(compact, &want)
	if !reflect.DeepEqual(back, want) {
		t.Error("laying JSON out changed it")
	}
}

func FuzzWriteJSON(f *testing.F) {
	f.Add(`{"a":[1,{"b":"\\\"]"}],"c":-1e9}`)
	f.Add(`"x"`)
	f.Fuzz(func(t *testing.T, s string) {
		var v any
		if json.Unmarshal([]byte(s), &v) != nil {
			t.Skip()
		}
		var b bytes.Buffer
		if err := results.WriteJSON(&b, v); err != nil {
			t.Fatal(err)
		}
		var back any
		if err := json.Unmarshal(b.Bytes(), &back); err != nil || !reflect.DeepEqual(back, v) {
			t.Errorf("%q became %q: %v", s, b.String(), err)
		}
	})
}
