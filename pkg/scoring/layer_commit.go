package scoring

import (
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// CommitBest writes into the model.yaml of a dump the best layer of each region, by
// curves over the dump's layers, and how it was chosen. It returns the curves without
// a best layer, whose regions are not committed.
func CommitBest(dir string, curves []benchmarks.Curve) (uncommitted []benchmarks.Curve, err error) {
	dump, err := stimuli.OpenDump(dir)
	if err != nil {
		return nil, err
	}
	layers, choices := make(map[string][]string), make(map[string]stimuli.Choice)
	for _, c := range curves {
		if c.Best == "" {
			uncommitted = append(uncommitted, c)
			continue
		}
		layers[c.Region] = dump.LayerParts(c.Best)
		choices[c.Region] = stimuli.Choice{Benchmarks: c.Benchmarks, Of: c.Of}
	}
	if len(layers) == 0 {
		return uncommitted, nil
	}
	return uncommitted, dump.Commit(layers, choices)
}
