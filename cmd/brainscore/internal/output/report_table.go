package output

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/text"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// tableHeader names the columns of a model's scores.
var tableHeader = []string{"region", "benchmark", "layer", "raw", "ceiling", "score"}

// intervalHeader names the columns of intervals, each of the figure before it.
const intervalHeader = "95 % interval"

const indent = "  "

// writeReportTable writes a block for each model, all with columns of the same
// widths, and for several models a last table of their composites.
func writeReportTable(w io.Writer, report benchmarks.Report, color bool) error {
	b := bufio.NewWriter(w)
	p := palette(color)
	grids := make([]Grid, len(report.Models))
	var widths []int
	intervals := withIntervals(report.Models...)
	for i, m := range report.Models {
		grids[i] = scoreGrid(m, intervals)
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

// areas is the order of regions along the ventral stream and on to behaviour;
// others follow by name.
var areas = []string{"V1", "V2", "V4", "IT", "behavior"}

// byRegion puts scores in the order of regions, which keeps that of the
// benchmarks of each.
func byRegion(scores []benchmarks.Result) []benchmarks.Result {
	place := func(r benchmarks.Result) int {
		if at := slices.Index(areas, r.Region); at >= 0 {
			return at
		}
		return len(areas)
	}
	return slices.SortedStableFunc(slices.Values(scores), func(a, b benchmarks.Result) int {
		if c := cmp.Compare(place(a), place(b)); c != 0 || place(a) < len(areas) {
			return c
		}
		return strings.Compare(a.Region, b.Region)
	})
}

// scoreGrid has a row for each score, those of one region below each other and
// the region named once. Where a benchmark is in time, a last column draws its
// raw score over the time bins.
func scoreGrid(m benchmarks.ModelResult, intervals bool) Grid {
	g := Grid{Header: tableHeader, Right: []bool{false, false, false, false, true, false}}
	if intervals {
		g = Grid{Header: []string{"region", "benchmark", "layer", "raw", intervalHeader, "ceiling", "score", intervalHeader},
			Right: []bool{false, false, false, false, true, true, false, true}}
	}
	results := byRegion(m.Scores)
	inTime := slices.ContainsFunc(results, func(r benchmarks.Result) bool { return len(r.TimeBins) > 0 })
	if inTime {
		g.Header = append(slices.Clone(g.Header), "raw in time")
		g.Right = append(g.Right, false)
	}
	var raw, ceiled []metrics.Estimate
	for _, r := range results {
		raw = append(raw, r.Raw)
		ceiled = append(ceiled, r.Ceiled)
	}
	raws, scores := estimateColumn(raw), estimateColumn(ceiled)
	for i, r := range results {
		region := r.Region
		if i > 0 && results[i-1].Region == region {
			region = ""
		}
		row := []string{region, r.Benchmark, r.Layer, raws[i], figureText(r.Ceiling.Value), scores[i]}
		if intervals {
			row = []string{region, r.Benchmark, r.Layer, raws[i], rangeText(r.Raw.Interval), figureText(r.Ceiling.Value), scores[i], rangeText(r.Ceiled.Interval)}
		}
		if inTime {
			row = append(row, sparkline(r.TimeBins))
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

// sparkline draws the raw scores over time bins from their least to their
// largest, a blank where there is none, with the span of time.
func sparkline(bins []benchmarks.TimeBinResult) string {
	if len(bins) == 0 {
		return ""
	}
	const blocks = "▁▂▃▄▅▆▇█"
	low, high := math.Inf(1), math.Inf(-1)
	for _, b := range bins {
		if v := b.Raw.Value; !math.IsNaN(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	var line strings.Builder
	levels := []rune(blocks)
	for _, b := range bins {
		v := b.Raw.Value
		switch {
		case math.IsNaN(v):
			line.WriteRune(' ')
		case high == low:
			line.WriteRune(levels[len(levels)/2])
		default:
			line.WriteRune(levels[int((v-low)/(high-low)*float64(len(levels)-1)+.5)])
		}
	}
	return fmt.Sprintf("%s %s-%s ms", line.String(), exactText(bins[0].Start), exactText(bins[len(bins)-1].End))
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
