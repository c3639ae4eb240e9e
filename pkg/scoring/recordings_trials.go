package scoring

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// metricOfTrials returns a definition's metric if it compares dissimilarities of single
// trials, else nil.
func metricOfTrials(d *benchmarks.Definition) metrics.OfTrials {
	metric, err := d.NewMetric()
	if err != nil {
		return nil // which scoring it reports
	}
	of, _ := metric.(metrics.OfTrials)
	return of
}

// checkTrials returns an error if the metric compares single trials, which the part or the
// definition does not allow.
func (p *recordingsPart) checkTrials(d *benchmarks.Definition) error {
	if metricOfTrials(d) == nil {
		return nil
	}
	fail := func(key, path, what, remedy string) error {
		return d.WrapAt(key, &stimuli.FileError{Path: path, What: what, Remedy: remedy})
	}
	switch {
	case len(d.Assembly.Names) > 1:
		return fail("assembly", p.Dir(), "is one of several assemblies, whose trials are not compared together", "name one assembly")
	case p.design.Repetition == nil:
		return fail("metric", p.Presentation.Path, "has no column repetition, by which single trials are cross-validated", "add the column, or remove the metric's option dissimilarity")
	case p.design.Repetitions < 2:
		return fail("metric", p.Presentation.Path, "has one repetition, and single trials are cross-validated between two at least", "remove the metric's option dissimilarity")
	}
	return nil
}

// compareTrials sets the dissimilarities of each group if the metric computes them of single
// trials. A presentation that a group was not shown is none of its trials.
func (rec *recordings) compareTrials(ctx context.Context, d *benchmarks.Definition, workers int) error {
	metric := metricOfTrials(d)
	if metric == nil {
		return nil
	}
	p := rec.parts[0]
	trials := make([]metrics.Trials, len(rec.groups))
	rows := make([][]int, len(rec.groups)) // of the stimuli, -1 for those that are not compared
	for k, g := range rec.groups {
		trials[k] = metrics.Trials{Stimuli: len(g.rows), Neuroids: len(g.neuroids)}
		rows[k] = make([]int, len(p.design.Stimuli))
		for i := range rows[k] {
			rows[k][i] = -1
		}
		for i, row := range p.rowsOf(g) {
			rows[k][row] = i
		}
	}
	err := rec.eachTrial(ctx, p, func(trial int, values []float64) error {
		for k, g := range rec.groups {
			stimulus := rows[k][p.design.Stimulus[trial]]
			if stimulus < 0 {
				continue
			}
			missing := 0
			for _, j := range g.neuroids {
				if math.IsNaN(values[j]) {
					missing++
				}
			}
			switch {
			case missing == len(g.neuroids) || missing > 0 && d.Missing == benchmarks.Drop:
				continue
			case missing > 0:
				return &stimuli.FileError{Path: p.Presentation.Path, Line: p.Presentation.Line(trial), What: fmt.Sprintf("is a trial of the stimulus %q without a response of %d of %d neuroids%s, and single trials are compared", p.design.Stimuli[p.design.Stimulus[trial]], missing, len(g.neuroids), ofSubject(g)),
					Remedy: "leave out such neuroids with select, or such trials with missing: drop"}
			}
			t := &trials[k]
			t.Stimulus, t.Repetition = append(t.Stimulus, stimulus), append(t.Repetition, p.design.Repetition[trial])
			for _, j := range g.neuroids {
				t.Responses = append(t.Responses, values[j])
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for k, g := range rec.groups {
		var warnings []string
		if g.dissimilarities, warnings, err = metric.OfTrials(ctx, trials[k], workers); err != nil {
			return rec.trialError(g, err)
		}
		trials[k] = metrics.Trials{}
		g.warnings = append(g.warnings, warnings...)
	}
	return nil
}

// trialError names the file, the stimuli and the subject of an error about trials.
func (rec *recordings) trialError(g *group, err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	p := rec.parts[0]
	what, remedy := "cannot be compared by single trials"+ofSubject(g), err.Error()
	if of, ok := errors.AsType[*metrics.StimulusError](err); ok {
		var names []string
		for _, i := range of.Stimuli {
			_, id := rec.stimulus(g.rows[i])
			names = append(names, id)
		}
		what += fmt.Sprintf(": the stimuli %s %s", fewNames(names), of.Problem)
		remedy = "leave such stimuli out of presentation.csv and values.npy"
	}
	return &stimuli.FileError{Path: p.Dir(), What: what, Remedy: remedy, Err: err}
}
