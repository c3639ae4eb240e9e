package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// packOptions are the flags of `pack`, which writes what a host needs of a model.
type packOptions struct {
	scoreRequest // of which how to run is used
	pack         scoring.CompactRequest
	manifest     string
	out          outputFlags
}

func newPackCommand(streams Streams) *cobra.Command {
	var opts packOptions
	c := &cobra.Command{
		Use:   "pack MODEL --for MANIFEST --output FILE",
		Short: "Pack what a host needs of a model to score it on hidden data",
		Long: `Writes one file with what the benchmarks of a manifest (brainscore benchmarks manifest)
need of a model: the layers that its model.yaml commits to the benchmarks' regions, else all,
as inner products of stimuli, or as they are if they have few features or values; its choices;
and model.yaml. The host scores the file as it scores a dump, and figures are the same.

Read what it reveals of a model before you send it: inner products of stimuli determine a
layer up to a rotation of its features, and model.yaml is sent as it is.

Metrics that take activations feature by feature cannot be served by a pack of a wide layer;
their benchmarks are named. The same dump and manifest give the same bytes.

` + exitCodes(exitData),
		Example:           "  brainscore pack models/resnet50 --for manifest.json --output resnet50.zip",
		GroupID:           groupModels,
		Args:              needArg("MODEL, a dump folder"),
		ValidArgsFunction: completeFolders,
		RunE: func(c *cobra.Command, args []string) error {
			opts.pack.Model = args[0]
			return runPack(c.Context(), opts, streams)
		},
	}
	flags := c.Flags()
	flags.StringVar(&opts.manifest, "for", "", "pack for the manifest `FILE` of the host")
	flags.StringVarP(&opts.pack.Output, "output", "o", "", "write the pack to `FILE`, whole or not at all")
	flags.BoolVar(&opts.pack.AllLayers, "all-layers", false, "pack every layer, not only the committed ones")
	opts.out.addFormat(c, output.Table, output.CSV, output.TSV, output.Markdown)
	addJobsFlag(c, &opts.options.Workers)
	addMemoryFlag(c, &opts.options.Memory)
	addKernelFlag(c, &opts.options.Kernel)
	addQuietFlag(c, &opts.quiet)
	required(c, "for")
	required(c, "output")
	return c
}

func runPack(ctx context.Context, opts packOptions, streams Streams) error {
	err := noneEmpty(argument{"MODEL", []string{opts.pack.Model}}, argument{"--for", []string{opts.manifest}}, argument{"--output", []string{opts.pack.Output}})
	if err != nil {
		return err
	}
	if info, err := os.Stat(opts.pack.Output); opts.pack.Output == output.Stdout || err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return usagef("--output: a pack is a regular file, which %s is not", opts.pack.Output)
	}
	if err := output.Check(opts.pack.Output); err != nil {
		return err
	}
	opts.reporter = progress.New(streams.Err, opts.quiet)
	defer opts.reporter.Close()
	if opts.pack.Manifest, err = benchmarks.ReadManifest(ctx, opts.manifest); err != nil {
		return err
	}
	if opts.options.Kernel == "" {
		opts.options.Kernel = opts.pack.Manifest.Kernel
		if err := metrics.UseKernel(opts.options.Kernel); err != nil {
			return &fileerr.Error{Path: opts.manifest, What: fmt.Sprintf("is for scores of a kernel that cannot be used here: %v", err),
				Remedy: "pack with another --kernel, whose figures may differ in their last digits, or ask its host for a manifest of --kernel portable", Err: err}
		}
	}
	made, err := opts.makeCompact(ctx, func() (*scoring.Compacted, error) { return scoring.Pack(ctx, opts.options, opts.pack) })
	if err != nil {
		return err
	}
	if len(made.Columns) > 0 {
		opts.reporter.Note("what takes activations feature by feature is served by layers that are kept as activations alone: %s", strings.Join(made.Columns, ", "))
	}
	if len(made.Unserved) > 0 {
		opts.reporter.Note("the dump has no layers or choices for %s", strings.Join(made.Unserved, ", "))
	}
	opts.reporter.Note("packed for the manifest %s", opts.pack.Manifest.Hash())
	return opts.out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
		return output.WriteCompacted(w, made, format, color)
	})
}
