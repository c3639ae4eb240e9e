package scoring

import (
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

// usualForTrials returns the metric if the drafted assembly holds trials with all columns
// of a kind of data; or, if it holds trials without some, what is missing.
func usualForTrials(d *drafter, data Data, metric string) (usual, lacks string, err error) {
	if d.info.Kind != benchmarks.KindBehavioral || !d.has("trials.csv") {
		return "", "", nil
	}
	a, err := stimuli.OpenBehavioral(d.info.Dir())
	if err != nil {
		return "", "", err
	}
	if lacks := data.Files[0].lacks(a.Trials.Has); lacks != "" {
		return "", lacks, nil
	}
	return metric, "", nil
}
