package report

import (
	"math"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/benchmarks/benchmarkstest"
	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// treeData returns the models of the example of the site's rules.
func treeData(t *testing.T) *ranking.Builder {
	t.Helper()
	example := benchmarkstest.ReadTreeExample(t)
	b := ranking.New(example.Composite(t))
	for model := range example.Display {
		if err := b.AddResults("scores.json", []benchmarks.ModelResult{{Model: model, Scores: example.Results(model)}}); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// The page has a column for every node, from which the script forms means anew: each
// follows its group, and has its weight and rule.
func TestTreeColumns(t *testing.T) {
	example := benchmarkstest.ReadTreeExample(t)
	b := newBuilder(treeData(t).Build(), Options{})
	if err := b.build(t.Context()); err != nil {
		t.Fatal(err)
	}
	nodes := b.data.Composite.Nodes()
	if !b.doc.Site || len(b.doc.Columns) < len(nodes) {
		t.Fatalf("%d columns of %d nodes", len(b.doc.Columns), len(nodes))
	}
	for k, c := range b.doc.Columns {
		if (c.node != nil) != (k < len(nodes)) {
			t.Fatalf("column %d (%s) has %v", k, c.Name, c.node)
		}
		if c.node == nil {
			continue
		}
		name := nodes[k].Name
		if c.Up > k || c.Up > 0 && nodes[c.Up-1].Name != nodes[k].Parent || c.Weight != 1 || c.Leaf != (c.Rule == "") || c.Depth != nodes[k].Depth {
			t.Errorf("%s: %+v, want %+v", name, *c.node, nodes[k])
		}
		for i, m := range b.models {
			want := example.Expected[m.Name][name]
			value, failed := float64(c.Values[i]), slices.Contains(c.Failed, i)
			if failed != (want.Known && math.IsNaN(want.Value)) || !failed && want.Known != !math.IsNaN(value) || math.Abs(value-want.Value) > example.Tolerance {
				t.Errorf("%s, %s: %v, failed %v, want %+v", m.Name, name, value, failed, want)
			}
			if want := example.Display[m.Name][name]; want != "" && b.figure(c, i) != want {
				t.Errorf("%s, %s is shown as %s, want %s", m.Name, name, b.figure(c, i), want)
			}
		}
	}
}
