package scoring

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// warnOfLayerChoice marks the scores of layers on the data that they were chosen
// on.
func warnOfLayerChoice(home benchmarks.Home, p *modelPlan, out *benchmarks.ModelResult) {
	if len(p.dump.Chosen) == 0 {
		return
	}
	definitions := make(map[string]*benchmarks.Definition)
	for _, e := range p.evaluations {
		definitions[e.definition.Identifier] = e.definition
	}
	for i := range out.Scores {
		s := &out.Scores[i]
		if s.Layer != p.dump.Commitments[s.Region] {
			continue
		}
		for _, id := range p.dump.Chosen[s.Region].Benchmarks {
			if sameData(home, definitions, s.Benchmark, id) {
				s.Warnings = append(slices.Clip(s.Warnings), fmt.Sprintf("the layer was chosen for %s on the same data (%s), so the score is too high for a fair comparison", s.Region, id))
				break
			}
		}
	}
}

// sameData reports whether two benchmarks compare with the same data.
func sameData(home benchmarks.Home, known map[string]*benchmarks.Definition, a, b string) bool {
	if a == b {
		return true
	}
	if _, ok := known[b]; !ok {
		known[b], _ = home.Definition(b) // nil where there is none any more
	}
	x, y := known[a], known[b]
	return x != nil && y != nil && x.Assembly.Equal(y.Assembly) && x.StimulusSet.Equal(y.StimulusSet) && reflect.DeepEqual(x.Select, y.Select)
}
