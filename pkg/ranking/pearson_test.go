package ranking

import (
	"math"
	"math/rand/v2"
	"testing"
)

// population draws pairs, whose correlation is known.
type population struct {
	name string
	rho  float64
	draw func(r *rand.Rand) (x, y float64)
}

func populations() []population {
	var all []population
	for _, rho := range []float64{0, 0.5, 0.9} {
		normal := func(r *rand.Rand) (float64, float64) {
			x := r.NormFloat64()
			return x, rho*x + math.Sqrt(1-rho*rho)*r.NormFloat64()
		}
		all = append(all, population{"normal", rho, normal},
			population{"heavy tails", rho, func(r *rand.Rand) (float64, float64) { // Student's t of 5 degrees of freedom
				s := 0.0
				for range 5 {
					z := r.NormFloat64()
					s += z * z
				}
				x, y := normal(r)
				return x / math.Sqrt(s/5), y / math.Sqrt(s/5)
			}})
		if rho < 0.9 {
			all = append(all, population{"skewed", rho, func(r *rand.Rand) (float64, float64) {
				x := r.ExpFloat64()
				return x, rho*x + math.Sqrt(1-rho*rho)*r.ExpFloat64()
			}})
		}
	}
	// Values of few steps: x is 0 to 3, y is x or another such number.
	const same = 0.6
	return append(all, population{"ties", same, func(r *rand.Rand) (float64, float64) {
		x := r.IntN(4)
		if r.Float64() < same {
			return float64(x), float64(x)
		}
		return float64(x), float64(r.IntN(4))
	}})
}

// pearsonCoverage is how often intervals of n pairs hold the true correlation.
func pearsonCoverage(p population, n, experiments int) float64 {
	r := rand.New(rand.NewPCG(7, uint64(n)))
	held, have := 0, 0
	for range experiments {
		x, y := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i], y[i] = p.draw(r)
		}
		_, got := correlate(x, y)
		if got.None() {
			continue
		}
		have++
		if got.Low <= p.rho && p.rho <= got.High {
			held++
		}
	}
	return float64(held) / float64(have)
}

func TestPearsonIntervalCoverage(t *testing.T) {
	for _, p := range populations() {
		for _, n := range []int{5, 6, 8, 12, 20, 60} {
			got := pearsonCoverage(p, n, 1000)
			t.Logf("%s, r %v, %d models: %.1f %%", p.name, p.rho, n, 100*got)
			// Two standard errors of 1,000 experiments are 1.4 %.
			if got < 0.916 {
				t.Errorf("%s, r %v, %d models: coverage %.1f %%", p.name, p.rho, n, 100*got)
			}
		}
	}
}

func TestPearsonInterval(t *testing.T) {
	for _, tt := range []struct {
		name      string
		x, y      []float64
		low, high float64
	}{
		{"three models", []float64{1, 2, 3}, []float64{1, 3, 2}, math.NaN(), math.NaN()},
		{"constant", []float64{1, 2, 3, 4}, []float64{1, 1, 1, 1}, math.NaN(), math.NaN()},
		{"a line", []float64{1, 2, 3, 4}, []float64{2, 4, 6, 8}, math.Pow(0.025, 0.25), 1},
		{"a falling line", []float64{1, 2, 3, 4}, []float64{8, 6, 4, 2}, -1, -math.Pow(0.025, 0.25)},
		{"all but one alike", []float64{1, 1, 1, 1, 2}, []float64{1, 2, 3, 4, 9}, -1, 1},
	} {
		_, got := correlate(tt.x, tt.y)
		same := func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
		if !same(got.Low, tt.low) || !same(got.High, tt.high) {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
