package output

import (
	"io"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/buildinfo"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// ceilingsDocument is the JSON of noise ceilings.
type ceilingsDocument struct {
	Schema     int                `json:"schema"`
	Ceilings   []ceilingOf        `json:"ceilings"`
	Errors     []ceilingFailure   `json:"errors"`
	Provenance results.Provenance `json:"provenance"`
}

type ceilingOf struct {
	Benchmark string           `json:"benchmark"`
	Version   int              `json:"version"`
	Region    string           `json:"region"`
	Parent    string           `json:"parent"`
	Metric    string           `json:"metric"`
	Ceiling   results.Estimate `json:"ceiling"`
	TimeBins  []ceilingInBin   `json:"time_bins,omitempty"`
	Counts    results.Counts   `json:"counts"`
	Neuroids  []neuroidCeiling `json:"neuroids,omitempty"`
	Warnings  []string         `json:"warnings"`
}

type ceilingInBin struct {
	Start   results.Number   `json:"start"`
	End     results.Number   `json:"end"`
	Ceiling results.Estimate `json:"ceiling"`
}

type neuroidCeiling struct {
	NeuroidID string         `json:"neuroid_id"`
	Ceiling   results.Number `json:"ceiling"`
}

type ceilingFailure struct {
	Benchmark string `json:"benchmark"`
	Error     string `json:"error"`
}

// WriteCeilings writes noise ceilings in a format; a table is coloured if color is true.
// CSV has full precision; only JSON has neuroids and splits.
func WriteCeilings(w io.Writer, c scoring.Ceilings, format Format, color bool) error {
	if format == JSON {
		return results.WriteJSON(w, newCeilings(c, buildinfo.Read()))
	}
	return ceilingsGrid(c.Results).Write(w, format, color)
}

// provenanceOf returns where figures of these inputs come from.
func provenanceOf(inputs []benchmarks.Input, build buildinfo.Info) results.Provenance {
	return results.NewDocument(benchmarks.Report{Inputs: inputs}, build.Version, build.Go).Provenance
}

func newCeilings(c scoring.Ceilings, build buildinfo.Info) ceilingsDocument {
	doc := ceilingsDocument{Schema: results.Schema, Ceilings: []ceilingOf{}, Errors: []ceilingFailure{},
		Provenance: provenanceOf(c.Inputs, build)}
	for _, r := range c.Results {
		ceiling := ceilingOf{Benchmark: r.Benchmark, Version: r.Version, Region: r.Region, Parent: r.Parent, Metric: r.Metric,
			Ceiling: results.NewEstimate(r.Ceiling), Counts: results.Counts(r.Counts), Warnings: append([]string{}, r.Warnings...)}
		for _, b := range r.TimeBins {
			ceiling.TimeBins = append(ceiling.TimeBins, ceilingInBin{results.Number(b.Start), results.Number(b.End), results.NewEstimate(b.Ceiling)})
		}
		for i, v := range r.NeuroidCeilings {
			ceiling.Neuroids = append(ceiling.Neuroids, neuroidCeiling{r.NeuroidIDs[i], results.Number(v)})
		}
		doc.Ceilings = append(doc.Ceilings, ceiling)
	}
	for _, f := range c.Failures {
		doc.Errors = append(doc.Errors, ceilingFailure{f.Benchmark, f.Err.Error()})
	}
	return doc
}

// ceilingsGrid returns a row for each benchmark. People see a count if a benchmark has
// it.
func ceilingsGrid(results []benchmarks.Result) Grid {
	programs := func(field string) Column { return Column{Header: field, Hide: People} }
	g := Grid{DropEmpty: true, Columns: []Column{{Header: "benchmark"}, programs("version"), {Header: "region", Rank: 4}, programs("parent"), {Header: "metric", Rank: 3},
		{Header: "ceiling", Fields: []string{"ceiling", "ceiling_error"}, Figures: true},
		{Header: "stimuli", Right: true, Rank: 7}, {Header: "neuroids", Right: true, Rank: 1}, {Header: "trials", Right: true, Rank: 5}, {Header: "subjects", Right: true, Rank: 2}, programs("warnings")}}
	for _, r := range results {
		n := r.Counts
		g.Add(Text(r.Benchmark), Int(r.Version), Text(r.Region), Text(r.Parent), Text(r.Metric), EstimateCell(r.Ceiling),
			Count(n.Stimuli), Count(n.Neuroids), Count(n.Trials), Count(n.Subjects), WarningsCell(r.Warnings))
	}
	return g
}
