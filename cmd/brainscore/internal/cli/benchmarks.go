package cli

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// newBenchmarksCommand returns `benchmarks`, whose commands list, show and check benchmarks.
func newBenchmarksCommand(streams Streams, names names) *cobra.Command {
	return newGroupCommand(&cobra.Command{
		Use:     "benchmarks",
		Short:   "List, show, validate and draft benchmarks",
		Long:    "Lists, shows and validates the benchmarks of the data home and those embedded in\nthe program, and drafts new ones.",
		Example: "  brainscore benchmarks list\n  brainscore benchmarks show MajajHong2015public.IT-pls\n  brainscore benchmarks validate mine.yaml",
		GroupID: groupData,
	}, newBenchmarksListCommand(streams, names), newBenchmarksShowCommand(streams, names), newBenchmarksValidateCommand(streams, names), newBenchmarksNewCommand(streams), newBenchmarksKindsCommand(streams), newBenchmarksPublishedCommand(streams), newBenchmarksManifestCommand(streams, names))
}

type benchmarksShowOptions struct {
	data string
	out  outputFlags
}

// yamlFormat is the format of definitions.
const yamlFormat output.Format = "yaml"

func newBenchmarksShowCommand(streams Streams, names names) *cobra.Command {
	var opts benchmarksShowOptions
	c := &cobra.Command{
		Use:   "show BENCHMARK",
		Short: "Show a benchmark's definition",
		Long: `Shows a benchmark's definition with all defaults and, in a comment, its source. The
YAML defines the same benchmark, so that it can be the start of a new one.

` + exitCodes(exitData),
		Example: "  brainscore benchmarks show MajajHong2015public.IT-pls\n" +
			"  brainscore benchmarks show MajajHong2015public.IT-pls --format json",
		Args:              needArg("the identifier of a benchmark"),
		ValidArgsFunction: completeBenchmarks(names, &opts.data, cobra.ShellCompDirectiveNoFileComp),
		RunE: func(c *cobra.Command, args []string) error {
			return runBenchmarksShow(c.Context(), opts, args[0], streams)
		},
	}
	addDataFlag(c, &opts.data)
	opts.out.add(c, yamlFormat, output.JSON)
	return c
}

func runBenchmarksShow(ctx context.Context, opts benchmarksShowOptions, id string, streams Streams) error {
	if err := noneEmpty(argument{"BENCHMARK", []string{id}}); err != nil {
		return err
	}
	if err := opts.out.check(); err != nil {
		return err
	}
	home, err := openHome(opts.data)
	if err != nil {
		return err
	}
	d, err := home.Definition(id)
	if err != nil {
		return err
	}
	for _, w := range d.Warnings {
		progress.New(streams.Err, false).Warn("%s", w)
	}
	return opts.out.write(ctx, streams, func(w io.Writer, format output.Format, _ bool) error {
		return output.WriteDefinition(w, d, format)
	})
}

type benchmarksValidateOptions struct {
	names   []string // files or identifiers
	data    string
	workers int
	out     outputFlags
}

func newBenchmarksValidateCommand(streams Streams, names names) *cobra.Command {
	var opts benchmarksValidateOptions
	c := &cobra.Command{
		Use:   "validate FILE|BENCHMARK...",
		Short: "Check benchmarks against their data",
		Long: `Checks definitions against the data home: stimulus sets and recordings or trials
exist and agree, select keeps neuroids, classes are large enough and splits can be
drawn, a read-out has its labels. Then computes the ceiling.

Reports what a reviewer would ask: stimuli, neuroids, repetitions, missing cells,
constant and unreliable neuroids, balance of classes, sizes of splits, the ceiling
with its error, and the memory that a score of one layer needs at its peak with --jobs
processors, as score --dry-run prints it, but for a layer of any width.

An argument that ends in .yaml or .yml or holds a slash is a file, any other a
benchmark of the data home. A failed check is reported with file and line on standard
error, and the exit code is 3. Warnings do not change the exit code.

` + exitCodes(exitData),
		Example: "  brainscore benchmarks validate MajajHong2015public.IT-pls\n" +
			"  brainscore benchmarks validate mine.yaml --data lab\n" +
			"  brainscore benchmarks validate mine.yaml --format json",
		Args:              needArgs("a FILE or BENCHMARK"),
		ValidArgsFunction: completeBenchmarks(names, &opts.data, cobra.ShellCompDirectiveDefault),
		RunE: func(c *cobra.Command, args []string) error {
			opts.names = args
			return runBenchmarksValidate(c.Context(), opts, streams)
		},
	}
	addDataFlag(c, &opts.data)
	opts.out.addFormat(c, output.Formats...)
	addJobsFlag(c, &opts.workers)
	return c
}

func runBenchmarksValidate(ctx context.Context, opts benchmarksValidateOptions, streams Streams) error {
	if err := noneEmpty(argument{"FILE or BENCHMARK", opts.names}); err != nil {
		return err
	}
	runner, err := newRunner(opts.data, scoring.Options{Workers: opts.workers})
	if err != nil {
		return err
	}
	reporter := progress.New(streams.Err, false)
	defer reporter.Close()
	var list []*scoring.Validation
	var unread, failures []benchmarks.Failure
	valid := 0
	for _, name := range opts.names {
		d, err := runner.Home.FindDefinition(name)
		if err != nil {
			unread = append(unread, benchmarks.Failure{Benchmark: name, Err: err})
			failures = append(failures, benchmarks.Failure{Err: err})
			continue
		}
		reporter.Step("validating " + d.Identifier)
		v, err := runner.Validate(ctx, d)
		if err != nil {
			return err
		}
		list = append(list, v)
		if v.Valid() {
			valid++
			continue
		}
		failures = append(failures, benchmarks.Failure{Err: errors.Join(v.Errors()...)})
	}
	reporter.Close()
	if len(list) > 0 || opts.out.format == output.JSON {
		err := opts.out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
			return output.WriteValidations(w, list, unread, format, color)
		})
		if err != nil {
			return err
		}
	}
	return failuresError(failures, valid, "benchmarks")
}
