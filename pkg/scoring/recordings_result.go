package scoring

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// scoreGroups returns the function that scores each group of neuroids and puts the scores
// together: a single one as it is; of several the mean over groups of their raw scores,
// with the scores of each as its parts. A group without a score is left out, as splits are.
func (rec *recordings) scoreGroups(p *layerPlan, of []*comparison, d *benchmarks.Definition) func(context.Context) (metrics.Score, error) {
	return func(ctx context.Context) (metrics.Score, error) {
		var parts []metrics.Score
		for i, c := range of {
			if i > 0 {
				p.collect()
			}
			score, err := c.score(ctx)
			if err != nil {
				if name := rec.groups[i].subject; name != "" {
					err = fmt.Errorf("%s %s: %w", d.SubjectColumn(), name, err)
				}
				return metrics.Score{}, err
			}
			parts = append(parts, score)
		}
		out := rec.ofGroups(parts, d)
		if d.SubjectColumn() != "" {
			out.Resampled = metrics.ResampleSubjects(parts, p.scorer.options.Intervals.Seed)
		}
		out.Resampled.Round()
		return out, nil
	}
}

// result adds the ceiling to a raw score on recordings.
func (rec *recordings) result(e *binEvaluation, score metrics.Score, features int) (*benchmarks.Result, error) {
	out := e.newResult()
	out.Score = score
	out.Counts = rec.counts(e.definition)
	out.Counts.Features = features
	if score.Targets > 0 {
		out.Counts.Neuroids = score.Targets
	}
	rec.addCeiling(out, e.definition)
	if e.metricKind == metrics.KindMapping {
		out.Warnings = append(out.Warnings, rec.constantWarning()...)
	}
	return out, nil
}

// counts returns the sizes of what is compared.
func (rec *recordings) counts(d *benchmarks.Definition) benchmarks.Counts {
	shown := make(map[int]bool)
	for _, g := range rec.groups {
		for _, i := range g.rows {
			shown[i] = true
		}
	}
	c := benchmarks.Counts{Stimuli: len(shown), Neuroids: len(rec.neuroidIDs)}
	switch {
	case rec.spans != nil:
		c.Neuroids = len(rec.keys)
	case rec.given():
		c.Neuroids = 0
	}
	if d.SubjectColumn() != "" {
		c.Subjects = len(rec.groups)
	}
	return c
}

// addCeiling sets a result's ceiling and ceiled score.
func (rec *recordings) addCeiling(out *benchmarks.Result, d *benchmarks.Definition) {
	if !rec.given() {
		out.NeuroidIDs = rec.neuroidIDs
	}
	out.Ceiling = rec.ceiling
	out.CeilingBounds = rec.ceilingBounds
	if given, ok := d.GivenCeiling(); ok {
		out.Ceiling = given
	}
	out.Warnings = append(out.Warnings, rec.warnings...)
	for _, g := range rec.groups {
		for _, w := range g.warnings {
			if g.subject != "" {
				w = g.subject + ": " + w
			}
			out.Warnings = append(out.Warnings, w)
		}
		if g.neuroidCeilings == nil || rec.spans != nil {
			continue
		}
		if out.NeuroidCeilings == nil {
			out.NeuroidCeilings = slices.Repeat([]float64{math.NaN()}, len(rec.neuroidIDs))
		}
		for k, j := range g.neuroids {
			out.NeuroidCeilings[j] = g.neuroidCeilings[k]
		}
	}
	switch {
	case rec.spans != nil:
		rec.addSpans(out, d)
	case len(out.Parts) > 0:
		rec.addSubjects(out, d)
	default:
		ceiled, warnings := metrics.Ceil(out.Raw, out.Ceiling, metrics.Form(d.Score))
		out.Ceiled = ceiled
		out.Warnings = append(out.Warnings, warnings...)
	}
}

// constant lists the neuroids that respond to all stimuli alike.
func (rec *recordings) constant() (names []string) {
	for _, g := range rec.groups {
		names = append(names, g.constant...)
	}
	if rec.blocks != nil {
		rec.blocks.mutex.Lock()
		defer rec.blocks.mutex.Unlock()
		for _, j := range slices.Sorted(maps.Keys(rec.blocks.constant)) {
			names = append(names, rec.neuroidIDs[j])
		}
	}
	return names
}

// constantWarning counts the neuroids left out of a mapping.
func (rec *recordings) constantWarning() []string {
	constant := rec.constant()
	if len(constant) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d of %d neuroids respond to all stimuli alike and are left out (%s)", len(constant), len(rec.neuroidIDs), fewNames(constant))}
}

// fewNames lists the first of many names.
func fewNames(names []string) string {
	const most = 5
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}
