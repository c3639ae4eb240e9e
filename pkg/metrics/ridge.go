package metrics

import (
	"context"
	"errors"
	"fmt"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// ridge predicts responses by ridge regression in Gram space.
type ridge struct{ alpha float64 }

func (ridge) Info() Info { return ridgeInfo }

// ScoreNeural cross-validates the mapping.
func (m ridge) ScoreNeural(ctx context.Context, in NeuralInput) (Score, error) {
	return crossValidate(ctx, in, func(ctx context.Context, in NeuralInput) ([]prediction, []string, error) {
		predict := m.direct
		if fewLeftOut(in) {
			predict = m.leftOut
		}
		predictions, err := predict(ctx, in)
		return predictionsOf(predictions), nil, err
	})
}

// direct solves the system of each split.
func (m ridge) direct(ctx context.Context, in NeuralInput) ([][]float64, error) {
	predictions := make([][]float64, len(in.Splits))
	for i, s := range in.Splits {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var err error
		if predictions[i], err = predictRidge(in, s, m.alpha); err != nil {
			return nil, fmt.Errorf("split %d: %w", i, err)
		}
	}
	return predictions, nil
}

// ErrIllConditioned reports a system that rounding makes unsolvable.
var ErrIllConditioned = errors.New("the activations are too ill-conditioned for this penalty: raise alpha or rescale the layer")

// predictRidge solves (K + αI)·D = Y on the train rows, both centred there,
// and predicts ȳ + K_test,train·D. One split is solved at a time, with all
// workers inside: its matrix is the largest thing held.
func predictRidge(in NeuralInput, s Split, alpha float64) ([]float64, error) {
	n, t := len(s.Train), in.Neuroids
	k := pages.Take[float64](&in.Gram.scratch, n*n)
	defer pages.Give(&in.Gram.scratch, k)
	trainGramInto(k, in.Gram, s.Train)
	putMeanAlongOnes(k, n) // Y has nothing along 1
	for i := range n {
		k[i*n+i] += alpha
	}
	y, mean := centredRows(in.Responses, t, s.Train)
	factor, ok := cholesky(k, n)
	if !ok {
		return nil, ErrIllConditioned
	}
	lapack64.Potrs(factor, blas64.General{Rows: n, Cols: t, Stride: t, Data: y})
	return predictDual(in, s, y, mean), nil
}

// putMeanAlongOnes gives a centred Gram matrix, which is nothing along 1, its
// mean eigenvalue there, which it returns. With the penalty alone the inverse would
// be by far the largest along 1, and its rounding hide the rest.
func putMeanAlongOnes(k []float64, n int) (along float64) {
	along, share := meanAlongOnes(k, n)
	for i := range k {
		k[i] += share
	}
	return along
}

// meanAlongOnes is the mean eigenvalue of a Gram matrix and what it is of each
// element where it belongs to 1.
func meanAlongOnes(k []float64, n int) (along, share float64) {
	for i := range n {
		along += k[i*n+i]
	}
	along /= float64(n)
	return along, along / float64(n)
}

// trainGram is the Gram matrix of the train rows, centred on their mean, and
// the row means that centring took off.
func trainGram(g *Gram, train []int) (k, rowMeans []float64) {
	k = make([]float64, len(train)*len(train))
	return k, trainGramInto(k, g, train)
}

// trainGramInto is trainGram into a matrix that is there.
func trainGramInto(k []float64, g *Gram, train []int) (rowMeans []float64) {
	n := len(train)
	rowMeans = make([]float64, n)
	total := 0.0
	for a, i := range train {
		row, out := g.K[i*g.N:(i+1)*g.N], k[a*n:(a+1)*n]
		sum := 0.0
		for b, j := range train {
			out[b] = row[j]
			sum += row[j]
		}
		rowMeans[a] = sum / float64(n)
		total += rowMeans[a]
	}
	total /= float64(n)
	for a := range n {
		shift := total - rowMeans[a]
		for b, m := range rowMeans {
			k[a*n+b] += shift - m
		}
	}
	return rowMeans
}

// centredRows copies the given rows less their mean.
func centredRows(x []float64, cols int, rows []int) (out, mean []float64) {
	mean = trainMeans(x, cols, rows)
	out = selectRows(x, cols, rows)
	for at := 0; at < len(out); at += cols {
		for j, m := range mean {
			out[at+j] -= m
		}
	}
	return out, mean
}

// predictDual gives predictions from dual coefficients d (train × neuroids)
// whose columns sum to zero, as those of centred responses do: of the centring
// of K_test,train only the part that is the same for all test rows remains.
func predictDual(in NeuralInput, s Split, d, mean []float64) []float64 {
	g, n, t := in.Gram, len(s.Train), in.Neuroids
	// The mean of K over train rows, as one more row beside the test rows.
	cross := pages.Take[float64](&g.scratch, (len(s.Test)+1)*n)
	defer pages.Give(&g.scratch, cross)
	last := cross[len(s.Test)*n:]
	clear(last)
	for a, i := range s.Test {
		row := g.K[i*g.N : (i+1)*g.N]
		for b, j := range s.Train {
			cross[a*n+b] = row[j]
		}
	}
	for _, i := range s.Train {
		row := g.K[i*g.N : (i+1)*g.N]
		for b, j := range s.Train {
			last[b] += row[j]
		}
	}
	for b := range last {
		last[b] /= float64(n)
	}
	out := make([]float64, (len(s.Test)+1)*t)
	kernel.Gemm(in.Workers, false, false, len(s.Test)+1, t, n, 1, cross, n, d, t, out, t)
	shift := out[len(s.Test)*t:]
	out = out[:len(s.Test)*t]
	for at := 0; at < len(out); at += t {
		for j := range t {
			out[at+j] += mean[j] - shift[j]
		}
	}
	return out
}

var ridgeInfo = Info{
	Name:    "ridge",
	Kind:    KindMapping,
	Summary: "ridge regression from activations to responses",
	Formula: "min ‖Y − XB‖² + α‖B‖² on the train rows, X and Y centred there; score of a split: median over neuroids of Pearson's r between predicted and measured test responses",
	Range:   "-1 to 1",
	NaN:     "a neuroid constant over the test stimuli has no r and is left out of the median",
	Needs:   Needs{Gram: true},
	Options: []Option{{Name: "alpha", Type: "number", Default: "1", Doc: "penalty α on the squared weights, in squared units of the activations"}},
	References: []string{
		"Hoerl & Kennard (1970), Technometrics 12",
		"scikit-learn 1.2.1, linear_model.Ridge",
	},
}

func init() {
	register(ridgeInfo, func(o Options) (Metric, error) {
		alpha, err := o.Positive("alpha", 1)
		return ridge{alpha}, err
	})
}
