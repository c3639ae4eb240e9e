package output

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/buildinfo"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// ceilingsDocument is the JSON of noise ceilings.
type ceilingsDocument struct {
	Schema     int              `json:"schema"`
	Ceilings   []ceilingOf      `json:"ceilings"`
	Errors     []ceilingFailure `json:"errors"`
	Provenance Provenance       `json:"provenance"`
}

type ceilingOf struct {
	Benchmark string           `json:"benchmark"`
	Version   int              `json:"version"`
	Region    string           `json:"region"`
	Parent    string           `json:"parent"`
	Metric    string           `json:"metric"`
	Ceiling   Estimate         `json:"ceiling"`
	TimeBins  []ceilingInBin   `json:"time_bins,omitempty"`
	Counts    Counts           `json:"counts"`
	Neuroids  []neuroidCeiling `json:"neuroids,omitempty"`
	Warnings  []string         `json:"warnings"`
}

type ceilingInBin struct {
	Start   Number   `json:"start"`
	End     Number   `json:"end"`
	Ceiling Estimate `json:"ceiling"`
}

type neuroidCeiling struct {
	NeuroidID string `json:"neuroid_id"`
	Ceiling   Number `json:"ceiling"`
}

type ceilingFailure struct {
	Benchmark string `json:"benchmark"`
	Error     string `json:"error"`
}

// Ceilings are the noise ceilings of benchmarks, those that could not be
// computed, and the files that the figures depend on.
type Ceilings struct {
	Results  []benchmarks.Result
	Failures []benchmarks.Failure
	Inputs   []benchmarks.Input
}

// WriteCeilings writes noise ceilings in a format, with colour where that is a
// table and color is true. CSV is in full precision; per-neuroid values and
// splits are in JSON alone.
func WriteCeilings(w io.Writer, c Ceilings, format Format, color bool) error {
	switch format {
	case JSON:
		return WriteJSON(w, newCeilings(c, buildinfo.Read()))
	case CSV:
		return ceilingsCSV(c.Results).WriteCSV(w)
	}
	return ceilingsGrid(c.Results).Write(w, format, color)
}

func newCeilings(c Ceilings, build buildinfo.Info) ceilingsDocument {
	doc := ceilingsDocument{Schema: Schema, Ceilings: []ceilingOf{}, Errors: []ceilingFailure{},
		Provenance: NewDocument(benchmarks.Report{Inputs: c.Inputs}, build).Provenance}
	for _, r := range c.Results {
		of := ceilingOf{Benchmark: r.Benchmark, Version: r.Version, Region: r.Region, Parent: r.Parent, Metric: r.Metric,
			Ceiling: newEstimate(r.Ceiling), Counts: Counts(r.Counts), Warnings: append([]string{}, r.Warnings...)}
		for _, b := range r.TimeBins {
			of.TimeBins = append(of.TimeBins, ceilingInBin{Number(b.Start), Number(b.End), newEstimate(b.Ceiling)})
		}
		for i, v := range r.NeuroidCeilings {
			of.Neuroids = append(of.Neuroids, neuroidCeiling{r.NeuroidIDs[i], Number(v)})
		}
		doc.Ceilings = append(doc.Ceilings, of)
	}
	for _, f := range c.Failures {
		doc.Errors = append(doc.Errors, ceilingFailure{f.Benchmark, f.Err.Error()})
	}
	return doc
}

func newEstimate(e metrics.Estimate) Estimate {
	return Estimate{Value: Number(e.Value), Error: Number(e.Error), Interval: (*interval)(e.Interval), Splits: numbers(e.Splits)}
}

func ceilingsCSV(results []benchmarks.Result) Grid {
	g := Grid{Header: []string{"benchmark", "version", "region", "parent", "metric", "ceiling", "ceiling_error", "stimuli", "neuroids", "trials", "subjects", "warnings"}}
	for _, r := range results {
		g.Rows = append(g.Rows, []string{
			notFormula(r.Benchmark), strconv.Itoa(r.Version), notFormula(r.Region), notFormula(r.Parent), notFormula(r.Metric),
			exactText(r.Ceiling.Value), exactText(r.Ceiling.Error),
			countText(r.Counts.Stimuli), countText(r.Counts.Neuroids), countText(r.Counts.Trials), countText(r.Counts.Subjects),
			notFormula(strings.Join(r.Warnings, "; ")),
		})
	}
	return g
}

// ceilingsGrid leaves out the counts that no benchmark has.
func ceilingsGrid(results []benchmarks.Result) Grid {
	g := Grid{Header: []string{"benchmark", "region", "metric", "ceiling", "stimuli", "neuroids", "trials", "subjects"},
		Right: []bool{false, false, false, false, true, true, true, true}}
	var ceilings []metrics.Estimate
	for _, r := range results {
		ceilings = append(ceilings, r.Ceiling)
	}
	column := estimateColumn(ceilings)
	for i, r := range results {
		n := r.Counts
		g.Rows = append(g.Rows, []string{r.Benchmark, r.Region, r.Metric, column[i],
			countText(n.Stimuli), countText(n.Neuroids), countText(n.Trials), countText(n.Subjects)})
	}
	return g.withoutEmpty()
}

// withoutEmpty leaves out the columns that have no text in any row.
func (g Grid) withoutEmpty() Grid {
	for i := len(g.Header) - 1; i >= 0; i-- {
		if slices.ContainsFunc(g.Rows, func(row []string) bool { return row[i] != "" }) {
			continue
		}
		g.Header = slices.Delete(slices.Clone(g.Header), i, i+1)
		g.Right = slices.Delete(slices.Clone(g.Right), i, i+1)
		for j, row := range g.Rows {
			g.Rows[j] = slices.Delete(slices.Clone(row), i, i+1)
		}
	}
	return g
}
