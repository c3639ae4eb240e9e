package metrics

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/plain"
)

func TestInternalConsistencyByHand(t *testing.T) {
	// Two repetitions, three stimuli, three neuroids: a perfect one, a
	// constant one, and one whose halves correlate with r = 0.5.
	trials := [2][3][3]float64{
		{{1, 7, 0}, {2, 7, 1}, {3, 7, 2}},
		{{10, 7, 0}, {20, 7, 2}, {30, 7, 1}},
	}
	c, err := NewInternalConsistency(3, 3, 2, 4, 1)
	if err != nil {
		t.Fatal(err)
	}
	for repetition, rows := range trials {
		for stimulus, row := range rows {
			c.Add(stimulus, repetition, row[:])
		}
	}
	ceiling, neuroids, warnings := c.Ceiling()
	if len(warnings) > 0 {
		t.Errorf("warnings %v", warnings)
	}
	half := 2 * 0.5 / 1.5
	for j, want := range []float64{1, math.NaN(), half} {
		if got := neuroids[j]; !plain.Near(got, want, 1e-15) {
			t.Errorf("neuroid %d: %v, want %v", j, got, want)
		}
	}
	if want := (1 + half) / 2; !plain.Near(ceiling.Value, want, 1e-15) || !plain.Near(ceiling.Error, 0, 1e-15) || len(ceiling.Splits) != 4 {
		t.Errorf("ceiling %+v, want the median %v in each split", ceiling, want)
	}
}

func TestInternalConsistencyNeedsHalves(t *testing.T) {
	var split *SplitError
	if _, err := NewInternalConsistency(3, 3, 1, 10, 1); !errors.As(err, &split) {
		t.Errorf("error %v, want a SplitError", err)
	}
}

// TestInternalConsistencyMissing leaves trials out, as NaN and as absent rows:
// both must give the same.
func TestInternalConsistencyMissing(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const stimuli, neuroids, repetitions = 20, 4, 6
	asNaN, _ := NewInternalConsistency(stimuli, neuroids, repetitions, 10, 1)
	absent, _ := NewInternalConsistency(stimuli, neuroids, repetitions, 10, 1)
	for s := range stimuli {
		for rep := range repetitions {
			row := make([]float64, neuroids)
			gone := r.IntN(8) == 0
			for j := range row {
				row[j] = float64(s*j) + 5*r.NormFloat64()
				if gone {
					row[j] = math.NaN()
				}
			}
			asNaN.Add(s, rep, row)
			if !gone {
				absent.Add(s, rep, row)
			}
		}
	}
	a, _, _ := asNaN.Ceiling()
	b, _, _ := absent.Ceiling()
	if a.Value != b.Value || !(a.Value > 0) {
		t.Errorf("ceiling with NaN trials %v, without the trials %v", a.Value, b.Value)
	}
}

func TestCeil(t *testing.T) {
	raw := Estimate{Value: 0.6, Error: 0.01}
	for _, c := range []struct {
		form         Form
		ceiling      float64
		value, error float64
		warnings     int
	}{
		{ExplainedVariance, 0.9, 0.36 / 0.9, 2 * 0.6 * 0.01 / 0.9, 0},
		{Ratio, 0.9, 0.6 / 0.9, 0.01 / 0.9, 0},
		{RawForm, 0.9, 0.6, 0.01, 0},
		{Ratio, 0.5, 1.2, 0.02, 1},
		{Ratio, 0, math.NaN(), math.NaN(), 1},
		{ExplainedVariance, math.NaN(), math.NaN(), math.NaN(), 1},
		{RawForm, math.NaN(), 0.6, 0.01, 0},
	} {
		got, warnings := Ceil(raw, Exact(c.ceiling), c.form)
		if !plain.Near(got.Value, c.value, 1e-15) || !plain.Near(got.Error, c.error, 1e-15) || len(warnings) != c.warnings {
			t.Errorf("%s by %v: %+v with %v", c.form, c.ceiling, got, warnings)
		}
	}
	if _, warnings := Ceil(Estimate{Value: -0.2}, Exact(0.9), ExplainedVariance); len(warnings) != 1 {
		t.Errorf("a negative raw score gives warnings %v", warnings)
	}
}

