package similarity

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// coefficient is how two triangles of dissimilarities are compared.
type coefficient struct {
	// ranked is true if only the order of dissimilarities counts.
	ranked bool
	// centred is true if dissimilarities that are all equal have no coefficient.
	centred bool
	// whitened is true if the noise that dissimilarities of one stimulus share is removed.
	whitened bool
	// of returns the coefficient of two series: dissimilarities, their ranks, or what
	// whiten returns.
	of func(a, b []float64, workers int) float64
}

// comparisons are the names of coefficients, the default first.
var comparisons = []string{"spearman", "pearson", "kendall", "rho_a", "cosine", "whitened_cosine", "whitened_pearson"}

var coefficients = map[string]coefficient{
	"spearman":         {ranked: true, centred: true, of: pearson},
	"pearson":          {centred: true, of: pearson},
	"kendall":          {ranked: true, centred: true, of: func(a, b []float64, _ int) float64 { return series.KendallA(a, b) }},
	"rho_a":            {ranked: true, centred: true, of: rhoA},
	"cosine":           {of: cosine},
	"whitened_cosine":  {whitened: true, of: cosine},
	"whitened_pearson": {centred: true, whitened: true, of: cosine},
}

// similarityOf compares two triangles by a coefficient's name: NaN where one of them
// is constant, which has no order, or has no length.
func similarityOf(name string, a, b triangle, workers int) float64 {
	c := coefficients[name]
	if c.centred && (a.constant || b.constant) {
		return math.NaN()
	}
	return c.of(c.series(a, workers), c.series(b, workers), workers)
}

// series returns what the coefficient is of.
func (c coefficient) series(t triangle, workers int) []float64 {
	switch {
	case c.ranked:
		return t.ranked(workers)
	case c.whitened:
		return whiten(t, c.centred, workers)
	case c.centred:
		return t.spread()
	}
	return t.values
}

// spread returns the squared length of what errors of dissimilarities are compared with.
func (c coefficient) spread(t triangle) float64 {
	if c.whitened {
		w := whiten(t, c.centred, 1)
		return 2 * dense.Dot(w, w) // the matrix −½D is half as long
	}
	mean := 0.0
	if c.centred {
		mean = series.Mean(t.values)
	}
	spread := 0.0
	for _, v := range t.values {
		spread += float64((v - mean) * (v - mean))
	}
	return spread
}

func pearson(a, b []float64, workers int) float64 { return series.PearsonOfLong(workers, a, b) }

func cosine(a, b []float64, _ int) float64 {
	length := math.Sqrt(dense.Dot(a, a) * dense.Dot(b, b)) // so that the cosine of equal series is 1
	if !(length > 0) {
		return math.NaN()
	}
	return max(-1, min(1, dense.Dot(a, b)/length))
}

// rhoA returns ρ-a of ranks: the expectation of ρ if ties are broken at random.
//
// Source: Schütt et al. (2023), eLife 12:e82566.
func rhoA(a, b []float64, _ int) float64 {
	p := float64(len(a))
	if len(a) < 2 {
		return math.NaN()
	}
	mean, sum := float64((p+1)/2), 0.0
	for i, v := range a {
		sum += float64((v - mean) * (b[i] - mean))
	}
	return max(-1, min(1, 12*(sum/(float64(p*p)-1)/p)))
}

// whiten returns the elements of the doubly centred matrix −½D of a triangle's stimuli,
// those above its diagonal times √2 and then the diagonal: the products of two such lists
// add up to aᵀV⁻¹b times a constant, with V = (CCᵀ)∘² the covariance of dissimilarities
// and C the contrasts of all pairs of stimuli. If centre is set, the mean is first
// subtracted from the dissimilarities.
//
// Source: Diedrichsen et al. (2021), arXiv:2007.02789.
func whiten(t triangle, centre bool, workers int) []float64 {
	values, mean := t.values, 0.0
	if centre {
		values = t.spread()
		mean = series.Mean(values)
	}
	p := len(values)
	n := stimuliOf(p)
	means := make([]float64, n)
	crew.EachRow(workers, n, func(a int) {
		sum := 0.0
		for b := range a {
			sum += values[firstPair(n, b)+a-b-1] - mean
		}
		for _, v := range values[firstPair(n, a) : firstPair(n, a)+n-1-a] {
			sum += v - mean
		}
		means[a] = sum / float64(n)
	})
	whole := series.Mean(means)
	out := make([]float64, p+n)
	crew.EachRow(workers, n, func(a int) {
		from := firstPair(n, a)
		for b := a + 1; b < n; b++ {
			d := values[from+b-a-1] - mean
			out[from+b-a-1] = -(d - means[a] - means[b] + whole) / math.Sqrt2
		}
		out[p+a] = means[a] - float64(whole/2)
	})
	return out
}

// stimuliOf returns the number of stimuli of p pairs.
func stimuliOf(p int) int { return int(math.Round((1 + math.Sqrt(1+float64(8*float64(p)))) / 2)) }
