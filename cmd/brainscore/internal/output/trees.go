package output

import (
	"io"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// WriteCompositeList writes the composites that come with the program.
func WriteCompositeList(w io.Writer, list []*benchmarks.Composite, format Format, color bool) error {
	if format == JSON {
		type listed struct {
			Composite  string `json:"composite"`
			Definition string `json:"definition"`
			Benchmarks int    `json:"leaves"`
		}
		doc := struct {
			Schema     int      `json:"schema"`
			Composites []listed `json:"composites"`
		}{Schema: results.Schema}
		for _, c := range list {
			doc.Composites = append(doc.Composites, listed{c.Identifier, c.String(), len(c.PartNames())})
		}
		return results.WriteJSON(w, doc)
	}
	g := Grid{Columns: []Column{{Header: "composite"}, {Header: "definition", Wrap: true}}}
	for _, c := range list {
		g.Add(Text(c.Identifier), Text(c.String()))
	}
	return g.Write(w, format, color)
}

// WriteComposite writes the tree of a composite: a row for each group and leaf, with its
// weight in the composite.
func WriteComposite(w io.Writer, c *benchmarks.Composite, format Format, color bool) error {
	nodes := c.Nodes()
	if format == JSON {
		return results.WriteJSON(w, newCompositeTree(c, nodes))
	}
	g := Grid{Columns: []Column{{Header: "node"}, {Header: "parent", Hide: People}, {Header: "kind", Hide: People}, {Header: "weight", Right: true}, {Header: "members", Right: true}, {Header: "of"}, {Header: "clip"}, {Header: "missing"}}}
	for _, n := range nodes {
		kind, weight, clip := "leaf", Texts("", "0"), "no"
		if n.Members > 0 {
			kind = "group"
		}
		if n.Weight > 0 {
			weight = Cell{text: percentText(n.Weight), values: []string{exactText(n.Weight)}}
		}
		if n.Clip {
			clip = "yes"
		}
		g.Add(Texts(strings.Repeat(indent, n.Depth)+n.Name, n.Name), Text(n.Parent), Text(kind), weight, Count(n.Members), Text(n.Of), Text(clip), Text(n.Missing))
	}
	return g.Write(w, format, color)
}

func percentText(share float64) string { return strconv.FormatFloat(100*share, 'f', 2, 64) + " %" }

type compositeTree struct {
	Schema    int        `json:"schema"`
	Composite string     `json:"composite"`
	Name      string     `json:"name"`
	Source    string     `json:"source"`
	Nodes     []treeNode `json:"nodes"`
}

type treeNode struct {
	Node    string  `json:"node"`
	Parent  string  `json:"parent"`
	Depth   int     `json:"depth"`
	Leaf    bool    `json:"leaf"`
	Weight  float64 `json:"weight"` // in the composite
	Of      string  `json:"of"`
	Clip    bool    `json:"clip"`
	Missing string  `json:"missing,omitempty"`
}

func newCompositeTree(c *benchmarks.Composite, nodes []benchmarks.NodeInfo) compositeTree {
	doc := compositeTree{Schema: results.Schema, Composite: c.Identifier, Name: c.Root(), Source: c.Source, Nodes: []treeNode{}}
	for _, n := range nodes {
		doc.Nodes = append(doc.Nodes, treeNode{n.Name, n.Parent, n.Depth, n.Members == 0, n.Weight, n.Of, n.Clip, n.Missing})
	}
	return doc
}
