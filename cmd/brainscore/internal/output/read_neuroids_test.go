package output

import (
	"encoding/json"
	"reflect"
	"testing"
)

// However a list of neuroids is written, it reads as encoding/json reads it.
func TestNeuroidsReadAsUsual(t *testing.T) {
	for in, plain := range map[string]bool{
		`[]`: true,
		`[{"neuroid_id":"n1","raw":0.25,"ceiling":-1e-3}]`:                        true,
		"[ {\n\t\"ceiling\" : null , \"neuroid_id\" : \"é 脳\" },{\"raw\": 1 }\n]": true,
		`[{"neuroid_id":"a\u0041\"","raw":1}]`:                                    false,
		`[{"NEUROID_ID":"n1","raw":1}]`:                                           false,
		`[{"neuroid_id":"n1","later":{"raw":[1]},"raw":1}]`:                       false,
		`[{},{"raw":2}]`:                    false,
		`[null]`:                            false,
		`null`:                              false,
		"[{\"neuroid_id\":\"\xff\"}]":       false,
		`[{"neuroid_id":"n1","raw":"0.5"}]`: false,
		`[{"neuroid_id":1}]`:                false,
		`[{"raw":1e999}]`:                   false,
		`{"raw":1}`:                         false,
		`[{"neuroid_id":"n1","raw":0.1,"ceiling":0.2},{"neuroid_id":"n1","raw":0.1,"ceiling":0.2},{"raw":3}]`: true,
	} {
		if _, ok := plainNeuroids([]byte(in)); ok != plain {
			t.Errorf("%s: read as plain: %v, want %v", in, ok, plain)
		}
		var got Neuroids
		var want []Neuroid
		err, wantErr := json.Unmarshal([]byte(in), &got), json.Unmarshal([]byte(in), &want)
		if (err == nil) != (wantErr == nil) {
			t.Errorf("%s: error %v, want %v", in, err, wantErr)
		}
		if err != nil {
			continue
		}
		gotText, _ := json.Marshal(got)
		wantText, _ := json.Marshal(want)
		if !reflect.DeepEqual(gotText, wantText) {
			t.Errorf("%s: read as %s, want %s", in, gotText, wantText)
		}
	}
}
