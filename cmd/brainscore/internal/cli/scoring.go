package cli

import (
	"context"
	"errors"
	"os"
	"slices"
	"syscall"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/ranking"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/scoring"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

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
