package output

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// areas is the order of regions along the ventral stream, then behaviour; other regions
// follow by name.
var areas = []string{"V1", "V2", "V4", "IT", "behavior"}

// byRegion returns scores sorted by region; the order within a region is kept.
func byRegion(scores []benchmarks.Result) []benchmarks.Result {
	place := func(r benchmarks.Result) int {
		if i := slices.Index(areas, r.Region); i >= 0 {
			return i
		}
		return len(areas)
	}
	return slices.SortedStableFunc(slices.Values(scores), func(a, b benchmarks.Result) int {
		if c := cmp.Compare(place(a), place(b)); c != 0 || place(a) < len(areas) {
			return c
		}
		return strings.Compare(a.Region, b.Region)
	})
}

// sparkline draws the raw scores over time bins between their minimum and maximum, with
// a blank for NaN, and the span of time.
func sparkline(bins []benchmarks.TimeBinResult) string {
	if len(bins) == 0 {
		return ""
	}
	const blocks = "▁▂▃▄▅▆▇█"
	low, high := math.Inf(1), math.Inf(-1)
	for _, b := range bins {
		if v := b.Raw.Value; !math.IsNaN(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	var line strings.Builder
	levels := []rune(blocks)
	for _, b := range bins {
		v := b.Raw.Value
		switch {
		case math.IsNaN(v):
			line.WriteRune(' ')
		case high == low:
			line.WriteRune(levels[len(levels)/2])
		default:
			line.WriteRune(levels[int((v-low)/(high-low)*float64(len(levels)-1)+.5)])
		}
	}
	return fmt.Sprintf("%s %s-%s ms", line.String(), exactText(bins[0].Start), exactText(bins[len(bins)-1].End))
}
