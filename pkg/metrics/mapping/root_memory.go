package mapping

import (
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// heldColumns returns the columns of what a stableSplit works on: the features if they
// are held, else a square root of their products. made is what making it takes.
func heldColumns(s metrics.Shape) (columns, made int64) {
	n, _, _ := s.Sizes()
	if featuresHeld(s) {
		return int64(s.Features), 0
	}
	// Twice as many columns as stimuli are reduced while the layer is read again.
	return n, s.Reading + metrics.FloatBytes*2*n*n
}

// featuresHeld reports whether the features are held, as they are no more than stimuli.
func featuresHeld(s metrics.Shape) bool { return s.Features > 0 && s.Features <= s.Stimuli }

// stableMemory counts a stableSplit: its rows, their decomposition, and what that is
// computed in.
func stableMemory(s metrics.Shape) int64 {
	n, t, m := s.Sizes()
	columns, _ := heldColumns(s)
	few := min(m, columns)
	return metrics.FloatBytes * (n*columns + 2*m*few + 2*few*few + 3*n*t)
}

// rareRoot counts what settles splits for which inner products do not do.
func rareRoot(s metrics.Shape, splits int64) metrics.Memory {
	n, _, _ := s.Sizes()
	columns, made := heldColumns(s)
	root := int64(0)
	if !featuresHeld(s) {
		root = metrics.FloatBytes * n * columns
	}
	return metrics.Memory{Rare: max(made, root+splits*stableMemory(s))}
}

// orRoot returns what a metric holds that settles splits either in twice the precision, of
// which m has the rare part, or on a root.
func orRoot(s metrics.Shape, m metrics.Memory) metrics.Memory {
	m.Rare = max(m.Rare, rareRoot(s, s.AtOnce()).Rare)
	return m
}

// formedMemory counts inner products that are formed from features, and what these are packed
// into.
func formedMemory(s metrics.Shape) metrics.Memory {
	n, _, _ := s.Sizes()
	if !featuresHeld(s) || s.Products {
		return metrics.Memory{}
	}
	packed := metrics.FloatBytes * 2 * n * min(int64(s.Features), stream.SlabCols)
	return metrics.Memory{Working: metrics.FloatBytes*n*n + packed, Kept: metrics.FloatBytes * n * n}
}

// primalHeld returns of how many splits products of features are held: of all if they are
// kept for other subjects, else of those worked on concurrently.
func primalHeld(s metrics.Shape, concurrent int64) int64 {
	if sharesForms(s.Shared, s.Splits, primalNumbers(s.Features)) {
		return int64(s.Splits)
	}
	return concurrent
}

// primalMemory counts products of features, and for each split that they are held of its
// own, what it subtracts, and its factor.
func primalMemory(s metrics.Shape, concurrent int64) metrics.Memory {
	n, t, m := s.Sizes()
	f := int64(s.Features)
	products, held := metrics.FloatBytes*f*f, primalHeld(s, concurrent)
	return metrics.Memory{
		Working: products*(1+held) + metrics.FloatBytes*(f*t+min(n, othersAtOnce)*t+concurrent*((n-m)*t+min(n-m, othersAtOnce)*f+3*f*t)) + predictionMemory(s),
		Kept:    products * (1 + held), // some in the pool
	}
}

// predictionMemory counts the predictions of all splits.
func predictionMemory(s metrics.Shape) int64 {
	n, t, m := s.Sizes()
	return metrics.FloatBytes * int64(s.Splits) * (n - m) * t
}

// atOncePrimal returns how many splits eachPrimal works on concurrently.
func atOncePrimal(s metrics.Shape) int64 { return min(4, s.AtOnce()) }

// dualMemory counts the fit of a split among its train stimuli.
func dualMemory(s metrics.Shape) int64 {
	n, t, m := s.Sizes()
	return metrics.FloatBytes * (m*m + m*t + (n-m)*(m+t))
}
