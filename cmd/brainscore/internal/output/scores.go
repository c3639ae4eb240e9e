package output

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/buildinfo"
	"github.com/brainscore-go/brainscore/internal/text"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// intervalHeader heads a column with the interval of the figure before it.
const intervalHeader = "95 % interval"

const indent = "  "

// WriteScores writes the scores of models in a format; a table is coloured if color is
// true. CSV and TSV have a row for each score, in full precision, and after that of a
// benchmark in time one for each time bin, of one per subject one for each subject;
// composites and failures have no row.
func WriteScores(w io.Writer, report benchmarks.Report, format Format, color bool) error {
	intervals := withIntervals(report.Models...)
	var grids []Grid
	for _, m := range report.Models {
		grids = append(grids, scoreGrid(m, intervals, format))
	}
	switch format {
	case JSON:
		build := buildinfo.Read()
		return results.WriteJSON(w, results.NewDocument(report, build.Version, build.Go))
	case Table:
		return writeScoreTables(w, report, grids, color)
	case Markdown:
		return writeScoreMarkdown(w, report, grids)
	}
	return WriteGrids(w, format, color, scoreFields, append([]Grid{scoreGrid(benchmarks.ModelResult{}, intervals, format)}, grids...)...)
}

// scoreFields are the first fields of a score for programs, in their order.
var scoreFields = []string{
	"model", "benchmark", "version", "region", "parent", "layer", "metric",
	"raw", "raw_error", "ceiling", "ceiling_error", "score", "score_error",
	"stimuli", "features", "neuroids", "trials", "subjects", "warnings",
	"time_bin_start", "time_bin_end", "subject",
}

// scoreGrid returns a row for each score. A text table is sorted by region and names each
// region once; if a benchmark is in time, a last column draws its raw score over the
// time bins, and if one is per subject, a column has the spread of their raw scores.
func scoreGrid(m benchmarks.ModelResult, intervals bool, format Format) Grid {
	results := m.Scores
	if format == Table {
		results = byRegion(results)
	}
	inTime := slices.ContainsFunc(results, func(r benchmarks.Result) bool { return len(r.TimeBins) > 0 })
	perSubject := slices.ContainsFunc(results, func(r benchmarks.Result) bool { return len(r.Subjects) > 0 })
	g := Grid{Columns: scoreColumns(intervals, inTime, perSubject), Short: 20}
	for i, r := range results {
		region := Texts(r.Region, r.Region)
		if i > 0 && results[i-1].Region == r.Region {
			region.text = ""
		}
		g.Add(scoreCells(m.Model, region, r, r.Raw, r.Ceiling, r.Ceiled, nil, nil)...)
		for _, b := range r.TimeBins {
			g.Rows = append(g.Rows, Row{Hide: People, Cells: scoreCells(m.Model, region, r, b.Raw, b.Ceiling, b.Ceiled, &b, nil)})
		}
		for _, s := range r.Subjects {
			g.Rows = append(g.Rows, Row{Hide: People, Cells: scoreCells(m.Model, region, r, s.Raw, s.Ceiling, s.Ceiled, nil, &s)})
		}
	}
	return g
}

func scoreColumns(intervals, inTime, perSubject bool) []Column {
	programs := func(field string) Column { return Column{Header: field, Hide: People} }
	bounds := func(name string) Column {
		c := Column{Header: intervalHeader, Fields: []string{name + "_low", name + "_high"}, Right: true, Rank: 3}
		if !intervals {
			c.Hide = slices.Concat(People, Programs)
		}
		return c
	}
	columns := []Column{
		{Header: "model", Hide: []Format{Table}}, {Header: "region", Hide: []Format{Markdown}, Rank: 2}, {Header: "benchmark"},
		programs("version"), programs("parent"), {Header: "layer"}, programs("metric"),
		{Header: "raw", Fields: []string{"raw", "raw_error"}, Figures: true}, bounds("raw"),
		{Header: "ceiling", Fields: []string{"ceiling", "ceiling_error"}, Right: true, Rank: 1},
		{Header: "score", Fields: []string{"score", "score_error"}, Figures: true}, bounds("score"),
	}
	for _, field := range []string{"stimuli", "features", "neuroids", "trials", "subjects", "warnings", "time_bin_start", "time_bin_end", "subject"} {
		columns = append(columns, programs(field))
	}
	drawing := Column{Header: "raw in time", Hide: []Format{Markdown, CSV, TSV}, Rank: 5}
	if !inTime {
		drawing.Hide = append(drawing.Hide, Table)
	}
	spread := Column{Header: "raw by subject", Hide: []Format{CSV, TSV}, Rank: 4}
	if !perSubject {
		spread.Hide = slices.Concat(People, Programs)
	}
	return append(columns, drawing, spread)
}

// subjectsText returns the smallest and the largest raw score of subjects, and their number.
func subjectsText(subjects []benchmarks.SubjectResult) string {
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range subjects {
		if v := s.Raw.Value; v == v {
			low, high = min(low, v), max(high, v)
		}
	}
	if low > high {
		return ""
	}
	return fmt.Sprintf("%s to %s (%d)", figureText(low), figureText(high), len(subjects))
}

