package output

import (
	"bufio"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/text"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// composites returns the models that have a composite, in their order.
func composites(report benchmarks.Report) []benchmarks.ModelResult {
	var models []benchmarks.ModelResult
	for _, m := range report.Models {
		if m.Composite != nil {
			models = append(models, m)
		}
	}
	return models
}

// partNames returns the parts of the models' composites in anatomical order.
func partNames(models ...benchmarks.ModelResult) []string {
	names := map[string]bool{}
	for _, m := range models {
		for name := range m.Composite.Parts {
			names[name] = true
		}
	}
	return slices.SortedFunc(maps.Keys(names), benchmarks.CompareAnatomy)
}

// columnNames returns the parts of the models' composites, or the upper groups of a
// tree.
func columnNames(models []benchmarks.ModelResult) []string {
	if !models[0].Composite.Grouped {
		return partNames(models...)
	}
	return models[0].Composite.Upper
}

// compositeGrid returns a row for each model's composite and a column for each part, or
// upper group of a tree; if one is partial, a last column notes it.
func compositeGrid(models []benchmarks.ModelResult) Grid {
	names := columnNames(models)
	g := Grid{Columns: []Column{{Header: "model"}, {Header: models[0].Composite.Name, Right: true}}}
	for _, name := range names {
		g.Columns = append(g.Columns, Column{Header: name, Right: true})
	}
	grouped := models[0].Composite.Grouped
	if grouped {
		g.Columns = append(g.Columns, Column{Header: "benchmarks", Right: true})
	}
	partial := slices.ContainsFunc(models, func(m benchmarks.ModelResult) bool { return m.Composite.Partial })
	if partial {
		g.Columns = append(g.Columns, Column{Header: "note"})
	}
	for _, m := range models {
		cells := []Cell{Text(m.Model), ScoreCell(m.Composite.Value)}
		for _, name := range names {
			value, ok := m.Composite.Parts[name]
			if !ok {
				value, ok = m.Composite.Groups[name]
			}
			switch {
			case ok:
				cells = append(cells, ScoreCell(value))
			case slices.Contains(m.Composite.Failed, name):
				cells = append(cells, Texts("X", ""))
			default:
				cells = append(cells, Texts("–", ""))
			}
		}
		if grouped {
			cells = append(cells, Text(fmt.Sprintf("%d/%d", m.Composite.Coverage.Scored, m.Composite.Coverage.Leaves)))
		}
		if partial {
			note := ""
			if m.Composite.Partial {
				note = "partial"
			}
			cells = append(cells, Text(note))
		}
		g.Add(cells...)
	}
	return g
}

// writeComposite writes the composite, its definition and its parts, or a tree of the
// groups and benchmarks that have figures.
func writeComposite(b *bufio.Writer, m benchmarks.ModelResult, p palette) {
	c := m.Composite
	b.WriteString(indent + p.bold("composite "+figureText(c.Value)) +
		indent + text.Safe(c.Name) + " = " + text.Safe(c.Definition) + "\n")
	if c.Grouped {
		writeTree(b, c, p)
	} else {
		var parts []string
		for _, name := range partNames(m) {
			parts = append(parts, text.Safe(name)+" "+figureText(c.Parts[name]))
		}
		if len(parts) > 0 {
			b.WriteString(indent + indent + strings.Join(parts, ", ") + "\n")
		}
	}
	if len(c.Missing) > 0 {
		label := "missing: "
		if c.Partial {
			label = "partial, without "
		}
		b.WriteString(indent + indent + p.red(label+text.Safe(strings.Join(c.Missing, ", "))) + "\n")
	}
}

// writeTree draws the groups and benchmarks that have figures or failed.
func writeTree(b *bufio.Writer, c *benchmarks.CompositeResult, p palette) {
	fmt.Fprintf(b, "%s%d of %d benchmarks, with %.1f %% of the weight\n", indent+indent, c.Coverage.Scored, c.Coverage.Leaves, 100*c.Coverage.Weight)
	width := 0
	label := func(n benchmarks.TreeNode) string { return strings.Repeat(indent, n.Depth+1) + text.Safe(n.Name) }
	shown := slices.DeleteFunc(slices.Clone(c.Tree), func(n benchmarks.TreeNode) bool { return math.IsNaN(n.Value) && !n.Failed })
	for _, n := range shown {
		width = max(width, text.Width(label(n)))
	}
	for _, n := range shown {
		figure := figureText(n.Value)
		if n.Failed {
			figure = p.red("X")
		}
		b.WriteString(text.Left(label(n), width) + indent + figure + "\n")
	}
}
