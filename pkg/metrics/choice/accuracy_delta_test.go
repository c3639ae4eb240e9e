package choice

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/numpyrand"
)

// deltaRows returns stimuli of one truth and trials, right so many times of 20 in baseline
// and changed: the model first, then each subject.
func deltaRows(right [][2]int) (stimuli []stimulusRow, people []personRow) {
	for i, pair := range right {
		for side, by := range []string{"whole", "parts"} {
			if i == 0 {
				stimuli = append(stimuli, repeated(20, pair[side], stimulusRow{truth: "cat", by: by})...)
			} else {
				people = append(people, answered(20, pair[side], personRow{subject: i - 1, truth: "cat", by: by})...)
			}
		}
	}
	return stimuli, people
}

// TestAccuracyDeltaOfEqualSubjects scores subjects who all lose as much, so that no draw
// plays a part.
func TestAccuracyDeltaOfEqualSubjects(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name           string
		model, subject [2]int
		raw, ceiling   float64
		warning        string
	}{
		{"as much", [2]int{18, 8}, [2]int{20, 10}, 1, 1, ""},
		{"half as much", [2]int{15, 10}, [2]int{20, 10}, .5, 1, ""},
		{"one and a half times", [2]int{16, 1}, [2]int{20, 10}, .5, 1, ""},
		{"more than twice", [2]int{20, 0}, [2]int{20, 11}, 0, 1, ""},
		{"none", [2]int{15, 15}, [2]int{20, 10}, 0, 1, ""},
		{"the opposite", [2]int{10, 15}, [2]int{20, 10}, 0, 1, ""},
		{"all are better when changed", [2]int{10, 15}, [2]int{8, 18}, .5, 1, ""},
		{"subjects lose nothing", [2]int{20, 10}, [2]int{7, 7}, 0, nan, ""},
		{"nobody loses anything", [2]int{11, 11}, [2]int{7, 7}, nan, nan, "all 100 splits"},
	} {
		for _, subjects := range []int{2, 3, 8} {
			for _, published := range []bool{false, true} {
				m := newSetMetric(t, "accuracy_delta", contrastOf("published_draws", published))
				in := tables(deltaRows(append([][2]int{c.model}, slices.Repeat([][2]int{c.subject}, subjects)...)))
				score, err := scoreSet(t, m, in)
				if err != nil {
					t.Fatal(err)
				}
				wantFigure(t, c.name+": the score", score.Raw.Value, c.raw)
				wantFigure(t, c.name+": the error", score.Raw.Error, c.raw-c.raw)
				wantWarning(t, score.Warnings, c.warning)
				ceiling, warnings, err := ceilSet(t, m, in)
				if err != nil {
					t.Fatal(err)
				}
				wantFigure(t, c.name+": the ceiling", ceiling.Value, c.ceiling)
				if math.IsNaN(c.ceiling) != (len(warnings) > 0) {
					t.Errorf("%s: warnings %q", c.name, warnings)
				}
			}
		}
	}
}

// TestAccuracyDeltaDraws compares the values by half with the formula, and with published
// draws never draws the last subject.
func TestAccuracyDeltaDraws(t *testing.T) {
	right := [][2]int{{17, 9}, {20, 15}, {12, 13}, {19, 2}, {16, 11}, {20, 17}}
	deltas := []float64{.25, -.05, .85, .25, .15}
	for _, published := range []bool{false, true} {
		m := newSetMetric(t, "accuracy_delta", contrastOf("published_draws", published))
		score, err := scoreSet(t, m, tables(deltaRows(right)))
		if err != nil {
			t.Fatal(err)
		}
		for i, got := range score.Raw.Splits {
			n := len(deltas)
			if published {
				n--
			}
			half := numpyrand.New(uint32(i)).Permutation(n)[:2]
			people := (deltas[half[0]] + deltas[half[1]]) / 2
			wantFigure(t, "a half", got, max(0, 1-math.Abs(people-.4)/math.Abs(people)))
		}
		right[5] = [2]int{20, 0}
		other, err := scoreSet(t, m, tables(deltaRows(right)))
		if err != nil {
			t.Fatal(err)
		}
		if same := other.Raw.Value == score.Raw.Value; same != published {
			t.Errorf("published_draws=%v: the score without the last subject's answers is the same: %v", published, same)
		}
		right[5] = [2]int{20, 17}
	}
}

