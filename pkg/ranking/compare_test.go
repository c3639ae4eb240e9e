package ranking

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// mapped is a result of a mapping with values by neuroid and split.
func mapped(benchmark, layer string, r *rand.Rand, better float64) benchmarks.Result {
	out := benchmarks.Result{Benchmark: benchmark, Version: 1, Region: "IT", Metric: "pls", Layer: layer}
	for i := range 40 {
		out.NeuroidIDs = append(out.NeuroidIDs, fmt.Sprint("n", i))
		out.Neuroids = append(out.Neuroids, 0.5+better+0.1*math.Sin(float64(i))+0.02*r.NormFloat64())
	}
	out.Neuroids[3] = math.NaN()
	var splits []float64
	for range 10 {
		splits = append(splits, 0.5+better+0.01*r.NormFloat64())
	}
	out.Raw = metrics.MeanSEM(splits)
	out.Ceiling = metrics.Exact(0.8)
	out.Ceiled, _ = metrics.Ceil(out.Raw, out.Ceiling, metrics.ExplainedVariance)
	return out
}

// halved is a result over halvings, each with a ceiling of its own.
func halved(benchmark string, n int, r *rand.Rand, better float64) benchmarks.Result {
	out := benchmarks.Result{Benchmark: benchmark, Version: 1, Region: "behavior", Metric: "i2n", Layer: "probabilities"}
	var raw, ceiling, ceiled []float64
	for range n {
		raw, ceiling = append(raw, 0.4+better+0.02*r.NormFloat64()), append(ceiling, 0.5)
		ceiled = append(ceiled, raw[len(raw)-1]/math.Sqrt(0.5))
	}
	out.Raw, out.Ceiling, out.Ceiled = metrics.MeanSD(raw), metrics.MeanSD(ceiling), metrics.MeanSD(ceiled)
	out.Ceiled.Splits = nil
	return out
}

func someSides() []Side {
	r := rand.New(rand.NewPCG(1, 1))
	side := func(name string, better float64) Side {
		return Side{Name: name, Models: []benchmarks.ModelResult{{Model: "net-" + name, Scores: []benchmarks.Result{
			mapped("x.IT-pls", "l-"+name, r, better), mapped("y.IT-pls", "l-"+name, r, 0), halved("z-i2n", 10, r, better), halved("w-i2n", 30, r, better),
			{Benchmark: "v.IT-cka", Layer: "l", Score: metrics.Score{Raw: metrics.Exact(0.3 + better), Ceiled: metrics.Exact(0.3 + better)}},
		}}}}
	}
	return []Side{side("a", 0), side("b", 0.1)}
}

