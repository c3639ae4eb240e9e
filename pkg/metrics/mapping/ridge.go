package mapping

import (
	"context"
	"errors"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// ridge predicts responses by ridge regression: by inner products of features or of
// stimuli, whichever are clearly fewer, if rounding hardly moves these predictions; else
// by inner products of stimuli and what refines them, if that does, else by a decomposition
// of the features. See rounding.go and refinement.go for the bounds.
type ridge struct{ alpha float64 }

func (ridge) Info() metrics.Info { return ridgeInfo }

// ScoreNeural cross-validates the mapping.
func (m ridge) ScoreNeural(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
	primal := in.Gram.X != nil && prefersPrimal(m, metrics.ShapeOf(in))
	return m.crossValidate(ctx, in, primal)
}

// Side returns the cheaper side.
func (m ridge) Side(s metrics.Shape) metrics.Side { return sideOf(m, s, 0) }

// crossValidate cross-validates the mapping in its primal or in its dual form.
func (m ridge) crossValidate(ctx context.Context, in metrics.NeuralInput, primal bool) (metrics.Score, error) {
	return apartMapping{
		name: "ridge",
		small: func(ctx context.Context, in metrics.NeuralInput) (exact []prediction, doubts []string, done bool, err error) {
			exact, doubts = make([]prediction, len(in.Splits)), make([]string, len(in.Splits))
			done, err = fitRegressions(ctx, in, nil, func(i int, f *doubleRegression) error {
				exact[i] = f.predict(f.penalised(m.alpha))
				doubts[i] = doubtOf(exact[i], in.Neuroids)
				return nil
			})
			return exact, doubts, done, err
		},
		fast: func(ctx context.Context, in metrics.NeuralInput) ([]prediction, error) {
			if primal {
				return m.primal(ctx, in)
			}
			if in.Gram.Triangle != nil {
				return m.onTriangle(ctx, in)
			}
			in.Gram.FormProducts(in.Workers)
			if fewLeftOut(in) {
				return m.leftOut(ctx, in)
			}
			return m.direct(ctx, in)
		},
		settle: func(ctx context.Context, in metrics.NeuralInput, s metrics.Split, of *prediction) (string, error) {
			return m.settle(ctx, in, s, primal, of)
		},
	}.crossValidate(ctx, in)
}

// OnMeans divides the penalty, since equal rows add up.
func (m ridge) OnMeans(bins int) (metrics.Neural, bool) { return ridge{m.alpha / float64(bins)}, true }

// settle replaces predictions of the primal or the dual form that are missing or that rounding has moved. doubt
// describes what is then uncertain about them; it is empty if nothing is.
func (m ridge) settle(ctx context.Context, in metrics.NeuralInput, s metrics.Split, primal bool, of *prediction) (doubt string, err error) {
	if constant, err := constantOn(ctx, in.Gram, s.Train, in.Workers); constant || err != nil {
		*of = constantPrediction(in, s)
		return "", err
	}
	if of.values != nil && of.resolved(in.Neuroids) {
		return "", nil
	}
	// Leaving stimuli out of one inverse may have cost the digits.
	if !primal {
		whole := in
		if whole.Gram, err = in.Gram.ReadWhole(ctx, in.Workers); err != nil {
			return "", err
		}
		if one, ok := predictRidge(whole, s, m.alpha); ok {
			if *of = one; of.resolved(in.Neuroids) {
				return "", nil
			}
		}
	}
	if err := in.Gram.AllowRare(); err != nil {
		return "", err
	}
	root, err := rootOf(ctx, in.Gram, in.Workers)
	if errors.Is(err, errOnce) && of.values != nil {
		return lostInProducts, nil
	}
	if errors.Is(err, errOnce) {
		return "", metrics.ErrIllConditioned
	}
	if err != nil {
		return "", err
	}
	stable, err := crew.Interruptible(ctx, func() (prediction, error) {
		f := newStableSplit(root, in, s)
		if f.p > f.rows {
			f.compress()
		}
		return f.ridge(in.Workers, m.alpha), nil
	})
	if err != nil {
		return "", err
	}
	*of = stable
	if of.doubtful(in.Neuroids) {
		doubt = illConditioned
	}
	return doubt, nil
}

// primal solves the system of each split in its primal form.
func (m ridge) primal(ctx context.Context, in metrics.NeuralInput) ([]prediction, error) {
	predictions := make([]prediction, len(in.Splits))
	products := newPrimalProducts(in)
	err := eachPrimal(ctx, in, func(in metrics.NeuralInput, i int) error {
		system, release := primalSystemOf(in, in.Splits[i], m.alpha)
		defer release()
		fit := newPrimalFit(in, products, in.Splits[i], system.features)
		defer fit.release(in)
		predictions[i], _ = fit.predict(in, in.Splits[i], system, m.alpha, 0)
		return nil
	})
	return predictions, err
}

// direct solves the system of each split in its dual form, among the stimuli.
func (m ridge) direct(ctx context.Context, in metrics.NeuralInput) ([]prediction, error) {
	predictions := make([]prediction, len(in.Splits))
	for i, s := range in.Splits {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		system, release := dualSystemOf(in, s, m.alpha)
		predictions[i], _ = system.predict(in, s)
		release()
	}
	return predictions, nil
}

// predictRidge predicts by a system of the split's own; it returns false if rounding leaves
// no positive definite one.
func predictRidge(in metrics.NeuralInput, s metrics.Split, alpha float64) (prediction, bool) {
	system, release := newDualSystem(in, s, alpha)
	defer release()
	return system.predict(in, s)
}

// putMeanAlongOnes adds the mean eigenvalue of a centred Gram matrix, which it returns,
// along the vector of ones, where the matrix is zero. With the penalty alone the inverse
// would be by far the largest there, and its rounding would hide the rest.
func putMeanAlongOnes(k []float64, n int) (along float64) {
	along, share := meanAlongOnes(k, n)
	for i := range k {
		k[i] += share
	}
	return along
}

// meanAlongOnes returns the mean eigenvalue of a Gram matrix and the part of it that
// each element has if it belongs to the vector of ones.
func meanAlongOnes(k []float64, n int) (along, share float64) {
	for i := range n {
		along += k[i*n+i]
	}
	along /= float64(n)
	return along, along / float64(n)
}

// trainGram returns the Gram matrix of the train rows, centred on their mean, and the
// row means that centring subtracted.
func trainGram(g *stream.Gram, train []int) (k, rowMeans []float64) {
	k = make([]float64, len(train)*len(train))
	return k, trainGramInto(k, g, train)
}

// trainGramInto writes trainGram to a matrix.
func trainGramInto(k []float64, g *stream.Gram, train []int) (rowMeans []float64) {
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

// predictDual returns predictions, less the train mean, from dual coefficients d
// (train × neuroids). Their columns sum to zero, as those of centred responses do but
// for rounding, which it subtracts: of the centring of K_test,train only the part that
// all test rows share then remains.
func predictDual(in metrics.NeuralInput, s metrics.Split, d []float64) []float64 {
	g, n := in.Gram, len(s.Train)
	cross := pages.Take[float64](stream.Attached[pages.Pool](g), (len(s.Test)+1)*n)
	defer pages.Give(stream.Attached[pages.Pool](g), cross)
	crossProducts(g, s, cross)
	return predictCross(in, s, cross, d)
}

// crossProducts writes the inner products of test rows with train rows to cross and, as one
// more row, their mean over the train rows.
func crossProducts(g *stream.Gram, s metrics.Split, cross []float64) {
	n := len(s.Train)
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
}

// predictCross is predictDual by the cross products, which it changes.
func predictCross(in metrics.NeuralInput, s metrics.Split, cross, d []float64) []float64 {
	n, t := len(s.Train), in.Neuroids
	dense.CenterColumns(d, t)
	// Rounding of the sums must not be multiplied by a large mean.
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
	dense.AddProduct(in.Workers, dense.Of(out, len(s.Test)+1, t), 1, dense.Of(cross, len(s.Test)+1, n), dense.Of(d, n, t))
	shift := out[len(s.Test)*t:]
	out = out[:len(s.Test)*t]
	dense.AddToRows(out, -1, shift)
	return out
}

// Memory counts the fit that the shape leads to: an inverse over all stimuli and, for
// each split, blocks of it, or products of features.
func (m ridge) Memory(s metrics.Shape) metrics.Memory {
	if double := regressionMemory(s, 0); double.Working > 0 {
		return double
	}
	return sideMemory(m, s)
}

func (ridge) primalMemory(s metrics.Shape) metrics.Memory {
	return blockMemory(s, func(s metrics.Shape) metrics.Memory {
		return primalMemory(s, atOncePrimal(s)).Plus(rareRoot(s, 1))
	})
}

func (ridge) dualMemory(s metrics.Shape) metrics.Memory {
	return blockMemory(s, func(s metrics.Shape) metrics.Memory {
		memory := dualSystemMemory(s)
		switch {
		case leavesFewOut(s) && s.Triangle:
			memory = triangleMemory(s)
		case leavesFewOut(s):
			memory = leftOutMemory(s)
		}
		memory.Working += predictionMemory(s)
		memory = memory.Plus(formedMemory(s))
		rare, refined := dualMemory(s)+rareRoot(s, 1).Rare, refinementMemory(s)
		if leavesFewOut(s) && !s.Triangle { // else it is counted, since fits are refined as a rule
			rare = refined.Kept + max(rare, refined.Working-refined.Kept)
		}
		return memory.Plus(metrics.Memory{Rare: rare})
	})
}

var ridgeInfo = metrics.Info{
	Name:      "ridge",
	Version:   11,
	Kind:      metrics.KindMapping,
	Intervals: metrics.OfNeuroidsAndSplits,
	Apart:     true,
	Triangle:  true,
	Summary:   "ridge regression from activations to responses",
	Formula:   "min ‖Y − XB‖² + α‖B‖² on the train rows, X and Y centred there; score of a split: median over neuroids of Pearson's r between predicted and measured test responses",
	Range:     "-1 to 1",
	NaN:       "a neuroid constant over the test stimuli has no r and is left out of the median",
	Needs:     stream.Needs{Features: true, Units: true},
	Options:   []metrics.Option{{Name: "alpha", Type: "number", Default: "1", Doc: "penalty α on the squared weights, in squared units of the activations"}},
	References: []string{
		"Hoerl & Kennard (1970), Technometrics 12",
		"scikit-learn 1.2.1, linear_model.Ridge",
	},
}

func init() {
	metrics.Register(ridgeInfo, func(o metrics.Options) (metrics.Metric, error) {
		alpha, err := o.Positive("alpha", 1)
		return ridge{alpha}, err
	})
}
