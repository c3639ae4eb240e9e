package choice

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

func scoreConsistency(t *testing.T, name string, options metrics.Options, in metrics.ConsistencyInput) metrics.Score {
	t.Helper()
	m, err := metrics.New(name, options)
	if err != nil {
		t.Fatal(err)
	}
	score, err := m.(metrics.Consistency).ScoreConsistency(t.Context(), in)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return score
}

// Figures of three subjects by hand: + is right, - wrong, a space not seen.
func TestTrialwiseByHand(t *testing.T) {
	in := consistencyOf("++--", "+++-", "+-  ", "----")
	for _, c := range []struct {
		name         string
		raw, ceiling []float64 // by subject, by pair
	}{
		{
			name:    "accuracy_distance",
			raw:     []float64{1 - .25/.75, 0, .5}, // a = ½ against ¾; 1 against ½; ½ against 0
			ceiling: []float64{.5, .25, .5},        // ¾ against ½, ¾ against 0, ½ against 0
		},
		{name: "observed_consistency", raw: []float64{.75, .5, .5}, ceiling: []float64{.5, .25, .5}},
		{name: "accuracy_difference", raw: []float64{.0625, .25, .25}, ceiling: []float64{.0625, .5625, .25}},
	} {
		score := scoreConsistency(t, c.name, nil, in)
		check := func(what string, got metrics.Estimate, want []float64) {
			if len(got.Splits) != len(want) || slices.ContainsFunc([]int{0, 1, 2}, func(i int) bool { return math.Abs(got.Splits[i]-want[i]) > 1e-15 }) {
				t.Errorf("%s: %s %v, want %v", c.name, what, got.Splits, want)
			}
			mean := (want[0] + want[1] + want[2]) / 3
			square := 0.0
			for _, v := range want {
				square += (v - mean) * (v - mean) / 3
			}
			if math.Abs(got.Value-mean) > 1e-15 || math.Abs(got.Error-math.Sqrt(square)) > 1e-15 {
				t.Errorf("%s: %s %v ± %v, want %v ± %v", c.name, what, got.Value, got.Error, mean, math.Sqrt(square))
			}
		}
		check("raw", score.Raw, c.raw)
		check("ceiling", score.Ceiling, c.ceiling)
		given := in
		given.GivenCeiling = true
		given.Trials = slices.DeleteFunc(slices.Clone(in.Trials), func(trial metrics.ConsistencyTrial) bool { return trial.Subject > 0 })
		if s := scoreConsistency(t, c.name, nil, given); math.Abs(s.Raw.Value-c.raw[0]) > 1e-15 || !math.IsNaN(s.Ceiling.Value) {
			t.Errorf("%s: one subject with a given ceiling: %+v", c.name, s)
		}
	}
}

// A repeated trial counts where accuracies are compared, and is ignored where stimuli are.
func TestTrialwiseRepeats(t *testing.T) {
	in := consistencyOf("+-", "--", "++")
	in.Trials = append(in.Trials, metrics.ConsistencyTrial{Subject: 0, Stimulus: 0, Correct: true})
	for name, want := range map[string]float64{
		"observed_consistency": .5,
		"accuracy_difference":  1. / 9, // 2 of 3 against 1 of 3
		"accuracy_distance":    .5,     // 1 − ⅓/⅔
	} {
		if got := scoreConsistency(t, name, nil, in).Raw.Splits[0]; math.Abs(got-want) > 1e-15 {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// Of shapes and textures only the stimuli where they differ count.
func TestShapeBias(t *testing.T) {
	in := metrics.ChoicesInput{
		Names: []string{"bear", "cat", "dog"}, Offered: []bool{true, true, true},
		Truth:   []int{0, 0, 1, 1, 2, 2},
		Choice:  []int{0, 1, 2, 0, 2, 0},
		Columns: []metrics.Column{{Name: "texture", Values: []string{"bear", "cat", "fur"}, Stimulus: []int{1, 1, 0, 0, 2, 2}}},
	}
	for name, want := range map[string][2]float64{
		"shape_bias":  {.5, .5}, // bear, dog against cat, bear
		"shape_match": {2. / 6, math.Sqrt(2. / 9)},
	} {
		m, err := metrics.New(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		score, err := m.(metrics.Choices).ScoreChoices(t.Context(), in)
		if err != nil || math.Abs(score.Raw.Value-want[0]) > 1e-15 || math.Abs(score.Raw.Error-want[1]) > 1e-15 {
			t.Errorf("%s: %+v, %v, want %v", name, score.Raw, err, want)
		}
	}
	same := in
	same.Columns = []metrics.Column{{Name: "texture", Values: in.Names, Stimulus: in.Truth}}
	m, _ := metrics.New("shape_bias", nil)
	if _, err := m.(metrics.Choices).ScoreChoices(t.Context(), same); err == nil {
		t.Error("stimuli without a conflict have a shape bias")
	}
}

// An interval holds its score and lies within 0 and 1, at the ends too.
func TestShareIntervals(t *testing.T) {
	r := metrics.Resampling{Samples: 400, Seed: 1}
	for _, right := range []string{"++++++++++", "----------", "+---------", "+-+-+-+-+-", "+"} {
		in := metrics.ChoicesInput{Names: []string{"a", "b"}, Offered: []bool{true, true}, Intervals: r}
		for _, c := range right {
			in.Truth, in.Choice = append(in.Truth, 0), append(in.Choice, map[rune]int{'+': 0, '-': 1}[c])
		}
		score, err := accuracy{}.ScoreChoices(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		i := *score.Raw.Interval
		if len(right) == 1 {
			if !i.None() {
				t.Errorf("%s: the interval of one stimulus is %v", right, i)
			}
			continue
		}
		if !(0 <= i.Low && i.Low <= score.Raw.Value && score.Raw.Value <= i.High && i.High <= 1) {
			t.Errorf("%s: the interval of %v is %v", right, score.Raw.Value, i)
		}
	}
}

// So many subjects that their pairs would not fit are an error, unless the ceiling is
// given.
func TestTooManySubjects(t *testing.T) {
	in := metrics.ConsistencyInput{Subjects: 6000, Conditions: 1, Stimuli: 1, ModelCorrect: []bool{true}}
	for s := range in.Subjects {
		in.Trials = append(in.Trials, metrics.ConsistencyTrial{Subject: s, Correct: s%3 > 0})
	}
	for _, name := range []string{"accuracy_distance", "error_consistency"} {
		m, err := metrics.New(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		var subjects *SubjectsError
		if _, err := m.(metrics.Consistency).ScoreConsistency(t.Context(), in); !errors.As(err, &subjects) || subjects.Pairs != 6000*5999/2 {
			t.Errorf("%s: error %v", name, err)
		}
		given := in
		given.GivenCeiling, given.Conditions = true, 1<<20
		var trial *metrics.TrialError
		if _, err := m.(metrics.Consistency).ScoreConsistency(t.Context(), given); !errors.As(err, &trial) {
			t.Errorf("%s in a million conditions: error %v", name, err)
		}
		given.Conditions = 1
		if _, err := m.(metrics.Consistency).ScoreConsistency(t.Context(), given); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
