package metrics

import (
	"context"
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// linear predicts responses by ordinary least squares.
type linear struct{}

func (linear) Info() Info { return linearInfo }

// ScoreNeural cross-validates the mapping.
func (linear) ScoreNeural(ctx context.Context, in NeuralInput) (Score, error) {
	return crossValidate(ctx, in, func(ctx context.Context, in NeuralInput) ([]prediction, []string, error) {
		predictions := make([][]float64, len(in.Splits))
		unresolved := 0
		for i, s := range in.Splits {
			if err := ctx.Err(); err != nil {
				return nil, nil, err
			}
			var err error
			var resolved bool
			stopped := interruptible(ctx, func() {
				if in.Gram.X != nil {
					predictions[i], err = linearPrimal(in, s)
					resolved = true
				} else {
					predictions[i], resolved, err = linearDual(in, s)
				}
			})
			if stopped != nil {
				return nil, nil, stopped
			}
			if err != nil {
				return nil, nil, fmt.Errorf("split %d: %w", i, err)
			}
			if !resolved {
				unresolved++
			}
		}
		var warnings []string
		if unresolved > 0 {
			warnings = append(warnings, fmt.Sprintf("linear: in %d of %d splits some train stimuli have nearly the same activations; directions smaller than 1e-8 of the largest are taken as zero", unresolved, len(in.Splits)))
		}
		return predictionsOf(predictions), warnings, nil
	})
}

// linearPrimal solves on the features, which are no more than the stimuli: by
// QR where the rank is full beyond doubt, else by singular values.
func linearPrimal(in NeuralInput, s Split) ([]float64, error) {
	g, n, f, t := in.Gram, len(s.Train), in.Gram.Features, in.Neuroids
	x, xMean := centredRows(g.X, f, s.Train)
	y, yMean := centredRows(in.Responses, t, s.Train)
	weights := mat.NewDense(f, t, nil)
	if !solveFullRank(weights, slices.Clone(x), y, n, f, t) {
		var svd mat.SVD
		if !svd.Factorize(mat.NewDense(n, f, x), mat.SVDThin) {
			return nil, ErrIllConditioned
		}
		values := svd.Values(nil)
		rank := 0
		for _, v := range values {
			if v > float64(max(n, f))*epsilon*values[0] {
				rank++
			}
		}
		if rank > 0 {
			svd.SolveTo(weights, mat.NewDense(n, t, y), rank)
		}
	}
	test := selectRows(g.X, f, s.Test)
	for at := 0; at < len(test); at += f {
		axpy(-1, xMean, test[at:at+f])
	}
	out := make([]float64, len(s.Test)*t)
	for at := 0; at < len(out); at += t {
		copy(out[at:], yMean)
	}
	kernel.Gemm(in.Workers, false, false, len(s.Test), t, f, 1, test, f, weights.RawMatrix().Data, t, out, t)
	return out, nil
}

// solveFullRank solves by QR and reports false, without an answer, where
// there are too few rows or R is not well enough conditioned to be sure that
// no singular value is to be taken as zero. It overwrites x.
func solveFullRank(weights *mat.Dense, x, y []float64, n, f, t int) bool {
	if n <= f {
		return false
	}
	var qr mat.QR
	qr.Factorize(mat.NewDense(n, f, x))
	if c := qr.Cond(); !(c < 1e9) {
		return false
	}
	return qr.SolveTo(weights, false, mat.NewDense(n, t, y)) == nil
}

// linearDual gives the minimum-norm solution in Gram space. The centred train
// rows have rank one less than their number at most; that direction is filled
// in, so that a well-conditioned rest is solved by Cholesky. A Gram matrix
// holds singular values only down to √ε of the largest: what is smaller is
// taken as zero, and resolved is false.
func linearDual(in NeuralInput, s Split) (predictions []float64, resolved bool, err error) {
	n, t := len(s.Train), in.Neuroids
	k, _ := trainGram(in.Gram, s.Train)
	y, mean := centredRows(in.Responses, t, s.Train)
	resolved, err = solveLeastNorm(k, n, y, t)
	if err != nil {
		return nil, false, err
	}
	return predictDual(in, s, y, mean), resolved, nil
}

// solveLeastNorm solves K·D = Y in place of y (n × t) for the n × n Gram matrix
// k of rows centred on their mean, which it may overwrite; the columns of y sum
// to zero.
func solveLeastNorm(k []float64, n int, y []float64, t int) (resolved bool, err error) {
	trace := 0.0
	for i := range n {
		trace += k[i*n+i]
	}
	filled := slices.Clone(k)
	for i := range filled {
		filled[i] += trace / float64(n) / float64(n)
	}
	norm := matrixNorm(filled, n)
	if factor, ok := cholesky(filled, n); ok {
		work, iwork := make([]float64, 3*n), make([]int, n)
		if lapack64.Pocon(symmetricOf(factor), norm, work, iwork) > 1e-12 {
			lapack64.Potrs(factor, general(y, n, t))
			return true, nil
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(mat.NewSymDense(n, k), true) {
		return false, ErrIllConditioned
	}
	values := eigen.Values(nil)
	var vectors, coefficients, d mat.Dense
	eigen.VectorsTo(&vectors)
	coefficients.Mul(vectors.T(), mat.NewDense(n, t, y))
	for i, v := range values {
		row := coefficients.RawRowView(i)
		if v > float64(n)*epsilon*values[n-1] {
			scale(row, 1/v)
		} else {
			clear(row)
		}
	}
	d.Mul(&vectors, &coefficients)
	copy(y, d.RawMatrix().Data)
	return false, nil
}

var linearInfo = Info{
	Name:    "linear",
	Kind:    KindMapping,
	Summary: "ordinary least squares from activations to responses",
	Formula: "least squares with intercept; where the centred train rows are rank-deficient, always with as many features as train stimuli, the solution of least norm, singular values below max(n_train, F)·ε of the largest taken as zero",
	Range:   "-1 to 1",
	NaN:     "a neuroid constant over the test stimuli has no r and is left out of the median",
	Needs:   Needs{Gram: true, Narrow: true},
	References: []string{
		"Penrose (1956), Math. Proc. Camb. Philos. Soc. 52 (least-norm solution)",
		"scikit-learn, linear_model.LinearRegression",
	},
}

func init() {
	register(linearInfo, func(Options) (Metric, error) { return linear{}, nil })
}
