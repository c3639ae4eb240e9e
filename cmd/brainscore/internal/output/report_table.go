package output

import (
	"bufio"
	"io"
	"math"
	"strings"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/text"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// tableHeader names the columns of a model's scores.
var tableHeader = []string{"benchmark", "layer", "raw", "ceiling", "score"}

const indent = "  "

// writeReportTable writes a block for each model, all with columns of the same
// widths, and for several models a last table of their composites.
func writeReportTable(w io.Writer, report benchmarks.Report, color bool) error {
	b := bufio.NewWriter(w)
	p := palette(color)
	grids := make([]Grid, len(report.Models))
	var widths []int
	for i, m := range report.Models {
		grids[i] = scoreGrid(m)
		widths = grids[i].widths(widths)
	}
	for i, m := range report.Models {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(p.bold(text.Safe(m.Model)) + "\n")
		writeScores(b, grids[i], widths, p)
		writeFailures(b, m.Failures, p)
		if m.Composite != nil {
			writeComposite(b, m, p)
		}
	}
	if with := composites(report); len(with) > 1 {
		b.WriteString("\n" + p.bold("composites") + "\n")
		g := compositeGrid(with)
		widths := g.widths(nil)
		g.writeLine(b, indent, g.Header, widths, p.faint)
		for _, row := range g.Rows {
			g.writeLine(b, indent, row, widths, plain)
		}
	}
	return b.Flush()
}

func scoreGrid(m benchmarks.ModelResult) Grid {
	g := Grid{Header: tableHeader, Right: []bool{false, false, false, true, false}}
	var raw, ceiled []metrics.Estimate
	for _, r := range m.Scores {
		raw = append(raw, r.Raw)
		ceiled = append(ceiled, r.Ceiled)
	}
	raws, scores := estimateColumn(raw), estimateColumn(ceiled)
	for i, r := range m.Scores {
		g.Rows = append(g.Rows, []string{r.Benchmark, r.Layer, raws[i], figureText(r.Ceiling.Value), scores[i]})
	}
	return g
}

func writeScores(b *bufio.Writer, g Grid, widths []int, p palette) {
	if len(g.Rows) == 0 {
		b.WriteString(indent + "no scores\n")
		return
	}
	g.writeLine(b, indent, g.Header, widths, p.faint)
	for _, row := range g.Rows {
		g.writeLine(b, indent, row, widths, plain)
	}
}

func writeFailures(b *bufio.Writer, failures []benchmarks.Failure, p palette) {
	if len(failures) == 0 {
		return
	}
	g := Grid{Header: []string{"not scored", "layer", "reason"}}
	for _, f := range failures {
		g.Rows = append(g.Rows, []string{f.Benchmark, f.Layer, f.Err.Error()})
	}
	widths := g.widths(nil)
	g.writeLine(b, indent, g.Header, widths, p.red)
	for _, row := range g.Rows {
		g.writeLine(b, indent, row, widths, plain)
	}
}

// writeComposite writes the composite, how it is defined, and what it is of.
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

// estimateText is a figure with its error, where it has one.
func estimateText(e metrics.Estimate) string {
	if math.IsNaN(e.Error) {
		return figureText(e.Value)
	}
	return figureText(e.Value) + " ± " + figureText(e.Error)
}

// estimateColumn is estimates with their figures' ends below each other.
func estimateColumn(estimates []metrics.Estimate) []string {
	width := 0
	for _, e := range estimates {
		width = max(width, text.Width(figureText(e.Value)))
	}
	var column []string
	for _, e := range estimates {
		pad := strings.Repeat(" ", width-text.Width(figureText(e.Value)))
		column = append(column, pad+estimateText(e))
	}
	return column
}
