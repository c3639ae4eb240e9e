package choice

import (
	"context"
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/reasons"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// conditionAccuracy is the correlation over conditions of the model's accuracy with that
// of each subject.
type conditionAccuracy struct{ by []string }

var (
	_ metrics.Consistency = conditionAccuracy{}
	_ metrics.Grouping    = conditionAccuracy{}
)

var conditionAccuracyInfo = metrics.Info{
	Name:      "condition_accuracy",
	Version:   1,
	Kind:      metrics.KindConsistency,
	Intervals: metrics.OfMetric,
	Score:     metrics.RatioSquared,
	Summary:   "correlation over conditions of the model's accuracy with each subject's",
	Formula:   "Pearson's r over conditions between the accuracies of a subject and of the model on the same trials; mean over subjects, error: their standard deviation. Ceiling: r between a subject's accuracies and the mean of the other subjects'; mean, error: standard deviation (n − 1) / √n",
	Range:     "-1 to 1; a ceiled score can exceed 1, with a warning",
	NaN:       "r is NaN, and its subject left out with a count in the warnings, if the accuracies of the subject or the model are constant or there are fewer than 2 conditions",
	Options: []metrics.Option{
		{Name: "by", Type: "columns", Example: "[occluder_type, occluder_color]", Doc: "column or list of columns whose combinations of values are the conditions"},
	},
	References: []string{
		"Coggan & Tong 2024, Modeling human visual recognition of occluded objects (in preparation); brain-score/vision, benchmarks/coggan2024_behavior",
		"Nili et al. 2014, A toolbox for representational similarity analysis, PLoS Comput. Biol. 10(4):e1003553, doi:10.1371/journal.pcbi.1003553 (the ceiling is its lower bound)",
	},
}

func (conditionAccuracy) Info() metrics.Info { return conditionAccuracyInfo }

// Columns returns the columns of the conditions.
func (m conditionAccuracy) Columns() []string { return m.by }

// ScoreConsistency correlates the model's accuracies with each subject's. Splits of the
// raw score and of the ceiling are the correlations by subject, NaN if not defined.
func (m conditionAccuracy) ScoreConsistency(ctx context.Context, in metrics.ConsistencyInput) (metrics.Score, error) {
	cells, _, err := subjectCells(in, false)
	if err != nil {
		return metrics.Score{}, err
	}
	if len(in.ModelCorrect) != in.Stimuli {
		return metrics.Score{}, &metrics.TrialError{Trial: -1, Problem: fmt.Sprintf("%d choices of the model for %d stimuli", len(in.ModelCorrect), in.Stimuli)}
	}
	score := metrics.Score{Ceiling: metrics.None(), Ceiled: metrics.None()}
	if !in.GivenCeiling {
		if score.Ceiling, score.Warnings, err = m.ceiling(ctx, in, cells); err != nil {
			return metrics.Score{}, err
		}
	}
	correlations := make([]float64, in.Subjects)
	model, subject := make([]float64, in.Conditions), make([]float64, in.Conditions)
	var undefined reasons.Counts
	for s, row := range cells {
		if err := ctx.Err(); err != nil {
			return metrics.Score{}, err
		}
		for c, trials := range row {
			var t tally
			for _, trial := range trials {
				t.add(in.ModelCorrect[trial.Stimulus], trial.Correct, 1)
			}
			model[c], subject[c] = t.accuracies()
		}
		if correlations[s] = series.Pearson(subject, model); math.IsNaN(correlations[s]) {
			undefined.Add(undefinedCorrelation(subject))
		}
	}
	score.Raw = exactMeanSD(correlations)
	score.Warnings = append(score.Warnings, undefinedSubjects("", undefined, len(correlations))...)
	if in.Intervals.Samples > 0 {
		score.Raw.Interval, err = m.interval(ctx, in, cells, score.Raw.Value)
	}
	return score, err
}

// interval bootstraps over stimuli: of each condition, as many of its stimuli as there
// are, the same for all subjects.
func (conditionAccuracy) interval(ctx context.Context, in metrics.ConsistencyInput, cells [][][]metrics.ConsistencyTrial, value float64) (*metrics.Interval, error) {
	trials, stimuli := sampledCells(in, cells)
	correlations := make([]float64, len(trials))
	model, subject := make([]float64, in.Conditions), make([]float64, in.Conditions)
	return bootstrapCorrelation(ctx, in.Intervals, value, stimuli, countSamples(stimuli.elements(), func(counts []int) float64 {
		for s, row := range trials {
			for c, list := range row {
				var t tally
				for _, trial := range list {
					t.add(trial.model, trial.correct, counts[trial.element])
				}
				model[c], subject[c] = t.accuracies()
			}
			correlations[s] = series.Pearson(subject, model)
		}
		return series.ExactMean(correlations)
	}))
}

// undefinedCorrelation returns the reason why a subject's accuracies, NaN in conditions
// without trials, do not correlate with the model's.
func undefinedCorrelation(subject []float64) string {
	conditions := 0
	for _, a := range subject {
		if !math.IsNaN(a) {
			conditions++
		}
	}
	switch {
	case conditions < 2:
		return "there are fewer than 2 conditions"
	case !series.Varies(subject):
		return "the subject's accuracy is the same in all conditions"
	}
	return "the model's accuracy is the same in all conditions"
}

// undefinedSubjects warns of subjects without a value, if there are any.
func undefinedSubjects(of string, undefined reasons.Counts, subjects int) []string {
	if n := undefined.Total(); n > 0 {
		return []string{fmt.Sprintf("%s%d of %d subjects have no correlation and are left out: %v", of, n, subjects, undefined)}
	}
	return nil
}

// ConsistencyCeiling correlates each subject's accuracies with the mean of the others'. It
// needs trials of two subjects or more, else a *SubjectsError.
func (m conditionAccuracy) ConsistencyCeiling(ctx context.Context, in metrics.ConsistencyInput) (metrics.Estimate, error) {
	cells, _, err := subjectCells(in, false)
	if err != nil {
		return metrics.Estimate{}, err
	}
	ceiling, _, err := m.ceiling(ctx, in, cells)
	return ceiling, err
}

func (conditionAccuracy) ceiling(ctx context.Context, in metrics.ConsistencyInput, cells [][][]metrics.ConsistencyTrial) (metrics.Estimate, []string, error) {
	subjects := withTrials(cells)
	if len(subjects) < 2 {
		return metrics.Estimate{}, nil, &SubjectsError{Subjects: len(subjects)}
	}
	shares := make([][]series.Rate, len(subjects)) // by subject and condition
	for i, s := range subjects {
		for _, trials := range cells[s] {
			n, right := countRight(trials)
			shares[i] = append(shares[i], series.Ratio(float64(right), float64(n), 0))
		}
	}
	correlations := make([]float64, len(subjects))
	own, others := make([]float64, in.Conditions), make([]float64, in.Conditions)
	var undefined reasons.Counts
	for i := range subjects {
		if err := ctx.Err(); err != nil {
			return metrics.Estimate{}, nil, err
		}
		for c := range own {
			own[c] = shares[i][c].High
			var sum series.ExactSum
			for j, row := range shares {
				if j != i {
					sum.AddRate(row[c].High, row[c].Low)
				}
			}
			others[c] = sum.Mean()
		}
		if correlations[i] = series.Pearson(own, others); math.IsNaN(correlations[i]) {
			undefined.Add("the accuracy of the subject or of the others is the same in all conditions that they share")
		}
	}
	ceiling := exactMeanSD(correlations)
	// The standard deviation of n − 1, over √n, is the one of n over √(n − 1).
	ceiling.Error /= math.Sqrt(float64(len(correlations) - undefined.Total() - 1))
	return ceiling, undefinedSubjects("ceiling: ", undefined, len(correlations)), nil
}

func init() {
	metrics.Register(conditionAccuracyInfo, func(o metrics.Options) (metrics.Metric, error) {
		by, err := o.Texts("by")
		return conditionAccuracy{by}, err
	})
}
