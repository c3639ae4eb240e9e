package output

import (
	"fmt"
	"io"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// writeReportMarkdown writes a table of the scores, then one of the composites
// and one of what was not scored, where there are such.
func writeReportMarkdown(w io.Writer, report benchmarks.Report) error {
	scores := Grid{
		Header: []string{"model", "benchmark", "layer", "raw", "ceiling", "score"},
		Right:  []bool{false, false, false, true, true, true},
	}
	intervals := withIntervals(report.Models...)
	if intervals {
		scores = Grid{
			Header: []string{"model", "benchmark", "layer", "raw", intervalHeader, "ceiling", "score", intervalHeader},
			Right:  []bool{false, false, false, true, true, true, true, true},
		}
	}
	failures := Grid{Header: []string{"model", "not scored", "layer", "reason"}}
	for _, m := range report.Models {
		for _, r := range m.Scores {
			row := []string{m.Model, r.Benchmark, r.Layer, estimateText(r.Raw)}
			if intervals {
				row = append(row, rangeText(r.Raw.Interval))
			}
			row = append(row, figureText(r.Ceiling.Value), estimateText(r.Ceiled))
			if intervals {
				row = append(row, rangeText(r.Ceiled.Interval))
			}
			scores.Rows = append(scores.Rows, row)
		}
		for _, f := range m.Failures {
			failures.Rows = append(failures.Rows, []string{m.Model, f.Benchmark, f.Layer, f.Err.Error()})
		}
	}
	if err := scores.WriteMarkdown(w); err != nil {
		return err
	}
	if with := composites(report); len(with) > 0 {
		c := with[0].Composite
		fmt.Fprintf(w, "\n%s = %s\n\n", escapeMarkdown(c.Name), escapeMarkdown(c.Definition))
		if err := compositeGrid(with).WriteMarkdown(w); err != nil {
			return err
		}
	}
	if len(failures.Rows) == 0 {
		return nil
	}
	fmt.Fprintln(w)
	return failures.WriteMarkdown(w)
}
