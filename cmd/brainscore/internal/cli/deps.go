package cli

import (
	"context"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/data"
)

// deps are the functions of the toolkit that commands call; tests replace them.
type deps struct {
	score scoreFunc
	plan  planFunc
	names names
	// importer turns published files into folders of the data home; without one,
	// files are only downloaded.
	importer data.Importer
}

// scoreFunc scores models. A benchmark that fails is a failure in the report; an
// error stops the run.
type scoreFunc func(context.Context, scoreRequest) (benchmarks.Report, error)

// names return what shells complete; a nil function stands for no names.
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
