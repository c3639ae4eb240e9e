package cli

import (
	"context"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/data"
)

// deps are the parts of the toolkit that commands call on; tests replace them.
type deps struct {
	score scoreFunc
	plan  planFunc
	names names
	// importer makes folders of the data home from published files; without one
	// these are downloaded alone.
	importer data.Importer
}

// scoreFunc scores models. What fails on one benchmark is a failure in the
// report; an error stops the run.
type scoreFunc func(context.Context, scoreRequest) (benchmarks.Report, error)

// names give what shells complete; a nil one gives nothing.
type names struct {
	benchmarks func(ctx context.Context, data string) []string
	composites func() []string
	layers     func(ctx context.Context, models []string) []string
}

func newDeps() deps {
	return deps{
		score:    scoreModels,
		plan:     planScores,
		names:    names{benchmarks: knownBenchmarks, composites: benchmarks.CompositeNames, layers: knownLayers},
		importer: publishedImporter{},
	}
}
