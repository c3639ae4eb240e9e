package choice

import (
	"math"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/numpyrand"
)

// valueRows returns stimuli and trials of one subject that are right so many times of 10 in
// baseline and changed at the levels 1, 5 and 11.
func valueRows(model, subject [3][2]int) (stimuli []stimulusRow, people []personRow) {
	for k, x := range []string{"1", "5", "11"} {
		for side, by := range []string{"whole", "parts"} {
			stimuli = append(stimuli, repeated(10, model[k][side], stimulusRow{truth: "same", by: by, x: x})...)
			people = append(people, answered(10, subject[k][side], personRow{truth: "same", by: by, x: x})...)
		}
	}
	return stimuli, people
}

func TestValueDelta(t *testing.T) {
	flat := [3][2]int{{5, 5}, {7, 7}, {2, 2}}
	falls := [3][2]int{{10, 10}, {8, 6}, {9, 3}} // D = 0, −.2, −.6: ∫ = −.4 − 2.4
	rises := [3][2]int{{5, 6}, {5, 10}, {5, 9}}  // D = .1, .5, .4: ∫ = 1.2 + 2.7
	for _, c := range []struct {
		name           string
		model, subject [3][2]int
		options        metrics.Options
		difference     float64
	}{
		{"equal", falls, falls, nil, 0},
		{"nothing and nothing", flat, flat, nil, 0},
		{"falling and flat", falls, flat, nil, 2.8},
		{"rising and falling", rises, falls, nil, 6.7},
		{"falling and rising", falls, rises, nil, 6.7},
		{"scale", rises, flat, metrics.Options{"scale": .75}, .75 * 3.9},
		{"lapses", rises, flat, metrics.Options{"lapse_rate": .2}, 3.9 / .8},
		{"ways cancel out", rises, falls, metrics.Options{"lapse_rate": .2, "ways": 4}, 6.7 / .8},
	} {
		options := contrastOf("x", "x")
		for name, value := range c.options {
			options[name] = value
		}
		stimuli, people := valueRows(c.model, c.subject)
		score, err := scoreSet(t, newSetMetric(t, "value_delta", options), tables(stimuli, people))
		if err != nil {
			t.Fatal(err)
		}
		wantFigure(t, c.name, score.Raw.Value, math.Exp(-c.difference))
		wantFigure(t, c.name+": the error", score.Raw.Error, math.NaN())
		wantWarning(t, score.Warnings, "")
	}
}

// TestValueDeltaWeighsSubjects wants the mean over subjects, however many trials each has,
// of those that have trials of a level.
func TestValueDeltaWeighsSubjects(t *testing.T) {
	stimuli, people := valueRows([3][2]int{{5, 5}, {5, 5}, {5, 5}}, [3][2]int{{5, 5}, {5, 5}, {5, 5}})
	people = append(people, answered(90, 90, personRow{subject: 1, truth: "same", by: "parts", x: "5"})...)
	score, err := scoreSet(t, newSetMetric(t, "value_delta", contrastOf("x", "x")), tables(stimuli, people))
	if err != nil {
		t.Fatal(err)
	}
	wantFigure(t, "the score", score.Raw.Value, math.Exp(-.25*(4+6)/2)) // D(5) = (½ + 1)/2 − ½
}

// TestValueDeltaHalves compares the ceiling with the formula on the trials of each half,
// those of other values of by included.
func TestValueDeltaHalves(t *testing.T) {
	stimuli, people := simulatedRows(9)
	ceiling, warnings, err := ceilSet(t, newSetMetric(t, "value_delta", contrastOf("x", "x")), tables(stimuli, people))
	if err != nil {
		t.Fatal(err)
	}
	wantWarning(t, warnings, "")
	integral := func(trials []int) float64 {
		levels := []string{"1", "2", "5", "10"}
		width := []float64{.5, 2, 4, 2.5}
		sum := 0.0
		for k, x := range levels {
			for side, by := range []string{"whole", "parts"} {
				mean, subjects := 0.0, 0.0
				for s := range 7 {
					n, right := 0.0, 0.0
					for _, i := range trials {
						if p := people[i]; p.subject == s && p.by == by && p.x == x {
							n++
							if p.truth == p.choice {
								right++
							}
						}
					}
					if n > 0 {
						mean += right / n
						subjects++
					}
				}
				sum += float64(2*side-1) * width[k] * mean / subjects
			}
		}
		return sum
	}
	for i, got := range ceiling.Splits {
		if i >= 20 {
			break
		}
		order := numpyrand.New(uint32(i)).Permutation(len(people))
		half := len(people) / 2
		wantFigure(t, "a half", got, math.Exp(-math.Abs(integral(order[:half])-integral(order[half:]))))
	}
	if n := len(ceiling.Splits); n != 500 {
		t.Errorf("%d halves, want 500", n)
	}
}

// TestValueDeltaFewTrials leaves out halves without trials of a level.
func TestValueDeltaFewTrials(t *testing.T) {
	stimuli, _ := valueRows([3][2]int{}, [3][2]int{})
	var people []personRow
	for _, x := range []string{"1", "5", "11"} {
		for _, by := range []string{"whole", "parts"} {
			people = append(people, answered(1, 1, personRow{truth: "same", by: by, x: x})...)
		}
	}
	ceiling, warnings, err := ceilSet(t, newSetMetric(t, "value_delta", contrastOf("x", "x")), tables(stimuli, people))
	if err != nil {
		t.Fatal(err)
	}
	wantFigure(t, "the ceiling", ceiling.Value, math.NaN())
	wantWarning(t, warnings, "in all 500 splits, a half has no trials of a level")
}