func mustCompare(t *testing.T, sides []Side, jobs int) *Comparisons {
	t.Helper()
	c, err := Compare(t.Context(), sides, CompareOptions{Alpha: 0.05, Seed: 1, Jobs: jobs})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCompare(t *testing.T) {
	c := mustCompare(t, someSides(), 1)
	var names []string
	for _, x := range c.List {
		names = append(names, x.Benchmark)
		if x.Benchmark == "v.IT-cka" {
			if !math.IsNaN(x.P) || !math.IsNaN(x.Raw.Interval.Low) || x.Significant(0.05) || math.Abs(x.Raw.Value-0.1) > 1e-12 {
				t.Errorf("without splits: %+v", x)
			}
			continue
		}
		if equal := x.Benchmark == "y.IT-pls"; x.Significant(0.05) == equal || (x.Raw.Interval.Low <= 0) != equal || (x.Score.Interval.Low <= 0) != equal {
			t.Errorf("%s: p %v, adjusted %v, raw %v, score %v", x.Benchmark, x.P, x.Adjusted, x.Raw, x.Score)
		}
		if x.Adjusted < x.P || x.Adjusted > 1 {
			t.Errorf("%s: p %v, adjusted %v", x.Benchmark, x.P, x.Adjusted)
		}
	}
	if want := []string{"v.IT-cka", "w-i2n", "x.IT-pls", "y.IT-pls", "z-i2n"}; !slices.Equal(names, want) {
		t.Errorf("compared %v", names)
	}
	if x := c.List[2]; x.Neuroids != 39 || x.Splits != 10 {
		t.Errorf("paired over %d neuroids, %d splits", x.Neuroids, x.Splits)
	}
	if x := c.List[4]; x.P != 2.0/1024 {
		t.Errorf("10 halvings that all differ alike: p %v", x.P)
	}
}

// Jobs do not change a digit, and sides in the other order mirror all.
func TestCompareDoesNotDependOnOrderOrJobs(t *testing.T) {
	sides := someSides()
	first, again := mustCompare(t, sides, 1), mustCompare(t, sides, 8)
	slices.Reverse(sides)
	// Neither does the order of neuroids and scores.
	s := sides[0].Models[0].Scores
	slices.Reverse(s)
	for i := range s {
		slices.Reverse(s[i].NeuroidIDs)
		slices.Reverse(s[i].Neuroids)
	}
	mirrored := mustCompare(t, sides, 2)
	mirror := func(d Difference) Difference {
		return Difference{-d.Value, Interval{Low: -d.Interval.High, High: -d.Interval.Low}}
	}
	for i, x := range first.List {
		y, z := again.List[i], mirrored.List[i]
		if fmt.Sprint(x.Raw, x.Score, x.P, x.Adjusted) != fmt.Sprint(y.Raw, y.Score, y.P, y.Adjusted) {
			t.Errorf("%s depends on jobs: %v, %v", x.Benchmark, x.Raw, y.Raw)
		}
		if fmt.Sprint(x.Raw, x.Score, x.P, x.Adjusted) != fmt.Sprint(mirror(z.Raw), mirror(z.Score), z.P, z.Adjusted) {
			t.Errorf("%s depends on order: %v %v p %v, %v %v p %v", x.Benchmark, x.Raw, x.Score, x.P, mirror(z.Raw), mirror(z.Score), z.P)
		}
	}
}

func TestIdenticalResults(t *testing.T) {
	a := someSides()[:1]
	c := mustCompare(t, []Side{a[0], a[0]}, 1)
	for _, x := range c.List {
		if zero := (Difference{}); x.Raw != zero || x.Score != zero || x.P != 1 || x.Adjusted != 1 {
			t.Errorf("%s: %+v", x.Benchmark, x)
		}
	}
	if drops := c.Drops(0); len(drops) != 0 {
		t.Errorf("drops %v", drops)
	}
}

func TestHolm(t *testing.T) {
	c := &Comparisons{}
	for _, p := range []float64{0.04, 0.01, math.NaN(), 0.03, 0.5} {
		c.List = append(c.List, Comparison{P: p})
	}
	c.adjust()
	for i, want := range []float64{0.09, 0.04, math.NaN(), 0.09, 0.5} {
		if got := c.List[i].Adjusted; math.Abs(got-want) > 1e-12 || math.IsNaN(got) != math.IsNaN(want) {
			t.Errorf("adjusted p of %v is %v, want %v", c.List[i].P, got, want)
		}
	}
}

func TestMatching(t *testing.T) {
	score := func(benchmark, layer string, v float64) benchmarks.Result {
		return benchmarks.Result{Benchmark: benchmark, Layer: layer, Score: metrics.Score{Raw: metrics.Exact(v), Ceiled: metrics.Exact(v)}}
	}
	model := func(name string, scores ...benchmarks.Result) benchmarks.ModelResult {
		return benchmarks.ModelResult{Model: name, Scores: scores}
	}
	a := Side{Name: "a.json", Models: []benchmarks.ModelResult{
		model("one", score("x", "l1", 0.5), score("x", "l2", 0.6), score("y", "l1", 0.5), score("gone", "l1", 0.5)),
		model("two", score("x", "l1", 0.5)), model("lost", score("x", "l1", 0.5))}}
	b := Side{Name: "b.json", Models: []benchmarks.ModelResult{
		model("two", score("x", "l9", 0.3)), model("one", score("x", "l2", 0.7), score("x", "l3", 0.7), score("y", "l7", math.NaN())), model("new")}}
	c := mustCompare(t, []Side{a, b}, 1)
	var got []string
	for _, x := range c.List {
		got = append(got, strings.Join([]string{x.A.Model, x.Benchmark, x.A.Layer, x.B.Layer}, " "))
	}
	if want := []string{"one x l2 l2", "one y l1 l7", "two x l1 l9"}; !slices.Equal(got, want) {
		t.Errorf("compared %q", got)
	}
	got = nil
	for _, u := range c.Unmatched {
		got = append(got, u.String())
	}
	want := []string{
		"model lost of a.json has no counterpart in b.json",
		"gone (l1) of model one of a.json has no counterpart in b.json",
		"x (l1) of model one of a.json has no counterpart in b.json",
		"x (l3) of model one of b.json has no counterpart in a.json",
		"model new of b.json has no counterpart in a.json",
	}
	if !slices.Equal(got, want) {
		t.Errorf("unmatched %q", got)
	}
	got = c.Drops(0.1)
	want = []string{
		"b.json: y (l7) of one is missing, but was 0.5000",
		"b.json: x (l9) of two fell from 0.5000 to 0.3000, by 0.2000, more than 0.1",
		want[0], want[1], want[2],
	}
	if !slices.Equal(got, want) {
		t.Errorf("drops %q", got)
	}
	if got := len(c.Drops(math.NaN())); got != len(c.List)+3 { // and those that are unmatched
		t.Errorf("%d scores do not pass an undefined limit, want %d", got, len(c.List)+3)
	}
	if _, err := Compare(t.Context(), []Side{a, {Name: "c.json", Models: []benchmarks.ModelResult{model("x"), model("y")}}}, CompareOptions{Alpha: 0.05}); err == nil || !strings.Contains(err.Error(), "no model in common") {
		t.Errorf("got %v", err)
	}
}
