package observers

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// Consistency is the error consistency of all pairs of models and subjects.
type Consistency struct {
	Groups []Group     // models, then subjects
	Kappa  [][]float64 // by pair, symmetric; NaN on the diagonal and for pairs without a κ
}

// Consistency returns Cohen's κ of each pair of observers: being right or wrong on the
// stimuli that both answered in a condition, averaged over conditions. Its value is NaN if
// the two have no stimuli in common, or if κ is not defined in any condition because both
// are always right or both always wrong. It needs two observers.
func (a *Answers) Consistency(ctx context.Context) (*Consistency, error) {
	t := &Consistency{Groups: slices.DeleteFunc(a.Groups(), func(g Group) bool { return g.Kind == People })}
	n := len(t.Groups)
	if n < 2 {
		return nil, dataErrorf("%s: error consistency compares pairs of observers, but there is %d: name more models, or use a benchmark with trials", a.Benchmark, n)
	}
	if err := a.checkCells(n, max(n, len(a.Conditions)), "pairs or conditions"); err != nil {
		return nil, err
	}
	for range n {
		row := make([]float64, n)
		for j := range row {
			row[j] = math.NaN()
		}
		t.Kappa = append(t.Kappa, row)
	}
	set := func(i, j int, kappa float64) { t.Kappa[i][j], t.Kappa[j][i] = kappa, kappa }
	metric, err := newConsistency("error_consistency")
	if err != nil {
		return nil, err
	}
	observers := slices.Concat(a.Models, a.People)
	for i, m := range a.Models {
		others := observers[i+1:]
		in, indices := a.compare(m, others)
		if len(in.Trials) == 0 {
			continue
		}
		score, err := metric.ScoreConsistency(ctx, in)
		if err != nil {
			return nil, err
		}
		for k, j := range indices {
			set(i, i+1+j, score.Raw.Splits[k])
		}
	}
	if len(a.People) < 2 {
		return t, nil
	}
	in, _ := a.compare(Observer{}, a.People)
	ceiling, err := metric.ConsistencyCeiling(ctx, in)
	if err != nil {
		return nil, err
	}
	pair := 0
	for i := len(a.Models); i < n; i++ {
		for j := i + 1; j < n; j++ {
			set(i, j, ceiling.Splits[pair])
			pair++
		}
	}
	return t, nil
}

func newConsistency(name string) (metrics.Consistency, error) {
	metric, err := metrics.New(name, nil)
	if err != nil {
		return nil, err
	}
	return metric.(metrics.Consistency), nil
}

// compare returns the answers of observers as the subjects of a metric that compares a model
// with them on the stimuli that both answered, and the index of the observer that each
// subject is. Without a model, all answers count.
func (a *Answers) compare(model Observer, observers []Observer) (in metrics.ConsistencyInput, indices []int) {
	in = metrics.ConsistencyInput{Conditions: len(a.Conditions), Stimuli: a.Stimuli, GivenCeiling: true, ModelCorrect: make([]bool, a.Stimuli)}
	answered := make([]bool, a.Stimuli)
	for _, answer := range model.Answers {
		answered[answer.Stimulus], in.ModelCorrect[answer.Stimulus] = true, answer.Right
	}
	for i, o := range observers {
		before := len(in.Trials)
		for _, answer := range o.Answers {
			if answered[answer.Stimulus] || model.Answers == nil {
				in.Trials = append(in.Trials, metrics.ConsistencyTrial{Subject: in.Subjects, Condition: answer.Condition, Stimulus: answer.Stimulus, Correct: answer.Right})
			}
		}
		if len(in.Trials) > before {
			indices = append(indices, i)
			in.Subjects++
		}
	}
	return in, indices
}
