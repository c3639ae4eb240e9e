package mapping

import (
	"context"
	"math"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// linearInverse keeps the inverse without a penalty, or that there is none.
type linearInverse struct {
	mutex sync.Mutex // held while it is made
	made  bool
	of    *ridgeInverse // nil if it does not show that the system of each split is well-conditioned
}

// leftOut fits each split from one inverse over all stimuli, if this shows that the split's
// own system is as well-conditioned as linearDual asks for. It leaves the predictions of other
// splits empty.
func (linear) leftOut(ctx context.Context, in metrics.NeuralInput) ([]prediction, error) {
	if !fewLeftOut(in) {
		return make([]prediction, len(in.Splits)), nil
	}
	inverse, err := linearInverseOf(ctx, in.Gram, in.Workers)
	if err != nil || inverse == nil {
		return make([]prediction, len(in.Splits)), err
	}
	return inverse.leaveOut(ctx, in)
}

func linearInverseOf(ctx context.Context, g *stream.Gram, workers int) (*ridgeInverse, error) {
	kept := stream.Attached[linearInverse](g)
	kept.mutex.Lock()
	defer kept.mutex.Unlock()
	if kept.made {
		return kept.of, nil
	}
	r, err := newRidgeInverse(ctx, g, 0, workers)
	if err != nil {
		return nil, err
	}
	if r != nil && !r.wellConditioned() {
		pages.Give(stream.Attached[pages.Pool](g), r.of)
		r = nil
	}
	kept.of, kept.made = r, true
	return r, nil
}

// wellConditioned reports whether an inverse without a penalty shows that of each split's
// system A the product of the largest row sums of A and of A⁻¹ is far below 1e12. Vectors that
// are orthogonal to 1 on the train rows, and 0 on the others, are orthogonal to 1 on all rows,
// so that centring on the train rows widens no range of eigenvalues: these are, but for that
// along 1, which is their mean, between 1/‖G‖ and ‖K‖. A row sum is at most √n times the
// largest of them.
func (r *ridgeInverse) wellConditioned() bool {
	const most = 1e11
	n, squares := len(r.rows), 0.0
	for _, v := range r.rows {
		squares += v
	}
	norm := min(math.Sqrt(squares), dense.MaxRowSum(r.of, n))
	return 2*float64(n)*r.frobenius*norm < most // twice, since the mean counts one direction more
}
