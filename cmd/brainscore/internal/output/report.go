package output

import (
	"io"
	"maps"
	"slices"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/buildinfo"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// WriteReport writes a report in a format, with colour where that is a table
// and color is true.
func WriteReport(w io.Writer, report benchmarks.Report, format Format, color bool) error {
	switch format {
	case JSON:
		return WriteJSON(w, NewDocument(report, buildinfo.Read()))
	case CSV:
		return writeReportCSV(w, report)
	case Markdown:
		return writeReportMarkdown(w, report)
	}
	return writeReportTable(w, report, color)
}

// composites are the models that have a composite, in their order.
func composites(report benchmarks.Report) []benchmarks.ModelResult {
	var out []benchmarks.ModelResult
	for _, m := range report.Models {
		if m.Composite != nil {
			out = append(out, m)
		}
	}
	return out
}

// anatomy is the order in which parts of composites are shown.
var anatomy = []string{"V1", "V2", "V4", "IT", "OST", "behavior"}

// partNames are the parts of the models' composites: in anatomical order, then
// by name.
func partNames(models ...benchmarks.ModelResult) []string {
	names := map[string]bool{}
	for _, m := range models {
		for name := range m.Composite.Parts {
			names[name] = true
		}
	}
	var ordered []string
	for _, name := range anatomy {
		if names[name] {
			ordered = append(ordered, name)
			delete(names, name)
		}
	}
	return append(ordered, slices.Sorted(maps.Keys(names))...)
}

// compositeGrid has a row for each model's composite and a column for each
// part.
func compositeGrid(models []benchmarks.ModelResult) Grid {
	parts := partNames(models...)
	g := Grid{
		Header: append([]string{"model", models[0].Composite.Name}, parts...),
		Right:  make([]bool, 2+len(parts)),
	}
	for i := range g.Right {
		g.Right[i] = i > 0
	}
	partial := false
	for _, m := range models {
		row := []string{m.Model, figureText(m.Composite.Value)}
		for _, name := range parts {
			part, ok := m.Composite.Parts[name]
			if !ok {
				row = append(row, "–")
				continue
			}
			row = append(row, figureText(part))
		}
		g.Rows = append(g.Rows, row)
		partial = partial || m.Composite.Partial
	}
	if partial {
		g.addNotes(models)
	}
	return g
}

// addNotes adds a column that tells which composites are partial.
func (g *Grid) addNotes(models []benchmarks.ModelResult) {
	g.Header = append(g.Header, "note")
	g.Right = append(g.Right, false)
	for i, m := range models {
		note := ""
		if m.Composite.Partial {
			note = "partial"
		}
		g.Rows[i] = append(g.Rows[i], note)
	}
}