// scoreCells returns the cells of one score, or of one of its time bins or subjects.
func scoreCells(model string, region Cell, r benchmarks.Result, raw, ceiling, ceiled metrics.Estimate, bin *benchmarks.TimeBinResult, subject *benchmarks.SubjectResult) []Cell {
	ceilingCell := EstimateCell(ceiling)
	ceilingCell.text = figureText(ceiling.Value)
	n := r.Counts
	start, end, name, drawing := Blank(), Blank(), Blank(), Text(sparkline(r.TimeBins))
	if subject != nil {
		n.Neuroids, n.Subjects, name = subject.Neuroids, 0, Text(subject.Subject)
	}
	if bin != nil {
		start, end = Text(exactText(bin.Start)), Text(exactText(bin.End))
	}
	return []Cell{Text(model), region, Text(r.Benchmark), Int(r.Version), Text(r.Parent), Text(r.Layer), Text(r.Metric),
		EstimateCell(raw), RangeCell(raw.Interval), ceilingCell, EstimateCell(ceiled), RangeCell(ceiled.Interval),
		Count(n.Stimuli), Count(n.Features), Count(n.Neuroids), Count(n.Trials), Count(n.Subjects), WarningsCell(r.Warnings),
		start, end, name, drawing, Text(subjectsText(r.Subjects))}
}

// writeScoreTables writes a block for each model, all with the same column widths, and
// for several models a last table of their composites.
func writeScoreTables(w io.Writer, report benchmarks.Report, grids []Grid, color bool) error {
	b := bufio.NewWriter(w)
	p := palette(color)
	grids = onPage(w, indent, grids...)
	blocks := make([]shownGrid, len(grids))
	var widths []int
	for i, g := range grids {
		blocks[i] = g.shown(Table)
		widths = blocks[i].widths(widths)
	}
	for i, m := range report.Models {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(p.bold(text.Safe(m.Model)) + "\n")
		if len(blocks[i].Rows) == 0 {
			b.WriteString(indent + "no scores\n")
		} else {
			blocks[i].write(b, indent, widths, p.faint, nil)
		}
		if failures := failureGrid(m); len(failures.Rows) > 0 {
			s := onPage(w, indent, failures)[0].shown(Table)
			s.write(b, indent, s.widths(nil), p.red, nil)
		}
		if m.Composite != nil {
			writeComposite(b, m, p)
		}
	}
	return errors.Join(b.Flush(), WriteCompositeTable(w, report, color))
}

// WriteCompositeTable writes the table of the composites of several models, the last after
// the tables of their scores.
func WriteCompositeTable(w io.Writer, report benchmarks.Report, color bool) error {
	models := composites(report)
	if len(models) < 2 {
		return nil
	}
	p := palette(color)
	b := bufio.NewWriter(w)
	b.WriteString("\n" + p.bold("composites") + "\n")
	s := onPage(w, indent, compositeGrid(models))[0].shown(Table)
	s.write(b, indent, s.widths(nil), p.faint, nil)
	return b.Flush()
}

// writeScoreMarkdown writes a table of the scores, then tables of the composites and of
// the failures, if there are any.
func writeScoreMarkdown(w io.Writer, report benchmarks.Report, grids []Grid) error {
	scores := scoreGrid(benchmarks.ModelResult{}, withIntervals(report.Models...), Markdown)
	failures := failureGrid(benchmarks.ModelResult{})
	for i, m := range report.Models {
		scores.Rows = append(scores.Rows, grids[i].Rows...)
		failures.Rows = append(failures.Rows, failureGrid(m).Rows...)
	}
	if err := scores.WriteMarkdown(w); err != nil {
		return err
	}
	if models := composites(report); len(models) > 0 {
		c := models[0].Composite
		fmt.Fprintf(w, "\n%s = %s\n\n", escapeMarkdown(c.Name), escapeMarkdown(c.Definition))
		if err := compositeGrid(models).WriteMarkdown(w); err != nil {
			return err
		}
	}
	if len(failures.Rows) == 0 {
		return nil
	}
	fmt.Fprintln(w)
	return failures.WriteMarkdown(w)
}

// failureGrid returns a row for each benchmark that was not scored.
func failureGrid(m benchmarks.ModelResult) Grid {
	g := Grid{Columns: []Column{{Header: "model", Hide: []Format{Table}}, {Header: "not scored"}, {Header: "layer"}, {Header: "reason", Wrap: true}}}
	for _, f := range m.Failures {
		g.Add(Text(m.Model), Text(f.Benchmark), Text(f.Layer), Text(f.Err.Error()))
	}
	return g
}

// byRegion sorts scores by region in anatomical order, and keeps the order of the
// benchmarks of each region.
func byRegion(scores []benchmarks.Result) []benchmarks.Result {
	return slices.SortedStableFunc(slices.Values(scores), func(a, b benchmarks.Result) int {
		return benchmarks.CompareAnatomy(a.Region, b.Region)
	})
}

// sparkline draws the raw scores over time bins between their minimum and maximum, with
// a blank for NaN, and the span of time.
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
