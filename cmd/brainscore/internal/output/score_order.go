package output

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// byRegion sorts scores by region in anatomical order, and keeps the order of the
// benchmarks of each region.
func byRegion(scores []benchmarks.Result) []benchmarks.Result {
	return slices.SortedStableFunc(slices.Values(scores), func(a, b benchmarks.Result) int {
		return benchmarks.CompareAnatomy(a.Region, b.Region)
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
