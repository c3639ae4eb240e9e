package similarity

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// procrustes is the cosine of the angular Procrustes distance: how well responses
// match activations after the best rotation, all sizes aside.
//
// With P·K·Pᵀ = R·Rᵀ a pivoted Cholesky factorisation of the Gram matrix of the centred
// activations, R has the same inner products, so that ‖X_cᵀY_c‖_* = ‖RᵀPY_c‖_*. The
// singular values are those of RᵀPY_c itself and not roots of the eigenvalues of its
// square, which would be of half the precision.
//
// # Error
//
// Pivots below n·ε of the largest are no more than rounding, and the factorisation ends
// there. What is left of K has the trace tr K − ‖R‖². As ‖A·B‖_* ≤ ‖A‖‖B‖, leaving it
// out changes the score by at most the root of its share of tr K. It is nothing if R has
// as many columns as the layer features, as the rest is 0 then. Beyond 1e-6 a warning
// says so.
type procrustes struct{}

// Info returns the documentation of the metric.
func (procrustes) Info() metrics.Info { return procrustesInfo }

// ScoreNeural compares the activations' Gram matrix with the responses.
func (m procrustes) ScoreNeural(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
	splits := max(1, len(in.Splits))
	notes := make(chan string, 3*splits)
	score, err := overSplits(ctx, in, func(rows []int, workers int) (float64, error) {
		return m.compare(ctx, in, rows, workers, notes)
	})
	close(notes)
	addNotes(&score, notes, len(in.Splits), procrustesFlatX, procrustesFlatY, procrustesRounding)
	addAngles(&score)
	return score, err
}

const (
	procrustesFlatX    = "procrustes: the activations are the same for all stimuli to their precision, so there is no score"
	procrustesFlatY    = "procrustes: the responses are the same for all stimuli, so there is no score"
	procrustesRounding = "procrustes: a few far larger activations hide others in the rounding of inner products, which may move the score by more than 1e-6"
)

// compare returns the cosine on some rows.
func (procrustes) compare(ctx context.Context, in metrics.NeuralInput, rows []int, workers int, notes chan<- string) (float64, error) {
	n, t := len(rows), in.Neuroids
	if least := 2; n < least {
		return 0, &metrics.TooFewError{Metric: procrustesInfo.Name, Have: n, Least: least}
	}
	c, err := newCentredGram(in.Gram, rows, workers, true)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", procrustesInfo.Name, err)
	}
	k := c.dense()
	y, lengthY := centredResponses(in.Responses, t, rows)
	trace := 0.0
	for i := range n {
		trace += k[i*n+i]
	}
	flat := !(math.Sqrt(dense.Dot(k, k)) > c.noise)
	if flat {
		notes <- procrustesFlatX
	}
	if lengthY == 0 {
		notes <- procrustesFlatY
	}
	if flat || lengthY == 0 {
		return math.NaN(), nil
	}
	type match struct{ nuclear, bound float64 }
	of, err := crew.Interruptible(ctx, func() (m match, err error) {
		r, rank, order := choleskyRoot(k, n, 4*in.Gram.Rounding())
		if rank < min(in.Gram.Features, n-1) {
			m.bound = math.Sqrt(max(0, trace-dense.Dot(r, r)) / trace)
		}
		product := make([]float64, rank*t)
		dense.AddProduct(workers, dense.Of(product, rank, t), 1, dense.Of(r, rank, n), dense.Of(dense.SelectRows(y, t, order), n, t))
		var svd mat.SVD
		if !svd.Factorize(mat.NewDense(rank, t, product), mat.SVDNone) {
			return m, fmt.Errorf("%s: %w", procrustesInfo.Name, metrics.ErrIllConditioned)
		}
		for _, s := range svd.Values(nil) {
			m.nuclear += s
		}
		return m, nil
	})
	if err != nil {
		return 0, err
	}
	if of.bound > 1e-6 {
		notes <- procrustesRounding
	}
	return min(1, of.nuclear/math.Sqrt(trace)/lengthY), nil
}

// choleskyRoot returns the rank × n upper triangular factor of a positive semidefinite
// matrix with its rows in the given order, and overwrites it. Pivots of no more than the
// relative precision of the matrix, and n·ε, are rounding.
func choleskyRoot(k []float64, n int, precision float64) (r []float64, rank int, order []int) {
	largest := 0.0
	for i := range n {
		largest = max(largest, k[i*n+i])
	}
	rank, order = dense.FactorPivoted(k, n, max(float64(n)*dense.Epsilon, precision)*largest)
	for i := range rank {
		clear(k[i*n : i*n+i])
	}
	return k[:rank*n], rank, order
}

// dense returns the centred matrix, rows × rows.
func (c *centredGram) dense() []float64 {
	n := len(c.rows)
	k := make([]float64, n*n)
	for a, i := range c.rows {
		for b, j := range c.rows {
			k[a*n+b] = float64(c.gram.K[i*c.gram.N+j]*c.by) + (c.shift[a] + c.shift[b])
		}
	}
	return k
}

// centredResponses returns the responses to some rows less each neuroid's mean over
// them, on a scale on which squares neither overflow nor vanish, and their length.
func centredResponses(responses []float64, neuroids int, rows []int) (y []float64, length float64) {
	y = dense.SelectRows(responses, neuroids, rows)
	largest := dense.MaxAbs(y)
	if largest == 0 {
		return y, 0
	}
	_, exponent := math.Frexp(largest)
	for i, v := range y {
		y[i] = math.Ldexp(v, -exponent)
	}
	dense.CenterColumns(y, neuroids)
	return y, math.Sqrt(dense.Dot(y, y))
}

// Memory counts, for each split worked on at a time, the centred matrix, the responses
// in two orders, their products with its root, and what these are decomposed in.
func (procrustes) Memory(s metrics.Shape) metrics.Memory {
	_, t, _ := s.Sizes()
	rows, concurrent := comparedRows(s)
	return metrics.Memory{Working: metrics.FloatBytes * concurrent * (rows*rows + 5*rows*t)}
}

var procrustesInfo = metrics.Info{
	Name:     "procrustes",
	Version:  3,
	Kind:     metrics.KindSimilarity,
	Ceilings: []string{metrics.BetweenSubjects},
	Summary:  "angular Procrustes similarity: match of activations and responses after the best rotation",
	Formula:  "cos θ = ‖X_cᵀY_c‖_*/(‖X_c‖‖Y_c‖) with the nuclear norm (the sum of singular values) and Frobenius norms, X_c and Y_c centred over stimuli; θ is the angular Procrustes distance, which JSON adds as distance, in radians. Parts of X_c below √(n·ε) of the largest are taken as zero",
	Range:    "0 to 1",
	NaN:      "activations or responses that are the same for all stimuli; with a warning",
	Needs:    stream.Needs{Gram: true},
	References: []string{
		"Williams, Kunz, Kornblith & Linderman (2021), Generalized shape metrics on neural representations, NeurIPS, arXiv:2110.14739 (netrep, LinearMetric with alpha = 1); with centred Gram matrices, the Bures similarity of rsatoolbox",
		"Schönemann (1966), Psychometrika 31 (the orthogonal Procrustes problem)",
	},
}

func init() {
	metrics.Register(procrustesInfo, func(metrics.Options) (metrics.Metric, error) { return procrustes{}, nil })
}
