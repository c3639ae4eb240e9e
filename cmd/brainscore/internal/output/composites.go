package output

import (
	"bufio"
	"maps"
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

// compositeGrid returns a row for each model's composite and a column for each part; if
// one is partial, a last column notes it.
func compositeGrid(models []benchmarks.ModelResult) Grid {
	parts := partNames(models...)
	g := Grid{Columns: []Column{{Header: "model"}, {Header: models[0].Composite.Name, Right: true}}}
	for _, name := range parts {
		g.Columns = append(g.Columns, Column{Header: name, Right: true})
	}
	partial := slices.ContainsFunc(models, func(m benchmarks.ModelResult) bool { return m.Composite.Partial })
	if partial {
		g.Columns = append(g.Columns, Column{Header: "note"})
	}
	for _, m := range models {
		cells := []Cell{Text(m.Model), ScoreCell(m.Composite.Value)}
		for _, name := range parts {
			part, ok := m.Composite.Parts[name]
			if !ok {
				cells = append(cells, Texts("–", ""))
				continue
			}
			cells = append(cells, ScoreCell(part))
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

// writeComposite writes the composite, its definition and its parts.
func writeComposite(b *bufio.Writer, m benchmarks.ModelResult, p palette) {
	c := m.Composite
	b.WriteString(indent + p.bold("composite "+figureText(c.Value)) +
		indent + text.Safe(c.Name) + " = " + text.Safe(c.Definition) + "\n")
	var parts []string
	for _, name := range partNames(m) {
		parts = append(parts, text.Safe(name)+" "+figureText(c.Parts[name]))
	}
	if len(parts) > 0 {
		b.WriteString(indent + indent + strings.Join(parts, ", ") + "\n")
	}
	if len(c.Missing) > 0 {
		label := "missing: "
		if c.Partial {
			label = "partial, without "
		}
		b.WriteString(indent + indent + p.red(label+text.Safe(strings.Join(c.Missing, ", "))) + "\n")
	}
}
