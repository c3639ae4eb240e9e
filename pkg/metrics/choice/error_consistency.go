package choice

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// errorConsistency is Cohen's κ of being right or wrong on the same stimuli.
type errorConsistency struct{}

var _ metrics.Consistency = errorConsistency{}

var errorConsistencyInfo = metrics.Info{
	Name:      "error_consistency",
	Version:   2,
	Kind:      metrics.KindConsistency,
	Intervals: metrics.OfMetric,
	Ceiled:    metrics.Ratio,
	Summary:   "errors on the same stimuli: Cohen's kappa of the model's and each subject's correctness",
	Formula:   "κ = (observed − expected)/(1 − expected) for each subject and condition; observed = share of trials where both are right or both wrong, expected = a·b + (1−a)(1−b) of the accuracies a and b; mean over conditions, then subjects; its absolute value. Ceiling: the same over all pairs of subjects",
	Range:     "0 to 1 (κ itself -1 to 1); a ceiled score can exceed 1, with a warning",
	NaN:       "κ is NaN where the expected agreement is 1 (both always right or both always wrong) and where there are no common stimuli; such cells are left out, with a count in the warnings",
	References: []string{
		"Geirhos, Meding & Wichmann 2020, Beyond accuracy: quantifying trial-by-trial behaviour of CNNs and humans by measuring error consistency, NeurIPS, arXiv:2006.16736",
		"Geirhos et al. 2021, Partial success in closing the gap between human and machine vision, NeurIPS, arXiv:2106.07411",
		"Cohen 1960, Educ. Psychol. Meas. 20(1):37-46, doi:10.1177/001316446002000104; brain-score/vision, metrics/error_consistency",
	},
}

func (errorConsistency) Info() metrics.Info { return errorConsistencyInfo }

// SubjectsError reports too few or too many subjects for a ceiling between subjects.
type SubjectsError struct {
	Subjects int
	Pairs    int // if there are too many to compare
}

func (e *SubjectsError) Error() string {
	if e.Pairs > 0 {
		return fmt.Sprintf("the ceiling compares pairs of subjects, but %d subjects make %d, too many to compare: leave some out, or give the ceiling as a value", e.Subjects, e.Pairs)
	}
	return fmt.Sprintf("the ceiling compares pairs of subjects, so it needs trials of at least 2; there is %d: add subjects, or give the ceiling as a value", e.Subjects)
}

// maxPairCells bounds the cells of pairs of subjects by condition, of which each takes
// memory.
const maxPairCells = 1 << 24

// checkPairs returns a *SubjectsError if there are no pairs of subjects, or too many.
func checkPairs(subjects, conditions int) error {
	if subjects < 2 {
		return &SubjectsError{Subjects: subjects}
	}
	if pairs := subjects * (subjects - 1) / 2; pairs > maxPairCells/max(1, conditions) {
		return &SubjectsError{subjects, pairs}
	}
	return nil
}

// DataError reports that the cause is invalid data.
func (e *SubjectsError) DataError() bool { return true }

