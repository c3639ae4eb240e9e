package ranking

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

func TestMetadataOfResults(t *testing.T) {
	b := loadTable(t, []string{"model,top1,family", "a,0.70,x", "b,0.5,", "c,0.4,"})
	for _, m := range []struct {
		name  string
		facts map[string]any
	}{
		{"a", map[string]any{"top1": 0.70, "family": "x", "depth": 50}},
		{"b", map[string]any{"top1": 0.6, "pretrained": true, "V4": 1, "empty": ""}},
		{"c", map[string]any{"top1": "0.8"}},
	} {
		result := benchmarks.Result{Benchmark: "b", Layer: "l", Parent: "V4"}
		if err := b.AddResults("r.json", []benchmarks.ModelResult{{Model: m.name, Metadata: m.facts, Scores: []benchmarks.Result{result}}}); err != nil {
			t.Fatal(err)
		}
	}
	d := b.Build()
	models := d.Models()
	if len(models) != 3 {
		t.Fatalf("%d models", len(models))
	}
	if got := d.Metadata(); !slices.Equal(got, []string{"top1", "family", "depth", "pretrained"}) {
		t.Errorf("columns %q", got)
	}
	if a, b := models[0].Metadata, models[1].Metadata; a["depth"] != (Value{"50", 50}) || b["pretrained"].Text != "true" || !math.IsNaN(b["pretrained"].Number) {
		t.Errorf("metadata %v %v", a, b)
	}
	w := strings.Join(d.Warnings, "\n")
	for _, want := range []string{`metadata "V4" of model "b" are left out`, `top1 of model "b" is 0.5 in `, `but 0.6 in r.json (and likewise of 1 more): that of `} {
		if !strings.Contains(w, want) {
			t.Errorf("warnings %s lack %s", w, want)
		}
	}
	if v := models[2].Metadata["top1"].Number; v != 0.4 {
		t.Errorf("top1 of c is %v", v)
	}
}
