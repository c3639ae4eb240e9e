package metrictest

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/choice"
)

// behavior is a metric on choices under test.
type behavior struct {
	onChoices[metrics.BehavioralInput]
}

// newChoices simulates humans and a model whose confusions have a part in common.
// Every distractor is offered a number of times with every stimulus.
func newChoices(seed uint64) metrics.BehavioralInput {
	const objects, images, trials = 4, 7, 14
	r := rand.New(rand.NewPCG(seed, 21))
	in := metrics.BehavioralInput{Human: metrics.ChoiceTrials{Stimuli: objects * images, Objects: objects}}
	pairs := make([]float64, objects*objects)
	for i := range pairs {
		pairs[i] = .7 * r.NormFloat64()
	}
	for s := range objects * images {
		truth := s / images
		in.Truth = append(in.Truth, truth)
		for o := range objects {
			if o == truth {
				in.Probabilities = append(in.Probabilities, 1)
				continue
			}
			common := -1 + pairs[truth*objects+o] + .8*r.NormFloat64()
			in.Probabilities = append(in.Probabilities, math.Exp(common+.4*r.NormFloat64()))
			human := 1 / (1 + math.Exp(-common-.4*r.NormFloat64()))
			for range trials {
				choice := truth
				if r.Float64() < human {
					choice = o
				}
				addTrial(&in.Human, s, truth, o, choice)
			}
		}
	}
	in.Human = reorderTrials(in.Human, r.Perm(in.Human.Len()))
	return in
}

func addTrial(t *metrics.ChoiceTrials, stimulus, truth, other, choice int) {
	t.Stimulus, t.Truth = append(t.Stimulus, stimulus), append(t.Truth, truth)
	t.Sample, t.Distractor, t.Choice = append(t.Sample, truth), append(t.Distractor, other), append(t.Choice, choice)
}

func reorderTrials(t metrics.ChoiceTrials, order []int) metrics.ChoiceTrials {
	t.Stimulus, t.Truth = pick(t.Stimulus, order), pick(t.Truth, order)
	t.Sample, t.Distractor, t.Choice = pick(t.Sample, order), pick(t.Distractor, order), pick(t.Choice, order)
	return t
}

func cloneChoices(in metrics.BehavioralInput) metrics.BehavioralInput {
	h := &in.Human
	h.Stimulus, h.Truth = slices.Clone(h.Stimulus), slices.Clone(h.Truth)
	h.Sample, h.Distractor, h.Choice = slices.Clone(h.Sample), slices.Clone(h.Distractor), slices.Clone(h.Choice)
	in.Truth, in.Probabilities = slices.Clone(in.Truth), slices.Clone(in.Probabilities)
	return in
}

// upTo lists 0 … n-1.
func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func sameChoices(a, b metrics.BehavioralInput) bool {
	x, y := a.Human, b.Human
	return slices.Equal(x.Stimulus, y.Stimulus) && slices.Equal(x.Truth, y.Truth) && slices.Equal(x.Sample, y.Sample) &&
		slices.Equal(x.Distractor, y.Distractor) && slices.Equal(x.Choice, y.Choice) &&
		slices.Equal(a.Truth, b.Truth) && sameNumbers(a.Probabilities, b.Probabilities)
}

func init() { addProperties(runBehavior, metrics.KindBehavior) }

// runBehavior checks a metric on choices.
func runBehavior(t *testing.T, s *subject, metric metrics.Behavioral) {
	b := behavior{onChoices[metrics.BehavioralInput]{
		subject: s,
		run:     metric.ScoreBehavior,
		ceiling: func(ctx context.Context, in metrics.BehavioralInput) (metrics.Estimate, error) {
			return metric.BehavioralCeiling(ctx, in.Human)
		},
		sampled: func(in metrics.BehavioralInput, r metrics.Resampling) metrics.BehavioralInput {
			in.Intervals = r
			return in
		},
		clone: cloneChoices,
		same:  sameChoices,
	}}
	in := newChoices(1)
	want := b.check(t, in)
	b.checkOrders(t, in, want)
	b.checkCells(t, in)
	b.checkErrors(t, in)
}

// checkOrders relabels what codes stand for.
func (b behavior) checkOrders(t *testing.T, in metrics.BehavioralInput, want metrics.Score) {
	r := rand.New(rand.NewPCG(2, 22))
	objects := in.Human.Objects
	b.property(t, "order of trials", roundoff, func(t *testing.T, tolerance float64) {
		other := in
		other.Human = reorderTrials(in.Human, r.Perm(in.Human.Len()))
		compare(t, "trials reordered", b.score(t, other), want, tolerance)
	})
	b.property(t, "order of the objects offered", 0, func(t *testing.T, tolerance float64) {
		other := in
		other.Human.Sample, other.Human.Distractor = in.Human.Distractor, in.Human.Sample
		compare(t, "sample and distractor exchanged", b.score(t, other), want, tolerance)
	})
	b.property(t, "order of stimuli", roundoff, func(t *testing.T, tolerance float64) {
		order := r.Perm(in.Human.Stimuli)
		other := in
		other.Truth, other.Probabilities = pick(in.Truth, order), reorderRows(in.Probabilities, objects, order)
		other.Human.Stimulus = pick(invert(order), in.Human.Stimulus)
		compare(t, "stimuli renumbered", b.score(t, other), want, tolerance)
	})
	b.property(t, "order of objects", roundoff, func(t *testing.T, tolerance float64) {
		order := r.Perm(objects)
		code := invert(order)
		other := in
		other.Truth, other.Probabilities = pick(code, in.Truth), reorderColumns(in.Probabilities, objects, order)
		h := in.Human
		h.Truth, h.Sample, h.Distractor, h.Choice = pick(code, h.Truth), pick(code, h.Sample), pick(code, h.Distractor), pick(code, h.Choice)
		other.Human = h
		compare(t, "objects renumbered", b.score(t, other), want, tolerance)
	})
}

