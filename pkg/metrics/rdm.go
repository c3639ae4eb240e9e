package metrics

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"
)

// rdm compares representational dissimilarity matrices.
type rdm struct{ distance, compare string }

func (rdm) Info() Info { return rdmInfo }

// ScoreNeural compares the dissimilarities of all pairs of stimuli.
func (m rdm) ScoreNeural(ctx context.Context, in NeuralInput) (Score, error) {
	l, err := responseGram(ctx, in, Needs{Gram: true, RowSums: true})
	if err != nil {
		return Score{}, err
	}
	var undefined atomic.Int64
	score, err := overSplits(ctx, in, func(rows []int) (float64, error) {
		if len(rows) < 3 {
			return 0, &TooFewError{"rdm", len(rows), 3}
		}
		a, b := m.dissimilarities(in.Gram, rows), m.dissimilarities(l, rows)
		a, b, left := bothDefined(a, b)
		undefined.Add(int64(left))
		return similarityOf(m.compare, a, b), nil
	})
	if n := undefined.Load(); n > 0 {
		score.Warnings = append(score.Warnings, fmt.Sprintf("rdm: %d pairs of stimuli have no dissimilarity, since one of them has the same value in all features, and are left out", n))
	}
	return score, err
}

// dissimilarities lists the upper triangle of a matrix of dissimilarities, row
// by row.
func (m rdm) dissimilarities(g *Gram, rows []int) []float64 {
	product := g.rowCentred
	if m.distance != "correlation" {
		product = g.uncentred
	}
	norms := make([]float64, len(rows))
	for a, i := range rows {
		norms[a] = product(i, i)
		if m.distance == "correlation" && !defined(norms[a], g.uncentred(i, i)) || norms[a] <= 0 {
			norms[a] = math.NaN()
		}
		norms[a] = math.Sqrt(norms[a])
	}
	out := make([]float64, 0, len(rows)*(len(rows)-1)/2)
	for a, i := range rows {
		for b, j := range rows[a+1:] {
			if m.distance == "euclidean" {
				out = append(out, math.Sqrt(max(0, g.K[i*g.N+i]+g.K[j*g.N+j]-2*g.K[i*g.N+j])))
				continue
			}
			out = append(out, 1-product(i, j)/norms[a]/norms[a+1+b])
		}
	}
	return out
}

// bothDefined keeps the pairs where both are numbers and counts the others.
func bothDefined(a, b []float64) (x, y []float64, left int) {
	for i := range a {
		if math.IsNaN(a[i]) || math.IsNaN(b[i]) {
			left++
		}
	}
	if left == 0 {
		return a, b, 0
	}
	for i := range a {
		if !math.IsNaN(a[i]) && !math.IsNaN(b[i]) {
			x, y = append(x, a[i]), append(y, b[i])
		}
	}
	return x, y, left
}

// similarityOf compares two lists by a coefficient's name.
func similarityOf(name string, a, b []float64) float64 {
	switch name {
	case "pearson":
		return Pearson(a, b)
	case "cosine":
		return dot(a, b) / math.Sqrt(dot(a, a)*dot(b, b))
	case "kendall":
		return KendallA(a, b)
	default:
		return Spearman(a, b)
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
