package results

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
)

// However neuroids are written, they read as encoding/json reads them.
func TestNeuroidsReadAsUsual(t *testing.T) {
	type plain Score
	for in, cut := range map[string]bool{
		`[]`: true,
		`[{"neuroid_id":"n1","raw":0.25,"ceiling":-1e-3}]`:                        true,
		"[ {\n\t\"ceiling\" : null , \"neuroid_id\" : \"é 脳\" },{\"raw\": 1 }\n]": true,
		`[{"neuroid_id":"n1","raw":0.1,"ceiling":0.2},{"raw":3}]`:                 true,
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
	} {
		for _, form := range []string{
			`{"layer":"l","neuroids":%s}`, `{ "neuroids" : %s , "counts": {"neuroids": 2}, "warnings": ["\"neuroids\":[1"]}`,
			`{"warnings":["neuroids"],"later":{"neuroids":[{"raw":9}]},"neuroids":%s,"layer":"l"}`,
		} {
			text := []byte(fmt.Sprintf(form, in))
			if _, neuroids := cutNeuroids(text); (neuroids != nil) != cut {
				t.Errorf("%s: cut out: %v, want %v", text, neuroids != nil, cut)
			}
			var got Score
			want := plain{Raw: Estimate{Value: missing, Error: missing}, Ceiling: Estimate{Value: missing, Error: missing}, Score: Figure{Value: missing, Error: missing}}
			err, wantErr := json.Unmarshal(text, &got), json.Unmarshal(text, &want)
			if (err == nil) != (wantErr == nil) {
				t.Errorf("%s: error %v, want %v", text, err, wantErr)
			}
			if err != nil {
				continue
			}
			gotText, _ := json.Marshal(got)
			wantText, _ := json.Marshal(want)
			if string(gotText) != string(wantText) {
				t.Errorf("%s: read as %s, want %s", text, gotText, wantText)
			}
		}
	}
}

// Time bins come back from a document, with what it does not hold as NaN.
func TestResultsHaveTimeBins(t *testing.T) {
	doc, err := ReadJSON(strings.NewReader(`{"schema": 1, "models": [{"model": "m", "scores": [{"benchmark": "b",
		"time_bins": [{"start": 70, "end": 90, "raw": 0.5, "ceiling": null, "score": 0.25}]}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	bins := doc.Results()[0].Scores[0].TimeBins
	if len(bins) != 1 {
		t.Fatalf("%d bins", len(bins))
	}
	if b := bins[0]; b.Start != 70 || b.End != 90 || b.Raw.Value != 0.5 || b.Ceiled.Value != 0.25 || !math.IsNaN(b.Ceiling.Value) || !math.IsNaN(b.Raw.Error) {
		t.Errorf("the bin is %+v", b)
	}
}

// Reading the neuroids of a score takes most of the time of reading a document; this is
// what the reader of neuroids saves of it.
func BenchmarkReadNeuroids(b *testing.B) {
	var score Score
	for i := range 168 {
		score.Neuroids = append(score.Neuroids, Neuroid{NeuroidID: strconv.Itoa(i), Raw: Number(1 / float64(i+2)), Ceiling: 0.9})
	}
	text, err := json.Marshal(score)
	if err != nil {
		b.Fatal(err)
	}
	type plain Score // without UnmarshalJSON
	b.Run("Score", func(b *testing.B) {
		for b.Loop() {
			if err := json.Unmarshal(text, &Score{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding/json", func(b *testing.B) {
		for b.Loop() {
			if err := json.Unmarshal(text, &plain{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
