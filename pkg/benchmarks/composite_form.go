package benchmarks

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// CompositeError reports why a composite is refused.
type CompositeError struct {
	Composite string
	// Missing are parts without a value.
	Missing []string
	// Ambiguous are parts that were scored on several layers.
	Ambiguous []string
	// Notes explain them one by one.
	Notes []string
	// Unscored is set where no part has a score: there is not even a partial
	// composite.
	Unscored bool
}

func (e *CompositeError) Error() string {
	var why []string
	if len(e.Missing) > 0 {
		why = append(why, "it lacks "+joinFirst(e.Missing))
	}
	if len(e.Ambiguous) > 0 {
		why = append(why, "there are scores of several layers for "+joinFirst(e.Ambiguous))
	}
	msg := fmt.Sprintf("no composite %s: %s", e.Composite, strings.Join(why, "; "))
	if len(e.Notes) > 0 {
		msg += " (" + strings.Join(e.Notes[:min(len(e.Notes), maxNamed)], "; ") + ")"
	}
	if len(e.Ambiguous) > 0 {
		return msg + "; commit one layer to each region in model.yaml, or choose one by --layer"
	}
	if e.Unscored {
		return msg + "; no part of it was scored"
	}
	return msg + "; score the missing benchmarks, or ask for a partial composite by --allow-partial"
}

// maxNamed is the number of parts that a message names.
const maxNamed = 6

// joinFirst joins the first names of a list and counts the others.
func joinFirst(names []string) string {
	if len(names) <= maxNamed {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNamed-1], ", "), len(names)-maxNamed+1)
}

// Form joins the scores of one model. A part is the mean of the benchmarks
// that count in it (PartOf); where one of these is not finite, the part has failed.
// A benchmark that failed counts likewise, if it is given as a result whose
// values are NaN: without it the part would be the mean of the others.
//
// A part is ambiguous, and the composite refused, where one of its benchmarks,
// or those of one region, were scored on more than one layer; the tables that a model's
// choices are made of (stimuli.ChoiceTables) stand beside a region's layer.
//
// A benchmark that the tree does not have, and whose parent is a group, can stand in for
// that group (FindStandIns), if the composite's StandIns is set; else a note names it.
//
// With a part missing in a mean that refuses that, the composite is refused too, or,
// with allowPartial, formed of the parts that have values, and marked Partial. The
// error is a *CompositeError.
func (c *Composite) Form(results []Result, allowPartial bool) (*CompositeResult, error) {
	byPart := map[string][]Result{}
	for _, r := range results {
		part := c.PartOf(r)
		byPart[part] = append(byPart[part], r)
	}
	parts := map[string]float64{}
	standIns := c.FindStandIns(byPart)
	var notes, ambiguous, others []string
	for n := range c.all() {
		if len(byPart[n.Name]) == 0 {
			continue
		}
		if n.Mean != nil && !c.StandIns {
			for _, id := range standIns[n.Name] {
				others = append(others, fmt.Sprintf("%s (%s)", id, n.Name))
			}
		}
		if n.Mean != nil && (standIns[n.Name] == nil || !c.StandIns) {
			continue
		}
		p := c.FormPart(n.Name, byPart[n.Name])
		if p.Ambiguous {
			ambiguous = append(ambiguous, n.Name)
		} else {
			parts[n.Name] = p.Value
		}
		if p.Note != "" {
			notes = append(notes, p.Note)
		}
	}
	if len(ambiguous) > 0 {
		return nil, &CompositeError{Composite: c.Identifier, Ambiguous: ambiguous, Notes: notes}
	}
	if len(others) > 0 {
		notes = append(notes, fmt.Sprintf("the tree does not have %s: leaderboard --stand-ins, or stand_ins: true in a composite of your own, counts them", joinFirst(others)))
	}
	notes = append(notes, c.withoutParent(byPart)...)
	return c.form(parts, standIns, notes, allowPartial)
}

// withoutParent returns notes on leaves without a score that have scores of their
// region, which do not count for want of a parent.
func (c *Composite) withoutParent(byPart map[string][]Result) []string {
	var notes []string
	for _, part := range c.PartNames() {
		var ids []string
		for _, r := range byPart[""] {
			if r.Region == part && !slices.Contains(ids, r.Benchmark) {
				ids = append(ids, r.Benchmark)
			}
		}
		if len(byPart[part]) == 0 && len(ids) > 0 {
			notes = append(notes, fmt.Sprintf("%s: without parent: %s in their definitions, these do not count: %s", part, part, joinFirst(ids)))
		}
	}
	return notes
}

// FormParts joins values of nodes that come from elsewhere, such as a published
// table. A node that is not finite has failed, one that is not there is missing. The
// value of a group is used if there is none of a leaf below it; names that are no nodes
// are ignored.
func (c *Composite) FormParts(parts map[string]float64, allowPartial bool) (*CompositeResult, error) {
	return c.form(parts, nil, nil, allowPartial)
}

// PartValue is the value of a part.
type PartValue struct {
	Value     float64 // NaN if a benchmark has no figure
	Ambiguous bool    // scored on several layers
	Note      string  // the reason for either
}

// FormPart returns the value of a part from the results, at least one, that count in it.
func (c *Composite) FormPart(part string, results []Result) PartValue {
	byRegion, byBenchmark := map[string]string{}, map[string]string{}
	t := terms{of: c.Of}
	if p, ok := c.place(part); ok {
		t = p.terms
	}
	sum, n := 0.0, 0
	var out PartValue
	for _, r := range results {
		if first, ok := byBenchmark[r.Benchmark]; ok && first != r.Layer {
			return PartValue{math.NaN(), true, fmt.Sprintf("%s: %s is scored on layers %s and %s", part, r.Benchmark, first, r.Layer)}
		} else if ok {
			continue // the same score again
		}
		byBenchmark[r.Benchmark] = r.Layer
		if !slices.Contains(stimuli.ChoiceTables, r.Layer) {
			if first, ok := byRegion[r.Region]; ok && first != r.Layer {
				return PartValue{math.NaN(), true, fmt.Sprintf("%s: region %s is scored on layers %s and %s", part, r.Region, first, r.Layer)}
			}
			byRegion[r.Region] = r.Layer
		}
		v := r.Raw.Value
		if t.of == OfCeiled {
			v = r.Ceiled.Value
		}
		if !stats.Finite(v) && out.Note == "" {
			out.Note = fmt.Sprintf("%s: %s has no %s score", part, r.Benchmark, t.of)
		}
		if t.clip {
			v = min(max(v, 0), 1)
		}
		sum += v
		n++
	}
	if out.Value = sum / float64(n); out.Note != "" {
		out.Value = math.NaN()
	}
	return out
}

func (c *Composite) form(given map[string]float64, standIns map[string][]string, notes []string, allowPartial bool) (*CompositeResult, error) {
	f := c.Evaluate(given, standIns, allowPartial)
	f.Notes = append(notes, f.Notes...)
	// A composite of assumed parts alone does not depend on the model.
	if f.Coverage.Scored == 0 && len(f.StandIns) == 0 {
		return nil, &CompositeError{Composite: c.Identifier, Missing: c.PartNames(), Notes: notes, Unscored: true}
	}
	if math.IsNaN(f.Value) {
		return nil, &CompositeError{Composite: c.Identifier, Missing: f.Missing, Notes: notes}
	}
	return f, nil
}
