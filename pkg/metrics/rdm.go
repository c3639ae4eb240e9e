package metrics

import (
	"context"
	"fmt"
	"math"
	"sync"
	"sync/atomic"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
)

// rdm compares representational dissimilarity matrices.
type rdm struct{ distance, compare string }

func (rdm) Info() Info { return rdmInfo }

// ScoreNeural compares the dissimilarities of all pairs of stimuli.
func (m rdm) ScoreNeural(ctx context.Context, in NeuralInput) (Score, error) {
	l, done, err := responseGram(ctx, in, Needs{Gram: true, RowSums: true})
	if err != nil {
		return Score{}, err
	}
	done = sync.OnceFunc(done)
	defer done()
	pool := &in.Gram.scratch
	var undefined atomic.Int64
	score, err := overSplits(ctx, in, func(rows []int, workers int) (float64, error) {
		if len(rows) < 3 {
			return 0, &TooFewError{"rdm", len(rows), 3}
		}
		a := in.Gram.rdm(m.distance, rows, workers)
		b := newTriangle(l, pool, m.distance, rows, workers)
		defer pages.Give(pool, b.values)
		if len(in.Splits) == 0 {
			done() // the room serves for sorting
		}
		left := bothDefined(&a, &b)
		undefined.Add(int64(left))
		return similarityOf(m.compare, a, b.usedUp(pool), workers), nil
	})
	if n := undefined.Load(); n > 0 {
		score.Warnings = append(score.Warnings, fmt.Sprintf("rdm: %d pairs of stimuli have no dissimilarity, since one of them has the same value in all features, and are left out", n))
	}
	return score, err
}

// rdmCache keeps the dissimilarities between all stimuli for the benchmarks
// that share a Gram matrix: at n = 2,560 26 MB each, and as much for ranks.
type rdmCache struct {
	mutex sync.Mutex
	of    map[string]*triangle // by distance
}

// triangle lists the upper triangle of a matrix of dissimilarities, row by row.
type triangle struct {
	values []float64
	ranked func(workers int) []float64
	holes  bool // some are NaN
}

// rdm is the triangle of the given rows; that of all rows is kept.
func (g *Gram) rdm(distance string, rows []int, workers int) triangle {
	if len(rows) < g.N {
		return newTriangle(g, &g.scratch, distance, rows, workers)
	}
	g.rdms.mutex.Lock()
	defer g.rdms.mutex.Unlock()
	if t, ok := g.rdms.of[distance]; ok {
		return *t
	}
	t := newTriangle(g, &g.scratch, distance, rows, workers)
	if g.rdms.of == nil {
		g.rdms.of = make(map[string]*triangle)
	}
	g.rdms.of[distance] = &t
	return t
}

// newTriangle computes dissimilarities, rows in parallel, in an array from the pool.
func newTriangle(g *Gram, pool *pages.Pool, distance string, rows []int, workers int) triangle {
	n := len(rows)
	t := triangleOf(pool, pages.Take[float64](pool, n*(n-1)/2))
	norms, sums, shifts := make([]float64, n), make([]float64, n), make([]float64, n)
	// The product of rows a and b is K + shift_a + shift_b + all − sum_a·sum_b/F.
	// Row-centring takes off each row's mean over features; the column means
	// take part less their own mean, so that a large common offset costs no
	// digits.
	f := float64(g.Features)
	all := 0.0
	if distance != "euclidean" {
		all = g.MeanSquare
	}
	if distance == "correlation" {
		all -= g.MeanSum * g.MeanSum / f
	}
	for a, i := range rows {
		switch distance {
		case "euclidean":
			norms[a] = g.K[i*g.N+i]
			continue
		case "correlation":
			shifts[a], sums[a] = g.Offsets[i]-g.MeanSum/f*g.RowSums[i], g.RowSums[i]
		default:
			shifts[a] = g.Offsets[i]
		}
		norms[a] = g.K[i*g.N+i] + shifts[a] + shifts[a] + all - sums[a]*sums[a]/f
		if distance == "correlation" && !defined(norms[a], g.uncentred(i, i)) || norms[a] <= 0 {
			norms[a] = math.NaN()
			t.holes = true
		}
		norms[a] = math.Sqrt(norms[a])
	}
	eachRow(workers, n, func(a int) {
		at := a*(n-1) - a*(a-1)/2 // of the row's first pair
		out := t.values[at : at+n-1-a]
		row := g.K[rows[a]*g.N : (rows[a]+1)*g.N]
		normA, sumA, shiftA := norms[a], sums[a], shifts[a]
		others, norm, sum, shift := rows[a+1:], norms[a+1:], sums[a+1:], shifts[a+1:]
		switch distance {
		case "euclidean":
			for b, j := range others {
				out[b] = math.Sqrt(max(0, normA+norm[b]-2*row[j]))
			}
		case "correlation":
			for b, j := range others {
				out[b] = 1 - (row[j]+shiftA+shift[b]+all-sumA*sum[b]/f)/normA/norm[b]
			}
		default:
			for b, j := range others {
				out[b] = 1 - (row[j]+shiftA+shift[b]+all)/normA/norm[b]
			}
		}
	})
	return t
}

