package output

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// csvHeader names the columns of a report's CSV.
var csvHeader = []string{
	"model", "benchmark", "version", "region", "parent", "layer", "metric",
	"raw", "raw_error", "ceiling", "ceiling_error", "score", "score_error",
	"stimuli", "features", "neuroids", "trials", "subjects", "warnings",
	"time_bin_start", "time_bin_end",
}

// writeReportCSV writes one row for each score, with figures in full precision
// and empty cells for what there is not; of a benchmark in time, then one row for
// each time bin; with intervals, their ends in last columns. Composites
// and failures are not scores and have no row. Text that a spreadsheet would run as a formula has an
// apostrophe in front; JSON has all text as it is.
func writeReportCSV(w io.Writer, report benchmarks.Report) error {
	g := Grid{Header: csvHeader}
	intervals := withIntervals(report.Models...)
	if intervals {
		g.Header = append(slices.Clone(g.Header), "raw_low", "raw_high", "score_low", "score_high")
	}
	add := func(row []string, raw, ceiled metrics.Estimate) {
		if intervals {
			row = slices.Concat(row, ends(raw.Interval), ends(ceiled.Interval))
		}
		g.Rows = append(g.Rows, row)
	}
	for _, m := range report.Models {
		for _, r := range m.Scores {
			add(csvRow(m.Model, r, r.Raw, r.Ceiling, r.Ceiled, "", ""), r.Raw, r.Ceiled)
			for _, b := range r.TimeBins {
				add(csvRow(m.Model, r, b.Raw, b.Ceiling, b.Ceiled, exactText(b.Start), exactText(b.End)), b.Raw, b.Ceiled)
			}
		}
	}
	return g.WriteCSV(w)
}

func csvRow(model string, r benchmarks.Result, raw, ceiling, ceiled metrics.Estimate, start, end string) []string {
	return []string{
		notFormula(model), notFormula(r.Benchmark), strconv.Itoa(r.Version),
		notFormula(r.Region), notFormula(r.Parent), notFormula(r.Layer), notFormula(r.Metric),
		exactText(raw.Value), exactText(raw.Error),
		exactText(ceiling.Value), exactText(ceiling.Error),
		exactText(ceiled.Value), exactText(ceiled.Error),
		countText(r.Counts.Stimuli), countText(r.Counts.Features), countText(r.Counts.Neuroids),
		countText(r.Counts.Trials), countText(r.Counts.Subjects),
		notFormula(strings.Join(r.Warnings, "; ")),
		start, end,
	}
}

// notFormula puts an apostrophe before text that spreadsheets take for a
// formula (https://owasp.org/www-community/attacks/CSV_Injection).
func notFormula(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
