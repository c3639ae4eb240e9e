package choice

import (
	"context"
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/numpyrand"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/reasons"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// taskConsistency is the correlation over tasks of the model's accuracy with people's.
type taskConsistency struct {
	by    string
	table string // file of tasks and values of stimuli, "" if they are the same
}

var _ metrics.Matching = taskConsistency{}

var taskConsistencyInfo = metrics.Info{
	Name:      "task_consistency",
	Version:   1,
	Kind:      metrics.KindChoices,
	Intervals: metrics.OfMetric,
	Score:     metrics.Ratio,
	Summary:   "correlation over tasks of the model's accuracy with people's, who may have seen other stimuli",
	Formula:   "a_m(t) = accuracy of the model over the stimuli of task t, a_p(t) = accuracy of all people's trials of t: Pearson's r over the tasks of the trials. Ceiling: the same of two halves of the trials, in the order of trials.csv; mean over 50 halves",
	Range:     "-1 to 1; a ceiled score can exceed 1, with a warning",
	NaN:       "r is NaN if the accuracies of the model or of people are constant or there are fewer than 2 tasks; such halves are left out of the ceiling, with a count in the warnings. A task of the trials without stimuli is an error",
	Options: []metrics.Option{
		{Name: "by", Type: "column", Example: "task", Doc: "the column of the tasks"},
		{Name: "tasks", Type: "file", Doc: "a CSV file beside the definition with the columns task and value: the value of by of the stimuli that are compared with each task of the trials, which may be the same for several; without it they bear the task's name"},
	},
	References: []string{
		"Maniquet, Op de Beeck & Costantino 2024, Recurrent issues with deep neural network models of visual recognition, bioRxiv, doi:10.1101/2024.04.02.587669",
		"brain-score/vision, metrics/maniquet2024_metrics (tasks_consistency)",
	},
}

func (taskConsistency) Info() metrics.Info { return taskConsistencyInfo }

// Columns returns the column of the tasks.
func (m taskConsistency) Columns() []string { return []string{m.by} }

// MatchTable returns the table of option tasks.
func (m taskConsistency) MatchTable() (column, option, file string) { return m.by, "tasks", m.table }

// taskHalvings is the number of random halves of the trials.
const taskHalvings = 50

// tasks returns people's answers by task, and an error for tasks without stimuli.
func (m taskConsistency) tasks(in metrics.ChoicesInput) (tallies, error) {
	column := in.Columns[0]
	if err := wantColumn(column, true); err != nil {
		return tallies{}, err
	}
	people := newTallies(len(column.Values))
	people.addAll(column.Row, in.People.Right, nil)
	hasStimuli := make([]bool, len(column.Values))
	markCells(hasStimuli, column.Stimulus)
	var absent []string
	for task, value := range column.Values {
		if match := matchOf(column, task); people.n[task] > 0 && (match < 0 || !hasStimuli[match]) {
			absent = append(absent, value)
		}
	}
	if len(absent) > 0 {
		return people, &metrics.ColumnError{Column: m.by, Problem: fmt.Sprintf("has no stimulus for these values of the trials: %s", firstNames(absent)),
			Remedy: "exclude them, correct the spelling, or name the values of their stimuli in the table of option tasks"}
	}
	return people, nil
}

// matchOf returns the code whose stimuli are compared with people's rows of a code.
func matchOf(column metrics.Column, code int) int {
	if column.Match == nil {
		return code
	}
	return column.Match[code]
}

// ScoreChoices correlates the accuracies by task. There is no error.
func (m taskConsistency) ScoreChoices(ctx context.Context, in metrics.ChoicesInput) (metrics.Score, error) {
	if err := in.Check(true); err != nil {
		return metrics.Score{}, err
	}
	people, err := m.tasks(in)
	if err != nil {
		return metrics.Score{}, err
	}
	column, right := in.Columns[0], in.Right()
	accuracies := people.accuracies()
	figure := func(counts []int) float64 {
		model := newTallies(len(column.Values))
		model.addAll(column.Stimulus, right, counts)
		shares := make([]float64, len(accuracies))
		for task := range shares {
			shares[task] = math.NaN()
			if people.n[task] > 0 {
				shares[task] = model.accuracy(matchOf(column, task))
			}
		}
		return series.Pearson(shares, accuracies)
	}
	score := metrics.Score{Raw: metrics.Exact(figure(nil))}
	tasks, compared := 0, make([]bool, len(column.Values))
	for task, n := range people.n {
		if n > 0 {
			tasks++
			compared[matchOf(column, task)] = true
		}
	}
	switch {
	case !math.IsNaN(score.Raw.Value):
	case tasks < 2:
		score.Warnings = append(score.Warnings, fmt.Sprintf("the trials have %d value of %s, so nothing correlates", tasks, m.by))
	case !series.Varies(accuracies):
		score.Warnings = append(score.Warnings, "people's accuracy is the same in all tasks, so nothing correlates with it")
	default:
		score.Warnings = append(score.Warnings, "the model's accuracy is the same in all tasks, so it does not correlate")
	}
	others, strata := 0, make([]int, len(column.Stimulus))
	for i, value := range column.Stimulus {
		if strata[i] = value; !compared[value] {
			strata[i] = -1
			others++
		}
	}
	if others > 0 {
		score.Warnings = append(score.Warnings, fmt.Sprintf("%d of %d stimuli are ignored: no trial has their value of %s", others, len(right), m.by))
	}
	if in.Intervals.Samples == 0 {
		return score, ctx.Err()
	}
	score.Raw.Interval, err = bootstrapCorrelation(ctx, in.Intervals, score.Raw.Value, stratify(strata), countSamples(len(strata), figure))
	return score, err
}

// ChoicesCeiling correlates the accuracies of random halves of the trials. Splits are the
// correlations by halving; the error is their population standard deviation.
func (m taskConsistency) ChoicesCeiling(ctx context.Context, in metrics.ChoicesInput) (metrics.Estimate, []string, error) {
	if err := in.Check(false); err != nil {
		return metrics.Estimate{}, nil, err
	}
	if _, err := m.tasks(in); err != nil {
		return metrics.Estimate{}, nil, err
	}
	column := in.Columns[0]
	state := numpyrand.New(0)
	var undefined reasons.Counts
	values := make([]float64, taskHalvings)
	for i := range values {
		if err := ctx.Err(); err != nil {
			return metrics.Estimate{}, nil, err
		}
		var shares [2][]float64
		for k, half := range halvesOf(state.Permutation(len(column.Row))) {
			t := newTallies(len(column.Values))
			for _, trial := range half {
				t.add(column.Row[trial], in.People.Right[trial], 1)
			}
			shares[k] = t.accuracies()
		}
		if values[i] = series.Pearson(shares[0], shares[1]); math.IsNaN(values[i]) {
			undefined.Add("a half has the same accuracy in all tasks, or both have trials of fewer than 2")
		}
	}
	return exactMeanSD(values), undefinedSplits("ceiling: ", undefined, len(values)), nil
}

func init() {
	metrics.Register(taskConsistencyInfo, func(o metrics.Options) (metrics.Metric, error) {
		by, err := o.Text("by")
		if err != nil {
			return nil, err
		}
		table, err := o.Text("tasks")
		return taskConsistency{by, table}, err
	})
}