// The mean of splits that cancel is zero but for rounding, and nothing is divided by it.
func TestRoundedCeilings(t *testing.T) {
	for _, c := range []struct {
		name    string
		ceiling Estimate
		chance  float64
		form    Form
		ceiled  bool
	}{
		{"splits that cancel", Estimate{Value: 6.7e-18, Splits: []float64{1 - 0x1p-53, -1}}, 0, Ratio, false},
		{"splits that cancel, squared", Estimate{Value: 6.7e-18, Splits: []float64{1 - 0x1p-53, -1}}, 0, RatioSquared, false},
		{"splits that cancel, of variance", Estimate{Value: 6.7e-18, Splits: []float64{1 - 0x1p-53, -1}}, 0, ExplainedVariance, false},
		{"splits at chance", Estimate{Value: 1./3 + 0x1p-53, Splits: []float64{0.3, 0.1 + 1./3 - 0.3}}, 1. / 3, AboveChance, false},
		{"low splits", Estimate{Value: 1e-9, Splits: []float64{1e-9, 1e-9}}, 0, Ratio, true},
		{"a low number", Exact(6.7e-18), 0, Ratio, true},
	} {
		got, warnings := Info{Chance: c.chance}.Ceil(Estimate{Value: 0.6, Error: 0.01}, c.ceiling, c.form)
		if math.IsNaN(got.Value) == c.ceiled || len(warnings) != 1 {
			t.Errorf("%s: %v with %q", c.name, got.Value, warnings)
		}
	}
}

// A ceiling may be so small that nothing can be divided by it.
func TestCeilIsNeverInfinite(t *testing.T) {
	for _, c := range []struct {
		form           Form
		value, ceiling float64
	}{{ExplainedVariance, 0.5, 1e-320}, {Ratio, 0.5, 1e-320}, {ExplainedVariance, 1e-9, 5e-324}, {Ratio, 1e-20, 5e-324}} {
		form := c.form
		raw := Estimate{Value: c.value, Error: 1, Interval: &Interval{0.4, 0.6}}
		got, warnings := Ceil(raw, Exact(c.ceiling), form)
		if !math.IsNaN(got.Value) || !math.IsNaN(got.Error) || !got.Interval.None() || len(warnings) != 1 {
			t.Errorf("%s: %+v, %q", form, got, warnings)
		}
	}
}

// Neuroids that are added block by block have the ceilings, warnings and reasons of all together.
func TestConsistencyInBlocks(t *testing.T) {
	const stimuli, neuroids, repetitions, splits = 12, 7, 4, 5
	random := rand.New(rand.NewPCG(5, 8))
	responses := make([]float64, stimuli*repetitions*neuroids)
	for i := range responses {
		responses[i] = random.NormFloat64()
	}
	for name, change := range map[string]func(trial, neuroid int, v float64) float64{
		"all trials": func(_, _ int, v float64) float64 { return v },
		"missing":    func(trial, neuroid int, v float64) float64 { return cmp.Or(v*float64((trial+neuroid)%5), math.NaN()) },
		"constant":   func(int, int, float64) float64 { return 3 },
		"few vary":   func(_, neuroid int, v float64) float64 { return v * float64(neuroid/6) },
		"one opposite": func(trial, neuroid int, _ float64) float64 {
			return float64(neuroid / 6 * (trial/stimuli%2*2 - 1) * (trial % stimuli))
		},
		"one of trials": func(trial, neuroid int, v float64) float64 { return cmp.Or(v*float64(neuroid/6), math.NaN()) },
	} {
		kinds := map[string]func(neuroids int) *TrialConsistency{
			"of all": func(neuroids int) *TrialConsistency {
				c, err := NewInternalConsistency(stimuli, neuroids, repetitions, splits, 3)
				if err != nil {
					t.Fatal(err)
				}
				return c
			},
			"of each stimulus": func(neuroids int) *TrialConsistency {
				c, err := NewPredictorConsistency(slices.Repeat([][]int{{0, 1, 2, 3}}, stimuli), neuroids, splits, 3)
				if err != nil {
					t.Fatal(err)
				}
				return c
			},
		}
		for halves, of := range kinds {
			filled := func(from, to int) *TrialConsistency {
				c, row := of(to-from), []float64(nil)
				for trial := range stimuli * repetitions {
					row = row[:0]
					for j := from; j < to; j++ {
						row = append(row, change(trial, j, responses[trial*neuroids+j]))
					}
					c.Add(trial%stimuli, trial/stimuli, row)
				}
				return c
			}
			want, wanted, reasons := filled(0, neuroids).Ceiling()
			blocks := of(0)
			blocks.Append(filled(0, 3))
			blocks.Append(filled(3, 4))
			blocks.Append(filled(4, neuroids))
			got, each, said := blocks.Ceiling()
			if fmt.Sprint(got, each, said) != fmt.Sprint(want, wanted, reasons) {
				t.Errorf("%s, halves %s: %v %v %q, want %v %v %q", name, halves, got, each, said, want, wanted, reasons)
			}
		}
	}
}
