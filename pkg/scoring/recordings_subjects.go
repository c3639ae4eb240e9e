package scoring

import (
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// ofGroups returns the score of all groups: of the one, or the mean over subjects.
func (rec *recordings) ofGroups(parts []metrics.Score, d *benchmarks.Definition) metrics.Score {
	for i, score := range parts {
		if len(score.Raw.Splits) == 1 {
			parts[i].Raw.Error = math.NaN() // of one split nothing is known
		}
	}
	if d.SubjectColumn() == "" {
		return parts[0]
	}
	return rec.overGroups(parts)
}

// overGroups returns the mean of the scores of groups.
func (rec *recordings) overGroups(parts []metrics.Score) metrics.Score {
	out := metrics.Score{Parts: parts, Side: metrics.JoinSides(parts)}
	var raw []float64
	var warnings [][]string
	for i, score := range parts {
		g := rec.groups[i]
		raw = append(raw, score.Raw.Value)
		if d, ok := score.Distance(); ok {
			out.Angles = append(out.Angles, d)
		}
		warnings = append(warnings, score.Warnings)
		out.Alphas = append(out.Alphas, score.Alphas...)
		if len(score.Neuroids) != len(g.neuroids) {
			continue // of features, or none
		}
		if out.Neuroids == nil {
			out.Neuroids = slices.Repeat([]float64{math.NaN()}, len(rec.neuroidIDs))
		}
		for k, j := range g.neuroids {
			out.Neuroids[j] = score.Neuroids[k]
		}
	}
	out.Raw, out.Warnings = overSubjects(raw), gatherWarnings(rec.subjects(), warnings)
	return out
}

// subjects lists the groups by name.
func (rec *recordings) subjects() []string {
	var names []string
	for _, g := range rec.groups {
		names = append(names, g.subject)
	}
	return names
}

// ceilingOf returns a group's ceiling, which a definition may give as a value.
func (g *group) ceilingOf(d *benchmarks.Definition) metrics.Estimate {
	if given, ok := d.GivenCeiling(); ok {
		return given
	}
	return g.ceiling
}

// addSubjects sets each subject's figures, and the ceiled score as their mean.
func (rec *recordings) addSubjects(out *benchmarks.Result, d *benchmarks.Definition) {
	var ceiled []float64
	var ofCeiling [][]string
	for i, part := range out.Parts {
		g := rec.groups[i]
		neuroids := len(g.neuroids)
		if rec.given() {
			neuroids = 0
		}
		s := benchmarks.SubjectResult{Subject: g.subject, Raw: part.Raw, Ceiling: g.ceilingOf(d), Ceiled: metrics.None(), Neuroids: neuroids, Alphas: part.Alphas}
		if d.Ceiling != nil && !d.Ceiling.OfSubjects() {
			var warnings []string
			s.Ceiled, warnings = metrics.Ceil(s.Raw, s.Ceiling, metrics.Form(d.Score))
			ofCeiling = append(ofCeiling, warnings)
		}
		ceiled = append(ceiled, s.Ceiled.Value)
		out.Subjects = append(out.Subjects, s)
	}
	if d.Ceiling == nil || d.Ceiling.OfSubjects() {
		var warnings []string
		out.Ceiled, warnings = metrics.Ceil(out.Raw, out.Ceiling, metrics.Form(d.Score))
		out.Warnings = append(out.Warnings, warnings...)
		return
	}
	out.Warnings = append(out.Warnings, gatherWarnings(rec.subjects(), ofCeiling)...)
	out.Ceiled = overSubjects(ceiled)
	out.Ceiled.Splits = nil
	lacking := 0
	for _, v := range ceiled {
		if math.IsNaN(v) {
			lacking++
		}
	}
	if lacking > 0 {
		out.Warnings = append(out.Warnings, fmt.Sprintf("%d of %d have no ceiled score and are left out of the mean: see each one's warnings", lacking, len(ceiled)))
	}
}
