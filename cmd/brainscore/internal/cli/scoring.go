package cli

import (
	"context"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/ranking"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/scoring"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// newRunner makes a runner on the data home that a flag, or else the
// environment, names.
func newRunner(data string, jobs int) (*scoring.Runner, error) {
	home, err := benchmarks.ResolveHome(data, os.Getenv)
	if err != nil {
		return nil, err
	}
	if err := home.Check(); err != nil {
		return nil, err
	}
	return scoring.NewRunner(home, scoring.Options{Workers: jobs}), nil
}

// prepare makes the runner and what it is asked for.
func prepare(r scoreRequest) (*scoring.Runner, scoring.Request, error) {
	runner, err := newRunner(r.Data, r.Jobs)
	if err != nil {
		return nil, scoring.Request{}, err
	}
	composite, err := benchmarks.LoadComposite(r.Composite)
	if err != nil {
		return nil, scoring.Request{}, err
	}
	runner.Memory = r.Memory
	if r.Progress != nil {
		runner.Progress = r.Progress.Pass
		runner.Log = func(line string) { r.Progress.Note("%s", line) }
	}
	return runner, scoring.Request{
		Models:       r.Models,
		Benchmarks:   r.Benchmarks,
		Layers:       r.Layers,
		AllLayers:    r.AllLayers,
		Composite:    composite,
		AllowPartial: r.AllowPartial,
	}, nil
}

// intervalSeed is what intervals of scores are drawn from.
const intervalSeed = 1

// scoreModels is the scoreFunc of the program.
func scoreModels(ctx context.Context, r scoreRequest) (benchmarks.Report, error) {
	runner, request, err := prepare(r)
	if err != nil {
		return benchmarks.Report{}, err
	}
	// What is parallel below the runner, such as LAPACK, follows this bound.
	if r.Jobs < runtime.GOMAXPROCS(0) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(r.Jobs))
	}
	if r.Memory > 0 {
		// The garbage collector then works harder rather than let the heap
		// grow past the limit.
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(r.Memory))
	}
	store, err := openResults(runner, r)
	if err != nil {
		return benchmarks.Report{}, err
	}
	if r.Intervals {
		runner.Intervals = metrics.Resampling{Samples: ranking.StimulusSamples, Seed: intervalSeed}
		runner.Cluster = r.Cluster
	}
	report, err := runner.Score(ctx, request)
	if err == nil && r.Intervals {
		err = ranking.AddIntervals(ctx, report.Models, intervalSeed)
	}
	if closeErr := store.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return benchmarks.Report{}, err
	}
	return *report, nil
}

// resultsFolder is the folder of results that a flag, or else the environment,
// names; "" for none.
func resultsFolder(flag string) string {
	if flag != "" {
		return flag
	}
	return os.Getenv(results.Variable)
}

// openResults makes a runner keep its results where a folder is named.
func openResults(runner *scoring.Runner, r scoreRequest) (io.Closer, error) {
	if r.Results == "" {
		return io.NopCloser(nil), nil
	}
	store, err := results.Open(r.Results)
	if err != nil {
		return nil, err
	}
	if r.Progress != nil {
		store.Warn = func(line string) { r.Progress.Warn("%s", line) }
	}
	runner.Store = store
	return store, nil
}

// knownBenchmarks lists the identifiers of a data home for completion.
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

// knownLayers lists the layers of dumps for completion.
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
			layers = slices.Concat(layers, c.Layers, c.TimeLayers)
		}
	}
	slices.Sort(layers)
	return slices.Compact(layers)
}
