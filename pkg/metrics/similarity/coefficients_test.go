package similarity

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// TestWhitenedIsThatOfCovariance compares the closed form with the solution of the
// covariance matrix of dissimilarities itself.
func TestWhitenedIsThatOfCovariance(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 1))
	for _, n := range []int{3, 4, 7, 12} {
		p := n * (n - 1) / 2
		contrasts := make([]float64, p*n)
		for i := range p {
			a, b := pairAt(n, i)
			contrasts[i*n+a], contrasts[i*n+b] = 1, -1
		}
		v := make([]float64, p*p)
		for i := range p {
			for k := range p {
				d := dense.Dot(contrasts[i*n:(i+1)*n], contrasts[k*n:(k+1)*n])
				v[i*p+k] = d * d
			}
		}
		factor, ok := dense.FactorCholesky(v, p)
		if !ok {
			t.Fatal("the covariance is not positive definite")
		}
		a, b := filled(p, func(int) float64 { return r.Float64() }), filled(p, func(int) float64 { return 1 + r.Float64() })
		for name, mean := range map[string]func([]float64) float64{"whitened_cosine": func([]float64) float64 { return 0 }, "whitened_pearson": series.Mean} {
			x, y := slices.Clone(a), slices.Clone(b)
			for i := range p {
				x[i] -= mean(a)
				y[i] -= mean(b)
			}
			solved := slices.Clone(x)
			factor.Solve(solved, 1)
			xx, xy := dense.Dot(solved, x), dense.Dot(solved, y)
			solved = slices.Clone(y)
			factor.Solve(solved, 1)
			want := xy / math.Sqrt(xx*dense.Dot(solved, y))
			if got := similarityOf(name, triangleOf(a), triangleOf(b), 2); !(math.Abs(got-want) < 1e-12) {
				t.Errorf("%s of %d stimuli: %v, want %v", name, n, got, want)
			}
		}
	}
}

// TestRhoAIsMeanOverBrokenTies compares ρ-a of ties with the mean of ρ over all orders in
// which they can be broken.
func TestRhoAIsMeanOverBrokenTies(t *testing.T) {
	orders := func(x []float64) (all [][]float64) {
		var extend func(order []float64)
		extend = func(order []float64) {
			k := len(order)
			if k == len(x) {
				all = append(all, slices.Clone(order))
				return
			}
			// Ranks of the values that equal this one, but for those that are taken.
			least, equal := 0, 0
			for _, v := range x {
				if v < x[k] {
					least++
				} else if v == x[k] {
					equal++
				}
			}
			for rank := least + 1; rank <= least+equal; rank++ {
				if !slices.Contains(order, float64(rank)) {
					extend(append(order, float64(rank)))
				}
			}
		}
		extend(nil)
		return all
	}
	for _, pair := range [][2][]float64{
		{{1, 2, 3, 4, 5, 6}, {2, 1, 4, 3, 6, 5}},
		{{1, 1, 2, 2, 2, 3}, {3, 1, 1, 2, 5, 5}},
		{{7, 7, 7, 7, 7, 1}, {0, 0, 1, 1, 2, 2}},
	} {
		sum, count := 0.0, 0
		for _, a := range orders(pair[0]) {
			for _, b := range orders(pair[1]) {
				sum += series.Pearson(a, b)
				count++
			}
		}
		if got := similarityOf("rho_a", triangleOf(pair[0]), triangleOf(pair[1]), 1); math.Abs(got-sum/float64(count)) > 1e-12 {
			t.Errorf("%v: %v, want %v", pair, got, sum/float64(count))
		}
	}
}

// TestPlainBoundsAverageDistances compares the plain bounds of subjects in very different
// units with those of distances that are computed one by one.
func TestPlainBoundsAverageDistances(t *testing.T) {
	const n, neuroids = 12, 5
	r := rand.New(rand.NewPCG(8, 2))
	for _, units := range [][]float64{{1, 1, 1}, {1, 30, .02}, {1e-9, 1e-8, 1e-9}, {3e9, 1e9, 1e9}} {
		var subjects [][]float64
		for _, unit := range units {
			subjects = append(subjects, filled(n*neuroids, func(int) float64 { return unit * r.NormFloat64() }))
		}
		for _, distance := range []string{"euclidean", squaredDistance} {
			var triangles [][]float64
			total := make([]float64, n*(n-1)/2)
			for _, x := range subjects {
				var d []float64
				for a := range n {
					for b := a + 1; b < n; b++ {
						sum := 0.0
						for j := range neuroids {
							sum += math.Pow(x[a*neuroids+j]-x[b*neuroids+j], 2)
						}
						if distance == "euclidean" {
							sum = math.Sqrt(sum)
						}
						d = append(d, sum)
					}
				}
				triangles = append(triangles, d)
				dense.AddScaled(1, d, total)
			}
			for _, compare := range comparisons {
				want := 0.0
				for _, d := range triangles {
					want += similarityOf(compare, triangleOf(d), triangleOf(total), 1) / float64(len(units))
				}
				got, _, err := RDMNoiseCeiling(context.Background(), metrics.Options{"distance": distance, "compare": compare}, true, subjects, n, 2)
				if err != nil || !(math.Abs(got.Upper.Value-want) < 1e-9) {
					t.Errorf("%s %s, units %v: %v, want %v (%v)", distance, compare, units, got.Upper.Value, want, err)
				}
			}
		}
	}
}
