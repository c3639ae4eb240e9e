package mapping

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/double"
)

// lessUsual subtracts from the responses of each neuroid a usual one of them, in place,
// and returns them. Correlations and regressions with an intercept do not depend on what
// is subtracted, but without an offset responses keep their digits in sums; without a
// usual one they keep them also where a few are far larger than all others, which move
// the mean. A constant neuroid becomes exactly 0.
func lessUsual(workers int, responses []float64, neuroids int) []float64 {
	n := len(responses) / max(1, neuroids)
	parts := crew.Chunks(neuroids, max(1, workers), 8)
	// The tasks give no error, and no context stops them.
	_ = crew.Each(context.Background(), workers, len(parts), func(k int) error {
		from, to := parts[k][0], parts[k][1]
		usual := make([]float64, to-from)
		for j := range usual {
			usual[j] = usualResponse(responses[from+j:], neuroids, n)
		}
		for at := 0; at < n*neuroids; at += neuroids {
			for j, v := range responses[at+from : at+to] {
				responses[at+from+j] = v - usual[j]
			}
		}
		return nil
	})
	return responses
}

// usualResponse returns the median of a few of the n responses that are step apart; 0
// where differences from it might be infinite or, of responses far smaller than it, be
// rounded.
func usualResponse(responses []float64, step, n int) float64 {
	const few, most, far = 9, math.MaxFloat64 / 4, 0x1p-10
	m := min(few, n)
	some := make([]float64, m)
	for i := range some {
		some[i] = responses[i*(n-1)/max(1, m-1)*step]
	}
	slices.Sort(some)
	usual := some[m/2]
	if math.Abs(usual) > most {
		return 0
	}
	for i := range n {
		if v := responses[i*step]; math.Abs(v) < far*math.Abs(usual) && double.Sum(v, -usual).Low != 0 {
			return 0
		}
	}
	return usual
}