// ScoreConsistency compares the model with each subject by condition. Splits of
// the raw score and the ceiled score are the means of the subjects, those of the
// ceiling the means of the pairs (first subject first); the errors are population
// standard deviations over all (subject or pair, condition) cells.
func (m errorConsistency) ScoreConsistency(ctx context.Context, in metrics.ConsistencyInput) (metrics.Score, error) {
	cells, repeats, err := subjectCells(in, true)
	if err != nil {
		return metrics.Score{}, err
	}
	if len(in.ModelCorrect) != in.Stimuli {
		return metrics.Score{}, &metrics.TrialError{Trial: -1, Problem: fmt.Sprintf("%d choices of the model for %d stimuli", len(in.ModelCorrect), in.Stimuli)}
	}
	kappas := make([][]float64, in.Subjects)
	always := 0
	for s := range kappas {
		kappas[s] = make([]float64, in.Conditions)
		for c := range kappas[s] {
			var t kappaTable
			for _, trial := range cells[s][c] {
				t.add(in.ModelCorrect[trial.Stimulus], trial.Correct)
			}
			kappas[s][c] = t.kappa()
			if t.n > 0 && math.IsNaN(kappas[s][c]) {
				always++
			}
		}
	}
	raw, signed := meanKappa(kappas)
	ceiling, pairs := metrics.None(), pairNotes{}
	if !in.GivenCeiling {
		if ceiling, pairs, err = m.ceiling(ctx, in, cells); err != nil {
			return metrics.Score{}, err
		}
	}
	if in.Intervals.Samples > 0 {
		interval, err := m.interval(ctx, in, cells, signed)
		if err != nil {
			return metrics.Score{}, err
		}
		raw.Interval = &interval
	}
	score := metrics.Score{Raw: raw, Ceiling: ceiling, Ceiled: ratioOfKappas(raw, ceiling)}
	warn := func(format string, args ...any) {
		score.Warnings = append(score.Warnings, fmt.Sprintf(format, args...))
	}
	if always > 0 {
		warn("%d of %d cells of subject by condition are left out: model and subject were both always right or both always wrong, so κ is not defined", always, in.Subjects*in.Conditions)
	}
	if pairs.always > 0 {
		warn("%d of %d cells of pair of subjects by condition are left out of the ceiling: κ is not defined", pairs.always, pairs.cells)
	}
	if pairs.partial > 0 {
		warn("%d of %d cells of pair of subjects by condition are compared on only the stimuli that both saw", pairs.partial, pairs.cells)
	}
	if repeats > 0 {
		warn("%d trials repeat a subject's stimulus in a condition; the first one counts", repeats)
	}
	if math.IsNaN(raw.Value) {
		warn("κ is not defined in any cell; there is no score")
	}
	if signed < 0 {
		warn("the mean κ is negative (%.4g): the model errs on other stimuli than the subjects; the score is its absolute value", signed)
	}
	if !(ceiling.Value > 0) && !in.GivenCeiling {
		warn("the ceiling is %.4g, not above 0: there is no ceiled score", ceiling.Value)
	}
	if pairs.signed < 0 {
		warn("the mean κ between subjects is negative (%.4g); the ceiling is its absolute value", pairs.signed)
	}
	if score.Ceiled.Value > 1 {
		warn("the ceiled score %.4g is above 1", score.Ceiled.Value)
	}
	return score, nil
}

// ConsistencyCeiling compares all pairs of subjects by condition on the stimuli
// that both saw. It needs trials of two subjects or more, else a *SubjectsError.
func (m errorConsistency) ConsistencyCeiling(ctx context.Context, in metrics.ConsistencyInput) (metrics.Estimate, error) {
	cells, _, err := subjectCells(in, true)
	if err != nil {
		return metrics.Estimate{}, err
	}
	ceiling, _, err := m.ceiling(ctx, in, cells)
	return ceiling, err
}

// pairNotes is what is doubtful about the pairs of subjects.
type pairNotes struct {
	signed  float64 // mean κ with its sign
	cells   int     // pairs × conditions
	always  int     // cells without κ
	partial int     // cells where one saw stimuli that the other did not
}

func (errorConsistency) ceiling(ctx context.Context, in metrics.ConsistencyInput, cells [][][]metrics.ConsistencyTrial) (metrics.Estimate, pairNotes, error) {
	var notes pairNotes
	seen := withTrials(cells)
	if err := checkPairs(len(seen), in.Conditions); err != nil {
		return metrics.Estimate{}, notes, err
	}
	left := newAnswers(in.Stimuli) // of the first subject
	var kappas [][]float64
	for i, a := range seen {
		if err := ctx.Err(); err != nil {
			return metrics.Estimate{}, notes, err
		}
		first := len(kappas)
		for range seen[i+1:] {
			kappas = append(kappas, make([]float64, in.Conditions))
		}
		for c := range in.Conditions {
			left.set(cells[a][c])
			for j, b := range seen[i+1:] {
				var t kappaTable
				for _, trial := range cells[b][c] {
					if l := left[trial.Stimulus]; l != 0 {
						t.add(l > 0, trial.Correct)
					}
				}
				k := t.kappa()
				kappas[first+j][c] = k
				if t.n > 0 && math.IsNaN(k) {
					notes.always++
				}
				if t.n < max(len(cells[a][c]), len(cells[b][c])) {
					notes.partial++
				}
			}
			left.clear(cells[a][c])
		}
	}
	estimate, signed := meanKappa(kappas)
	notes.signed, notes.cells = signed, len(kappas)*in.Conditions
	return estimate, notes, nil
}

