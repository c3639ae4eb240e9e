package choice

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// sparseInput makes 2,400 trials of 60 stimuli and 12 objects, so that many
// cells of stimulus by distractor are empty in a half.
func sparseInput() metrics.BehavioralInput {
	const stimuli, objects, trials = 60, 12, 2400
	state := uint64(12345)
	draw := func(n int) int {
		state = state*6364136223846793005 + 1442695040888963407
		return int((state >> 33) % uint64(n))
	}
	in := metrics.BehavioralInput{Human: metrics.ChoiceTrials{Stimuli: stimuli, Objects: objects}}
	for s := range stimuli {
		in.Truth = append(in.Truth, s%objects)
	}
	h := &in.Human
	for range trials {
		s := draw(stimuli)
		truth, distractor := in.Truth[s], draw(objects-1)
		if distractor >= truth {
			distractor++
		}
		choice := distractor
		if draw(100) < 70-s%7*4 {
			choice = truth
		}
		h.Stimulus, h.Truth = append(h.Stimulus, s), append(h.Truth, truth)
		h.Sample, h.Distractor = append(h.Sample, truth), append(h.Distractor, distractor)
		h.Choice = append(h.Choice, choice)
	}
	for s := range stimuli {
		for c := range objects {
			p := 1 + draw(1000)
			if c == in.Truth[s] {
				p += 4000 - s%7*500
			}
			in.Probabilities = append(in.Probabilities, float64(p))
		}
	}
	return in
}

// The figures are from a program of its own in numpy and SciPy on the same
// trials, halved by numpy's RandomState.
func TestChoicesWithEmptyCells(t *testing.T) {
	in := sparseInput()
	for _, tt := range []struct {
		metric                      string
		raw, error, ceiling, ceiled float64
	}{
		{"i1", 0.22495183426297935, 0.04040688666847683, 0.21090032225679414, 0.6334529624676988},
		{"i1n", 0.26639332937665183, 0.005771847616034359, 0.16993712360471183, 0.9213750255222144},
		{"i2", 0.07252086206235081, 0.017022658195652803, 0.0583325643767664, 0.313199222764005},
		{"i2n", 0.0634488127394741, 0.015337299925340303, 0.02462914017786405, 0.41661019819261835},
		{"o1", -0.25088514755194286, 0.29276485446300776, 0.025504203034435485, -1.3076855277396593},
		{"o2", 0.06164502500283862, 0.00766965319458595, -0.01934470120892631, 3.5264259048437006},
	} {
		t.Run(tt.metric, func(t *testing.T) {
			got, err := newBehavioral(t, tt.metric, metrics.Options{"skip_missing": true}).ScoreBehavior(context.Background(), in)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range []struct {
				name      string
				got, want float64
			}{{"raw", got.Raw.Value, tt.raw}, {"error", got.Raw.Error, tt.error}, {"ceiling", got.Ceiling.Value, tt.ceiling}, {"ceiled", got.Ceiled.Value, tt.ceiled}} {
				if !(math.Abs(c.got-c.want) <= 1e-11) {
					t.Errorf("%s is %v, want %v", c.name, c.got, c.want)
				}
			}
			warnings := strings.Join(got.Warnings, "\n")
			if !strings.Contains(warnings, "have no trials") {
				t.Errorf("no warning of empty cells: %q", warnings)
			}
			if negative := slices.Min(got.Ceiling.Splits) <= 0; strings.Contains(warnings, "not above 0") != negative {
				t.Errorf("ceilings %v, warnings %q", got.Ceiling.Splits, warnings)
			}
			nan := slices.ContainsFunc(got.Ceiled.Splits, math.IsNaN)
			if alone := nan && !math.IsNaN(got.Ceiled.Value); strings.Contains(warnings, "that of 1 of 2 halvings") != alone {
				t.Errorf("ceiled %v, warnings %q", got.Ceiled.Splits, warnings)
			}
			if above := got.Ceiled.Value > 1; strings.Contains(warnings, "above 1") != above {
				t.Errorf("ceiled %v, warnings %q", got.Ceiled.Value, warnings)
			}
		})
	}
}

func TestEmptyCellsNeedSkipMissing(t *testing.T) {
	in := sparseInput()
	_, err := newBehavioral(t, "i2", nil).BehavioralCeiling(context.Background(), in.Human)
	var undefined *UndefinedError
	if !errors.As(err, &undefined) || undefined.Model || undefined.Cells == 0 || undefined.Stimulus < 0 || undefined.Choice < 0 {
		t.Fatalf("error %v (%+v)", err, undefined)
	}
	if !strings.Contains(err.Error(), "skip_missing: true") {
		t.Errorf("%q does not say what to do", err)
	}
	// A collapsed pattern has a number for each stimulus all the same.
	if _, err := newBehavioral(t, "i1", nil).BehavioralCeiling(context.Background(), in.Human); err != nil {
		t.Error(err)
	}
}

func TestStimulusWithoutTrials(t *testing.T) {
	in := sparseInput()
	kept := in
	kept.Human = metrics.ChoiceTrials{Stimuli: in.Human.Stimuli, Objects: in.Human.Objects}
	h := &kept.Human
	for i, s := range in.Human.Stimulus {
		if s != 7 {
			h.Stimulus, h.Truth = append(h.Stimulus, s), append(h.Truth, in.Human.Truth[i])
			h.Sample, h.Distractor = append(h.Sample, in.Human.Sample[i]), append(h.Distractor, in.Human.Distractor[i])
			h.Choice = append(h.Choice, in.Human.Choice[i])
		}
	}
	for _, name := range []string{"i1", "i1n", "i2", "i2n", "o1", "o2"} {
		got, err := newBehavioral(t, name, metrics.Options{"skip_missing": true}).ScoreBehavior(context.Background(), kept)
		if err != nil || math.IsNaN(got.Raw.Value) || math.IsNaN(got.Ceiling.Value) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// Codes only name: the order-preserving renumbering of stimuli and objects that
// comes of further, unused ones changes nothing on images of known objects.
func TestChoicesDoNotDependOnCodes(t *testing.T) {
	in := sparseInput()
	wide := metrics.BehavioralInput{Human: in.Human}
	double := func(codes []int) []int {
		out := slices.Clone(codes)
		for i := range out {
			out[i] *= 2
		}
		return out
	}
	h := &wide.Human
	h.Truth, h.Sample, h.Distractor, h.Choice = double(h.Truth), double(h.Sample), double(h.Distractor), double(h.Choice)
	h.Objects *= 2
	wide.Truth = double(in.Truth)
	wide.Probabilities = make([]float64, len(in.Probabilities)*2)
	for i, p := range in.Probabilities {
		wide.Probabilities[2*i] = p
	}
	for _, name := range []string{"i1", "i1n", "i2", "i2n", "o1", "o2"} {
		m := newBehavioral(t, name, metrics.Options{"skip_missing": true})
		a, errA := m.ScoreBehavior(context.Background(), in)
		b, errB := m.ScoreBehavior(context.Background(), wide)
		if errA != nil || errB != nil {
			t.Errorf("%s: %v, %v", name, errA, errB)
		} else if a.Raw.Value != b.Raw.Value || a.Ceiling.Value != b.Ceiling.Value {
			t.Errorf("%s: %v and %v with other codes", name, a.Raw, b.Raw)
		}
	}
}
