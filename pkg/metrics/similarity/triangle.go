package similarity

import (
	"math"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// triangle lists the upper triangle of a matrix of dissimilarities, row by row.
type triangle struct {
	values []float64
	ties   series.Ties
	// constant is true if the dissimilarities are equal to their precision.
	constant bool
	zero     bool // true if all are 0
	// doubt is the mean share of the dissimilarities that may be rounding.
	doubt float64
	// faint is true if some are 0 only as rounding hides what they are.
	faint bool
	// root is true of Euclidean distances that are not squared.
	root   bool
	ranked func(workers int) []float64
	// loose has the ranks by other bounds of ties; nil if they are the same.
	loose []float64
	// deviations are the values less one of them, where that keeps more digits.
	deviations []float64
	// exponent is that of the power of two that the dissimilarities are the values times.
	exponent int
	// squares is true if the values are squares of the dissimilarities, which only order them.
	squares bool
}

// triangleOf returns the triangle of exact values.
func triangleOf(values []float64) triangle {
	low, high := series.Span(values)
	t := triangle{values: values, constant: !(low < high), zero: low == 0 && high == 0}
	t.rankOnce(nil)
	return t
}

// rankOnce has ranks computed once, in an array from the pool.
func (t *triangle) rankOnce(pool *pages.Pool) {
	var once sync.Once
	var r []float64
	values, ties := t.values, t.ties
	t.ranked = func(workers int) []float64 {
		once.Do(func() {
			r = pages.Take[float64](pool, len(values))
			series.RanksWithin(pool, workers, values, r, ties)
		})
		return r
	}
}

// usedUp returns the triangle for one comparison, in which ranks take the place of
// values.
func (t triangle) usedUp(pool *pages.Pool) triangle {
	t.ranked = func(workers int) []float64 {
		series.RanksWithin(pool, workers, t.values, t.values, t.ties)
		return t.values
	}
	return t
}

// looseness is how many times wider the bounds of ties are that a figure is tried
// with: equal dissimilarities lie far from others, and the figure stays.
const looseness = 8

// settled reports whether wider bounds would hardly change the ranks.
func (t *triangle) settled() bool { return t.loose == nil && t.doubt <= exactTo }

// looseRanks returns the ranks by wider bounds of ties.
func (t *triangle) looseRanks(pool *pages.Pool, workers int) []float64 {
	switch {
	case t.loose != nil:
		return t.loose
	case t.settled():
		return t.ranked(workers)
	}
	wider := series.Ties{Most: looseness * t.ties.Most, Bound: func(i int) float64 { return looseness * t.ties.Bound(i) }}
	out := pages.Take[float64](pool, len(t.values))
	series.RanksWithin(pool, workers, t.values, out, wider)
	return out
}

// rdmCache keeps the dissimilarities between all stimuli for the benchmarks
// that share a Gram matrix: at n = 2,560 26 MB each, and as much for ranks.
type rdmCache struct {
	mutex sync.Mutex
	of    map[string]*triangle // by distance
}

// rdmOf returns the triangle of the given rows, which all have dissimilarities; that of
// all rows that have is kept.
func rdmOf(g *stream.Gram, distance string, rows []int, workers int) (triangle, error) {
	_, defined, _, err := lengthsOf(g, distance, dense.AllRows(g.N))
	if err != nil {
		return triangle{}, err
	}
	if len(rows) < len(dense.RowsWhere(dense.AllRows(g.N), defined)) {
		return newTriangle(g, stream.Attached[pages.Pool](g), distance, rows, workers)
	}
	c := stream.Attached[rdmCache](g)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if t, ok := c.of[distance]; ok {
		return *t, nil
	}
	t, err := newTriangle(g, stream.Attached[pages.Pool](g), distance, rows, workers)
	if err != nil {
		return t, err
	}
	if c.of == nil {
		c.of = make(map[string]*triangle)
	}
	c.of[distance] = &t
	return t, nil
}

// newTriangle computes dissimilarities, rows in parallel, in an array from the pool.
// All rows must have dissimilarities.
func newTriangle(g *stream.Gram, pool *pages.Pool, distance string, rows []int, workers int) (triangle, error) {
	l, _, _, err := lengthsOf(g, distance, rows)
	if err != nil {
		return triangle{}, err
	}
	n := len(rows)
	t := triangle{values: pages.Take[float64](pool, n*(n-1)/2), root: l.root, exponent: l.exponent()}
	t.ties = series.Ties{Most: l.largestError(), Bound: func(p int) float64 {
		a, b := pairAt(n, p)
		return l.error(a, b, t.values[p])
	}}
	doubts, faints := make([]float64, n), make([]bool, n)
	lows, highs := make([]extreme, n), make([]extreme, n)
	crew.EachRow(workers, n, func(a int) {
		from := firstPair(n, a)
		out := t.values[from : from+n-1-a]
		doubts[a], faints[a] = l.row(a, g.K[rows[a]*g.N:(rows[a]+1)*g.N], rows[a+1:], out)
		lows[a], highs[a] = extremes(out, from)
	})
	low, high := extreme{value: math.Inf(1)}, extreme{value: math.Inf(-1)}
	for a := range n {
		t.doubt += doubts[a] / float64(max(1, len(t.values)))
		t.faint = t.faint || faints[a]
		if lows[a].value < low.value {
			low = lows[a]
		}
		if highs[a].value > high.value {
			high = highs[a]
		}
	}
	within := max(0, noiseShare(g, l.by)*high.value)
	if len(t.values) > 1 {
		within = max(within, t.ties.Bound(low.at)+t.ties.Bound(high.at))
	}
	t.constant = !(high.value-low.value > within)
	t.zero = low.value == 0 && high.value == 0
	t.rankOnce(pool)
	return t, nil
}

// noiseShare returns noise as a part of the squared lengths of all rows.
func noiseShare(g *stream.Gram, by float64) float64 {
	squares := 0.0
	for i := range g.N {
		squares += float64(g.K[i*g.N+i] * by)
	}
	if squares == 0 {
		return 0
	}
	const margin = 10 // most of so many values are within five deviations
	return g.Noise(squares, g.N, by, margin) / squares
}

// extreme is a value and where in a triangle it stands.
type extreme struct {
	value float64
	at    int
}

// extremes returns the first of the smallest and of the largest values, which start
// at a place of a triangle.
func extremes(values []float64, start int) (low, high extreme) {
	low, high = extreme{value: math.Inf(1)}, extreme{value: math.Inf(-1)}
	for i, v := range values {
		if v < low.value {
			low = extreme{v, start + i}
		}
		if v > high.value {
			high = extreme{v, start + i}
		}
	}
	return low, high
}

// firstPair is the place in the triangle of n rows where the pairs of row a start.
func firstPair(n, a int) int { return a*(n-1) - a*(a-1)/2 }

// pairAt returns the pair of rows at a place in the triangle of n rows.
func pairAt(n, p int) (a, b int) {
	m := float64(2*n - 1)
	a = int((m - math.Sqrt(float64(m*m)-float64(8*float64(p)))) / 2)
	for a > 0 && firstPair(n, a) > p {
		a--
	}
	for firstPair(n, a+1) <= p {
		a++
	}
	return a, p - firstPair(n, a) + a + 1
}

// spread returns the values up to a constant.
func (t *triangle) spread() []float64 {
	if t.deviations != nil {
		return t.deviations
	}
	return t.values
}
