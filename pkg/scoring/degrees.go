package scoring

import (
	"fmt"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

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
		shown, recorded, err := p.dump.ShownAt(d.StimulusSet)
		if err != nil {
			s.Warnings = append(slices.Clip(s.Warnings), fmt.Sprintf("at how many degrees of visual angle the images were shown is unknown: %v", err))
			continue
		}
		switch set := fmt.Sprintf("%s (%v)", d.StimulusSet, d.VisualDegrees); {
		case !recorded && !slices.Contains(unknown, set):
			unknown = append(unknown, set)
		case shown > 0 && shown != d.VisualDegrees:
			s.Warnings = append(slices.Clip(s.Warnings), fmt.Sprintf("the images were shown at %v degrees of visual angle, but those of the benchmark have %v: the score is not comparable with others", shown, d.VisualDegrees))
		}
	}
	if len(unknown) > 0 {
		out.Notes = append(out.Notes, fmt.Sprintf("the dump does not say at how many degrees of visual angle it was shown the stimuli; benchmarks have %s: show them so (brainscore stimuli place), and write it into model.yaml as visual_degrees: {shown: {SET: DEGREES}}", strings.Join(unknown, ", ")))
	}
}
