package mapping

import (
	"context"
	"slices"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// sharedForms keeps what a fit on a split takes of the activations alone, as a
// decomposition, for the other subjects and regions that are fitted on the same split.
type sharedForms[T any] struct {
	mutex sync.Mutex
	forms []*sharedForm[T]
}

type sharedForm[T any] struct {
	train   []int
	mutex   sync.Mutex // held while the form is made
	penalty float64    // that the form is of, 0 if it is of none
	made    *T
	free    func()
	users   int
}

// maxSharedForms bounds the memory of the forms that are kept of several splits.
const maxSharedForms = 256 << 20

// sharesForms reports whether forms of so many numbers are kept: if others are fitted on
// the same splits, and there is one split or these are small.
func sharesForms(shared bool, splits int, numbers int64) bool {
	return shared && (splits == 1 || int64(splits)*numbers*metrics.FloatBytes <= maxSharedForms)
}

// shareForm returns the form of a split and a penalty, which is made unless it is kept, and
// what to call once it is not used any more. A form has about the given count of numbers.
// Of each split, the form of the last penalty is kept.
func shareForm[T any](in metrics.NeuralInput, s metrics.Split, penalty float64, numbers int64, make func() (form *T, free func(), err error)) (form *T, release func(), err error) {
	if !sharesForms(in.Shared, len(in.Splits), numbers) {
		return make()
	}
	one := stream.Attached[sharedForms[T]](in.Gram).of(s.Train)
	one.mutex.Lock()
	defer one.mutex.Unlock()
	if one.made != nil && one.penalty != penalty {
		if one.users > 0 {
			return make()
		}
		one.free()
		one.made = nil
	}
	if one.made == nil {
		if one.made, one.free, err = make(); err != nil {
			one.made = nil
			return nil, nil, err
		}
		one.penalty = penalty
	}
	one.users++
	return one.made, func() {
		one.mutex.Lock()
		defer one.mutex.Unlock()
		one.users--
	}, nil
}

// of returns the form of the train rows, which may not have been made.
func (f *sharedForms[T]) of(train []int) *sharedForm[T] {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	for _, one := range f.forms {
		if slices.Equal(one.train, train) {
			return one
		}
	}
	one := &sharedForm[T]{train: train}
	f.forms = append(f.forms, one)
	return one
}

// inverseDiagonals keeps the diagonals of Q·(T + αI)⁻¹·Qᵀ of a form, by penalty.
type inverseDiagonals struct {
	mutex sync.Mutex // held while one is computed
	of    map[float64][]float64
}

// at returns the diagonal for T + αI = L·D·Lᵀ, of n numbers. qt is Qᵀ.
func (c *inverseDiagonals) at(ctx context.Context, workers int, alpha float64, d, l, qt []float64, n int) ([]float64, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if diagonal, ok := c.of[alpha]; ok {
		return diagonal, nil
	}
	diagonal := make([]float64, n)
	if err := dense.InverseDiagonal(ctx, workers, d, l, qt, n, diagonal); err != nil {
		return nil, err
	}
	if c.of == nil {
		c.of = make(map[float64][]float64)
	}
	c.of[alpha] = diagonal
	return diagonal, nil
}
