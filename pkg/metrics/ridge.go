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

// ridge predicts responses by ridge regression: among inner products of features or of
// stimuli, whichever are clearly fewer, where rounding leaves their predictions as they
// are, else by a decomposition of the features. See rounding.go for the bounds.
type ridge struct{ alpha float64 }

func (ridge) Info() Info { return ridgeInfo }

// ScoreNeural cross-validates the mapping.
func (m ridge) ScoreNeural(ctx context.Context, in NeuralInput) (Score, error) {
	return crossValidate(ctx, in, func(ctx context.Context, in NeuralInput) ([]prediction, []string, error) {
		predict := m.direct
		switch {
		case narrowSplits(in):
			predict = m.primal
		case fewLeftOut(in):
			predict = m.leftOut
		}
		predictions, err := predict(ctx, in)
		if err != nil {
			return nil, nil, err
		}
		doubts := make([]string, len(in.Splits))
		for i, s := range in.Splits {
			if doubts[i], err = m.settle(ctx, in, s, &predictions[i]); err != nil {
				return nil, nil, fmt.Errorf("split %d: %w", i, err)
			}
		}
		return predictions, doubtWarnings("ridge", doubts), nil
	})
}

// settle replaces predictions that rounding has moved, or that there are none of. doubt
// says what is uncertain of them then, if anything.
func (m ridge) settle(ctx context.Context, in NeuralInput, s Split, of *prediction) (doubt string, err error) {
	if constant, err := in.Gram.constantOn(ctx, s.Train, in.Workers); constant || err != nil {
		*of = constantPrediction(in, s)
		return "", err
	}
	if of.values != nil && of.resolved(in.Neuroids) {
		return "", nil
	}
	// What was left out may have cost the digits.
	if one, ok := predictRidge(in, s, m.alpha); ok {
		if *of = one; of.resolved(in.Neuroids) {
			return "", nil
		}
	}
	root, err := in.Gram.root(ctx, in.Workers)
	if errors.Is(err, errOnce) && of.values != nil {
		return lostInProducts, nil
	}
	if errors.Is(err, errOnce) {
		return "", ErrIllConditioned
	}
	if err != nil {
		return "", err
	}
	err = interruptible(ctx, func() {
		f := newStableSplit(root, in, s)
		if f.p > f.rows {
			f.compress()
		}
		*of = f.ridge(in.Workers, m.alpha)
	})
	if err == nil && of.doubtful(in.Neuroids) {
		doubt = illConditioned
	}
	return doubt, err
}

// narrowSplits reports whether all splits are better solved among the features.
func narrowSplits(in NeuralInput) bool {
	for _, s := range in.Splits {
		if !in.Gram.narrow(len(s.Train)) {
			return false
		}
	}
	return true
}

// primal solves the system of each split among the features.
func (m ridge) primal(ctx context.Context, in NeuralInput) ([]prediction, error) {
	predictions := make([]prediction, len(in.Splits))
	beside := min(max(1, in.Workers), 4)
	inner := in
	inner.Workers = max(1, in.Workers/beside)
	err := parallel(ctx, beside, len(in.Splits), func(i int) error {
		predictions[i], _ = newNarrowFit(inner, in.Splits[i]).predict(inner, in.Splits[i], m.alpha)
		return nil
	})
	return predictions, err
}

// direct solves the system of each split among the stimuli.
func (m ridge) direct(ctx context.Context, in NeuralInput) ([]prediction, error) {
	predictions := make([]prediction, len(in.Splits))
	for i, s := range in.Splits {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		predictions[i], _ = predictRidge(in, s, m.alpha)
	}
	return predictions, nil
}

// ErrIllConditioned reports a system that rounding makes unsolvable.
var ErrIllConditioned error = dataError("the activations are too ill-conditioned for this penalty: raise alpha or rescale the layer")

// predictRidge solves (K + αI)·D = Y on the train rows, both centred there,
// and predicts K_test,train·D beyond the train mean, or reports false where rounding leaves no positive
// definite system. One split is solved at a time, with all workers inside: its matrix
// is the largest thing held.
func predictRidge(in NeuralInput, s Split, alpha float64) (prediction, bool) {
	n, t := len(s.Train), in.Neuroids
	k := pages.Take[float64](&in.Gram.scratch, n*n)
	defer pages.Give(&in.Gram.scratch, k)
	trainGramInto(k, in.Gram, s.Train)
	putMeanAlongOnes(k, n) // Y has nothing along 1
	for i := range n {
		k[i*n+i] += alpha
	}
	y, _ := centredRows(in.Responses, t, s.Train)
	factor, ok := cholesky(k, n)
	if !ok {
		return prediction{}, false
	}
	lapack64.Potrs(factor, blas64.General{Rows: n, Cols: t, Stride: t, Data: y})
	return prediction{
		rounding: dualRounding(in.Gram, s, in.Gram.frobenius(s.Train), columnNorms(y, t)),
		values:   predictDual(in, s, y),
	}, true
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

// predictDual gives predictions, less the train mean, from dual coefficients d (train × neuroids)
// whose columns sum to zero, as those of centred responses do but for rounding, which
// it takes off them: of the centring of K_test,train only the part that is the same
// for all test rows then remains.
func predictDual(in NeuralInput, s Split, d []float64) []float64 {
	g, n, t := in.Gram, len(s.Train), in.Neuroids
	centreAll(d, t)
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
	// What rounding has left of the sums is not to meet a large mean.
	for at := 0; at < len(cross); at += n {
		row, sum := cross[at:at+n], 0.0
		for _, v := range row {
			sum += v
		}
		for b := range row {
			row[b] -= sum / float64(n)
		}
	}
	out := make([]float64, (len(s.Test)+1)*t)
	kernel.Gemm(in.Workers, false, false, len(s.Test)+1, t, n, 1, cross, n, d, t, out, t)
	shift := out[len(s.Test)*t:]
	out = out[:len(s.Test)*t]
	for at := 0; at < len(out); at += t {
		for j := range t {
			out[at+j] -= shift[j]
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
	Needs:   Needs{Gram: true, Narrow: true},
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
