package mapping

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
)

// lopsided are data of which inner products lose most digits.
var lopsided = []struct {
	name  string
	scale func(c *simulated.Case)
}{
	{"one huge feature", func(c *simulated.Case) { scaleColumn(c.X, c.Features, 2, 1e8) }},
	{"first feature huge", func(c *simulated.Case) { scaleColumn(c.X, c.Features, 0, 1e6) }},
	{"features of three sizes", func(c *simulated.Case) {
		scaleColumn(c.X, c.Features, 1, 1e5)
		scaleColumn(c.X, c.Features, 4, 1e10)
	}},
	{"one tiny feature", func(c *simulated.Case) { scaleColumn(c.X, c.Features, 3, 1e-7) }},
	{"one huge stimulus", func(c *simulated.Case) { dense.Scale(c.X[5*c.Features:6*c.Features], 1e5) }},
	{"first stimulus huge", func(c *simulated.Case) { dense.Scale(c.X[:c.Features], 1e4) }},
}

func scaleColumn(x []float64, cols, j int, by float64) {
	for at := j; at < len(x); at += cols {
		x[at] *= by
	}
}

// TestPLSOfLopsidedActivations wants r within 1e-6 of the slow path's, without a
// warning, for pls and reverse_pls, whatever the workers.
func TestPLSOfLopsidedActivations(t *testing.T) {
	for _, l := range lopsided {
		c := simulated.New(7, 40, 12, 5)
		l.scale(&c)
		splits := splitsOf(t, c.N)
		for _, m := range []struct {
			metric metrics.Metric
			of     simulated.Case
		}{{pls{4}, c}, {reversePLS{4}, reversed(c)}} {
			want := preciseScore(m.of, splits, func(x, y, test precise) precise { return precisePLS(x, y, test, 4) })
			if m.metric.Info().Name == "reverse_pls" {
				medians := make([]float64, len(want))
				for i, r := range want {
					medians[i] = series.Median(r)
				}
				want = [][]float64{medians}
			}
			var first [][]float64
			for _, workers := range []int{1, 2} {
				in := metrics.NeuralInput{Stimuli: c.N, Responses: c.Y, Neuroids: c.Neuroids, Splits: splits, Workers: workers}
				score, err := metrics.ScoreColumns(t.Context(), m.metric.(metrics.Neural), c, in)
				if err != nil {
					t.Fatal(err)
				}
				got := score.SplitNeuroids
				if got == nil { // a reverse mapping has no neuroids
					got = [][]float64{score.Raw.Splits}
				}
				if d := far(got, want); !(d < 1e-6) || len(score.Warnings) > 0 {
					t.Errorf("%s, %s: differs by %.2g; warnings %q", m.metric.Info().Name, l.name, d, score.Warnings)
				}
				if first == nil {
					first = got
				}
				for i := range got {
					if !slices.Equal(got[i], first[i]) {
						t.Errorf("%s, %s: depends on workers", m.metric.Info().Name, l.name)
					}
				}
			}
		}
	}
}

// TestNaNHasAReason has sides that are constant in every split.
func TestNaNHasAReason(t *testing.T) {
	train, test := []int{0, 1, 2, 3, 4, 5}, []int{6, 7, 8, 9}
	split := []metrics.Split{{Train: train, Test: test}}
	constant := func(x []float64, cols int, rows []int) {
		for _, i := range rows {
			for j := range cols {
				x[i*cols+j] = float64(j)
			}
		}
	}
	for _, kind := range []struct {
		features bool
		rows     []int
		what     string
	}{
		{true, train, "no feature varies over the train stimuli"},
		{true, test, "no feature varies over the test stimuli"},
		{false, train, "no neuroid varies over the train stimuli"},
		{false, test, "no neuroid varies over the test stimuli"},
		{false, append(slices.Clone(train), test...), "no neuroid varies over the train stimuli"},
	} {
		c := simulated.New(3, 10, 4, 3)
		if kind.features {
			constant(c.X, c.Features, kind.rows)
		} else {
			constant(c.Y, c.Neuroids, kind.rows)
		}
		for _, metric := range []metrics.Metric{reversePLS{2}, reverseRidge{1}, reverseRidgeCV{}, reverseLinear{}, reverseNeuronToNeuron{}, pls{2}, neuronToNeuron{}} {
			score, _ := rsOf(t, metric, c, split, 1, 0)
			what := kind.what
			if !strings.HasPrefix(metric.Info().Name, "reverse_") {
				what = "1 of 1 splits have no score"
			}
			if !math.IsNaN(score.Raw.Value) || !slices.ContainsFunc(score.Warnings, func(w string) bool { return strings.Contains(w, what) }) {
				t.Errorf("%s, %s: %v, warnings %q", metric.Info().Name, kind.what, score.Raw.Value, score.Warnings)
			}
		}
	}
}

// TestCeilingKeepsDigitsUnderAnOffset adds an offset to whole numbers, which leaves
// their differences as they are, and wants the same ceiling to the last bit.
func TestCeilingKeepsDigitsUnderAnOffset(t *testing.T) {
	of := func(offset float64) string {
		c, err := metrics.NewInternalConsistency(20, 2, 6, 4, 1)
		if err != nil {
			t.Fatal(err)
		}
		r := newRand(4)
		for s := range 20 {
			for repetition := range 6 {
				c.Add(s, repetition, []float64{offset + float64(r.IntN(9)+s), offset + float64(r.IntN(30))})
			}
		}
		ceiling, each, _ := c.Ceiling()
		return fmt.Sprint(ceiling.Value, each)
	}
	for _, offset := range []float64{1e3, 1e7, -1e12} {
		if got, want := of(offset), of(0); got != want {
			t.Errorf("offset %g: %s, want %s", offset, got, want)
		}
	}
}

// TestCeilingNaNHasAReason has neuroids without an r between halves.
func TestCeilingNaNHasAReason(t *testing.T) {
	for _, kind := range []struct {
		response func(stimulus, repetition int) float64
		what     string
	}{
		{func(int, int) float64 { return .3 }, "no neuroid varies in both halves"},
		{func(_, repetition int) float64 { return float64(repetition) }, "no neuroid varies in both halves"},
		{func(stimulus, repetition int) float64 { return float64(stimulus * (1 - 2*repetition)) }, "opposite"},
		{func(stimulus, repetition int) float64 {
			if stimulus > 0 && repetition > 0 {
				return math.NaN()
			}
			return float64(stimulus)
		}, "no neuroid has trials of two stimuli in both halves"},
	} {
		c, err := metrics.NewInternalConsistency(5, 1, 2, 3, 1)
		if err != nil {
			t.Fatal(err)
		}
		for s := range 5 {
			for r := range 2 {
				c.Add(s, r, []float64{kind.response(s, r)})
			}
		}
		ceiling, _, warnings := c.Ceiling()
		if !math.IsNaN(ceiling.Value) || !slices.ContainsFunc(warnings, func(w string) bool { return strings.Contains(w, kind.what) }) {
			t.Errorf("%s: %v, warnings %q", kind.what, ceiling.Value, warnings)
		}
	}
}
