package benchmarks

import (
	"fmt"
	"math"
	"slices"
	"strings"

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
		if !finite(v) && out.Note == "" {
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

// Evaluate computes all nodes from the values of some, as FormParts does. standIns are the
// benchmarks, by group, that values of groups are formed of (FindStandIns). The value of
// the result is NaN if the composite cannot be formed.
func (c *Composite) Evaluate(given map[string]float64, standIns map[string][]string, allowPartial bool) *CompositeResult {
	f := &CompositeResult{
		Name: c.Identifier, Definition: c.String(), Of: c.Of, Grouped: c.Grouped(),
		Parts: map[string]float64{}, Groups: map[string]float64{},
	}
	e := &evaluation{c: c, given: given, standIns: standIns, allowPartial: allowPartial, out: f}
	root := CompositeNode{Name: c.Root(), Mean: c.Mean}
	o := e.group(root, c.terms(), 1)
	f.Value, f.Partial = o.value, e.partial
	if o.failed {
		f.Failed = slices.Insert(f.Failed, 0, root.Name)
	}
	beside := &evaluation{c: c, given: given, standIns: standIns, allowPartial: allowPartial, out: &CompositeResult{Parts: f.Parts, Groups: f.Groups}}
	for _, n := range c.Beside {
		beside.node(n, c.terms().within(n), 0)
	}
	f.Failed = append(f.Failed, beside.out.Failed...)
	f.StandIns, f.Notes = append(f.StandIns, beside.out.StandIns...), append(f.Notes, beside.out.Notes...)
	if f.Grouped {
		f.Tree, f.Upper = append(e.out.Tree, beside.out.Tree...), c.Upper()
	}
	return f
}

// evaluation computes the nodes of a tree.
type evaluation struct {
	c            *Composite
	given        map[string]float64
	standIns     map[string][]string // benchmarks by group
	allowPartial bool
	partial      bool
	depth        int
	out          *CompositeResult
}

// outcome is the value of a node, NaN if it has none, and whether it has none since a
// benchmark failed.
type outcome struct {
	value  float64
	failed bool
}

func (o outcome) has() bool { return !math.IsNaN(o.value) }

// node computes a node, whose share is its weight in the composite.
func (e *evaluation) node(n CompositeNode, t terms, share float64) outcome {
	e.depth++
	index, failed := len(e.out.Tree), len(e.out.Failed)
	e.out.Tree = append(e.out.Tree, TreeNode{Name: n.Name, Depth: e.depth})
	var o outcome
	if n.Mean == nil {
		o = e.leaf(n, t, share)
	} else if o = e.group(n, t, share); o.has() {
		e.out.Groups[n.Name] = o.value
	}
	if o.failed { // a group comes before its members
		e.out.Failed = slices.Insert(e.out.Failed, failed, n.Name)
	}
	e.out.Tree[index].Value, e.out.Tree[index].Failed = o.value, o.failed
	e.depth--
	return o
}

func (e *evaluation) leaf(n CompositeNode, t terms, share float64) outcome {
	e.out.Coverage.Leaves++
	value, ok := e.given[n.Name]
	assumed, isAssumed := e.c.Missing.Values[n.Name]
	switch {
	case ok && finite(value):
		if t.clip {
			value = min(max(value, 0), 1)
		}
		e.out.Coverage.Scored++
		e.out.Coverage.Weight += share
	case isAssumed:
		value = assumed
		e.out.Assumed = append(e.out.Assumed, n.Name)
		e.out.Notes = append(e.out.Notes, fmt.Sprintf("%s counts %v, as it has no score", n.Name, value))
	default:
		e.out.Missing = append(e.out.Missing, n.Name)
		return outcome{math.NaN(), ok}
	}
	e.out.Parts[n.Name] = value
	return outcome{value: value}
}

// group computes the weighted mean of a group's members.
func (e *evaluation) group(n CompositeNode, t terms, share float64) outcome {
	if value, ok := e.given[n.Name]; ok && !e.givenBelow(n.Mean) {
		return e.givenGroup(n, value, share)
	}
	total := 0.0
	for _, m := range n.Mean {
		total += m.weight()
	}
	sum, present, failed, lacking := 0.0, 0.0, false, false
	for _, m := range n.Mean {
		o := e.node(m, t.within(m), share*m.weight()/max(total, math.SmallestNonzeroFloat64))
		failed = failed || o.failed
		if o.has() {
			sum += float64(m.weight() * o.value)
			present += m.weight()
		} else {
			lacking = lacking || m.weight() > 0
		}
	}
	if present == 0 || lacking && t.missing == MissingRefuse && !e.allowPartial {
		return outcome{math.NaN(), failed}
	}
	e.partial = e.partial || lacking && t.missing == MissingRefuse
	return outcome{value: sum / t.divisor(total, present)}
}

// divisor returns the sum of weights that a mean divides by: of all members, or of
// those that have figures.
func (t terms) divisor(total, present float64) float64 {
	if t.missing == MissingZero {
		return total
	}
	return present
}

// givenBelow reports whether a leaf among the members, or below them, has a value or
// has failed.
func (e *evaluation) givenBelow(members []CompositeNode) bool {
	return !walk(members, terms{}, func(n CompositeNode, _ terms) bool {
		_, ok := e.given[n.Name]
		return !ok
	})
}

// givenGroup is group for one whose value is known and whose leaves are not.
func (e *evaluation) givenGroup(n CompositeNode, value, share float64) outcome {
	leaves := (&Composite{Mean: n.Mean}).PartNames()
	e.out.Coverage.Leaves += len(leaves)
	if ids := e.standIns[n.Name]; ids != nil {
		e.out.Missing = append(e.out.Missing, leaves...)
		e.out.StandIns = append(e.out.StandIns, StandIn{n.Name, ids})
		e.out.Notes = append(e.out.Notes, fmt.Sprintf("%s is the figure of %s, which the tree does not have", n.Name, joinFirst(ids)))
		return outcome{value, !finite(value)}
	}
	if !finite(value) {
		e.out.Missing = append(e.out.Missing, n.Name)
		return outcome{math.NaN(), true}
	}
	e.out.Coverage.Scored++
	e.out.Coverage.Weight += share
	return outcome{value: value}
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
