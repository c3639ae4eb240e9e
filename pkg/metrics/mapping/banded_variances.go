package mapping

import (
	"context"
	"errors"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// resolvedBands returns the bands and, of each, the total variance over the train rows of
// a split, 0 if it is constant there. Inner products of features centred on all stimuli
// lose a variance that is much smaller than the distance of the train rows from that
// centre: such a band is read again and centred on the train rows, which changes no fit.
// faint is true if a variance is lost and the layer cannot be read again.
func resolvedBands(ctx context.Context, in metrics.NeuralInput, s metrics.Split) (bands *stream.Gram, variances []float64, faint bool, err error) {
	bands = in.Gram
	for b, band := range in.Gram.Bands {
		v, lost := trainVariance(band, s.Train)
		if lost || v == 0 && band.X == nil {
			centred, own, err := centredBand(ctx, in, b, s.Train)
			switch {
			case errors.Is(err, errOnce):
				faint = faint || lost
			case err != nil:
				return nil, nil, false, err
			default:
				if v = own; v > 0 {
					bands = bands.WithBand(b, centred)
				}
			}
		}
		variances = append(variances, v)
	}
	return bands, variances, faint, nil
}

// trainVariance returns the mean squared distance of the train rows from their mean. lost
// is true if rounding of inner products may have moved it.
func trainVariance(g *stream.Gram, train []int) (v float64, lost bool) {
	if sameRows(g, train) {
		return 0, false
	}
	n := float64(len(train))
	squares, sum := 0.0, 0.0
	for _, i := range train {
		row := g.K[i*g.N : (i+1)*g.N]
		squares += row[i]
		for _, j := range train {
			sum += row[j]
		}
	}
	v = squares/n - sum/n/n
	const resolved = 1e-8
	if !(v > 0) {
		return 0, true
	}
	return v, unit*squares/n > resolved*v
}

// centredBand returns the inner products of a band centred on the train rows, from a second
// reading, and its total variance over them; none and 0 if it is constant there.
func centredBand(ctx context.Context, in metrics.NeuralInput, band int, train []int) (k []float64, variance float64, err error) {
	if !rereadable(in.Gram) {
		return nil, 0, errOnce
	}
	if err := in.Gram.AllowRare(); err != nil {
		return nil, 0, err
	}
	layer := stream.Attached[bandLayers](in.Gram).of(in.Gram, band, in.Workers)
	root, err := rootOf(ctx, layer, in.Workers)
	if err != nil {
		return nil, 0, err
	}
	if root.same(train) {
		return nil, 0, nil
	}
	n := in.Gram.N
	_, z := centredOnTrain(root.z, root.cols, metrics.Split{Train: train, Test: dense.AllRows(n)})
	for _, i := range train {
		variance += dense.Dot(z[i*root.cols:(i+1)*root.cols], z[i*root.cols:(i+1)*root.cols])
	}
	variance /= float64(len(train))
	k = make([]float64, n*n)
	dense.AddRowProducts(in.Workers, dense.Of(k, n, n), dense.Of(z, n, root.cols))
	return k, variance, nil
}

// bandLayers keeps the Gram matrices of single bands, to which their roots are attached, so
// that all splits share one reading of a band.
type bandLayers struct {
	mutex sync.Mutex
	bands []*stream.Gram
}

// of returns the Gram matrix of a band alone, which can be read again.
func (l *bandLayers) of(g *stream.Gram, band, workers int) *stream.Gram {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.bands == nil {
		l.bands = make([]*stream.Gram, len(g.Bands))
	}
	if l.bands[band] == nil {
		weights := make([]float64, len(g.Bands))
		weights[band] = 1
		l.bands[band] = g.Combine(weights, workers)
	}
	return l.bands[band]
}