// subjectCells checks the trials and sorts them by subject and condition. With once, only
// the first trial counts if a subject saw a stimulus more than once in a condition:
// choices are then compared stimulus by stimulus, and pairs of subjects could not be
// matched else. The second result counts those left out.
func subjectCells(in metrics.ConsistencyInput, once bool) ([][][]metrics.ConsistencyTrial, int, error) {
	if len(in.Trials) == 0 {
		return nil, 0, &metrics.TrialError{Trial: -1, Problem: "there are no trials"}
	}
	if in.Conditions > 0 && in.Subjects > maxPairCells/in.Conditions {
		return nil, 0, &metrics.TrialError{Trial: -1, Problem: fmt.Sprintf("%d subjects in %d conditions are too many to compare one by one: compare by columns with fewer values", in.Subjects, in.Conditions)}
	}
	cells := make([][][]metrics.ConsistencyTrial, in.Subjects)
	for s := range cells {
		cells[s] = make([][]metrics.ConsistencyTrial, in.Conditions)
	}
	for i, t := range in.Trials {
		switch {
		case t.Subject < 0 || t.Subject >= in.Subjects:
			return nil, 0, &metrics.TrialError{Trial: i, Problem: fmt.Sprintf("subject code %d is not one of %d", t.Subject, in.Subjects)}
		case t.Condition < 0 || t.Condition >= in.Conditions:
			return nil, 0, &metrics.TrialError{Trial: i, Problem: fmt.Sprintf("condition code %d is not one of %d", t.Condition, in.Conditions)}
		case t.Stimulus < 0 || t.Stimulus >= in.Stimuli:
			return nil, 0, &metrics.TrialError{Trial: i, Problem: fmt.Sprintf("stimulus code %d is not one of %d", t.Stimulus, in.Stimuli)}
		}
		cells[t.Subject][t.Condition] = append(cells[t.Subject][t.Condition], t)
	}
	if !once {
		return cells, 0, nil
	}
	// seen has, for each stimulus, the last cell in which it was shown.
	seen, cell, repeats := make([]int, in.Stimuli), 0, 0
	for _, conditions := range cells {
		for c, trials := range conditions {
			cell++
			conditions[c] = slices.DeleteFunc(trials, func(t metrics.ConsistencyTrial) bool {
				repeated := seen[t.Stimulus] == cell
				seen[t.Stimulus] = cell
				return repeated
			})
			repeats += len(trials) - len(conditions[c])
		}
	}
	return cells, repeats, nil
}

// ratioOfKappas divides by the ceiling, taken as exact: NaN where it is not
// above 0.
func ratioOfKappas(raw, ceiling metrics.Estimate) metrics.Estimate {
	divisor := ceiling.Value
	if !(divisor > 0) {
		divisor = math.NaN()
	}
	ceiled := metrics.Estimate{Value: raw.Value / divisor, Error: raw.Error / divisor}
	for _, v := range raw.Splits {
		ceiled.Splits = append(ceiled.Splits, v/divisor)
	}
	if i := raw.Interval; i != nil {
		ceiled.Interval = &metrics.Interval{Low: i.Low / divisor, High: i.High / divisor}
	}
	return ceiled
}

func init() {
	metrics.Register(errorConsistencyInfo, func(metrics.Options) (metrics.Metric, error) { return errorConsistency{}, nil })
}
