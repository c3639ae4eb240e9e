package scoring

import (
	"math"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// Any number of workers is one that a machine can have.
func TestWorkers(t *testing.T) {
	for asked, want := range map[int]int{math.MinInt: 1, -1: 1, 0: 1, 1: 1, 7: 7, maxWorkers: maxWorkers, maxWorkers + 1: maxWorkers, math.MaxInt: maxWorkers} {
		if got := NewRunner(benchmarks.Home{}, Options{Workers: asked}).Workers; got != want {
			t.Errorf("%d workers become %d, want %d", asked, got, want)
		}
	}
}
