package cli

import (
	"context"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
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

// scoreRequest is what `score` is asked for.
type scoreRequest struct {
	Models       []string // dump folders
	Data         string   // the data home; empty for the default one
	Benchmarks   []string // identifiers; empty for all that the dumps have activations for
	Layers       []string // empty for the committed ones
	AllLayers    bool
	Composite    string // the name of a composite or a file that defines one
	AllowPartial bool
	Jobs         int
	Memory       int64 // bytes that may be held; 0 for no limit
	Progress     *progress.Reporter
	Intervals    bool   // of each score
	Cluster      string // the column of neuroids that are drawn together; empty for each alone
	Results      string // folder that results are kept in; empty for none
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
