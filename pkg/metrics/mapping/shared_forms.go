package mapping

import (
	"slices"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// sharedForms keeps what a fit on a split takes of the activations alone, as a
// decomposition, for the other subjects and regions that are fitted on the same split.
type sharedForms[T any] struct {
	mutex sync.Mutex
	forms []*sharedForm[T]
}

type sharedForm[T any] struct {
	train []int
	mutex sync.Mutex // held while the form is made
	made  *T
}

// maxSharedForms bounds the memory of the forms that are kept of several splits.
const maxSharedForms = 256 << 20

// sharesForms reports whether forms of so many numbers are kept: if others are fitted on
// the same splits, and there is one split or these are small.
func sharesForms(shared bool, splits int, numbers int64) bool {
	return shared && (splits == 1 || int64(splits)*numbers*metrics.FloatBytes <= maxSharedForms)
}

// shareForm returns the form of a split, which is made unless it is kept, and what to call
// once it is not used any more. A form has about so many numbers.
func shareForm[T any](in metrics.NeuralInput, s metrics.Split, numbers int64, make func() (*T, func(), error)) (form *T, release func(), err error) {
	if !sharesForms(in.Shared, len(in.Splits), numbers) {
		return make()
	}
	kept := stream.Attached[sharedForms[T]](in.Gram)
	kept.mutex.Lock()
	at := slices.IndexFunc(kept.forms, func(f *sharedForm[T]) bool { return slices.Equal(f.train, s.Train) })
	if at < 0 {
		at = len(kept.forms)
		kept.forms = append(kept.forms, &sharedForm[T]{train: s.Train})
	}
	one := kept.forms[at]
	kept.mutex.Unlock()
	one.mutex.Lock()
	defer one.mutex.Unlock()
	if one.made == nil {
		if one.made, _, err = make(); err != nil {
			return nil, nil, err
		}
	}
	return one.made, func() {}, nil
}
