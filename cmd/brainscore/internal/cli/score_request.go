package cli

import (
	"context"
	"errors"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/ranking"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/scoring"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// scoreRequest is what the commands that score ask for: a request of the package
// scoring, to whose fields flags are bound, and how to run it.
type scoreRequest struct {
	scoring.Request // its Composite is loaded by the name below
	runFlags
	composite string
	intervals bool // of each score
	budget    budget
	reporter  *progress.Reporter
	run       *watchedRun // nil unless watch is called
	// storeOptional is true if the scores are written even if no folder can keep them.
	storeOptional bool
}

// addRequestFlags adds the flags that choose what is scored.
func (r *scoreRequest) addRequestFlags(c *cobra.Command, names names) {
	flags := c.Flags()
	flags.StringArrayVar(&r.Benchmarks, "benchmark", nil, "score on benchmark `ID` (repeatable; default all that the dumps have activations for)")
	flags.StringArrayVar(&r.Layers, "layer", nil, "score layer `L` instead of the committed ones (repeatable)")
	flags.BoolVar(&r.AllLayers, "all-layers", false, "score every layer instead of the committed ones")
	addCompositeFlag(c, &r.composite, names)
	flags.BoolVar(&r.AllowPartial, "allow-partial", false, "form the composite even if parts are missing")
	completeBenchmark(c, names, &r.data)
	completeWith(c, "layer", cobra.ShellCompDirectiveNoFileComp, func(c *cobra.Command, models []string) []string {
		if names.layers == nil {
			return nil
		}
		return names.layers(c.Context(), models)
	})
}

// addCompositeFlag adds --composite.
func addCompositeFlag(c *cobra.Command, name *string, names names) {
	c.Flags().StringVar(name, "composite", benchmarks.DefaultComposite, "form composite `NAME`: as cosyne2019, brain-score.org or a YAML file")
	completeComposite(c, names)
}

// check returns an error for empty names and for flags that contradict each other.
func (r *scoreRequest) check() error {
	err := noneEmpty(argument{"MODEL", r.Models}, argument{"--benchmark", r.Benchmarks}, argument{"--layer", r.Layers}, argument{"--composite", []string{r.composite}})
	if err != nil {
		return err
	}
	if r.AllLayers && len(r.Layers) > 0 {
		return usagef("--layer and --all-layers exclude each other")
	}
	return nil
}

// newRunner returns a runner on the data home that --data, or else the environment,
// names.
func newRunner(data string, options scoring.Options) (*scoring.Runner, error) {
	home, err := benchmarks.ResolveHome(data, os.Getenv)
	if err != nil {
		return nil, err
	}
	if err := home.Check(); err != nil {
		return nil, err
	}
	if err := metrics.UseKernel(""); err != nil {
		return nil, usagef("%w", err)
	}
	return scoring.NewRunner(home, options), nil
}

// runner returns a runner for the request, and loads its composite.
func (r *scoreRequest) runner() (*scoring.Runner, error) {
	runner, err := r.runnerWithoutComposite()
	if err != nil {
		return nil, err
	}
	r.Composite, err = benchmarks.LoadComposite(r.composite)
	return runner, err
}

func (r *scoreRequest) runnerWithoutComposite() (*scoring.Runner, error) {
	options := r.options
	if r.intervals {
		options.Intervals = metrics.Resampling{Samples: ranking.StimulusSamples, Seed: intervalSeed}
	}
	if r.reporter != nil {
		options.Log = r.reporter.NoteLine
	}
	switch {
	case r.run != nil:
		options.Watch = r.run.watch
	case r.reporter != nil:
		options.Watch = r.reporter.Watch
	}
	options.Hold = holdTo
	return newRunner(r.data, options)
}

// compareLayers calls compare, which reads layers, within the limits of the request, and
// reports the warnings that it returns.
func (r *scoreRequest) compareLayers(ctx context.Context, compare func(*scoring.Runner) (warnings []string, err error)) error {
	runner, err := r.runnerWithoutComposite()
	if err != nil {
		return err
	}
	lift, err := r.setUpRuntime()
	if err != nil {
		return err
	}
	defer lift()
	warnings, err := compare(runner)
	r.reporter.Close()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for _, w := range warnings {
		r.reporter.Warn("%s", w)
	}
	return err
}

// intervalSeed is the seed that intervals of scores are drawn from.
const intervalSeed = 1

// scoreModels is the scoreFunc of the program.
func scoreModels(ctx context.Context, r scoreRequest) (benchmarks.Report, error) {
	r.storeOptional = true
	var report *benchmarks.Report
	err := r.withRunner(func(runner *scoring.Runner) (err error) {
		lift, err := r.setUpRuntime()
		if err != nil {
			return err
		}
		defer lift()
		var packs packs
		defer packs.close()
		if err := packs.unpack(ctx, runner, &r.Request); err != nil {
			return err
		}
		store, _ := runner.Store.(*results.Store)
		if err := r.budget.spend(ctx, store, &packs); err != nil {
			return err
		}
		report, err = runner.Score(ctx, r.Request)
		packs.nameAll(report)
		err = packs.name(err)
		if err == nil && r.intervals {
			r.reporter.Step("intervals of the scores")
			err = ranking.AddIntervals(ctx, report.Models, intervalSeed)
		}
		return err
	})
	if unkept, ok := errors.AsType[*unkeptError](err); ok {
		report.Unkept, err = unkept.error, nil
	}
	if err != nil {
		return benchmarks.Report{}, err
	}
	return *report, nil
}

// unkeptError reports that the folder of results could not keep all that was computed.
type unkeptError struct{ error }

func (e *unkeptError) Unwrap() error { return e.error }

// withRunner calls run with a runner that keeps its results in the folder that
// --results, or else the environment, names. It returns an *unkeptError if all else
// went well.
func (r *scoreRequest) withRunner(run func(*scoring.Runner) error) error {
	runner, err := r.runner()
	if err != nil {
		return err
	}
	folder := r.resultsFolder()
	if folder == "" {
		return run(runner)
	}
	store, err := results.Open(folder)
	if err != nil {
		if !r.storeOptional || errors.Is(err, syscall.ENOTDIR) {
			return err
		}
		r.reporter.Warn("%v; the scores will be computed, but not kept", err)
		if err := run(runner); err != nil {
			return err
		}
		return &unkeptError{err}
	}
	if r.reporter != nil {
		store.Warn = func(line string) { r.reporter.Warn("%s", line) }
	}
	runner.Store = store
	if r.run != nil {
		r.run.folder.Store(&folder)
	}
	err = run(runner)
	unkept := errors.Join(runner.Unkept(), store.Close())
	if err == nil && unkept != nil {
		err = &unkeptError{unkept}
	}
	return err
}

// readResults is withRunner for a command that only reads results. Hashes that the
// folder could not keep cost time in the next run, and no more.
func (r *scoreRequest) readResults(read func(*scoring.Runner) error) error {
	err := r.withRunner(read)
	if unkept, ok := errors.AsType[*unkeptError](err); ok {
		r.reporter.Warn("%v", unkept)
		return nil
	}
	return err
}

// resultsFolder returns the folder of results that --results, or else the
// environment, names; "" if neither does.
func (r *runFlags) resultsFolder() string {
	if r.results != "" {
		return r.results
	}
	return os.Getenv(results.Variable)
}

// knownBenchmarks returns the identifiers of the benchmarks of a data home, for completion.
func knownBenchmarks(_ context.Context, data string) []string {
	home, err := benchmarks.ResolveHome(data, os.Getenv)
	if err != nil {
		return nil
	}
	definitions, _ := home.Definitions()
	var ids []string
	for _, d := range definitions {
		ids = append(ids, d.Identifier)
	}
	return ids
}

// knownLayers returns the layers of dumps, for completion.
func knownLayers(_ context.Context, models []string) []string {
	var layers []string
	for _, dir := range models {
		dump, err := stimuli.OpenDump(dir)
		if err != nil {
			continue
		}
		sets, err := dump.Sets()
		if err != nil {
			continue
		}
		for _, set := range sets {
			c, err := dump.Contents(set)
			if err != nil {
				continue
			}
			layers = slices.Concat(layers, c.Layers, c.TimeLayers, c.Matrices)
		}
	}
	slices.Sort(layers)
	return slices.Compact(layers)
}

// heapBallast is the size of an array that counts as live heap while scores are
// computed. It is never touched, so that it needs no memory. With it, the garbage of
// reading small files is collected later, and leaves no holes in which the first Gram
// matrix would be placed and cleared by one processor.
const heapBallast = 16 << 20

// programBytes is what the program's own code and data take of its memory, which the
// garbage collector does not count.
const programBytes = 30 << 20

// givenLimit returns the limit that GOMEMLIMIT sets.
var givenLimit = sync.OnceValue(func() int64 { return debug.SetMemoryLimit(-1) })

// setUpRuntime chooses the kernel, makes the Go runtime keep the request's number of
// workers too and returns a function that lifts all limits: libraries that work in
// parallel follow GOMAXPROCS.
func (r *scoreRequest) setUpRuntime() (lift func(), err error) {
	if err := metrics.UseKernel(r.options.Kernel); err != nil {
		return nil, usagef("--kernel: %w", err)
	}
	ballast := make([]byte, heapBallast)
	processors, memory := runtime.GOMAXPROCS(0), givenLimit()
	if r.options.Workers < processors {
		runtime.GOMAXPROCS(r.options.Workers)
	}
	return func() {
		runtime.KeepAlive(ballast)
		runtime.GOMAXPROCS(processors)
		debug.SetMemoryLimit(memory)
	}, nil
}

// holdTo has the garbage collector keep the process to what it holds at most, unless
// GOMEMLIMIT asks for less: garbage is collected before it makes the process larger. The
// collector goes beyond its limit by what is allocated while it works.
func holdTo(bytes int64) {
	debug.SetMemoryLimit(min(givenLimit(), bytes*10/11-programBytes+heapBallast))
}
