package benchmarks

import (
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/internal/stats"
)

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
	unweighted := &evaluation{c: c, given: given, standIns: standIns, allowPartial: allowPartial, out: &CompositeResult{Parts: f.Parts, Groups: f.Groups}}
	for _, n := range c.Beside {
		unweighted.node(n, c.terms().within(n), 0)
	}
	f.Failed = append(f.Failed, unweighted.out.Failed...)
	f.StandIns, f.Notes = append(f.StandIns, unweighted.out.StandIns...), append(f.Notes, unweighted.out.Notes...)
	if f.Grouped {
		f.Tree, f.Upper = append(e.out.Tree, unweighted.out.Tree...), c.Upper()
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
	case ok && stats.Finite(value):
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
		return outcome{value, !stats.Finite(value)}
	}
	if !stats.Finite(value) {
		e.out.Missing = append(e.out.Missing, n.Name)
		return outcome{math.NaN(), true}
	}
	e.out.Coverage.Scored++
	e.out.Coverage.Weight += share
	return outcome{value: value}
}
