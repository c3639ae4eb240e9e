package ranking

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// No cell of a table that is not finite, or too far from 0, is ranked or passed
// over in silence.
func TestFarCells(t *testing.T) {
	head := "model,v4,imagenet_top1,family\n"
	for _, c := range []struct{ table, want string }{ // want is "" where the table is taken
		{"a,0.5,0.7,x\nb,,,\n", ""},
		{"a,0.5,0.7,nan\nb,0.4,0.6,inf\nc,0.4,0.6,resnet\n", ""}, // names of families
		{"a,0.5,none,x\nb,0.4,inf,y\n", ""},                      // a column of texts
		{"a,-1e99,1e99,x\n", ""},
		{"a,inf,0.7,x\n", `:2: v4 is "inf", not a number`},
		{"a,0.5,0.7,x\nb,-Infinity,0.6,y\n", `:3: v4 is "-Infinity", not a number`},
		{"a,nan,0.7,x\n", `:2: v4 is "nan", not a number`},
		{"a,1e999,0.7,x\n", `:2: v4 is "1e999", not a number`},
		{"a,1e101,0.7,x\n", `:2: v4 is "1e101", too far from 0 for a score, and is left out`},
		{"a,-1e308,0.7,x\n", `:2: v4 is "-1e308", too far from 0 for a score, and is left out`},
		{"a,0.5,0.7,x\nb,0.4,inf,y\n", `:3: imagenet_top1 is "inf", not a number`},
		{"a,0.5, -inf ,x\n", `:2: imagenet_top1 is " -inf ", not a number`},
		{"a,0.5,0.7,x\nb,0.4,NaN,y\n", `:3: imagenet_top1 is "NaN", not a number`},
		{"a,0.5,0.7,x\nb,0.4,1e999,y\n", `:3: imagenet_top1 is "1e999", not a number`},
		{"a,0.5,0.7,x\nb,0.4,-1e200,y\n", `:3: imagenet_top1 is "-1e200", too far from 0 to be compared, and is left out`},
	} {
		path := filepath.Join(t.TempDir(), "t.csv")
		if err := os.WriteFile(path, []byte(head+c.table), 0o666); err != nil {
			t.Fatal(err)
		}
		table, err := stimuli.ReadTable(path)
		if err != nil {
			t.Fatal(err)
		}
		b := forComposite(t, "identifier: c\nof: raw\nmean: [V4]\n")
		err = b.AddTables([]*stimuli.Table{table}, nil)
		said := strings.Join(b.warnings, "\n")
		if err != nil {
			said = err.Error()
		}
		if (said == "") != (c.want == "") || !strings.Contains(said, c.want) {
			t.Errorf("%q: %q, want %q", c.table, said, c.want)
		}
		for _, m := range b.Build().Models() {
			if isFar(m.Score("V4")) || isFar(m.number("imagenet_top1")) {
				t.Errorf("%q: model %s has %v and %v", c.table, m.Name, m.Score("V4"), m.number("imagenet_top1"))
			}
		}
	}
}

