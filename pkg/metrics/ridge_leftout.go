package metrics

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"gonum.org/v1/gonum/blas"
	lapack "gonum.org/v1/gonum/lapack/gonum"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// fewLeftOut says whether each split trains on most stimuli and tests on others.
func fewLeftOut(in NeuralInput) bool {
	for _, s := range in.Splits {
		trains := make([]bool, in.Gram.N)
		for _, row := range s.Train {
			trains[row] = true
		}
		if 2*len(s.Train) < in.Gram.N || slices.ContainsFunc(s.Test, func(row int) bool { return trains[row] }) {
			return false
		}
	}
	return true
}

// ridgeInverse keeps (K + αI)⁻¹ for the last penalty, so that benchmarks of
// several regions on one layer invert K but once.
type ridgeInverse struct {
	mutex sync.Mutex
	alpha float64
	of    []float64
}

// ridgeInverse is G, what inverts ridge regression on all stimuli with a free
// intercept: (K + αI)⁻¹ − 11ᵀ/nα, K being centred on them. Symmetric, whole.
func (g *Gram) ridgeInverse(ctx context.Context, alpha float64, workers int) ([]float64, error) {
	r := &g.inverse
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.of != nil && r.alpha == alpha {
		return r.of, nil
	}
	n := g.N
	a := pages.Of[float64](n * n)
	copy(a, g.K)
	along := putMeanAlongOnes(a, n)
	for i := range n {
		a[i*n+i] += alpha
	}
	ok := false
	err := interruptible(ctx, func() {
		if _, ok = cholesky(a, n); ok {
			ok = lapack.Implementation{}.Dpotri(blas.Upper, n, a, n)
		}
	})
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, ErrIllConditioned
	}
	mean := 1 / (float64(n) * (along + alpha))
	for i := range n {
		for j := i; j < n; j++ {
			a[i*n+j] -= mean
		}
	}
	kernel.Mirror(workers, n, a, n)
	r.alpha, r.of = alpha, a
	return a, nil
}

// leftOut predicts the stimuli S that a split does not train on from one
// inverse over all: what the fit without S misses of them is
// Y_S − Ŷ_S = (G_SS)⁻¹·(G·Y)_S, of which the leave-one-out formula is the case
// of one stimulus.
//
// Source: Golub, Heath & Wahba (1979), Technometrics 21, for one; for several
// from the inverse of a matrix in blocks.
func (m ridge) leftOut(ctx context.Context, in NeuralInput) ([][]float64, error) {
	g, err := in.Gram.ridgeInverse(ctx, m.alpha, in.Workers)
	if err != nil {
		return nil, err
	}
	n, t := in.Gram.N, in.Neuroids
	y, gy := slices.Clone(in.Responses), make([]float64, n*t)
	centreAll(y, t) // which G would do, but for rounding
	kernel.Gemm(in.Workers, false, false, n, t, n, 1, g, n, y, t, gy, t)
	predictions := make([][]float64, len(in.Splits))
	err = parallel(ctx, in.Workers, len(in.Splits), func(i int) error {
		s := in.Splits[i]
		out := complement(s.Train, n)
		block := make([]float64, 0, len(out)*len(out))
		for _, row := range out {
			for _, column := range out {
				block = append(block, g[row*n+column])
			}
		}
		factor, ok := cholesky(block, len(out))
		if !ok {
			return fmt.Errorf("split %d: %w", i, ErrIllConditioned)
		}
		missed := selectRows(gy, t, out)
		lapack64.Potrs(factor, general(missed, len(out), t))
		place := make(map[int]int, len(out))
		for at, row := range out {
			place[row] = at
		}
		prediction := selectRows(in.Responses, t, s.Test)
		for at, row := range s.Test {
			left := place[row]
			axpy(-1, missed[left*t:(left+1)*t], prediction[at*t:(at+1)*t])
		}
		predictions[i] = prediction
		return nil
	})
	return predictions, err
}
