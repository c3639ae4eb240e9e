package mapping

import (
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// How far rounding moves a prediction is bounded to first order, with the sizes
// that rounding has in practice and not at worst. With D the dual coefficients of
// one neuroid, w its weights, r its residual and z a test row,
//
//	by inner products   unit · ‖K‖ · (1 + ‖z‖/‖x‖) · ‖D‖                  (Gram form)
//	by normal equations ‖R⁻ᵀz‖ · ‖R⁻¹‖ · unit · (‖A‖·‖w‖ + ‖X‖·‖y‖)        (Cholesky)
//	by orthogonal steps unit · ‖R⁻ᵀz‖ · (‖w‖ + ‖R⁻¹‖·‖r‖ + ‖y‖)             (QR)
//
// ‖K‖ being Frobenius's norm and R the factor of XᵀX + αI = A with columns scaled to
// one length. D is of the order ‖r‖/α, so that the first is ε·λmax/α of what is
// not explained; the last is free of λmax.

const (
	// unit is what one product rounds to, relative to its factors' norms.
	unit = 4 * dense.Epsilon
	// resolvedTo is the bound, relative to the predictions' deviation, up to which
	// a fast form is taken.
	resolvedTo = 1e-8
	// doubtfulFrom is the bound from which on a figure is warned of.
	doubtfulFrom = 1e-6
)

// What is uncertain of a split's predictions.
const (
	lostInProducts = "inner products of the activations have lost what the fit depends on, and the layer cannot be read again"
	illConditioned = "the fit depends on directions in which the activations hardly differ"
)

// relativeRounding returns the bound of each neuroid's predictions relative to their
// deviation over the test rows, 0 where there is no rounding, and +Inf where there is no
// deviation, which rounding may have swallowed. Where the smallest deviation that their
// range allows, range/√(2n), already shows that rounding hardly matters, the bound is
// relative to that: the deviation itself takes longer.
func (p prediction) relativeRounding(neuroids int) iter.Seq[float64] {
	return func(yield func(float64) bool) {
		rows := len(p.values) / max(1, neuroids)
		if rows < 2 || p.rounding == nil {
			for range neuroids {
				if !yield(0) {
					return
				}
			}
			return
		}
		low, high := columnSpans(p.values, neuroids)
		for j, bound := range p.rounding[:neuroids] {
			relative := 0.0
			if bound != 0 {
				if relative = math.Inf(1); low[j] < high[j] {
					relative = bound / ((high[j] - low[j]) / math.Sqrt(2*float64(rows)))
				}
				if !(relative <= resolvedTo) && low[j] < high[j] {
					relative = bound / deviationOf(dense.SelectColumns(p.values, neuroids, []int{j}))
				}
			}
			if !yield(relative) {
				return
			}
		}
	}
}

// columnSpans returns the smallest and the largest number of each column, +Inf and -Inf
// where it has none. NaN is left out.
func columnSpans(x []float64, cols int) (low, high []float64) {
	low, high = slices.Repeat([]float64{math.Inf(1)}, cols), slices.Repeat([]float64{math.Inf(-1)}, cols)
	for at := 0; at < len(x); at += cols {
		for j, v := range x[at : at+cols] {
			if v < low[j] {
				low[j] = v
			}
			if v > high[j] {
				high[j] = v
			}
		}
	}
	return low, high
}

// movedBy returns the largest bound of a neuroid's predictions relative to their
// deviation, of those that vary.
func (p prediction) movedBy(neuroids int) float64 {
	most := 0.0
	for r := range p.relativeRounding(neuroids) {
		if !math.IsInf(r, 1) {
			most = max(most, r)
		}
	}
	return most
}

// resolved reports whether rounding hardly moves any neuroid's predictions.
func (p prediction) resolved(neuroids int) bool {
	for r := range p.relativeRounding(neuroids) {
		if !(r <= resolvedTo) {
			return false
		}
	}
	return true
}

// doubtful reports whether rounding may move the figure of any neuroid, of which each is
// reported and the middle ones are the score, or predictions may vary by rounding alone.
func (p prediction) doubtful(neuroids int) bool {
	for r := range p.relativeRounding(neuroids) {
		if !(r <= doubtfulFrom) {
			return true
		}
	}
	return false
}

// doubtWarnings warns of the splits whose figure rounding may have moved.
func doubtWarnings(metric string, doubts []string) []string {
	first, count := "", 0
	for _, d := range doubts {
		if d != "" {
			if count++; first == "" {
				first = d
			}
		}
	}
	if count == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s: rounding may change the figure by more than 1e-6 in %d of %d splits: %s", metric, count, len(doubts), first)}
}

// dualRounding bounds the rounding of predictions by way of inner products whose
// Frobenius norm is given, from the norms of each neuroid's dual coefficients.
func dualRounding(g *stream.Gram, s metrics.Split, frobenius float64, dual []float64) []float64 {
	train, test := 0.0, 0.0
	for _, i := range s.Train {
		train += g.Square(i)
	}
	for _, i := range s.Test {
		test = max(test, g.Square(i))
	}
	train /= float64(len(s.Train))
	outlying := 1.0
	if train > 0 {
		outlying += math.Sqrt(test / train)
	}
	bound := make([]float64, len(dual))
	for j, d := range dual {
		bound[j] = unit * frobenius * outlying * d
	}
	return bound
}

// frobeniusOf is the norm of the Gram matrix of the given rows. Squares are of products
// times a power of two, so that none overflows or vanishes.
func frobeniusOf(g *stream.Gram, rows []int) float64 {
	largest := 0.0
	for _, i := range rows {
		largest = max(largest, g.K[i*g.N+i])
	}
	by, exponent := dense.UnitOf(largest)
	squares := 0.0
	for _, i := range rows {
		row, sum := g.K[i*g.N:(i+1)*g.N], 0.0
		for _, j := range rows {
			v := row[j] * by
			sum += float64(v * v)
		}
		squares += sum
	}
	return math.Ldexp(math.Sqrt(squares), exponent)
}

// deviationOf returns the population standard deviation of a series in any unit.
func deviationOf(x []float64) float64 {
	by, exponent := dense.UnitOf(dense.MaxAbs(x))
	mean, squares := series.Mean(x), 0.0
	for _, v := range x {
		d := (v - mean) * by
		squares += float64(d * d)
	}
	return math.Ldexp(math.Sqrt(squares/float64(len(x))), exponent)
}

// sameRows reports whether all the given rows of the activations are the same; their
// inner products are then the same to the last bit.
func sameRows(g *stream.Gram, rows []int) bool {
	if g.X != nil {
		first := g.X[rows[0]*g.Features : (rows[0]+1)*g.Features]
		for _, i := range rows[1:] {
			for j, v := range g.X[i*g.Features : (i+1)*g.Features] {
				if v != first[j] {
					return false
				}
			}
		}
		return true
	}
	first := g.K[rows[0]*g.N : (rows[0]+1)*g.N]
	for _, i := range rows[1:] {
		row := g.K[i*g.N : (i+1)*g.N]
		for _, j := range rows {
			if row[j] != first[j] {
				return false
			}
		}
	}
	return true
}

// constantPrediction predicts the train mean for every test row.
func constantPrediction(in metrics.NeuralInput, s metrics.Split) prediction {
	return prediction{values: make([]float64, len(s.Test)*in.Neuroids), rounding: make([]float64, in.Neuroids)}
}
