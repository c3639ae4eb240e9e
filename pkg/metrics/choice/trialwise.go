package choice

import (
	"context"
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// trialwise is a metric that compares two observers in cells of subject and condition: the
// model with each subject on that subject's trials, and, for the ceiling, each pair of
// subjects. Its figure of a cell takes counts alone.
type trialwise struct {
	info metrics.Info
	// figure compares the first observer with the second; NaN if it is not defined.
	figure func(t tally) float64
	// common is true if stimuli are compared one by one, so that pairs of subjects are
	// compared on what both saw and repeated trials are ignored.
	common bool
	// ofSubjects is true if the error is the deviation of subjects, not of cells.
	ofSubjects bool
}

func (m trialwise) Info() metrics.Info { return m.info }

// tally counts two observers' trials of one cell: those of each, the right ones and, if
// stimuli are compared one by one, those on which both are right or both wrong.
type tally struct{ first, firstRight, second, secondRight, agree int }

func (t *tally) add(first, second bool, times int) {
	t.first += times
	t.second += times
	if first {
		t.firstRight += times
	}
	if second {
		t.secondRight += times
	}
	if first == second {
		t.agree += times
	}
}

// accuracies returns the share of right trials of each observer; NaN without trials.
func (t tally) accuracies() (first, second float64) {
	return float64(t.firstRight) / float64(t.first), float64(t.secondRight) / float64(t.second)
}

// ScoreConsistency compares the model with each subject by condition. Splits of the raw
// score are the means of the subjects, those of the ceiling the means of the pairs (first
// subject first).
func (m trialwise) ScoreConsistency(ctx context.Context, in metrics.ConsistencyInput) (metrics.Score, error) {
	cells, repeats, err := subjectCells(in, m.common)
	if err != nil {
		return metrics.Score{}, err
	}
	if len(in.ModelCorrect) != in.Stimuli {
		return metrics.Score{}, &metrics.TrialError{Trial: -1, Problem: fmt.Sprintf("%d choices of the model for %d stimuli", len(in.ModelCorrect), in.Stimuli)}
	}
	if err := ctx.Err(); err != nil {
		return metrics.Score{}, err
	}
	figures := make([][]float64, in.Subjects)
	for s, row := range cells {
		for _, trials := range row {
			var t tally
			for _, trial := range trials {
				t.add(in.ModelCorrect[trial.Stimulus], trial.Correct, 1)
			}
			figures[s] = append(figures[s], m.figure(t))
		}
	}
	score := metrics.Score{Raw: m.mean(figures), Ceiling: metrics.None(), Ceiled: metrics.None()}
	if !in.GivenCeiling {
		var warnings []string
		if score.Ceiling, warnings, err = m.ceiling(ctx, in, cells); err != nil {
			return metrics.Score{}, err
		}
		score.Warnings = append(score.Warnings, warnings...)
	}
	if in.Intervals.Samples > 0 {
		if score.Raw.Interval, err = m.interval(ctx, in, cells, score.Raw.Value); err != nil {
			return metrics.Score{}, err
		}
	}
	if repeats > 0 {
		score.Warnings = append(score.Warnings, fmt.Sprintf("%d trials repeat a subject's stimulus in a condition; the first one counts", repeats))
	}
	if math.IsNaN(score.Raw.Value) {
		score.Warnings = append(score.Warnings, m.info.Name+" is not defined in any cell of subject by condition; there is no score")
	}
	return score, nil
}

// ConsistencyCeiling compares all pairs of subjects by condition. It needs trials of two
// subjects or more, else a *SubjectsError.
func (m trialwise) ConsistencyCeiling(ctx context.Context, in metrics.ConsistencyInput) (metrics.Estimate, error) {
	cells, _, err := subjectCells(in, m.common)
	if err != nil {
		return metrics.Estimate{}, err
	}
	ceiling, _, err := m.ceiling(ctx, in, cells)
	return ceiling, err
}

// mean returns the mean over conditions, then over subjects or pairs, NaN left out. Sums
// are exact, so that no order of subjects changes them.
func (m trialwise) mean(figures [][]float64) metrics.Estimate {
	var cells, means []float64
	for _, row := range figures {
		means, cells = append(means, series.ExactMean(row)), append(cells, row...)
	}
	spread := cells
	if m.ofSubjects {
		spread = means
	}
	return metrics.Estimate{Value: series.ExactMean(means), Error: series.ExactDeviation(spread), Splits: means}
}

// ceiling compares the pairs of subjects that have trials.
func (m trialwise) ceiling(ctx context.Context, in metrics.ConsistencyInput, cells [][][]metrics.ConsistencyTrial) (metrics.Estimate, []string, error) {
	subjects := withTrials(cells)
	if err := checkPairs(len(subjects), in.Conditions); err != nil {
		return metrics.Estimate{}, nil, err
	}
	var figures [][]float64
	answers := newAnswers(in.Stimuli)
	missing, all := 0, 0
	for i, a := range subjects {
		if err := ctx.Err(); err != nil {
			return metrics.Estimate{}, nil, err
		}
		first := len(figures)
		for range subjects[i+1:] {
			figures = append(figures, make([]float64, in.Conditions))
		}
		for c := range in.Conditions {
			answers.set(cells[a][c])
			for j, b := range subjects[i+1:] {
				t := m.pair(answers, cells[a][c], cells[b][c])
				if all++; t.first == 0 || t.second == 0 {
					missing++
				}
				figures[first+j][c] = m.figure(t)
			}
			answers.clear(cells[a][c])
		}
	}
	ceiling := m.mean(figures)
	var warnings []string
	if missing > 0 {
		what := "one has no trials in the condition"
		if m.common {
			what = "they have no stimuli in common"
		}
		warnings = append(warnings, fmt.Sprintf("%d of %d cells of pair of subjects by condition are left out of the ceiling: %s", missing, all, what))
	}
	return ceiling, warnings, nil
}

// pair counts the trials of two subjects in one condition.
func (m trialwise) pair(first answers, a, b []metrics.ConsistencyTrial) (t tally) {
	if m.common {
		for _, trial := range b {
			if answer := first[trial.Stimulus]; answer != 0 {
				t.add(answer > 0, trial.Correct, 1)
			}
		}
		return t
	}
	t.first, t.firstRight = countRight(a)
	t.second, t.secondRight = countRight(b)
	if t.first == 0 || t.second == 0 {
		return tally{}
	}
	return t
}

func countRight(trials []metrics.ConsistencyTrial) (all, right int) {
	for _, t := range trials {
		if t.Correct {
			right++
		}
	}
	return len(trials), right
}

// withTrials lists the subjects that have trials.
func withTrials(cells [][][]metrics.ConsistencyTrial) (subjects []int) {
	for s, row := range cells {
		for _, trials := range row {
			if len(trials) > 0 {
				subjects = append(subjects, s)
				break
			}
		}
	}
	return subjects
}

// answers hold, by stimulus, whether a subject was right in a condition: 1 right, -1
// wrong, 0 not shown.
type answers []int8

func newAnswers(stimuli int) answers { return make(answers, stimuli) }

func (a answers) set(trials []metrics.ConsistencyTrial) {
	for _, t := range trials {
		a[t.Stimulus] = -1
		if t.Correct {
			a[t.Stimulus] = 1
		}
	}
}

func (a answers) clear(trials []metrics.ConsistencyTrial) {
	for _, t := range trials {
		a[t.Stimulus] = 0
	}
}

// interval bootstraps over stimuli as that of error consistency does: of each condition,
// as many of its stimuli as there are, the same for all subjects. The ceiling is taken as
// it is.
func (m trialwise) interval(ctx context.Context, in metrics.ConsistencyInput, cells [][][]metrics.ConsistencyTrial, value float64) (*metrics.Interval, error) {
	trials, of := sampledCells(in, cells)
	return bootstrapShare(ctx, in.Intervals, value, of, meanOfCells(trials, of, func(cell []sampledTrial, counts []int) float64 {
		var t tally
		for _, trial := range cell {
			t.add(trial.model, trial.correct, counts[trial.element])
		}
		return m.figure(t)
	}))
}

// meanOfCells returns a function of a sample of elements: the mean over subjects of the
// mean over conditions of a cell's figure, NaN left out. counts are the times that the
// sample has each element.
func meanOfCells(trials [][][]sampledTrial, of strata, figure func(cell []sampledTrial, counts []int) float64) func(sample []int) float64 {
	counts, means := make([]int, of.elements()), make([]float64, len(trials))
	var figures []float64
	return func(sample []int) float64 {
		clear(counts)
		for _, element := range sample {
			counts[element]++
		}
		for s, row := range trials {
			figures = figures[:0]
			for _, cell := range row {
				figures = append(figures, figure(cell, counts))
			}
			means[s] = series.ExactMean(figures)
		}
		return series.ExactMean(means)
	}
}

// sampledTrial is a trial whose stimulus is an element that samples draw.
type sampledTrial struct {
	element        int
	correct, model bool
}

// sampledCells returns the trials by subject and condition, and the stimuli of each
// condition as the strata that samples are drawn from: a stimulus of two conditions
// counts as one of each.
func sampledCells(in metrics.ConsistencyInput, cells [][][]metrics.ConsistencyTrial) ([][][]sampledTrial, strata) {
	seen := make(map[[2]int]int) // condition and stimulus → element
	var conditions []int         // by element
	trials := make([][][]sampledTrial, len(cells))
	for s, row := range cells {
		trials[s] = make([][]sampledTrial, len(row))
		for c, list := range row {
			for _, t := range list {
				key := [2]int{c, t.Stimulus}
				element, ok := seen[key]
				if !ok {
					element = len(conditions)
					seen[key] = element
					conditions = append(conditions, c)
				}
				trials[s][c] = append(trials[s][c], sampledTrial{element, t.Correct, in.ModelCorrect[t.Stimulus]})
			}
		}
	}
	return trials, stratify(conditions)
}
