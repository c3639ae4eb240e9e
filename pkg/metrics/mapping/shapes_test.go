package mapping

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/brainscore-go/brainscore/internal/thorough"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
)

// shapes are activations as networks give them, and as they trip arithmetic.
var shapes = []struct {
	name string
	make func(x []float64, n, features int, r *rand.Rand)
}{
	{"plain", func([]float64, int, int, *rand.Rand) {}},
	{"massive feature 1e4", massive(1, 1e4)},
	{"massive feature 1e6", massive(1, 1e6)},
	{"massive feature 1e8", massive(1, 1e8)},
	{"three massive features", massive(3, 1e7)},
	{"massive features of several sizes", func(x []float64, n, features int, r *rand.Rand) {
		for i := range n {
			for j, by := range []float64{1, 1e8, 1e5, 1e2} {
				x[i*features+j%features] *= by
			}
		}
	}},
	{"massive feature on one stimulus", func(x []float64, n, features int, r *rand.Rand) { x[(n/2)*features] = 1e8 }},
	{"massive constant but for one stimulus", func(x []float64, n, features int, r *rand.Rand) {
		for i := range n {
			x[i*features] = 1e8
		}
		x[3*features] = -1e8
	}},
	{"pixels", func(x []float64, n, features int, r *rand.Rand) {
		for i := range x {
			x[i] = math.Round(max(0, min(255, 128+30*x[i])))
		}
	}},
	{"times 1e-9", scaledBy(1e-9)}, {"times 300", scaledBy(300)}, {"times 1e5", scaledBy(1e5)}, {"times 1e9", scaledBy(1e9)},
	{"offset 1e7", func(x []float64, n, features int, r *rand.Rand) {
		for i := range x {
			x[i] += 1e7
		}
	}},
	{"rectified, 90 % silent", rectify(1.3)},
	{"rectified, 99 % silent", rectify(2.3)},
	{"rows alike", func(x []float64, n, features int, r *rand.Rand) {
		for i := range n / 3 {
			copy(x[i*features:(i+1)*features], x[(n-1-i)*features:])
		}
	}},
	{"rows alike, times 1e5", func(x []float64, n, features int, r *rand.Rand) {
		for i := range n / 3 {
			copy(x[i*features:(i+1)*features], x[(n-1-i)*features:])
		}
		dense.Scale(x, 1e5)
	}},
	{"columns alike", func(x []float64, n, features int, r *rand.Rand) {
		for i := range n {
			for j := range features / 3 {
				x[i*features+j] = x[i*features+features-1-j]
			}
		}
	}},
	{"dead and constant features", func(x []float64, n, features int, r *rand.Rand) {
		for i := range n {
			x[i*features], x[i*features+features/2] = 0, 1e6/3
		}
	}},
	{"lengths over 1e12", func(x []float64, n, features int, r *rand.Rand) {
		for i := range n {
			for j := range features {
				x[i*features+j] *= math.Pow(10, 6-12*float64(j)/float64(features))
			}
		}
	}},
}

func massive(features int, by float64) func(x []float64, n, all int, r *rand.Rand) {
	return func(x []float64, n, all int, r *rand.Rand) {
		for i := range n {
			for j := range min(features, all) {
				x[i*all+j] = by * r.NormFloat64()
			}
		}
	}
}

func scaledBy(by float64) func(x []float64, n, features int, r *rand.Rand) {
	return func(x []float64, n, features int, r *rand.Rand) { dense.Scale(x, by) }
}

func rectify(from float64) func(x []float64, n, features int, r *rand.Rand) {
	return func(x []float64, n, features int, r *rand.Rand) {
		for i, v := range x {
			x[i] = max(0, v/3-from)
		}
	}
}

// shapedCase has a few latents, noise, and responses that depend on both.
func shapedCase(seed uint64, n, features, neuroids int, shape func(x []float64, n, features int, r *rand.Rand)) simulated.Case {
	c := simulated.New(seed, n, features, neuroids)
	for i := range c.X {
		c.X[i] -= 5
	}
	shape(c.X, n, features, rand.New(rand.NewPCG(seed, 7)))
	return c
}

// structuredSeed is that of the cases, BRAINSCORE_SEED where that is set.
func structuredSeed() uint64 {
	if seed, err := strconv.ParseUint(os.Getenv("BRAINSCORE_SEED"), 10, 32); err == nil {
		return seed
	}
	return 1
}

// TestMappingsOfStructuredActivations wants the figures of arithmetic with many digits,
// or a warning.
func TestMappingsOfStructuredActivations(t *testing.T) {
	const n, neuroids = 30, 3
	seed := structuredSeed()
	for _, kind := range shapes {
		for _, features := range thorough.OneIn(4, 5, 15, 23, 24, 25, 29, 90, 31) {
			t.Run(fmt.Sprintf("%s/%d", kind.name, features), func(t *testing.T) {
				seed++
				c := shapedCase(seed, n, features, neuroids, kind.make)
				splits, err := metrics.StratifiedSplits(make([]int, n), metrics.SplitPlan{Splits: 1, TrainSize: .8, Seed: uint32(seed)})
				if err != nil {
					t.Fatal(err)
				}
				s := metrics.Split{Train: slices.Sorted(slices.Values(splits[0].Train)), Test: slices.Sorted(slices.Values(splits[0].Test))}
				p := newPreciseSplit(c, s)
				check := func(name string, options metrics.Options, want []float64, alpha float64) {
					t.Helper()
					metric, err := metrics.New(name, options)
					if err != nil {
						t.Fatal(err)
					}
					score, err := metrics.ScoreColumns(context.Background(), metric.(metrics.Neural), c, metrics.NeuralInput{Responses: c.Y, Neuroids: neuroids, Splits: splits, Workers: 2})
					if err != nil {
						t.Errorf("%s %v: %v", name, options, err)
						return
					}
					worst := 0.0
					for j, r := range score.SplitNeuroids[0] {
						if math.IsNaN(r) != math.IsNaN(want[j]) {
							t.Errorf("%s %v: r of neuroid %d is %v, want %v (warnings %v)", name, options, j, r, want[j], score.Warnings)
						}
						if math.IsNaN(r) {
							continue
						}
						worst = max(worst, math.Abs(r-want[j]))
					}
					// Penalties may be as good, where α is next to nothing or all.
					if alpha != 0 && score.Alphas[0] != alpha && !(worst < 1e-12) {
						t.Errorf("%s: penalty %g, want %g (warnings %v)", name, score.Alphas[0], alpha, score.Warnings)
					}
					if !(worst <= 1e-8) {
						t.Errorf("%s %v: off by %.2g, warnings %v", name, options, worst, score.Warnings)
					} else if len(score.Warnings) > 0 {
						t.Logf("%s %v: warns of %v, but off by %.2g", name, options, score.Warnings, worst)
					}
				}
				for _, alpha := range []float64{1e-6, 1} {
					check("ridge", metrics.Options{"alpha": alpha}, p.correlations(c, s, number(alpha)), 0)
				}
				tiny := new(big.Float).Mul(number(p.largest), number(1e-40))
				if p.largest == 0 {
					tiny = number(1)
				}
				check("linear", nil, p.correlations(c, s, tiny), 0)
				if testing.Short() || features != 5 && features != 25 && features != 31 {
					return // slow
				}
				alpha := p.alpha()
				check("ridgecv", nil, p.correlations(c, s, number(alpha)), alpha)
			})
		}
	}
}