// TestAccuracyDeltaZero has subjects whose differences cancel out exactly, though not in
// floating point.
func TestAccuracyDeltaZero(t *testing.T) {
	var people []personRow
	for s, c := range []struct{ n, right, m, other int }{{3, 1, 6, 0}, {6, 0, 3, 1}} {
		people = append(people, answered(c.n, c.right, personRow{subject: s, truth: "cat", by: "whole"})...)
		people = append(people, answered(c.m, c.other, personRow{subject: s, truth: "cat", by: "parts"})...)
	}
	for s, c := range []struct{ n, right, m, other int }{{10, 3, 10, 2}, {10, 4, 10, 5}} { // 0.3 − 0.2 and 0.4 − 0.5
		people = append(people, answered(c.n, c.right, personRow{subject: s + 2, truth: "cat", by: "whole"})...)
		people = append(people, answered(c.m, c.other, personRow{subject: s + 2, truth: "cat", by: "parts"})...)
	}
	stimuli := append(repeated(10, 6, stimulusRow{truth: "cat", by: "whole"}), repeated(5, 3, stimulusRow{truth: "cat", by: "parts"})...)
	m := newSetMetric(t, "accuracy_delta", contrastOf())
	score, err := scoreSet(t, m, tables(stimuli, people))
	if err != nil {
		t.Fatal(err)
	}
	deltas := []int{10, -10, 3, -3} // in thirtieths
	undefined := 0
	for i, got := range score.Raw.Splits {
		half := numpyrand.New(uint32(i)).Permutation(4)[:2]
		if deltas[half[0]]+deltas[half[1]] == 0 {
			undefined++
			wantFigure(t, "a half that loses nothing", got, math.NaN())
		} else {
			wantFigure(t, "a half of a model that loses nothing", got, 0)
		}
	}
	if undefined == 0 {
		t.Error("no half loses nothing")
	}
	wantWarning(t, score.Warnings, "splits have no value")
}

// TestAccuracyDeltaDoubts leaves out truths and subjects, with a warning.
func TestAccuracyDeltaDoubts(t *testing.T) {
	m := newSetMetric(t, "accuracy_delta", contrastOf())
	stimuli, people := deltaRows([][2]int{{20, 10}, {20, 10}, {20, 10}})
	for _, c := range []struct {
		name    string
		stimuli []stimulusRow
		people  []personRow
		warning string
	}{
		{"a truth without changed stimuli", repeated(5, 5, stimulusRow{truth: "dog", by: "whole"}), nil, "have no stimulus with by parts and are left out of its mean accuracy: dog"},
		{"a truth of other stimuli alone", repeated(5, 5, stimulusRow{truth: "dog", by: "other"}), nil, "have no stimulus with by whole"},
		{"a subject without changed trials", nil, answered(5, 5, personRow{subject: 2, truth: "cat", by: "whole"}), "1 of 3 subjects"},
		{"a subject of other trials alone", nil, answered(5, 5, personRow{subject: 2, truth: "cat", by: "other"}), "1 of 3 subjects"},
	} {
		score, err := scoreSet(t, m, tables(slices.Concat(stimuli, c.stimuli), slices.Concat(people, c.people)))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		wantFigure(t, c.name, score.Raw.Value, 1)
		wantWarning(t, score.Warnings, c.warning)
	}
	_, err := scoreSet(t, m, tables(deltaRows([][2]int{{20, 10}, {20, 10}})))
	var trial *metrics.TrialError
	if !errors.As(err, &trial) {
		t.Errorf("one subject: error %v, want a *TrialError", err)
	}
}

// TestAccuracyDeltaWeighsTruths wants the mean over truths, however many stimuli each has.
func TestAccuracyDeltaWeighsTruths(t *testing.T) {
	_, people := deltaRows([][2]int{{0, 0}, {20, 10}, {20, 10}})
	stimuli := slices.Concat(
		repeated(50, 50, stimulusRow{truth: "cat", by: "whole"}), repeated(2, 2, stimulusRow{truth: "dog", by: "whole"}),
		repeated(3, 3, stimulusRow{truth: "cat", by: "parts"}), repeated(40, 20, stimulusRow{truth: "dog", by: "parts"}))
	score, err := scoreSet(t, newSetMetric(t, "accuracy_delta", contrastOf()), tables(stimuli, people))
	if err != nil {
		t.Fatal(err)
	}
	wantFigure(t, "the score", score.Raw.Value, .5) // 1 − (1 + ½)/2 is half of people's ½
}
