package scoring

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// regions returns a function that lists the regions that a model may commit to layers: the
// usual ones and those of benchmarks. It reads all benchmarks only if those that are
// scored do not have a region.
func (p *planner) regions(definitions []*benchmarks.Definition) func(region string) (known []string, ok bool) {
	known := benchmarks.UsualRegions()
	add := func(list []*benchmarks.Definition) {
		for _, d := range list {
			if d.Region != "" && !slices.Contains(known, d.Region) {
				known = append(known, d.Region)
			}
		}
	}
	add(definitions)
	all := false
	return func(region string) ([]string, bool) {
		if !slices.Contains(known, region) && !all {
			list, _ := p.home.Definitions()
			add(list)
			all = true
		}
		return known, slices.Contains(known, region)
	}
}

// checkRegions returns an error for a commitment of a region that no benchmark has, which
// would have no effect.
func checkRegions(dump *stimuli.Dump, regions func(string) ([]string, bool)) error {
	for _, region := range slices.Sorted(maps.Keys(dump.Commitments)) {
		if known, ok := regions(region); !ok {
			return &stimuli.FileError{Path: dump.Settings(), What: fmt.Sprintf("commits the region %q, which no benchmark has", region),
				Remedy: nearest.Remedy(region, known, "the known ones are "+strings.Join(known, ", "))}
		}
	}
	return nil
}
