package series

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/plain"
)

// TestRanksWithinErrors checks that values that errors have moved rank as they did
// before, ties included.
func TestRanksWithinErrors(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, draw := range map[string]func() (value, bound float64){
		"few values":  func() (float64, float64) { return float64(r.IntN(5)), 1e-12 },
		"many values": func() (float64, float64) { return float64(r.IntN(30_000)), .2 },
		"one value":   func() (float64, float64) { return 7, 1e-3 },
		"normal":      func() (float64, float64) { return r.NormFloat64(), 1e-16 },
		"an outlier":  func() (float64, float64) { return float64(r.IntN(9)) + 1e12*float64(r.IntN(40_000)/39_999), 1e-9 },
		"bounds in proportion": func() (float64, float64) {
			v := math.Ldexp(1, r.IntN(60))
			return v, v * 1e-9
		},
	} {
		for _, n := range []int{1, 2, 3, 2000, 1<<15 + 7, 70_001} {
			exact, moved, bounds := make([]float64, n), make([]float64, n), make([]float64, n)
			most := 0.0
			for i := range n {
				exact[i], bounds[i] = draw()
				moved[i] = exact[i] + .99*bounds[i]*(2*r.Float64()-1)
				most = max(most, bounds[i])
			}
			within := Ties{Bound: func(i int) float64 { return bounds[i] }, Most: most}
			want := plain.Ranks(exact)
			for _, workers := range []int{1, 2, 7} {
				var pool pages.Pool
				got := make([]float64, n)
				RanksWithin(&pool, workers, moved, got, within)
				inPlace := slices.Clone(moved)
				RanksWithin(&pool, workers, inPlace, inPlace, within)
				if !slices.Equal(got, want) || !slices.Equal(inPlace, want) {
					t.Errorf("%s, %d values, %d workers", name, n, workers)
				}
			}
		}
	}
}

// TestDenseValuesAreNoTies checks that a series in which each value is within the
// errors of the next is not taken for one value.
func TestDenseValuesAreNoTies(t *testing.T) {
	const n, bound = 10_000, 3e-4
	values := make([]float64, n)
	for i := range values {
		values[i] = float64(i*7919%n) / n
	}
	got := make([]float64, n)
	RanksWithin(nil, 2, values, got, Ties{Bound: func(int) float64 { return bound }, Most: bound})
	for i, v := range values {
		if off := math.Abs(got[i] - (v*n + 1)); off > 2*bound*n {
			t.Fatalf("rank %v of value %v", got[i], v)
		}
	}
}

func TestRanks(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, draw := range map[string]func() float64{
		"normal": r.NormFloat64,
		"ties":   func() float64 { return float64(r.IntN(50) - 25) },
		"zeros":  func() float64 { return math.Copysign(0, r.NormFloat64()) },
		"wild":   func() float64 { return math.Float64frombits(r.Uint64()&^(1<<62)) * 1e-5 },
		"one":    func() float64 { return 3 },
		"narrow": func() float64 { return 1 + 1e-15*float64(r.IntN(400)) },
		"outliers": func() float64 { // all others differ in their last bits
			return []float64{1, 1 + 0x1p-52, 1 - 0x1p-53, 1 + 1e-14*r.Float64(), 1e300 * float64(r.IntN(1000)/999)}[r.IntN(5)]
		},
		"extreme": func() float64 {
			return []float64{math.Inf(1), math.Inf(-1), 5e-324, -5e-324, math.MaxFloat64}[r.IntN(5)]
		},
	} {
		for _, n := range []int{0, 1, 2, 1000, 1<<15 + 7, 70_001} {
			values := make([]float64, n)
			for i := range values {
				values[i] = draw()
			}
			want := plain.Ranks(values)
			for _, workers := range []int{1, 2, 7} {
				var pool pages.Pool
				for range 2 { // the second time in used memory
					got := Ranks(&pool, workers, values)
					if !slices.Equal(got, want) {
						t.Errorf("%s, %d values, %d workers", name, n, workers)
					}
					copy(got, values)
					RanksInto(&pool, workers, got, got)
					if !slices.Equal(got, want) {
						t.Errorf("%s, %d values, %d workers, in place", name, n, workers)
					}
					pages.Give(&pool, got)
				}
			}
		}
	}
}

func BenchmarkRanks(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	values := make([]float64, 2560*2559/2)
	for i := range values {
		values[i] = 1 + .1*r.NormFloat64()
	}
	var pool pages.Pool
	for b.Loop() {
		pages.Give(&pool, Ranks(&pool, 2, values))
	}
}
