package ranking

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// TestVarianceOfAllOrders checks the variance of differences on scores made of what stimuli and
// pairs of stimuli add, whose variances are known: never too small, and closer than the jackknife's,
// which counts pairs twice, although there are no triples here.
func TestVarianceOfAllOrders(t *testing.T) {
	const studies = 2000
	for _, c := range []struct {
		stimuli       int
		single, pairs float64 // standard deviations
	}{
		{20, 1, 0}, {20, 1, 2}, {20, 1, 3}, {60, 1, 3}, {150, 1, 3}, // in groups
	} {
		n, r := c.stimuli, rand.New(rand.NewPCG(4, uint64(c.stimuli)))
		samples := metrics.NewStimulusSamples(0, 1, n, nil)
		all, counts := make([]int32, n), make([]int32, n)
		estimate, jackknife := 0.0, 0.0
		for range studies {
			z := make([]float64, n)
			for i := range z {
				z[i] = r.NormFloat64()
			}
			// The mean of single effects, and that of the products of pairs.
			value := func() float64 {
				sum, squares, count := 0.0, 0.0, 0.0
				for i, k := range counts {
					sum, squares, count = sum+float64(k)*z[i], squares+float64(k)*z[i]*z[i], count+float64(k)
				}
				return c.single*sum/count + c.pairs*(sum*sum-squares)/(count*(count-1))
			}
			var values []float64
			for k := range samples.Len() {
				samples.Count(k, all, counts)
				values = append(values, value())
			}
			of := metrics.NewResampled(values, samples)
			s := resampled{stimuli: n, without: of.Without, pairs: of.Pairs}
			j, _ := s.jackknife()
			term, _, ok := s.pairTerms()
			if !ok {
				t.Fatal("no pairs")
			}
			jackknife += j / studies
			estimate += allOrders(j, term) / studies
		}
		m := float64(n)
		first, second := c.single*c.single/m, 2*c.pairs*c.pairs/(m*(m-1))
		want := first + second
		if math.Abs(jackknife/(first+2*second)-1) > 0.1 || estimate < 0.95*want || estimate > 1.05*want+0.6*(jackknife-want) {
			t.Errorf("%d stimuli, %v and %v: variance %v, jackknife %v, not %v", n, c.single, c.pairs, estimate, jackknife, want)
		}
	}
	if v := allOrders(0, 0); v != 0 {
		t.Errorf("without variance: %v", v)
	}
}
