package choice

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// conditionTrials returns trials of subjects on stimuli of their own, 12 in each condition,
// that subject and model answer right so many times.
func conditionTrials(subjects, models [][]int) metrics.ConsistencyInput {
	in := metrics.ConsistencyInput{Subjects: len(subjects)}
	for s, row := range subjects {
		in.Conditions = max(in.Conditions, len(row))
		for c, right := range row {
			if right < 0 {
				continue // no trials
			}
			for k := range 12 {
				in.Trials = append(in.Trials, metrics.ConsistencyTrial{Subject: s, Condition: c, Stimulus: in.Stimuli, Correct: k < right})
				in.ModelCorrect = append(in.ModelCorrect, 11-k < models[s][c])
				in.Stimuli++
			}
		}
	}
	return in
}

func newConditionAccuracy(t *testing.T) metrics.Consistency {
	t.Helper()
	m, err := metrics.New("condition_accuracy", metrics.Options{"by": []any{"kind", "colour"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := m.(metrics.Grouping).Columns(); !slices.Equal(got, []string{"kind", "colour"}) {
		t.Errorf("columns %q", got)
	}
	return m.(metrics.Consistency)
}

func TestConditionAccuracy(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name                  string
		subjects, models      [][]int
		raw, rawError         float64
		ceiling, ceilingError float64
		warnings              []string
	}{
		{"all agree", [][]int{{1, 2, 3}, {2, 4, 6}}, [][]int{{5, 6, 7}, {0, 6, 12}}, 1, 0, 1, 0, nil},
		{"the model is opposite", [][]int{{1, 2, 3}, {2, 4, 6}}, [][]int{{7, 6, 5}, {12, 6, 0}}, -1, 0, 1, 0, nil},
		{"by hand", [][]int{{0, 6, 12}, {0, 6, 12}}, [][]int{{0, 0, 12}, {0, 12, 0}}, math.Sqrt(3) / 4, math.Sqrt(3) / 4, 1, 0, nil},
		{"a constant subject", [][]int{{1, 2, 3}, {2, 4, 6}, {5, 5, 5}}, [][]int{{5, 6, 7}, {0, 6, 12}, {1, 2, 3}}, 1, 0, 1, 0,
			[]string{"1 of 3 subjects have no correlation and are left out: the subject's accuracy", "ceiling: 1 of 3"}},
		{"a constant model", [][]int{{1, 2, 3}, {2, 4, 6}}, [][]int{{5, 6, 7}, {9, 9, 9}}, 1, 0, 1, 0, []string{"1 of 2 subjects have no correlation and are left out: the model's accuracy"}},
		{"one condition", [][]int{{1}, {2}}, [][]int{{5}, {9}}, nan, nan, nan, nan, []string{"fewer than 2 conditions", "ceiling: 2 of 2"}},
		{"a condition without trials of one subject", [][]int{{1, 2, 3}, {2, 4, -1}}, [][]int{{5, 6, 7}, {0, 6, 0}}, 1, 0, 1, 0, nil},
		{"others who cancel out", [][]int{{0, 6, 12}, {0, 6, 12}, {12, 6, 0}}, [][]int{{0, 6, 12}, {0, 6, 12}, {12, 6, 0}}, 1, 0, -1, nan, []string{"ceiling: 2 of 3"}},
		{"others who cancel out, but for rounding", [][]int{{4, 8, 1, 11}, {7, 5, 6, 2}, {5, 7, 6, 10}}, [][]int{{1, 2, 3, 4}, {1, 2, 3, 4}, {1, 2, 3, 4}}, nan, nan, nan, nan, nil},
	} {
		score, err := newConditionAccuracy(t).ScoreConsistency(context.Background(), conditionTrials(c.subjects, c.models))
		if err != nil {
			t.Fatal(err)
		}
		if c.name == "others who cancel out, but for rounding" {
			wantFigure(t, c.name, score.Ceiling.Splits[0], nan)
			continue
		}
		wantFigure(t, c.name+": the score", score.Raw.Value, c.raw)
		wantFigure(t, c.name+": the error", score.Raw.Error, c.rawError)
		wantFigure(t, c.name+": the ceiling", score.Ceiling.Value, c.ceiling)
		wantFigure(t, c.name+": the ceiling's error", score.Ceiling.Error, c.ceilingError)
		if len(c.warnings) == 0 {
			wantWarning(t, score.Warnings, "")
		}
		for _, w := range c.warnings {
			wantWarning(t, score.Warnings, w)
		}
	}
}

// TestConditionAccuracyCeiling compares the ceiling and its error with the formula.
func TestConditionAccuracyCeiling(t *testing.T) {
	subjects := [][]int{{1, 5, 9, 12}, {0, 7, 6, 11}, {3, 2, 10, 8}, {6, 5, 9, 12}, {2, 2, 2, 9}}
	got, err := newConditionAccuracy(t).ConsistencyCeiling(context.Background(), conditionTrials(subjects, subjects))
	if err != nil {
		t.Fatal(err)
	}
	var correlations []float64
	for s, row := range subjects {
		own, others := make([]float64, len(row)), make([]float64, len(row))
		for other, counts := range subjects {
			for c, n := range counts {
				if other == s {
					own[c] = float64(n)
				} else {
					others[c] += float64(n)
				}
			}
		}
		correlations = append(correlations, metrics.Pearson(own, others))
	}
	mean, squares := 0.0, 0.0
	for _, r := range correlations {
		mean += r / 5
	}
	for _, r := range correlations {
		squares += (r - mean) * (r - mean)
	}
	wantFigure(t, "the ceiling", got.Value, mean)
	wantFigure(t, "its error", got.Error, math.Sqrt(squares/4)/math.Sqrt(5))
}

// TestConditionAccuracyOfRepeats counts all trials of a repeated stimulus.
func TestConditionAccuracyOfRepeats(t *testing.T) {
	m := newConditionAccuracy(t)
	in := conditionTrials([][]int{{1, 5, 9}, {0, 7, 6}}, [][]int{{3, 5, 8}, {1, 7, 6}})
	want, err := m.ScoreConsistency(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	in.Trials = append(in.Trials, in.Trials...)
	got, err := m.ScoreConsistency(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	wantFigure(t, "twice", got.Raw.Value, want.Raw.Value)
	in.Trials[0].Correct = !in.Trials[0].Correct
	if got, err = m.ScoreConsistency(context.Background(), in); err != nil || got.Raw.Value == want.Raw.Value {
		t.Errorf("another answer of a repeated stimulus changes nothing: %v, error %v", got.Raw.Value, err)
	}
}

// TestConditionAccuracyRowOrder shuffles trials: all figures are the same bit for bit.
func TestConditionAccuracyRowOrder(t *testing.T) {
	m := newConditionAccuracy(t)
	in := conditionTrials([][]int{{1, 5, 9}, {0, 7, 6}, {3, 4, 11}}, [][]int{{3, 5, 8}, {1, 7, 6}, {9, 9, 1}})
	want, err := m.ScoreConsistency(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(in.Trials), func(i, j int) { in.Trials[i], in.Trials[j] = in.Trials[j], in.Trials[i] })
	got, err := m.ScoreConsistency(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	if got.Raw.Value != want.Raw.Value || got.Raw.Error != want.Raw.Error || got.Ceiling.Value != want.Ceiling.Value || got.Ceiling.Error != want.Ceiling.Error {
		t.Errorf("%+v after shuffling, %+v before", got, want)
	}
}

func TestConditionAccuracyErrors(t *testing.T) {
	m := newConditionAccuracy(t)
	in := conditionTrials([][]int{{1, 5, 9}}, [][]int{{3, 5, 8}})
	var subjects *SubjectsError
	if _, err := m.ScoreConsistency(context.Background(), in); !errors.As(err, &subjects) {
		t.Errorf("one subject: error %v, want a *SubjectsError", err)
	}
	in.GivenCeiling = true
	score, err := m.ScoreConsistency(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	wantFigure(t, "one subject, a given ceiling", score.Raw.Value, metrics.Pearson([]float64{1, 5, 9}, []float64{3, 5, 8}))
}
