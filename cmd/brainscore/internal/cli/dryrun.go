package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// planFunc returns what scoring would do.
type planFunc func(context.Context, scoreRequest) (scoring.DryRun, error)

// planScores is the planFunc of the program.
func planScores(ctx context.Context, r scoreRequest) (scoring.DryRun, error) {
	runner, err := r.runner()
	if err != nil {
		return scoring.DryRun{}, err
	}
	var packs packs
	defer packs.close()
	if err := packs.unpack(ctx, runner, &r.Request); err != nil {
		return scoring.DryRun{}, err
	}
	dry, err := runner.DryRun(r.Request)
	if err != nil {
		return scoring.DryRun{}, packs.name(err)
	}
	for i := range dry.Failures {
		dry.Failures[i].Err = packs.name(dry.Failures[i].Err)
	}
	for i := range dry.Reads {
		dry.Reads[i].Err = packs.name(dry.Reads[i].Err)
	}
	return *dry, nil
}

// runDry prints the passes over layers that scoring would make, without reading
// activations.
func runDry(ctx context.Context, opts scoreOptions, streams Streams, plan planFunc) error {
	if err := opts.check(); err != nil {
		return err
	}
	dry, err := plan(ctx, opts.scoreRequest)
	if err != nil {
		return err
	}
	return printDry(ctx, dry, opts.out, streams)
}

// printDryRun prints what comparing layers would read and hold, without a composite.
func (r *scoreRequest) printDryRun(ctx context.Context, out outputFlags, streams Streams, request scoring.AnyRequest) error {
	runner, err := r.runnerWithoutComposite()
	if err != nil {
		return err
	}
	dry, err := runner.DryRun(request)
	if err != nil {
		return err
	}
	return printDry(ctx, *dry, out, streams)
}

// printDry prints a dry run, and returns what would fail as an error.
func printDry(ctx context.Context, dry scoring.DryRun, out outputFlags, streams Streams) error {
	err := out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
		return writeDryRun(w, dry, format, color)
	})
	if err != nil {
		return err
	}
	var errs []error
	for _, f := range dry.Failures {
		errs = append(errs, f.Err)
	}
	for _, p := range dry.Reads {
		if p.Err != nil {
			errs = append(errs, p.Err)
		}
	}
	code, messages := exitDone, []string(nil)
	for _, err := range errs {
		messages = append(messages, err.Error())
		code = max(code, exitCode(err))
	}
	if len(errs) > 0 {
		return &problems{messages: messages, code: code}
	}
	return nil
}

// joinSides lists the different sides.
func joinSides(sides map[string]metrics.Side) string {
	var all []string
	for _, side := range sides {
		all = append(all, string(side))
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), ", ")
}

// dryDocument is the JSON of a dry run.
type dryDocument struct {
	Schema     int       `json:"schema"`
	Passes     []dryPass `json:"passes"`
	Bytes      int64     `json:"bytes"`
	PeakMemory int64     `json:"peak_memory"` // of the run
	PeakAtMost int64     `json:"peak_memory_at_most"`
}

type dryPass struct {
	Model       string   `json:"model"`
	Layer       string   `json:"layer"`
	TimeBin     string   `json:"time_bin,omitempty"`
	StimulusSet string   `json:"stimulus_set"`
	Benchmarks  []string `json:"benchmarks,omitempty"`
	Rows        int      `json:"rows"`
	Features    int      `json:"features"`
	Bytes       int64    `json:"bytes"`
	Memory      int64    `json:"memory"`
	AtMost      int64    `json:"memory_at_most"` // if rounding of inner products matters
	// Subjects is the largest number of subjects that a benchmark compares on their own, 0 if
	// none does.
	Subjects int `json:"subjects,omitempty"`
	// Sides are, by benchmark, what is computed by: inner products of features or of stimuli.
	Sides map[string]metrics.Side `json:"sides,omitempty"`
	// Readings is how often the layer is read, and Bytes what all of them read.
	Readings int `json:"readings"`
}

func newDryDocument(dry scoring.DryRun) dryDocument {
	doc := dryDocument{Schema: results.Schema, Passes: []dryPass{}, PeakMemory: dry.Memory, PeakAtMost: dry.MemoryAtMost}
	for _, p := range dry.Reads {
		if p.Err != nil {
			continue
		}
		doc.Passes = append(doc.Passes, dryPass{p.Model, p.Layer, p.TimeBin, p.StimulusSet, p.Benchmarks, p.Rows, p.Features, p.Bytes * int64(p.Readings), p.Memory, p.MemoryAtMost, p.Subjects, p.Sides, p.Readings})
		doc.Bytes += p.Bytes * int64(p.Readings)
	}
	return doc
}

func writeDryRun(w io.Writer, dry scoring.DryRun, format output.Format, color bool) error {
	doc := newDryDocument(dry)
	if format == output.JSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(doc)
	}
	subjects, benchmarks, passes, sided := 0, 0, 0, false
	for _, p := range doc.Passes {
		passes, sided = passes+p.Readings, sided || len(p.Sides) > 0
		subjects, benchmarks = max(subjects, p.Subjects), max(benchmarks, len(p.Benchmarks))
	}
	shownIf := func(shown bool, c output.Column) output.Column {
		if !shown {
			c.Hide = slices.Concat(output.People, output.Programs)
		}
		return c
	}
	g := output.Grid{Columns: []output.Column{{Header: "model"}, {Header: "layer"}, {Header: "time bin", Rank: 6}, {Header: "stimulus set", Rank: 3},
		shownIf(benchmarks > 0, output.Column{Header: "benchmarks", Wrap: true}), shownIf(subjects > 0, output.Column{Header: "subjects", Right: true, Rank: 5}),
		{Header: "rows", Right: true, Rank: 4}, {Header: "features", Right: true, Rank: 2}, shownIf(sided, output.Column{Header: "side", Rank: 7}), {Header: "reads", Right: true, Rank: 1}, {Header: "memory", Right: true}}}
	for _, p := range doc.Passes {
		names := strings.Join(p.Benchmarks, " ")
		shown := names
		if format == output.Table && len(p.Benchmarks) > shownNames {
			shown = fmt.Sprintf("%s and %d more", strings.Join(p.Benchmarks[:shownNames-1], " "), len(p.Benchmarks)-shownNames+1)
		}
		g.Add(output.Text(p.Model), output.Text(p.Layer), output.Text(p.TimeBin), output.Text(p.StimulusSet), output.Texts(shown, names), output.Count(p.Subjects),
			output.Int(p.Rows), output.Int(p.Features), output.Text(joinSides(p.Sides)), output.Bytes(p.Bytes), output.Bytes(p.Memory))
	}
	if err := g.Write(w, format, color); err != nil || format != output.Table {
		return err
	}
	more := ""
	if doc.PeakAtMost > doc.PeakMemory {
		more = fmt.Sprintf(", or %s if rounding of inner products matters", humanize.IBytes(uint64(doc.PeakAtMost)))
	}
	if subjects > 1 {
		more += "; a pass serves all its benchmarks and subjects, and those with the same stimuli share what depends on the activations alone"
	}
	_, err := fmt.Fprintf(w, "%d passes read %s; the run needs up to %s of memory%s\n", passes, humanize.IBytes(uint64(doc.Bytes)), humanize.IBytes(uint64(doc.PeakMemory)), more)
	return err
}
