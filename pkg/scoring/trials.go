package scoring

import (
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// trialsKind is what the kinds of data in trials.csv have in common.
type trialsKind struct{}

func (trialsKind) bins(*loader, *benchmarks.Definition, string, *stimuli.Dump) (stimuli.TimeBins, error) {
	return nil, nil
}

func (trialsKind) files(l *loader, d *benchmarks.Definition) ([]string, error) {
	return assemblyFiles(l, d, "trials.csv"), nil
}

// usualFor returns the metric if the drafted assembly holds trials with the columns; or,
// if it holds trials without them, what is missing.
func (trialsKind) usualFor(d *drafter, metric, missing string, columns ...string) (usual, lacks string, err error) {
	if d.info.Kind != benchmarks.KindBehavioral || !d.has("trials.csv") {
		return "", "", nil
	}
	a, err := stimuli.OpenBehavioral(d.info.Dir())
	if err != nil {
		return "", "", err
	}
	if slices.ContainsFunc(columns, func(name string) bool { return !a.Trials.Has(name) }) {
		return "", missing, nil
	}
	return metric, "", nil
}
