package scoring

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
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

// warnOfDegrees marks the scores on benchmarks that show their stimuli at another size than
// the dump says they were shown at, and notes the stimulus sets of which it says nothing.
// The sizes are not part of a kept result, whose figures do not depend on them.
func warnOfDegrees(p *modelPlan, out *benchmarks.ModelResult) {
	definitions := map[string]*benchmarks.Definition{}
	for _, e := range p.evaluations {
		definitions[e.definition.Identifier] = e.definition
	}
	var unknown []string // sets with the size of a benchmark
	for i := range out.Scores {
		s := &out.Scores[i]
		d := definitions[s.Benchmark]
		if d == nil || d.VisualDegrees == 0 {
			continue
		}
		for _, set := range d.StimulusSet.Names {
			warning, noted := shownOtherwise(p.dump, set, d.VisualDegrees)
			if warning != "" {
				s.Warnings = append(slices.Clip(s.Warnings), warning)
			}
			if of := fmt.Sprintf("%s (%v)", set, d.VisualDegrees); !noted && !slices.Contains(unknown, of) {
				unknown = append(unknown, of)
			}
		}
	}
	if len(unknown) > 0 {
		out.Notes = append(out.Notes, fmt.Sprintf("the dump does not say at how many degrees of visual angle it was shown the stimuli; benchmarks have %s: show them so (brainscore stimuli place), and write it into model.yaml as visual_degrees: {shown: {SET: DEGREES}}", strings.Join(unknown, ", ")))
	}
}

// shownOtherwise returns a warning if the images of a stimulus set were not shown at a size,
// or if that cannot be read, and reports whether the dump says anything of them.
func shownOtherwise(dump *stimuli.Dump, set string, degrees float64) (warning string, recorded bool) {
	shown, recorded, err := dump.ShownAt(set)
	switch {
	case err != nil:
		return fmt.Sprintf("at how many degrees of visual angle the images were shown is unknown: %v", err), true
	case recorded && shown > 0 && shown != degrees:
		return fmt.Sprintf("the images were shown at %v degrees of visual angle, but those of the benchmark have %v: the score is not comparable with others", shown, degrees), true
	}
	return "", recorded
}