// checkCells checks cells that nothing is known of. A metric may refuse them, by an
// *UndefinedError, or score without them, with a warning.
func (b behavior) checkCells(t *testing.T, in metrics.BehavioralInput) {
	without := func(left func(trial int) bool) metrics.BehavioralInput {
		other := in
		other.Human = reorderTrials(in.Human, slices.DeleteFunc(upTo(in.Human.Len()), left))
		return other
	}
	unknown := cloneChoices(in)
	clear(unknown.Probabilities[:in.Human.Objects])
	for property, other := range map[string]metrics.BehavioralInput{
		"pair of objects never offered with a stimulus": without(func(i int) bool {
			return in.Human.Stimulus[i] == 0 && in.Human.Distractor[i] == 2
		}),
		"stimulus without trials":       without(func(i int) bool { return in.Human.Stimulus[i] == 3 }),
		"object without trials":         without(func(i int) bool { return in.Human.Truth[i] == 1 }),
		"stimulus of no probability":    unknown,
		"one trial":                     without(func(i int) bool { return i > 0 }),
		"trials of one stimulus":        without(func(i int) bool { return in.Human.Stimulus[i] != 5 }),
		"choices that are always right": without(func(i int) bool { return in.Human.Choice[i] != in.Human.Truth[i] }),
	} {
		b.property(t, property, 0, func(t *testing.T, _ float64) {
			score, err := b.try(t, other)
			var undefined *choice.UndefinedError
			switch {
			case errors.As(err, &undefined):
			case err != nil:
				t.Errorf("error %v, want an *UndefinedError or a score", err)
			case property != "choices that are always right" && len(score.Warnings) == 0:
				t.Errorf("the score %v has no warning", score.Raw.Value)
			}
		})
	}
	b.property(t, "equal probabilities", 0, func(t *testing.T, _ float64) {
		other := cloneChoices(in)
		for i := range other.Probabilities {
			other.Probabilities[i] = .3
		}
		if score := b.score(t, other); !math.IsNaN(score.Raw.Value) {
			t.Errorf("the raw score is %v, want NaN", score.Raw.Value)
		}
	})
}

// checkErrors scores codes and probabilities that do not exist.
func (b behavior) checkErrors(t *testing.T, in metrics.BehavioralInput) {
	for property, change := range map[string]func(in *metrics.BehavioralInput){
		"no trials":                   func(in *metrics.BehavioralInput) { in.Human = reorderTrials(in.Human, nil) },
		"columns that differ":         func(in *metrics.BehavioralInput) { in.Human.Choice = in.Human.Choice[1:] },
		"unknown stimulus":            func(in *metrics.BehavioralInput) { in.Human.Stimulus[7] = in.Human.Stimuli },
		"negative stimulus":           func(in *metrics.BehavioralInput) { in.Human.Stimulus[7] = -1 },
		"unknown object":              func(in *metrics.BehavioralInput) { in.Human.Distractor[7] = in.Human.Objects },
		"choice that was not offered": func(in *metrics.BehavioralInput) { in.Human.Choice[7] = notOffered(in.Human, 7) },
		"truth of another stimulus":   func(in *metrics.BehavioralInput) { in.Truth[0] = 2 },
		"missing probabilities":       func(in *metrics.BehavioralInput) { in.Probabilities = in.Probabilities[1:] },
	} {
		b.property(t, property, 0, func(t *testing.T, _ float64) {
			other := cloneChoices(in)
			change(&other)
			_, err := b.try(t, other)
			var trial *metrics.TrialError
			if !errors.As(err, &trial) {
				t.Errorf("error %v, want a *TrialError", err)
			}
		})
	}
	b.property(t, "impossible probabilities", 0, func(t *testing.T, _ float64) {
		for _, p := range []float64{-.1, math.NaN(), math.Inf(1), math.Inf(-1)} {
			other := cloneChoices(in)
			other.Probabilities[5] = p
			_, err := b.try(t, other)
			var probability *choice.ProbabilityError
			if !errors.As(err, &probability) {
				t.Errorf("probability %v: error %v, want a *ProbabilityError", p, err)
			}
		}
	})
}

// notOffered returns an object that a trial does not offer.
func notOffered(t metrics.ChoiceTrials, trial int) int {
	object := 0
	for object == t.Sample[trial] || object == t.Distractor[trial] {
		object++
	}
	return object
}