// Infinite figures of results are missing, with a word, in rankings and
// comparisons.
func TestFarResults(t *testing.T) {
	for name, change := range map[string]func(m *benchmarks.ModelResult, v float64){
		"raw":     func(m *benchmarks.ModelResult, v float64) { m.Scores[0].Raw.Value = v },
		"error":   func(m *benchmarks.ModelResult, v float64) { m.Scores[0].Ceiled.Error = v },
		"split":   func(m *benchmarks.ModelResult, v float64) { m.Scores[0].Raw.Splits[1] = v },
		"ceiling": func(m *benchmarks.ModelResult, v float64) { m.Scores[0].Ceiling.Value = v },
		"interval": func(m *benchmarks.ModelResult, v float64) {
			m.Scores[0].Raw.Interval = &metrics.Interval{Low: 0, High: v}
		},
		"neuroid":           func(m *benchmarks.ModelResult, v float64) { m.Scores[0].Neuroids[0] = v },
		"neuroid's ceiling": func(m *benchmarks.ModelResult, v float64) { m.Scores[0].NeuroidCeilings = []float64{v} },
		"composite":         func(m *benchmarks.ModelResult, v float64) { m.Composite = &benchmarks.CompositeResult{Value: v} },
		"part": func(m *benchmarks.ModelResult, v float64) {
			m.Composite = &benchmarks.CompositeResult{Parts: map[string]float64{"V4": v}}
		},
	} {
		for _, v := range []float64{math.Inf(1), math.Inf(-1), 1e101, 1e99, math.NaN()} {
			m := benchmarks.ModelResult{Model: "m", Scores: []benchmarks.Result{newMeasured().result}}
			change(&m, v)
			far := isFar(v)
			results := []benchmarks.ModelResult{m}
			b := forComposite(t, "identifier: c\nof: raw\nmean: [IT]\n")
			if err := b.AddResults("r.json", results); err != nil {
				t.Fatal(err)
			}
			d := b.Build()
			if told := len(d.Warnings) == 1 && strings.Contains(d.Warnings[0], "left out"); told != far {
				t.Errorf("%s of %v: a ranking warns %q", name, v, d.Warnings)
			}
			side := Side{Name: "r"}
			if err := side.Merge(Source{Path: "r.json"}, results); err != nil {
				t.Fatal(err)
			}
			c := mustCompare(t, []Side{side, side}, 1)
			if (len(c.Warnings) > 0) != far {
				t.Errorf("%s of %v: a comparison warns %q", name, v, c.Warnings)
			}
			for _, kept := range []benchmarks.Result{d.Models()[0].results[0], side.Models[0].Scores[0]} {
				if v, some := dropFar(&kept); some {
					t.Errorf("%s of %v is kept", name, v)
				}
			}
		}
	}
	b := forComposite(t, "identifier: c\nof: raw\nmean: [IT]\n")
	m := benchmarks.ModelResult{Model: "m", Metadata: map[string]any{"imagenet_top1": math.Inf(1)}}
	err := b.AddResults("r.json", []benchmarks.ModelResult{m})
	if d := b.Build(); err != nil || len(d.Warnings) != 1 || len(d.Metadata()) > 0 {
		t.Errorf("infinite metadata: %v, %q", err, d.Warnings)
	}
}

// An interval has finite ends or none, also where no form of the score is known.
func TestBoundedIntervals(t *testing.T) {
	for _, c := range []struct{ raw, ceiled, ceiling float64 }{{0, 0.3, 0.9}, {0, 0, 0}, {0.5, 0.3, 1e-320}, {0.5, math.NaN(), 0}} {
		r := newMeasured().result
		r.Raw.Value, r.Ceiled.Value, r.Ceiling.Value = c.raw, c.ceiled, c.ceiling
		other := r
		other.Raw.Value, other.Raw.Splits, other.Neuroids = c.raw+0.1, []float64{0.5, 0.7}, []float64{0.5, 0.7}
		models := func(r benchmarks.Result) []benchmarks.ModelResult {
			return []benchmarks.ModelResult{{Model: "m", Scores: []benchmarks.Result{r}}}
		}
		x := mustCompare(t, []Side{{Name: "a", Models: models(r)}, {Name: "b", Models: models(other)}}, 1).List[0]
		scored := models(r)
		if err := AddIntervals(t.Context(), scored, 1); err != nil {
			t.Fatal(err)
		}
		for _, i := range []Interval{x.Raw.Interval, x.Score.Interval, *scored[0].Scores[0].Raw.Interval, *scored[0].Scores[0].Ceiled.Interval} {
			if math.IsInf(i.Low, 0) || math.IsInf(i.High, 0) || math.IsNaN(i.Low) != math.IsNaN(i.High) {
				t.Errorf("%+v: interval %v", c, i)
			}
		}
	}
}
