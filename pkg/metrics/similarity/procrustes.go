package similarity

import (
	"context"
	"fmt"
	"math"

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
	t := in.Neuroids
	x, err := activationRoot(ctx, in.Gram, rows, workers)
	if err != nil {
		return 0, err
	}
	y, lengthY := centredResponses(in.Responses, t, rows)
	if x.flat {
		notes <- procrustesFlatX
	}
	if lengthY == 0 {
		notes <- procrustesFlatY
	}
	if x.flat || lengthY == 0 {
		return math.NaN(), nil
	}
	product := make([]float64, x.rank*t)
	dense.AddProduct(workers, dense.Of(product, x.rank, t), 1, dense.Of(x.r, x.rank, len(rows)), dense.Of(dense.SelectRows(y, t, x.order), len(rows), t))
	nuclear, err := nuclearNorm(ctx, product, x.rank, t)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", procrustesInfo.Name, err)
	}
	if x.bound > 1e-6 {
		notes <- procrustesRounding
	}
	return min(1, nuclear/math.Sqrt(x.trace)/lengthY), nil
}

// root is the factor R of the centred Gram matrix of some activations.
type root struct {
	r     []float64 // rank × n
	rank  int
	order []int // of the stimuli among the columns
	trace float64
	bound float64 // of what leaving the rest out changes a score by
	flat  bool    // true if the activations are the same for all stimuli, so that there is no root
}

// activationRoot factorises the Gram matrix of some rows.
func activationRoot(ctx context.Context, g *stream.Gram, rows []int, workers int) (*root, error) {
	n := len(rows)
	if least := 2; n < least {
		return nil, &metrics.TooFewError{Metric: procrustesInfo.Name, Have: n, Least: least}
	}
	c, err := newCentredGram(g, rows, workers, true)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", procrustesInfo.Name, err)
	}
	k := c.dense()
	x := &root{flat: !(math.Sqrt(dense.Dot(k, k)) > c.noise)}
	for i := range n {
		x.trace += k[i*n+i]
	}
	if x.flat {
		return x, nil
	}
	return crew.Interruptible(ctx, func() (*root, error) {
		x.r, x.rank, x.order = choleskyRoot(k, n, 4*g.Rounding())
		if x.rank < min(g.Features, n-1) {
			x.bound = math.Sqrt(max(0, x.trace-dense.Dot(x.r, x.r)) / x.trace)
		}
		return x, nil
	})
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
	for a := range c.rows {
		c.row(a, k[a*n:(a+1)*n])
	}
	return k
}

// row sets values to a row of the centred matrix.
func (c *centredGram) row(a int, values []float64) {
	k := c.gram.K[c.rows[a]*c.gram.N:]
	for b, j := range c.rows {
		values[b] = float64(k[j]*c.by) + (c.shift[a] + c.shift[b])
	}
}

// norm returns the Frobenius norm of the centred matrix, which it does not form.
func (c *centredGram) norm(workers int) float64 {
	n := len(c.rows)
	squares, rows := make([]float64, n), make([]float64, max(1, workers)*n)
	crew.Run(max(1, workers), n, func(worker, a int) {
		row := rows[worker*n : (worker+1)*n]
		c.row(a, row)
		squares[a] = dense.Dot(row, row)
	})
	sum := 0.
	for _, s := range squares {
		sum += s
	}
	return math.Sqrt(sum)
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
