package benchmarks

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/internal/hostile"
)

// Of all that a report can hold, no figure of a single neuroid, subject or split is given
// back, and no text of the host. A field that is added is filled and must be decided on.
func TestRedactedHoldsAveragesAlone(t *testing.T) {
	var r Report
	hostile.Fill(&r, "secret")
	kept := r.Models[0].Scores[0]
	out := r.Redacted(func(error) bool { return false })
	if !reflect.DeepEqual(r.Models[0].Scores[0], kept) {
		t.Error("the report itself changed")
	}
	allowed := map[string]bool{"Benchmark": true, "Region": true, "Parent": true, "Layer": true, "Metric": true, "Kernel": true}
	got := out.Models[0].Scores[0]
	v := reflect.ValueOf(got)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if f := v.Field(i); f.Kind() == reflect.String && !allowed[name] {
			t.Errorf("%s is given back", name)
		} else if f.Kind() == reflect.Slice && f.Len() > 0 && name != "TimeBins" && name != "CeilingBounds" {
			t.Errorf("%s is given back", name)
		}
	}
	v = reflect.ValueOf(got.Score)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		switch f := v.Field(i); {
		case f.Kind() == reflect.Slice && f.Len() > 0 && name != "Angles" && name != "Warnings":
			t.Errorf("Score.%s is given back", name)
		case f.Kind() == reflect.Pointer && !f.IsNil():
			t.Errorf("Score.%s is given back", name)
		case f.Kind() == reflect.Struct && name != "Property":
			if splits := f.FieldByName("Splits"); splits.Len() > 0 {
				t.Errorf("Score.%s.Splits is given back", name)
			}
		}
	}
	if got.Property.Values != nil || len(got.TimeBins[0].Raw.Splits) > 0 || strings.Contains(strings.Join(got.Warnings, ""), "secret") {
		t.Errorf("%+v", got)
	}
	m := out.Models[0]
	if text := m.Failures[0].Err.Error(); strings.Contains(text, "secret") || len(m.Notes) > 0 {
		t.Errorf("%s, %q", text, m.Notes)
	}
	public := r.Redacted(func(err error) bool { return strings.Contains(err.Error(), "secret") })
	if text := public.Models[0].Failures[0].Err.Error(); text != "secret" {
		t.Errorf("an error about the submitter's files is %q", text)
	}
	cause := &HomeError{Err: errors.New("x")}
	if e := error(&withheldError{cause}); !errors.As(e, new(*HomeError)) {
		t.Error("a withheld error has lost its class")
	}
}
