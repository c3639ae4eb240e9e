package metrics_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/structured"
)

// TestLoneFeatures chooses penalties where one train stimulus alone has a feature that is
// far larger than the others, of which some are multiples of each other but for rounding:
// what a feature says of its only stimulus leaves next to nothing of that free, and errors
// on left-out stimuli are quotients of such rests. Fits without each stimulus, in 300 bits,
// have no rests.
func TestLoneFeatures(t *testing.T) {
	for _, size := range []float64{1, 1e4, 1e7, 1e9, 1e12, 1e15} {
		for _, multiple := range []float64{0.1, 3, 1e-5} {
			for seed := range uint64(6) {
				random := rand.New(rand.NewPCG(seed, 7))
				const features, neuroids, train = 4, 2, 5
				var x, y []float64
				for i := range 2*train - 1 {
					lone, a, b := 0.0, random.Float64(), float64(seed%3)*random.NormFloat64()
					if i == 0 || i >= train && random.IntN(2) == 0 {
						lone = size * (1 + random.Float64())
					}
					x = append(x, lone, a, multiple*a, b)
					y = append(y, 10+random.NormFloat64(), random.NormFloat64())
				}
				rows := make([]int, len(y)/neuroids)
				for i := range rows {
					rows[i] = i
				}
				split := metrics.Split{Train: rows[:train], Test: rows[train:]}
				c := &structured.Case{Stimuli: len(rows), Features: features, Neuroids: neuroids, Activations: x, Responses: y}
				score, err := scoreOf(t.Context(), "ridgecv", nil, c, []metrics.Split{split})
				if err != nil {
					t.Fatal(err)
				}
				if slices.ContainsFunc(score.Warnings, precisionWarning.MatchString) {
					if size < 1e15 {
						t.Errorf("size %g, multiple %g, seed %d: %q", size, multiple, seed, score.Warnings)
					}
					continue
				}
				loss := func(alpha float64) *big.Float {
					sum := decimal(0)
					for k, i := range split.Train {
						rest := slices.Delete(slices.Clone(split.Train), k, k+1)
						for j, p := range refitted(x, features, y, neuroids, rest, i, alpha) {
							d := decimal(y[i*neuroids+j])
							sum.Add(sum, d.Mul(d.Sub(d, p), d))
						}
					}
					return sum
				}
				chosen, least, best := loss(score.Alphas[0]), math.NaN(), decimal(math.MaxFloat64)
				for _, alpha := range penalties() {
					if l := loss(alpha); l.Cmp(best) < 0 {
						best, least = l, alpha
					}
				}
				if over, _ := decimal(0).Quo(chosen, best).Float64(); over > 1+1e-9 {
					t.Errorf("size %g, multiple %g, seed %d: penalty %g has an error %v times that of %g, and there is no warning", size, multiple, seed, score.Alphas[0], over, least)
				}
			}
		}
	}
}

// decimal is a number of 300 bits.
func decimal(v float64) *big.Float { return new(big.Float).SetPrec(300).SetFloat64(v) }

// refitted returns what ridge regression on the train rows predicts of a row: with the
// features x of it and k of the train rows, both less the train rows' mean, the targets' mean
// and k·(K + αI)⁻¹·Y.
func refitted(activations []float64, features int, responses []float64, targets int, train []int, row int, alpha float64) []*big.Float {
	n := len(train)
	centred := func(values []float64, cols int) (rows [][]*big.Float, mean []*big.Float) {
		for j := range cols {
			mean = append(mean, decimal(0))
			for _, i := range train {
				mean[j].Add(mean[j], decimal(values[i*cols+j]))
			}
			mean[j].Quo(mean[j], decimal(float64(n)))
		}
		for _, i := range append(slices.Clone(train), row) {
			var r []*big.Float
			for j := range cols {
				v := decimal(values[i*cols+j])
				r = append(r, v.Sub(v, mean[j]))
			}
			rows = append(rows, r)
		}
		return rows, mean
	}
	x, _ := centred(activations, features)
	y, mean := centred(responses, targets)
	var products [][]*big.Float // the last row are those with the row that is predicted
	for a := range x {
		var line []*big.Float
		for b := range n {
			sum := decimal(0)
			for j := range features {
				sum.Add(sum, decimal(0).Mul(x[a][j], x[b][j]))
			}
			line = append(line, sum)
		}
		if a < n {
			line[a].Add(line[a], decimal(alpha))
		}
		products = append(products, line)
	}
	// Elimination of the train rows leaves of the last one what it has beside them, and of
	// its targets the predictions less their mean, times -1.
	for j := range y[n] {
		y[n][j] = decimal(0)
	}
	for k := range n {
		for a := k + 1; a <= n; a++ {
			by := decimal(0).Quo(products[a][k], products[k][k])
			for b := k; b < n; b++ {
				products[a][b].Sub(products[a][b], decimal(0).Mul(by, products[k][b]))
			}
			for j := range y[a] {
				y[a][j].Sub(y[a][j], decimal(0).Mul(by, y[k][j]))
			}
		}
	}
	for j, v := range y[n] {
		mean[j].Sub(mean[j], v)
	}
	return mean
}
