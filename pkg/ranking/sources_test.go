package ranking

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

func TestRanks(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		values []float64
		want   string
	}{
		{nil, "[]"},
		{[]float64{nan}, "[0]"},
		{[]float64{0.4, 0.6, 0.4000000000000001, 0.1, nan, math.Inf(1)}, "[2 1 2 4 0 0]"},
		{[]float64{1, 1, 1}, "[1 1 1]"},
	} {
		if got := fmt.Sprint(Ranks(c.values)); got != c.want {
			t.Errorf("the ranks of %v are %s, want %s", c.values, got, c.want)
		}
	}
}

// Without the intervals of Kendall's τ-b, the rest of an analysis is the same.
func TestWithoutKendall(t *testing.T) {
	question := Question{Above: math.NaN(), Seed: 1}
	with, err := published(t).Build().Analyze(t.Context(), question)
	if err != nil {
		t.Fatal(err)
	}
	question.NoKendall = true
	without, err := published(t).Build().Analyze(t.Context(), question)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range with.Agreement {
		b := without.Agreement[i]
		if a.Spearman != b.Spearman || a.Interval != b.Interval || *a.Change != *b.Change {
			t.Errorf("%s and %s: %+v, but %+v with Kendall's", a.A, a.B, b, a)
		}
		if a.Kendall != b.Kendall || !math.IsNaN(b.KendallInterval.Low) {
			t.Errorf("%s and %s have Kendall's τ-b %v in %v", a.A, a.B, b.Kendall, b.KendallInterval)
		}
	}
}

// Where no values are equal, a plain walk gives the ranks that the walk over
// ties gives.
func TestRanksWithoutTies(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	values := make([]float64, 50)
	for i := range values {
		values[i] = r.Float64()
	}
	order := ascending(values)
	if ties(values, order) || !ties(append(slices.Clone(values), values[7]), ascending(append(slices.Clone(values), values[7]))) {
		t.Fatal("ties are not known")
	}
	counts := make([]int32, len(values))
	plain, walked := make([]float64, len(values)), make([]float64, len(values))
	for range 20 {
		resample(r, counts)
		averageRanks(values, order, false, counts, plain)
		averageRanks(values, order, true, counts, walked)
		if !slices.Equal(plain, walked) {
			t.Fatalf("ranks are %v, want %v", plain, walked)
		}
	}
}

func TestSources(t *testing.T) {
	b := published(t)
	b.AddSource(Source{Path: "a.csv", Table: true})
	result := benchmarks.Result{Benchmark: "b", Layer: "l", Parent: "IT"}
	failure := benchmarks.Failure{Benchmark: "c"}
	if err := b.AddResults("r.json", []benchmarks.ModelResult{{Model: "net", Scores: []benchmarks.Result{result}, Failures: []benchmarks.Failure{failure}}}); err != nil {
		t.Fatal(err)
	}
	b.AddSource(Source{Path: "r.json", Version: "v1"})
	d := b.Build()
	if s := d.Sources(); len(s) != 2 || s[0].Path != "a.csv" || s[1].Version != "v1" {
		t.Errorf("sources are %+v", s)
	}
	models := d.Models()
	net := models[slices.IndexFunc(models, func(m *Model) bool { return m.Name == "net" })]
	if len(net.Results()) != 1 || len(net.Failures()) != 1 || net.Source(result) != "r.json" || net.TablePath() != "" {
		t.Errorf("the model has %d results, %d failures, of %q, table %q", len(net.Results()), len(net.Failures()), net.Source(result), net.TablePath())
	}
	if first := models[0]; first.TablePath() == "" || len(first.Results()) != 0 {
		t.Errorf("%s is of table %q", first.Name, first.TablePath())
	}
}
