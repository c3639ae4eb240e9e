package similarity

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/brainscore-go/brainscore/internal/thorough"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// rowKinds are kinds of data of which inner products lose what the rows still tell.
func rowKinds() []exactKind {
	numbers := func(n, levels int, offset float64, factors ...float64) func(r *rand.Rand, _ int) []float64 {
		return func(r *rand.Rand, _ int) []float64 {
			return filled(n, func(j int) float64 {
				v := offset + float64(r.IntN(levels))
				if j < len(factors) {
					v *= factors[j]
				}
				return v
			})
		}
	}
	normal := func(n int, factors ...float64) func(r *rand.Rand, _ int) []float64 {
		return func(r *rand.Rand, _ int) []float64 {
			return filled(n, func(j int) float64 {
				v := r.NormFloat64()
				if j < len(factors) {
					v *= factors[j]
				}
				return v
			})
		}
	}
	return []exactKind{
		{name: "two features", row: normal(2)},
		{name: "two features, one of them large", row: normal(2, 1000)},
		{name: "two features of single precision", row: func(r *rand.Rand, _ int) []float64 {
			return []float64{float64(float32(r.NormFloat64())), float64(float32(r.NormFloat64()))}
		}},
		{name: "a feature times 1e7", row: normal(12, 1e7)},
		{name: "counts, a feature times 1e8", row: numbers(12, 6, 0, 1e8)},
		{name: "counts and 1e5, a feature times 1000", row: numbers(4, 5, 1e5, 1000)},
		{name: "counts and 1e6", row: numbers(9, 7, 1e6)},
		{name: "counts and 1e8", row: numbers(9, 7, 1e8)},
		{name: "rare counts and 1e5", row: numbers(40, 2, 1e5, 0)},
		{name: "small numbers beside a constant", row: func(r *rand.Rand, _ int) []float64 {
			return append([]float64{12345}, filled(7, func(int) float64 { return float64(r.IntN(9)) * 0x1p-10 })...)
		}},
		{name: "rows of different lengths", row: func(r *rand.Rand, i int) []float64 {
			unit := math.Ldexp(1, -(i%9)*4)
			return filled(9, func(int) float64 { return unit * float64(r.IntN(5)) })
		}},
	}
}

// TestRDMOfRowsIsExact checks that dissimilarities are taken from the rows if inner
// products are too coarse, as activations and as recordings, and that the score needs
// no warning then and does not depend on workers.
func TestRDMOfRowsIsExact(t *testing.T) {
	other := exactKinds()[16]
	y, _, neuroids := other.draw(5)
	for _, distance := range []string{"correlation", "euclidean", "cosine"} {
		yOrder, yValues := exactDissimilarities(y, neuroids, distance)
		for _, kind := range thorough.OneIn(2, append(rowKinds(), exactKinds()[:10]...)...) {
			x, _, features := kind.draw(3)
			xOrder, xValues := exactDissimilarities(x, features, distance)
			for _, compare := range []string{"spearman", "pearson", "kendall", "cosine", "rho_a", "whitened_cosine", "whitened_pearson"} {
				want := exactScore(xOrder, yOrder, xValues, yValues, compare)
				for _, swapped := range []bool{false, true} {
					a, fa, b, fb := x, features, y, neuroids
					if swapped {
						a, fa, b, fb = b, fb, a, fa
					}
					var scores []metrics.Score
					for _, workers := range []int{1, 3} {
						score, err := metrics.ScoreColumns(context.Background(), rdm{distance, compare}, stream.InMemory(a, exactRows, fa), metrics.NeuralInput{Responses: b, Neuroids: fb, Workers: workers})
						if err != nil {
							t.Fatal(err)
						}
						scores = append(scores, score)
					}
					got := scores[0].Raw.Value
					if math.Float64bits(got) != math.Float64bits(scores[1].Raw.Value) {
						t.Errorf("%s %s of %s: %v with one worker, %v with three", distance, compare, kind.name, got, scores[1].Raw.Value)
					}
					if !(math.Abs(got-want) <= 1e-12) && !(math.IsNaN(got) && math.IsNaN(want)) {
						t.Errorf("%s %s of %s (as recordings: %v): %v, want %v (off by %.1e)", distance, compare, kind.name, swapped, got, want, got-want)
					}
					if !math.IsNaN(want) && testinput.WarnsOfRounding(scores[0]) {
						t.Errorf("%s %s of %s (as recordings: %v) warns: %v", distance, compare, kind.name, swapped, scores[0].Warnings)
					}
				}
			}
		}
	}
}
