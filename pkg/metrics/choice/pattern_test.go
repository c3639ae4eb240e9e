package choice

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
)

func newBehavioral(t testing.TB, name string, options metrics.Options) metrics.Behavioral {
	t.Helper()
	m, err := metrics.New(name, options)
	if err != nil {
		t.Fatal(err)
	}
	return m.(metrics.Behavioral)
}

// choiceMetric is the metric of a golden benchmark's name.
func choiceMetric(benchmark string) string { return benchmark[strings.LastIndex(benchmark, "-")+1:] }

func TestChoicesFromGivenProbabilities(t *testing.T) {
	o := testinput.GoldenObjectome(t)
	in := metrics.BehavioralInput{Human: o.Human, Truth: o.Truth, Probabilities: o.GivenProbabilities(t)}
	n := 0
	for _, want := range testinput.GoldenScores(t, "golden/expected.json") {
		if want.Model != "objectome-mini-readout" {
			continue
		}
		n++
		t.Run(want.Benchmark, func(t *testing.T) {
			got, err := newBehavioral(t, choiceMetric(want.Benchmark), nil).ScoreBehavior(context.Background(), in)
			if err != nil {
				t.Fatal(err)
			}
			want.Raw.Check(t, "raw", got.Raw, 1e-12)
			want.Ceiling.Check(t, "ceiling", got.Ceiling, 1e-12)
			want.Score.Check(t, "score", got.Ceiled, 1e-12)
			if len(got.Warnings) > 0 {
				t.Error("warnings:", got.Warnings)
			}
		})
	}
	if n != 6 {
		t.Errorf("%d cases, want 6", n)
	}
}

// oneTrialEach is a small valid input: objects 0 to 2, stimuli 0 to 2.
func oneTrialEach() metrics.BehavioralInput {
	return metrics.BehavioralInput{
		Human: metrics.ChoiceTrials{
			Stimulus: []int{0, 1, 2}, Truth: []int{0, 1, 2}, Sample: []int{0, 1, 2}, Distractor: []int{1, 2, 0}, Choice: []int{0, 2, 2},
			Stimuli: 3, Objects: 3,
		},
		Truth:         []int{0, 1, 2},
		Probabilities: []float64{0.5, 0.25, 0.25, 0.5, 0.25, 0.25, 0.5, 0.25, 0.25},
	}
}

func TestChoiceInputErrors(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(*metrics.BehavioralInput)
		want  string
	}{
		{"no trials", func(in *metrics.BehavioralInput) { in.Human = metrics.ChoiceTrials{Stimuli: 3, Objects: 3} }, "no trials"},
		{"column length", func(in *metrics.BehavioralInput) { in.Human.Choice = in.Human.Choice[:2] }, "differ in length"},
		{"stimulus code", func(in *metrics.BehavioralInput) { in.Human.Stimulus[1] = 3 }, "trial 2: stimulus code 3"},
		{"object code", func(in *metrics.BehavioralInput) { in.Human.Distractor[0] = -1 }, "trial 1: object code -1"},
		{"choice not offered", func(in *metrics.BehavioralInput) { in.Human.Choice[2] = 1 }, "trial 3: choice 1 is neither"},
		{"two truths", func(in *metrics.BehavioralInput) { in.Human.Stimulus[1] = 0 }, "trial 2: stimulus 0 has truth 1 here and 0"},
		{"other truth", func(in *metrics.BehavioralInput) { in.Truth[2] = 0 }, "trial 3: stimulus 2 has truth 2 in the trials and 0"},
		{"truths", func(in *metrics.BehavioralInput) { in.Truth = in.Truth[:2] }, "2 truths for 3 stimuli"},
		{"truth range", func(in *metrics.BehavioralInput) { in.Truth[0] = 9 }, "truth 9 of stimulus 0"},
		{"probabilities", func(in *metrics.BehavioralInput) { in.Probabilities = in.Probabilities[:8] }, "8 probabilities for 3 stimuli × 3"},
		{"negative", func(in *metrics.BehavioralInput) { in.Probabilities[4] = -0.1 }, "choice 1 for stimulus 1 is -0.1"},
		{"NaN", func(in *metrics.BehavioralInput) { in.Probabilities[8] = math.NaN() }, "choice 2 for stimulus 2 is NaN"},
		{"infinite", func(in *metrics.BehavioralInput) { in.Probabilities[0] = math.Inf(1) }, "choice 0 for stimulus 0 is +Inf"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := oneTrialEach()
			tt.spoil(&in)
			_, err := newBehavioral(t, "i2", nil).ScoreBehavior(context.Background(), in)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestTooFewTrialsGiveNaNWithWarnings(t *testing.T) {
	got, err := newBehavioral(t, "i2", nil).ScoreBehavior(context.Background(), oneTrialEach())
	if err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(got.Raw.Value) || !math.IsNaN(got.Ceiling.Value) || !math.IsNaN(got.Ceiled.Value) || len(got.Warnings) == 0 {
		t.Errorf("%+v", got)
	}
}

// Both objects of a choice at probability 0 leave the model without an answer.
func TestModelWithoutAnswerIsAnError(t *testing.T) {
	in := sparseInput()
	const stimulus, choice = 5, 9
	truth := in.Truth[stimulus]
	in.Probabilities[stimulus*in.Human.Objects+truth] = 0
	in.Probabilities[stimulus*in.Human.Objects+choice] = 0
	_, err := newBehavioral(t, "i2n", metrics.Options{"skip_missing": true}).ScoreBehavior(context.Background(), in)
	var undefined *UndefinedError
	if !errors.As(err, &undefined) || !undefined.Model || undefined.Stimulus != stimulus || undefined.Choice != choice || undefined.Cells != 1 {
		t.Errorf("error %v", err)
	}
	// The mean over distractors leaves the cell out.
	if _, err := newBehavioral(t, "i1", nil).ScoreBehavior(context.Background(), in); err != nil {
		t.Error(err)
	}
}

func TestSkipMissingMustBeBoolean(t *testing.T) {
	_, err := metrics.New("o2", metrics.Options{"skip_missing": "yes"})
	var bad *metrics.OptionError
	if !errors.As(err, &bad) || bad.Option != "skip_missing" {
		t.Errorf("error %v", err)
	}
}
