package ranking

import (
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/internal/stats"
)

// Completeness describes how many benchmarks of a tree the models have, "" if the
// composite has no groups. Models with different benchmarks differ for that alone.
func (d *Data) Completeness() string {
	if !d.Composite.Grouped() || len(d.models) == 0 {
		return ""
	}
	leaves, complete := len(d.Composite.PartNames()), 0
	var scored []int
	for _, m := range d.models {
		if !stats.Finite(m.Composite) {
			continue
		}
		scored = append(scored, m.Coverage.Scored)
		if m.Coverage.Scored == leaves {
			complete++
		}
	}
	if len(scored) == 0 {
		return ""
	}
	slices.Sort(scored)
	return fmt.Sprintf("%d of %d models with a composite have all of its %d benchmarks; half of them have at most %d", complete, len(scored), leaves, scored[(len(scored)-1)/2])
}
