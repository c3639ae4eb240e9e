package cli

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/data"
	"github.com/brainscore-go/brainscore/pkg/imports"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// dataFetchOptions are the flags of `data fetch`, which downloads and imports published data.
type dataFetchOptions struct {
	dataOptions
	names   []string
	mirror  string
	from    string
	images  bool
	maxSize int64
	timeout time.Duration
	retries int
	quiet   bool
}

func newDataFetchCommand(streams Streams, deps deps) *cobra.Command {
	var opts dataFetchOptions
	c := &cobra.Command{
		Use:   "fetch ID|BENCHMARK...",
		Short: "Fetch published data into the data home",
		Long: `Downloads published stimulus sets and assemblies, without credentials, and imports
them into the data home: an assembly with its stimulus set, a benchmark with all data
that it needs. Data that are in the data home already are not changed.

An interrupted download continues from its last byte. Every file is checked against
the published SHA-1. Data are imported whole or not at all, whenever the command is
stopped; run it again to complete them.

A file that is larger than the registry lists is refused. If the registry lists no
size, a table may have 64 MiB, recordings 16 GiB and images 32 GiB, or --max-size.

Images are large, and needed only to present them to a model, not to score: --images
downloads those of the stimulus sets and unpacks them into the folder images beside
stimuli.csv. An archive is refused if it holds links, a name twice or a path outside
of this folder, or unpacks to more than 200,000 files, 32 GiB, or, above 1 GiB, 200
times its size.

Private data cannot be downloaded (HTTP 403). If you have the files, import them with
--from DIR.

` + exitCodes(exitData),
		Example: "  brainscore data fetch MajajHong2015.public\n" +
			"  brainscore data fetch hvm-public --images\n" +
			"  brainscore data fetch MajajHong2015public.IT-pls Rajalingham2018public-i2n\n" +
			"  brainscore data fetch MajajHong2015.public --from ~/.brainio",
		Args: needArgs("an ID or BENCHMARK"),
		ValidArgsFunction: func(c *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
			ids, directive := opts.complete(c, args, toComplete)
			if deps.names.benchmarks != nil {
				ids = append(ids, deps.names.benchmarks(c.Context(), opts.data)...)
			}
			return ids, directive
		},
		RunE: func(c *cobra.Command, args []string) error {
			opts.names = args
			return runDataFetch(c.Context(), opts, streams, deps.importer)
		},
	}
	opts.addFlags(c)
	flags := c.Flags()
	flags.StringVar(&opts.mirror, "mirror", "", "base `URL` that replaces the public store's (default $"+mirrorVariable+")")
	flags.StringVar(&opts.from, "from", "", "copy the files, found by name or content, from `DIR` and its subfolders, such as the cache of the Python package")
	completeFolder(c, "from")
	flags.BoolVar(&opts.images, "images", false, "also fetch the images of stimulus sets")
	flags.Var(&size{&opts.maxSize}, "max-size", "refuse files larger than `SIZE`, such as 2GiB (default by the kind of file)")
	flags.DurationVar(&opts.timeout, "timeout", 30*time.Second, "abort if a connection is idle for `TIME`, or slower than 1 KiB/s for twice that")
	flags.IntVar(&opts.retries, "retries", 3, "try `N` times more if a server or a connection fails")
	addQuietFlag(c, &opts.quiet)
	return c
}

func runDataFetch(ctx context.Context, opts dataFetchOptions, streams Streams, importer data.Importer) error {
	if err := noneEmpty(argument{"ID or BENCHMARK", opts.names}); err != nil {
		return err
	}
	if opts.timeout <= 0 {
		return usagef("--timeout is %v, but must be above 0", opts.timeout)
	}
	if opts.retries < 0 {
		return usagef("--retries is %d, but must be at least 0", opts.retries)
	}
	if err := opts.resolveMirror(); err != nil {
		return err
	}
	store, home, err := opts.store(ctx)
	if err != nil {
		return err
	}
	objects, err := store.Needed(home, opts.names)
	if err != nil {
		return err
	}
	reporter := progress.New(streams.Err, opts.quiet)
	defer reporter.Close()
	store.Importer, store.Mirror, store.From, store.Idle = importer, opts.mirror, opts.from, opts.timeout
	store.Images, store.MaxSize = opts.images, opts.maxSize
	if store.Retries = opts.retries; opts.retries == 0 {
		store.Retries = -1
	}
	store.Log = func(line string) { reporter.Note("%s", line) }
	store.Progress = reporter.Pass
	store.Sweep()
	imports.Sweep(stimuli.Home(home))
	var failures []benchmarks.Failure
	missing := map[string]bool{} // stimulus sets that could not be fetched
	fetched := 0
	for _, o := range objects {
		if o.Kind == data.Assembly && missing[o.StimulusSet] {
			failures = append(failures, benchmarks.Failure{Err: fmt.Errorf("%s: not fetched, as its stimulus set %s is missing", o.ID, o.StimulusSet)})
			continue
		}
		err := store.Fetch(ctx, o)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			missing[o.ID] = missing[o.ID] || o.Kind == data.StimulusSet
			failures = append(failures, benchmarks.Failure{Err: err})
			continue
		}
		fetched++
	}
	return failuresError(failures, fetched, "downloads")
}

// resolveMirror sets the mirror by the environment if there is no flag, and checks it.
func (o *dataFetchOptions) resolveMirror() error {
	name := "--mirror"
	if o.mirror == "" {
		name, o.mirror = "$"+mirrorVariable, os.Getenv(mirrorVariable)
	}
	if o.mirror == "" {
		return nil
	}
	if err := data.CheckMirror(o.mirror); err != nil {
		return usagef("%s %w", name, err)
	}
	return nil
}