// triangleOf holds values; their ranks are computed once.
func triangleOf(pool *pages.Pool, values []float64) triangle {
	var once sync.Once
	var r []float64
	return triangle{values: values, ranked: func(workers int) []float64 {
		once.Do(func() { r = ranks(pool, workers, values) })
		return r
	}}
}

// usedUp is the triangle for one comparison, in which ranks take the place of
// values.
func (t triangle) usedUp(pool *pages.Pool) triangle {
	t.ranked = func(workers int) []float64 {
		ranksInto(pool, workers, t.values, t.values)
		return t.values
	}
	return t
}

// bothDefined keeps the pairs where both are numbers and counts the others.
func bothDefined(a, b *triangle) (left int) {
	if !a.holes && !b.holes {
		return 0
	}
	var x, y []float64
	for i, v := range a.values {
		if math.IsNaN(v) || math.IsNaN(b.values[i]) {
			left++
			continue
		}
		x, y = append(x, v), append(y, b.values[i])
	}
	*a, *b = triangleOf(nil, x), triangleOf(nil, y)
	return left
}

// similarityOf compares two triangles by a coefficient's name.
func similarityOf(name string, a, b triangle, workers int) float64 {
	switch name {
	case "pearson":
		return pearsonOf(workers, a.values, b.values)
	case "cosine":
		return dot(a.values, b.values) / math.Sqrt(dot(a.values, a.values)*dot(b.values, b.values))
	case "kendall":
		return KendallA(a.values, b.values)
	default:
		return pearsonOf(workers, a.ranked(workers), b.ranked(workers))
	}
}

var rdmInfo = Info{
	Name:    "rdm",
	Kind:    KindSimilarity,
	Summary: "representational similarity: agreement of dissimilarities between stimuli",
	Formula: "dissimilarities 1 − Pearson's r between two stimuli's features (and neuroids); Spearman's ρ, ties by average rank, of the upper triangles",
	Range:   "-1 to 1",
	NaN:     "a stimulus with the same value in all features has no dissimilarity; its pairs are left out with a warning",
	Needs:   Needs{Gram: true, RowSums: true},
	Options: []Option{
		{Name: "distance", Type: "one of correlation|euclidean|cosine", Default: "correlation", Doc: "dissimilarity of two stimuli"},
		{Name: "compare", Type: "one of spearman|pearson|kendall|cosine", Default: "spearman", Doc: "coefficient between the triangles; kendall is τ-a"},
	},
	References: []string{
		"Kriegeskorte, Mur & Bandettini (2008), Front. Syst. Neurosci. 2",
		"Nili et al. (2014), PLoS Comput. Biol. 10 (Kendall's τ-a)",
	},
}

func init() {
	register(rdmInfo, func(o Options) (Metric, error) {
		distance, err := o.OneOf("distance", "correlation", "correlation", "euclidean", "cosine")
		if err != nil {
			return nil, err
		}
		compare, err := o.OneOf("compare", "spearman", "spearman", "pearson", "kendall", "cosine")
		return rdm{distance, compare}, err
	})
}
