package mapping

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// primalFit holds the products of features and responses on the train rows of a split.
type primalFit struct {
	*primalFeatures
	xy      []float64 // XᵀY, features × neuroids, both centred on the train rows
	workers int       // of all splits together
	// norms are the neuroids' norms to which the rounding of xy is proportional.
	norms []float64
}

// newPrimalFit computes the products with the responses as those of the features are.
func newPrimalFit(in metrics.NeuralInput, p *primalProducts, s metrics.Split, features *primalFeatures) *primalFit {
	f := &primalFit{primalFeatures: features, workers: p.workers, norms: make([]float64, in.Neuroids)}
	if features.subtracted {
		f.subtractResponses(in, p)
		f.restoreResponses(in)
		return f
	}
	g, t := in.Gram, in.Neuroids
	x, _ := centredOnTrain(g.X, g.Features, metrics.Split{Train: s.Train})
	y, _ := dense.CenteredRows(in.Responses, t, s.Train)
	f.xy = columnProducts(in.Workers, x, y, len(s.Train), g.Features, t)
	f.norms = dense.ColumnNorms(y, t)
	return f
}

// release gives the products with the responses back to the pool.
func (f *primalFit) release(in metrics.NeuralInput) {
	pages.Give(stream.Attached[pages.Pool](in.Gram), f.xy)
	f.xy = nil
}

// subtractResponses sets xy. If too few digits of a neuroid remain, it computes the
// products over the train rows.
func (f *primalFit) subtractResponses(in metrics.NeuralInput, p *primalProducts) {
	g, t, n := in.Gram, in.Neuroids, float64(len(f.train))
	pool := stream.Attached[pages.Pool](g)
	all := pages.Take[float64](pool, len(f.others)*t)
	defer pages.Give(pool, all)
	y := all
	p.centred(f.others, y)
	mean := p.meanOf(f.train)
	outside, cancels := make([]float64, t), false
	dense.AddSquares(outside, y)
	for j, m := range mean {
		remaining := p.squares[j] - outside[j] - float64(n*m*m)
		cancels = cancels || p.squares[j] > maxGrown*remaining
		f.norms[j] = math.Sqrt(p.squares[j])
	}
	if !cancels {
		f.xy = pages.Take[float64](pool, len(p.xy))
		copy(f.xy, p.xy)
		f.eachOthers(g, func(rows []int, x []float64) {
			some := y[:len(rows)*t]
			y = y[len(some):]
			dense.AddProduct(in.Workers, dense.Of(f.xy, g.Features, t), -1, dense.Of(x, len(rows), g.Features).T(), dense.Of(some, len(rows), t))
		})
		for i, m := range f.mean {
			dense.AddScaled(-m*n, mean, f.xy[i*t:(i+1)*t])
		}
		return
	}
	centred, _ := dense.CenteredRows(in.Responses, t, f.train)
	spread := make([]float64, g.N*t) // zero on the other rows
	for a, i := range f.train {
		copy(spread[i*t:(i+1)*t], centred[a*t:(a+1)*t])
	}
	// Y is centred on the train rows, so X need not be.
	f.xy = columnProducts(in.Workers, g.X, spread, g.N, g.Features, t)
	f.norms = dense.ColumnNorms(centred, t)
}

// restoreResponses computes the products of features of which too few digits remain.
func (f *primalFit) restoreResponses(in metrics.NeuralInput) {
	if len(f.lost) == 0 {
		return
	}
	t, n := in.Neuroids, len(f.train)
	y, _ := dense.CenteredRows(in.Responses, t, f.train)
	ofY := columnProducts(in.Workers, f.fewLost(in.Gram), y, n, len(f.lost), t)
	for b, j := range f.lost {
		copy(f.xy[j*t:(j+1)*t], ofY[b*t:(b+1)*t])
	}
}
