package ranking

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// Correlations without a model equal those of the list without it, with and without
// ties, and are undefined for the same models.
func TestWithoutEachModel(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	remove := func(values []float64, i int) []float64 { return slices.Delete(slices.Clone(values), i, i+1) }
	for range 400 {
		n, distinct := 4+r.IntN(30), 1+r.IntN(40)
		x, y := make([]float64, n), make([]float64, n)
		for i := range n {
			x[i], y[i] = float64(r.IntN(distinct)), float64(r.IntN(distinct))
		}
		if r.IntN(4) == 0 {
			x[r.IntN(n)] = 1e6 // far from all others
		}
		p := newPairs(x, y)
		for _, c := range []struct {
			name string
			got  []float64
			want func(x, y []float64) float64
		}{
			{"pearson", pearsonWithout(x, y), metrics.Pearson},
			{"spearman", p.spearmanWithout(), metrics.Spearman},
			{"kendall", p.kendallWithout(), kendallByPairs},
		} {
			for i, got := range c.got {
				want := c.want(remove(x, i), remove(y, i))
				if math.Abs(got-want) > 1e-10 || math.IsNaN(got) != math.IsNaN(want) {
					t.Fatalf("%s of %v and %v without model %d is %v, want %v", c.name, x, y, i, got, want)
				}
			}
		}
	}
}

// Intervals from the jackknife and from the bootstrap differ by less than the noise of
// the bootstrap, a fifth of their half-width.
func TestJackknifeAgreesWithBootstrap(t *testing.T) {
	const n = maxResampled + 1
	for _, p := range populations() {
		r := rand.New(rand.NewPCG(11, 12))
		x, y := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i], y[i] = p.draw(r)
		}
		pairs := newPairs(x, y)
		var a Agreement
		a.Spearman, a.Kendall = pairs.spearman(ones(n)), pairs.kendall(ones(n))
		if !a.jackknife(pairs, true) {
			t.Fatalf("%s, r %v: no interval", p.name, p.rho)
		}
		rhos, taus, counts := make([]float64, resamples), make([]float64, resamples), make([]int32, n)
		for i := range resamples {
			resample(r, counts)
			rhos[i], taus[i] = pairs.spearman(counts), pairs.kendall(counts)
		}
		for _, c := range []struct {
			name      string
			got, want Interval
		}{
			{"spearman", a.Interval, metrics.Quantiles(rhos, 0.05)},
			{"kendall", a.KendallInterval, metrics.Quantiles(taus, 0.05)},
		} {
			tolerance := 0.2 * (c.want.High - c.want.Low) / 2
			if math.Abs(c.got.Low-c.want.Low) > tolerance || math.Abs(c.got.High-c.want.High) > tolerance {
				t.Errorf("%s, r %v, %s: %v, and %v by the bootstrap", p.name, p.rho, c.name, c.got, c.want)
			}
		}
	}
}

// Orders that agree fully have the interval of their correlation alone, as from a
// bootstrap; correlations that rest on one model have none.
func TestJackknifeOfExtremes(t *testing.T) {
	line := ascendingNumbers(maxResampled + 1)
	falling := slices.Clone(line)
	slices.Reverse(falling)
	single := make([]float64, len(line))
	single[7] = 1
	for _, c := range []struct {
		name string
		y    []float64
		want Interval
		ok   bool
	}{
		{"the same order", line, Interval{Low: 1, High: 1}, true},
		{"the reverse order", falling, Interval{Low: -1, High: -1}, true},
		{"one other value", single, NoInterval, false},
		{"equal values", make([]float64, len(line)), NoInterval, false},
	} {
		p := newPairs(line, c.y)
		got, ok := jackknifeInterval(p.spearman(ones(len(line))), p.spearmanWithout())
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%s: %v, %v", c.name, got, ok)
		}
	}
}
