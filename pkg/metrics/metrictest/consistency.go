package metrictest

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/choice"
)

// consistency is a metric on choices trial by trial under test.
type consistency struct {
	onChoices[metrics.ConsistencyInput]
}

// newSubjects simulates subjects and a model that find the same stimuli hard. Each
// stimulus belongs to one condition.
func newSubjects(seed uint64) metrics.ConsistencyInput {
	const subjects, conditions, images = 5, 3, 40
	r := rand.New(rand.NewPCG(seed, 31))
	in := metrics.ConsistencyInput{Subjects: subjects, Conditions: conditions, Stimuli: conditions * images}
	for s := range in.Stimuli {
		hard := 1.5 * r.NormFloat64()
		in.ModelCorrect = append(in.ModelCorrect, .5+hard+r.NormFloat64() > 0)
		for subject := range subjects {
			in.Trials = append(in.Trials, metrics.ConsistencyTrial{Subject: subject, Condition: s / images, Stimulus: s, Correct: .8+hard+r.NormFloat64() > 0})
		}
	}
	return in
}

func cloneSubjects(in metrics.ConsistencyInput) metrics.ConsistencyInput {
	in.Trials, in.ModelCorrect = slices.Clone(in.Trials), slices.Clone(in.ModelCorrect)
	return in
}

func sameSubjects(a, b metrics.ConsistencyInput) bool {
	return slices.Equal(a.Trials, b.Trials) && slices.Equal(a.ModelCorrect, b.ModelCorrect)
}

func init() { addProperties(runConsistency, metrics.KindConsistency) }

// runConsistency checks a metric on choices trial by trial.
func runConsistency(t *testing.T, s *subject, metric metrics.Consistency) {
	c := consistency{onChoices[metrics.ConsistencyInput]{
		subject: s,
		run:     metric.ScoreConsistency,
		ceiling: metric.ConsistencyCeiling,
		sampled: func(in metrics.ConsistencyInput, r metrics.Resampling) metrics.ConsistencyInput {
			in.Intervals = r
			return in
		},
		clone: cloneSubjects,
		same:  sameSubjects,
	}}
	in := newSubjects(1)
	want := c.check(t, in)
	c.checkOrders(t, in, want)
	c.checkUndefined(t, in)
	c.checkErrors(t, in)
}

// checkOrders relabels what codes stand for. Figures by subject follow the subjects.
func (c consistency) checkOrders(t *testing.T, in metrics.ConsistencyInput, want metrics.Score) {
	r := rand.New(rand.NewPCG(2, 32))
	relabel := func(change func(trial *metrics.ConsistencyTrial)) metrics.ConsistencyInput {
		other := in
		other.Trials = slices.Clone(in.Trials)
		for i := range other.Trials {
			change(&other.Trials[i])
		}
		return other
	}
	// Sums over subjects and pairs come in another order, and so do their figures.
	sorted := func(score metrics.Score) metrics.Score {
		for _, e := range []*metrics.Estimate{&score.Raw, &score.Ceiling, &score.Ceiled} {
			e.Splits = slices.Sorted(slices.Values(e.Splits))
		}
		return score
	}
	c.property(t, "order of trials", roundoff, func(t *testing.T, tolerance float64) {
		other := in
		other.Trials = pick(in.Trials, r.Perm(len(in.Trials)))
		compare(t, "trials reordered", c.score(t, other), want, tolerance)
	})
	c.property(t, "order of subjects", roundoff, func(t *testing.T, tolerance float64) {
		code := r.Perm(in.Subjects)
		other := relabel(func(trial *metrics.ConsistencyTrial) { trial.Subject = code[trial.Subject] })
		compare(t, "subjects renumbered", sorted(c.score(t, other)), sorted(want), tolerance)
	})
	c.property(t, "order of conditions", roundoff, func(t *testing.T, tolerance float64) {
		code := r.Perm(in.Conditions)
		other := relabel(func(trial *metrics.ConsistencyTrial) { trial.Condition = code[trial.Condition] })
		compare(t, "conditions renumbered", c.score(t, other), want, tolerance)
	})
	c.property(t, "order of stimuli", roundoff, func(t *testing.T, tolerance float64) {
		code := r.Perm(in.Stimuli)
		other := relabel(func(trial *metrics.ConsistencyTrial) { trial.Stimulus = code[trial.Stimulus] })
		other.ModelCorrect = pick(in.ModelCorrect, invert(code))
		compare(t, "stimuli renumbered", c.score(t, other), want, tolerance)
	})
}

// checkUndefined wants NaN with a reason where all are always right or wrong, and a
// score or an error of a documented type of the fewest data.
func (c consistency) checkUndefined(t *testing.T, in metrics.ConsistencyInput) {
	for property, correct := range map[string]bool{"all right": true, "all wrong": false} {
		c.property(t, property, 0, func(t *testing.T, _ float64) {
			other := in
			other.Trials, other.ModelCorrect = slices.Clone(in.Trials), slices.Repeat([]bool{correct}, in.Stimuli)
			for i := range other.Trials {
				other.Trials[i].Correct = correct
			}
			if score := c.score(t, other); !math.IsNaN(score.Raw.Value) {
				t.Errorf("the raw score is %v, want NaN", score.Raw.Value)
			}
		})
	}
	for property, keep := range map[string]func(trial metrics.ConsistencyTrial) bool{
		"one subject":                   func(trial metrics.ConsistencyTrial) bool { return trial.Subject == 0 },
		"subject without trials":        func(trial metrics.ConsistencyTrial) bool { return trial.Subject != 2 },
		"condition without trials":      func(trial metrics.ConsistencyTrial) bool { return trial.Condition != 1 },
		"one stimulus":                  func(trial metrics.ConsistencyTrial) bool { return trial.Stimulus == 0 },
		"subjects of nothing in common": func(trial metrics.ConsistencyTrial) bool { return trial.Stimulus%in.Subjects == trial.Subject },
	} {
		c.property(t, property, 0, func(t *testing.T, _ float64) {
			other := in
			other.Trials = slices.DeleteFunc(slices.Clone(in.Trials), func(trial metrics.ConsistencyTrial) bool { return !keep(trial) })
			_, err := c.try(t, other)
			var subjects *choice.SubjectsError
			if err != nil && !errors.As(err, &subjects) {
				t.Errorf("error %v, want a *SubjectsError or a score", err)
			}
		})
	}
}

// checkErrors scores codes that do not exist.
func (c consistency) checkErrors(t *testing.T, in metrics.ConsistencyInput) {
	for property, change := range map[string]func(in *metrics.ConsistencyInput){
		"no trials":         func(in *metrics.ConsistencyInput) { in.Trials = nil },
		"unknown subject":   func(in *metrics.ConsistencyInput) { in.Trials[3].Subject = in.Subjects },
		"unknown condition": func(in *metrics.ConsistencyInput) { in.Trials[3].Condition = -1 },
		"unknown stimulus":  func(in *metrics.ConsistencyInput) { in.Trials[3].Stimulus = in.Stimuli },
		"missing choices":   func(in *metrics.ConsistencyInput) { in.ModelCorrect = in.ModelCorrect[1:] },
	} {
		c.property(t, property, 0, func(t *testing.T, _ float64) {
			other := in
			other.Trials = slices.Clone(in.Trials)
			change(&other)
			_, err := c.try(t, other)
			var trial *metrics.TrialError
			if !errors.As(err, &trial) {
				t.Errorf("error %v, want a *TrialError", err)
			}
		})
	}
}
