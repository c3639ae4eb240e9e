package ranking

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// A correlation by counts is that of the models written out so many times.
func TestResamplesAreAsWrittenOut(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := 3; n < 40; n++ {
		x, y, counts := make([]float64, n), make([]float64, n), make([]int32, n)
		for i := range n {
			x[i], y[i] = float64(r.IntN(n)), r.NormFloat64()
			y[i] += x[i] / float64(n)
		}
		resample(r, counts)
		var u, v []float64
		for i, c := range counts {
			for range c {
				u, v = append(u, x[i]), append(v, y[i])
			}
		}
		p := newPairs(x, y)
		for _, c := range []struct {
			name      string
			got, want float64
		}{
			{"pearson", weightedPearson(x, y, counts), metrics.Pearson(u, v)},
			{"spearman", p.spearman(counts), metrics.Spearman(u, v)},
			{"kendall", p.kendall(counts), kendallByPairs(u, v)},
			{"all", p.spearman(ones(n)), metrics.Spearman(x, y)},
		} {
			if math.Abs(c.got-c.want) > 1e-12 || math.IsNaN(c.got) != math.IsNaN(c.want) {
				t.Errorf("%d models, %s: got %v, want %v", n, c.name, c.got, c.want)
			}
		}
	}
}

func kendallByPairs(x, y []float64) float64 {
	var sum, untiedX, untiedY float64
	for i := range x {
		for j := range i {
			dx, dy := x[i]-x[j], y[i]-y[j]
			if dx != 0 {
				untiedX++
			}
			if dy != 0 {
				untiedY++
			}
			if dx*dy > 0 {
				sum++
			} else if dx*dy < 0 {
				sum--
			}
		}
	}
	return sum / math.Sqrt(untiedX*untiedY)
}

// Without ties, τ-b is τ-a.
func TestKendallWithoutTies(t *testing.T) {
	x, y := []float64{1, 2, 3, 4, 5}, []float64{2, 1, 3, 5, 4}
	if got, want := newPairs(x, y).kendall(ones(5)), metrics.KendallA(x, y); math.Abs(got-want) > 1e-15 {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestConstantHasNoCorrelation(t *testing.T) {
	p := newPairs([]float64{1, 1, 1}, []float64{1, 2, 3})
	if r, rho, tau := weightedPearson(p.x, p.y, ones(3)), p.spearman(ones(3)), p.kendall(ones(3)); !math.IsNaN(r) || !math.IsNaN(rho) || !math.IsNaN(tau) {
		t.Errorf("got %v, %v, %v", r, rho, tau)
	}
}

// Kendall's τ-b is that of all pairs of a resample one by one, with ties of
// values and of models.
func TestKendallOfPairs(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		n, distinct := 2+r.IntN(40), 1+r.IntN(60)
		x, y, counts := make([]float64, n), make([]float64, n), make([]int32, n)
		for i := range n {
			x[i], y[i] = float64(r.IntN(distinct)), float64(r.IntN(distinct))
		}
		resample(r, counts)
		var sum, untiedX, untiedY float64
		for i := range n {
			for j := range i {
				pairs := float64(counts[i]) * float64(counts[j])
				a, b := float64(cmp.Compare(x[i], x[j])), float64(cmp.Compare(y[i], y[j]))
				sum += pairs * a * b
				untiedX += pairs * a * a
				untiedY += pairs * b * b
			}
		}
		want := sum / math.Sqrt(untiedX*untiedY) // 0/0 is NaN
		got := newPairs(x, y).kendall(counts)
		if math.Abs(got-want) > 1e-12 || math.IsNaN(got) != math.IsNaN(want) {
			t.Fatalf("τ-b of %v and %v, counted %v, is %v, want %v", x, y, counts, got, want)
		}
	}
}

// Equal values, however many, have no correlation, neither have values that differ by
// rounding alone; others have one in any units.
func TestCorrelationOfFlatAndSmallValues(t *testing.T) {
	line := []float64{1, 2, 4, 3, 7}
	for _, c := range []struct {
		name string
		x    []float64
		want bool
	}{
		{"equal", slices.Repeat([]float64{0.1}, 5), false},
		{"zeros", make([]float64, 5), false},
		{"rounding", []float64{0.3, 0.1 + 0.2, 0.3, 0.1 + 0.2, 0.3}, false},
		{"beside a large offset", []float64{1e6, 1e6 + 1, 1e6, 1e6 + 2, 1e6}, true},
		{"small", []float64{1e-200, 3e-200, 2e-200, 5e-200, 4e-200}, true},
		{"subnormal", []float64{1e-320, 3e-320, 2e-320, 5e-320, 4e-320}, true},
		{"large", []float64{1e99, 3e99, 2e99, 5e99, 4e99}, true},
	} {
		r, interval := correlate(c.x, line)
		if math.IsNaN(r) == c.want || interval.None() == c.want || math.Abs(r) > 1 {
			t.Errorf("%s: r is %v, %v", c.name, r, interval)
		}
		if want := metrics.Pearson(c.x, line); c.want && math.Abs(r-want) > 1e-12 {
			t.Errorf("%s: r is %v, want %v", c.name, r, want)
		}
	}
	many := slices.Repeat([]float64{0.1}, 100_003)
	if r := weightedPearson(many, ascendingNumbers(len(many)), ones(len(many))); !math.IsNaN(r) {
		t.Errorf("equal values correlate by %v", r)
	}
}

func ascendingNumbers(n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = float64(i)
	}
	return values
}
