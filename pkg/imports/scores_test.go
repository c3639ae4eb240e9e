package imports_test

import (
	"context"
	"math"
	"os"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/imports"
	"github.com/brainscore-go/brainscore/pkg/scoring"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Imported, the golden recordings and trials score as those of the golden home.
func TestGoldenScores(t *testing.T) {
	const (
		testdata = "../../testdata"
		golden   = testdata + "/golden"
	)
	home := benchmarks.Home{Dir: t.TempDir()}
	for _, set := range []string{"hvm-mini", "objectome-mini.private", "objectome-mini.public"} {
		if _, err := imports.Stimuli(t.Context(), imports.StimuliRequest{Home: stimuli.Home(home), Path: golden + "/home/stimuli/" + set + "/stimuli.csv", ID: set, Force: false}); err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range [][3]string{
		{"assy_dicarlo_HvmMini.nc", "hvm-mini.assembly", "hvm-mini"},
		{"assy_objectome_chars.nc", "objectome-mini.private.assembly", "objectome-mini.private"},
	} {
		q := imports.AssemblyRequest{Home: stimuli.Home(home), Path: testdata + "/brainio/" + a[0], ID: a[1], StimulusSet: a[2]}
		if _, err := imports.Assembly(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(home.BenchmarksDir(), os.DirFS(golden+"/home/benchmarks")); err != nil {
		t.Fatal(err)
	}
	score := func(h benchmarks.Home) map[string]benchmarks.Result {
		report, err := scoring.NewRunner(h, scoring.Options{Workers: 2}).Score(context.Background(), scoring.Request{
			Models: []string{golden + "/models/mini-net", golden + "/models/objectome-mini-readout"}, AllLayers: true})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]benchmarks.Result{}
		for _, m := range report.Models {
			for _, f := range m.Failures {
				t.Errorf("%s: %v", f.Benchmark, f.Err)
			}
			for _, r := range m.Scores {
				got[m.Model+" "+r.Benchmark+" "+r.Layer] = r
			}
		}
		return got
	}
	want, got := score(benchmarks.Home{Dir: golden + "/home"}), score(home)
	if len(want) < 40 || len(got) != len(want) {
		t.Fatalf("%d scores, want %d", len(got), len(want))
	}
	for name, w := range want {
		g := got[name]
		for _, pair := range [][2]float64{{g.Raw.Value, w.Raw.Value}, {g.Raw.Error, w.Raw.Error}, {g.Ceiling.Value, w.Ceiling.Value}, {g.Ceiled.Value, w.Ceiled.Value}, {g.Ceiled.Error, w.Ceiled.Error}} {
			if math.Float64bits(pair[0]) != math.Float64bits(pair[1]) {
				t.Errorf("%s: %v, want %v", name, pair[0], pair[1])
			}
		}
	}
}
