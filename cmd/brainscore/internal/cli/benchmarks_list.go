package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/data"
)

// benchmarksListOptions are the flags of `benchmarks list`.
type benchmarksListOptions struct {
	data             string
	families, region []string
	kind             string
	ready            bool
	out              outputFlags
}

func newBenchmarksListCommand(streams Streams, names names) *cobra.Command {
	var opts benchmarksListOptions
	c := &cobra.Command{
		Use:   "list",
		Short: "List benchmarks",
		Long: `Lists the benchmarks of the data home and those embedded in the program: where each
comes from, and whether its data are in the data home (ready), can be downloaded by
data fetch (fetchable), are private or are missing. What private data need that is not
published is added. A file that does not define a benchmark is named on standard error,
and the exit code is 3.

` + exitCodes(exitData),
		Example: "  brainscore benchmarks list\n  brainscore benchmarks list --family Geirhos2021 --ready\n  brainscore benchmarks list --region V4 --region IT\n  brainscore benchmarks list --data lab --format csv",
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return runBenchmarksList(c.Context(), opts, streams)
		},
	}
	addDataFlag(c, &opts.data)
	c.Flags().StringArrayVar(&opts.families, "family", nil, "only benchmarks whose identifier begins with `NAME`, such as Geirhos2021 (repeatable)")
	completeWith(c, "family", cobra.ShellCompDirectiveNoFileComp, func(c *cobra.Command, _ []string) []string {
		return definitionNames(opts.data, (*benchmarks.Definition).Family)
	})
	c.Flags().StringArrayVar(&opts.region, "region", nil, "only benchmarks of region `NAME`, such as V4 or behavior (repeatable)")
	completeWith(c, "region", cobra.ShellCompDirectiveNoFileComp, func(c *cobra.Command, _ []string) []string {
		return definitionNames(opts.data, regionOf)
	})
	c.Flags().StringVar(&opts.kind, "kind", "", "only benchmarks of `KIND` neural|behavioral")
	_ = c.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions(benchmarkKinds, cobra.ShellCompDirectiveNoFileComp))
	c.Flags().BoolVar(&opts.ready, "ready", false, "only benchmarks whose data are in the data home")
	opts.out.addFormat(c, output.Formats...)
	return c
}

var benchmarkKinds = []string{benchmarks.KindNeural, benchmarks.KindBehavioral, benchmarks.KindProperty}

func regionOf(d *benchmarks.Definition) string { return d.Region }

// definitionNames returns the distinct names that definitions of a home have, for
// completion.
func definitionNames(dir string, nameOf func(*benchmarks.Definition) string) []string {
	home, err := openHome(dir)
	if err != nil {
		return nil
	}
	definitions, _ := home.Definitions()
	return distinctNames(definitions, nameOf)
}

// distinctNames returns the names that definitions have, sorted and each once.
func distinctNames(definitions []*benchmarks.Definition, nameOf func(*benchmarks.Definition) string) []string {
	distinct := map[string]bool{}
	for _, d := range definitions {
		if name := nameOf(d); name != "" {
			distinct[name] = true
		}
	}
	return slices.SortedFunc(maps.Keys(distinct), benchmarks.CompareAnatomy)
}

func runBenchmarksList(ctx context.Context, opts benchmarksListOptions, streams Streams) error {
	if err := noneEmpty(argument{"--family", opts.families}, argument{"--region", opts.region}); err != nil {
		return err
	}
	if opts.kind != "" && !slices.Contains(benchmarkKinds, opts.kind) {
		return usagef("--kind: unknown kind %q%s; known are %s", opts.kind, suggestion("", opts.kind, benchmarkKinds), strings.Join(benchmarkKinds, ", "))
	}
	home, err := openHome(opts.data)
	if err != nil {
		return err
	}
	reporter := progress.New(streams.Err, false)
	if err := home.Check(); err != nil {
		reporter.Note("%v", err)
	}
	definitions, errs := home.Definitions()
	count := len(definitions)
	if definitions, err = opts.filter(definitions); err != nil {
		return err
	}
	store := &data.Store{Dir: home.Dir, Registry: data.Published()}
	var list []output.Listed
	for _, d := range definitions {
		l := output.Listed{Definition: d, Missing: home.Missing(d)}
		if len(l.Missing) == 0 {
			l.Missing = home.MissingColumns(d) // which are not downloaded
		} else {
			l.Published, l.Private, l.Needs = available(store, d)
		}
		if !opts.ready || l.Status() == output.Ready {
			list = append(list, l)
		}
	}
	err = opts.out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
		return output.WriteDefinitions(w, list, format, color)
	})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		reporter.Note("none of the %d benchmarks matches", count)
	}
	var failures []benchmarks.Failure
	for _, err := range errs {
		failures = append(failures, benchmarks.Failure{Err: err})
	}
	return failuresError(failures, count, "definitions")
}

// filter returns the definitions of the families, regions and kind that are asked for.
func (o benchmarksListOptions) filter(definitions []*benchmarks.Definition) ([]*benchmarks.Definition, error) {
	ofRegion := func(d *benchmarks.Definition, name string) bool { return strings.EqualFold(d.Region, name) }
	all := definitions
	for _, f := range []struct {
		what   string
		names  []string
		match  func(d *benchmarks.Definition, name string) bool
		nameOf func(*benchmarks.Definition) string
	}{
		{"family", o.families, (*benchmarks.Definition).InFamily, (*benchmarks.Definition).Family},
		{"region", o.region, ofRegion, regionOf},
	} {
		for _, name := range f.names {
			if !slices.ContainsFunc(all, func(d *benchmarks.Definition) bool { return f.match(d, name) }) {
				return nil, &unknownNameError{f.what, name, distinctNames(all, f.nameOf)}
			}
		}
		if len(f.names) > 0 {
			definitions = slices.DeleteFunc(slices.Clone(definitions), func(d *benchmarks.Definition) bool {
				return !slices.ContainsFunc(f.names, func(name string) bool { return f.match(d, name) })
			})
		}
	}
	if o.kind != "" {
		definitions = slices.DeleteFunc(slices.Clone(definitions), func(d *benchmarks.Definition) bool { return d.Kind != o.kind })
	}
	return definitions, nil
}

// unknownNameError reports a family or region that no benchmark has.
type unknownNameError struct {
	what, name string
	known      []string
}

func (e *unknownNameError) Error() string {
	text := fmt.Sprintf("no benchmark is of the %s %q", e.what, e.name)
	if near := nearest.To(e.name, e.known); near != "" {
		text += ": " + nearest.Question(near)
	}
	return text + " (known: " + strings.Join(e.known, ", ") + ")"
}

// DataError reports that the cause is invalid data.
func (e *unknownNameError) DataError() bool { return true }

// available reports whether all data of a benchmark have been published and whether some of
// them are private, and returns what those that are absent need.
func available(s *data.Store, d *benchmarks.Definition) (published, private bool, needs []string) {
	objects, err := s.Registry.NeedOf(d)
	for _, o := range objects {
		private = private || o.Private
		if o.Needs != "" && s.State(o) == data.StateAbsent && !slices.Contains(needs, o.Needs) {
			needs = append(needs, o.Needs)
		}
	}
	return err == nil, private, needs
}
