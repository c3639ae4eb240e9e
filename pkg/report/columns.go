package report

import (
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/ranking"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// The kinds of columns.
const (
	ofComposite = "composite"
	ofPart      = "part"
	ofBenchmark = "benchmark"
	ofMetadata  = "metadata"
)

// addColumns adds the columns that models can be ranked by: the composite, its
// parts, benchmarks and numeric metadata.
func (b *builder) addColumns() {
	composite := column{Name: b.data.Composite.Identifier, Kind: ofComposite}
	inTree := map[string]bool{}
	if b.data.Composite.Grouped() {
		inTree = b.addTree(composite)
	} else {
		b.addColumn(composite, ranking.CompositeScore)
	}
	for _, name := range ranking.Parts(b.models) {
		if !inTree[name] {
			b.addColumn(column{Name: name, Kind: ofPart}, name)
		}
	}
	for _, name := range ranking.Benchmarks(b.models) {
		b.addColumn(column{Name: name, Kind: ofBenchmark}, name)
	}
	for _, name := range b.data.Metadata() {
		if b.data.Numeric(name) {
			b.addColumn(column{Name: name, Kind: ofMetadata}, name)
		}
	}
}

// addTree adds the columns of a composite with groups: it and all of its nodes, so that
// the script can form means anew without some. It returns the names of the nodes.
func (b *builder) addTree(composite column) map[string]bool {
	at := map[string]int{} // 1 + the column of each node
	upper := b.data.Composite.Upper()
	for i, n := range b.data.Composite.Nodes() {
		c, name := column{Name: n.Name, Kind: ofPart}, n.Name
		if i == 0 {
			c, name = composite, ranking.CompositeScore
		}
		c.node = &node{Up: at[n.Parent], Depth: n.Depth, Weight: n.Share, Leaf: n.Members == 0, Rule: n.Missing, Upper: slices.Contains(upper, n.Name)}
		b.addColumn(c, name)
		at[n.Name] = len(b.doc.Columns)
	}
	inTree := map[string]bool{}
	for name := range at {
		inTree[name] = true
	}
	return inTree
}

// addColumn adds a column with the models' values, errors, ceilings and intervals of
// the score, or metadata, of a name.
func (b *builder) addColumn(c column, name string) {
	values := make([]float64, len(b.models))
	some, bounded := false, false
	for k, m := range b.models {
		u := ranking.Uncertainty{Error: math.NaN(), Ceiling: math.NaN()}
		switch c.Kind {
		case ofMetadata:
			values[k] = math.NaN()
			if v, ok := m.Metadata[name]; ok {
				values[k] = v.Number
			}
		case ofComposite:
			values[k] = m.Composite
		case ofPart:
			values[k] = valueOrNaN(m.Parts, name)
			u = m.Uncertainty(name)
		case ofBenchmark:
			values[k] = valueOrNaN(m.Benchmarks, name)
			u = m.Uncertainty(name)
		}
		c.Values = append(c.Values, results.Number(values[k]))
		c.Errors, c.Ceilings = append(c.Errors, short(u.Error)), append(c.Ceilings, short(u.Ceiling))
		some = some || stats.Finite(u.Error) || stats.Finite(u.Ceiling)
		if c.node != nil && m.Failed(name) {
			c.Failed = append(c.Failed, k)
		}
		i := m.Interval(name)
		c.Lows, c.Highs = append(c.Lows, short(i.Low)), append(c.Highs, short(i.High))
		bounded = bounded || !i.None()
	}
	if !bounded || c.Kind == ofMetadata {
		c.Lows, c.Highs = nil, nil
	}
	if !some {
		c.Errors, c.Ceilings = nil, nil
	}
	c.Ranks = ranking.Ranks(values)
	if c.Kind == ofComposite {
		c.Ranks = b.data.CompositeRanks(values)
	}
	c.Name = visible(c.Name)
	b.doc.Columns = append(b.doc.Columns, c)
	b.columns = append(b.columns, name)
}

func valueOrNaN(m map[string]float64, name string) float64 {
	if v, ok := m[name]; ok {
		return v
	}
	return math.NaN()
}
