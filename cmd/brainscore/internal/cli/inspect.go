package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// inspectOptions are the flags of `inspect`, which describes files and folders.
type inspectOptions struct {
	paths   []string
	data    string
	workers int
	out     outputFlags
}

func newInspectCommand(streams Streams) *cobra.Command {
	var opts inspectOptions
	c := &cobra.Command{
		Use:   "inspect FILE|DIR...",
		Short: "Describe a file or folder",
		Long: `Describes files and folders and their contents: a .npy array, a CSV table, a benchmark
or composite, a model dump, an assembly, a stimulus set, a data home, or a manifest or
pack of hidden benchmarks.

Only the header of an array is read, and checked against the size of the file; values
are not read. Stimulus ids are compared with the stimulus set, if the data home has
it: matching ids, missing ids (only in the stimulus set) and extra ids. A part of a
data home is compared within that home unless --data names another. The memory is
what score needs at its peak with --jobs processors, as score --dry-run prints it; if
the data home has no benchmark that reads an array, what a score needs at least.

Mistakes are reported on standard error, and the exit code is 3.

` + exitCodes(exitData),
		Example: `  brainscore inspect models/resnet50
  brainscore inspect models/resnet50/hvm-public/layer4.npy
  brainscore inspect lab/assemblies/recordings --data lab --format json`,
		GroupID: groupData,
		Args:    needArgs("a FILE or DIR"),
		RunE: func(c *cobra.Command, args []string) error {
			opts.paths = args
			return runInspect(c.Context(), opts, streams)
		},
	}
	addDataFlag(c, &opts.data)
	addJobsFlag(c, &opts.workers)
	opts.out.addFormat(c, output.Table, output.JSON)
	return c
}

func runInspect(ctx context.Context, opts inspectOptions, streams Streams) error {
	if err := noneEmpty(argument{"FILE or DIR", opts.paths}); err != nil {
		return err
	}
	home, err := openHome(opts.data)
	if err != nil && opts.data != "" {
		return err
	}
	var list []*scoring.Inspection
	var errs []error
	var failures []benchmarks.Failure
	for _, path := range opts.paths {
		if err := ctx.Err(); err != nil {
			return err
		}
		related := home // the home to compare with
		if around, ok := scoring.HomeAround(path); ok && opts.data == "" {
			related = around
		}
		inspection, err := scoring.Inspect(ctx, related, path, opts.workers)
		if err != nil {
			errs = append(errs, err)
			failures = append(failures, benchmarks.Failure{Err: err})
			continue
		}
		list = append(list, inspection)
		for _, err := range inspection.Errs {
			failures = append(failures, benchmarks.Failure{Err: err})
		}
	}
	if len(list) > 0 || opts.out.format == output.JSON {
		err := opts.out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
			return output.WriteInspections(w, list, errs, format, color)
		})
		if err != nil {
			return err
		}
	}
	return failuresError(failures, 0, "")
}
