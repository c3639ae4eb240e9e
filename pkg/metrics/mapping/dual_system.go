package mapping

import (
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// dualSystem is K + αI of the train rows of a split, centred there and factored. It depends
// on the activations alone.
type dualSystem struct {
	factor    dense.Cholesky
	definite  bool    // as far as rounding leaves it
	norm      float64 // the largest sum of a row
	frobenius float64 // of K
	condition func() float64
}

// newDualSystem makes a system in memory of the pool. Splits are solved one by one, each
// with all workers: the matrix of a split is the largest array in memory.
func newDualSystem(in metrics.NeuralInput, s metrics.Split, alpha float64) (d *dualSystem, release func()) {
	n, pool := len(s.Train), stream.Attached[pages.Pool](in.Gram)
	k := pages.Take[float64](pool, n*n)
	trainGramInto(k, in.Gram, s.Train)
	putMeanAlongOnes(k, n) // responses have nothing along 1
	for i := range n {
		k[i*n+i] += alpha
	}
	d = &dualSystem{norm: dense.MaxRowSum(k, n), frobenius: frobeniusOf(in.Gram, s.Train)}
	d.factor, d.definite = dense.FactorCholesky(k, n)
	d.condition = sync.OnceValue(func() float64 { return d.factor.Condition(d.norm) })
	return d, func() { pages.Give(pool, k) }
}

// dualSystemOf returns the system of a split and a penalty, which other subjects and
// neuroids share.
func dualSystemOf(in metrics.NeuralInput, s metrics.Split, alpha float64) (d *dualSystem, release func()) {
	n := int64(len(s.Train))
	d, release, _ = shareForm(in, s, alpha, n*n, func() (*dualSystem, func(), error) {
		d, free := newDualSystem(in, s, alpha)
		return d, free, nil
	})
	return d, release
}

// predict solves (K + αI)·D = Y on the train rows, both centred there, and predicts
// K_test,train·D beyond the train mean; it returns false if rounding leaves no positive
// definite system.
func (d *dualSystem) predict(in metrics.NeuralInput, s metrics.Split) (prediction, bool) {
	if !d.definite {
		return prediction{}, false
	}
	t := in.Neuroids
	y, _ := dense.CenteredRows(in.Responses, t, s.Train)
	d.factor.Solve(y, t)
	return prediction{
		rounding: dualRounding(in.Gram, s, d.frobenius, dense.ColumnNorms(y, t)),
		values:   predictDual(in, s, y),
	}, true
}

// dualSystemMemory counts the system of a split, which stays for further neuroids.
func dualSystemMemory(s metrics.Shape) metrics.Memory {
	_, _, m := s.Sizes()
	kept := metrics.FloatBytes * m * m // in the pool, or of the first split of several
	if sharesForms(s.Shared, s.Splits, m*m) {
		kept *= int64(s.Splits)
	}
	n, t, _ := s.Sizes()
	return metrics.Memory{Working: kept + metrics.FloatBytes*(m*t+(n-m)*(m+t)), Kept: kept}
}
