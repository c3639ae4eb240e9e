package mapping

import (
	"context"
	"math"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// primalIsSmaller reports whether a mapping on the given number of train stimuli is
// better solved in its primal form, with a matrix of features × features: if features
// are clearly fewer than these stimuli.
func primalIsSmaller(features, train int) bool { return 4*features <= 3*train }

// usesPrimal reports whether a split is solved in its primal form.
func usesPrimal(g *stream.Gram, train int) bool {
	return g.X != nil && primalIsSmaller(g.Features, train)
}

// allPrimal reports whether all splits are.
func allPrimal(in metrics.NeuralInput) bool {
	for _, s := range in.Splits {
		if !usesPrimal(in.Gram, len(s.Train)) {
			return false
		}
	}
	return true
}

// featureProducts holds the upper triangle of XᵀX over all stimuli, which regions,
// metrics and splits share.
type featureProducts struct {
	once sync.Once
	xx   []float64
}

func productsOf(g *stream.Gram, workers int) []float64 {
	p := stream.Attached[featureProducts](g)
	p.once.Do(func() {
		p.xx = pages.Of[float64](g.Features * g.Features)
		dense.AddColumnProducts(workers, dense.Of(p.xx, g.Features, g.Features), 1, dense.Of(g.X, g.N, g.Features))
	})
	return p.xx
}

// columnProducts returns aᵀ·b for matrices of the same number of rows.
func columnProducts(workers int, a, b []float64, rows, aCols, bCols int) []float64 {
	c := make([]float64, aCols*bCols)
	dense.AddProduct(workers, dense.Of(c, aCols, bCols), 1, dense.Of(a, rows, aCols).T(), dense.Of(b, rows, bCols))
	return c
}

// primalProducts holds what the splits of one mapping share.
type primalProducts struct {
	xx      []float64 // XᵀX, upper triangle
	y       []float64 // responses, centred over all stimuli
	xy      []float64 // XᵀY
	squares []float64 // of each column of y
}

func newPrimalProducts(in metrics.NeuralInput) *primalProducts {
	g, t := in.Gram, in.Neuroids
	p := &primalProducts{xx: productsOf(g, in.Workers), y: make([]float64, g.N*t), squares: make([]float64, t)}
	dense.CenterColumnsInto(in.Workers, p.y, in.Responses, t)
	p.xy = columnProducts(in.Workers, g.X, p.y, g.N, g.Features, t)
	dense.AddSquares(p.squares, p.y)
	return p
}

// eachPrimal calls f for each split, concurrently, with the number of workers that
// remains for each. It bounds the matrices that are held at once.
func eachPrimal(ctx context.Context, in metrics.NeuralInput, f func(in metrics.NeuralInput, split int) error) error {
	concurrent := min(max(1, in.Workers), 4)
	inner := in
	inner.Workers = max(1, in.Workers/concurrent)
	return crew.Each(ctx, concurrent, len(in.Splits), func(i int) error { return f(inner, i) })
}

// primalFit holds the products of features on the train rows of a split.
type primalFit struct {
	train []int
	xx    []float64 // XᵀX, features × features, upper triangle, X centred on the train rows
	xy    []float64 // XᵀY, features × neuroids, Y centred there
	mean  []float64 // of X over the train rows
	// grown is the factor, at least 1, by which the rounding of an element of xx,
	// relative to its features' norms, exceeds that of a product: subtraction leaves
	// the rounding of the larger numbers.
	grown float64
	// norms are the neuroids' norms to which the rounding of xy is proportional.
	norms []float64
}

// maxGrown bounds the cancellation that subtraction may leave: the squares over all
// stimuli relative to those over the train rows.
const maxGrown = 100

// newPrimalFit subtracts the products over the rows that a split does not train on from
// those over all stimuli, if these rows are the fewer and little cancels; else it takes
// the products over the train rows.
func newPrimalFit(in metrics.NeuralInput, p *primalProducts, s metrics.Split) *primalFit {
	g, t := in.Gram, in.Neuroids
	f := &primalFit{train: s.Train, mean: dense.ColumnMeans(g.X, g.Features, s.Train), norms: make([]float64, t), grown: 1}
	f.xx = pages.Take[float64](stream.Attached[pages.Pool](g), g.Features*g.Features)
	others := dense.Complement(s.Train, g.N)
	if len(others) >= len(s.Train) || !f.subtract(in, p, s, others) {
		x, _ := centredOnTrain(g.X, g.Features, metrics.Split{Train: s.Train})
		y, _ := dense.CenteredRows(in.Responses, t, s.Train)
		clear(f.xx)
		dense.AddColumnProducts(in.Workers, dense.Of(f.xx, g.Features, g.Features), 1, dense.Of(x, len(s.Train), g.Features))
		f.xy = columnProducts(in.Workers, x, y, len(s.Train), g.Features, t)
		f.norms, f.grown = dense.ColumnNorms(y, t), 1
	}
	return f
}

// release returns the memory of xx to the pool.
func (f *primalFit) release(in metrics.NeuralInput) {
	pages.Give(stream.Attached[pages.Pool](in.Gram), f.xx)
	f.xx = nil
}

// subtract reports whether subtraction leaves enough digits.
func (f *primalFit) subtract(in metrics.NeuralInput, p *primalProducts, s metrics.Split, others []int) bool {
	g, n := in.Gram, float64(len(s.Train))
	for i := range g.Features {
		copy(f.xx[i*g.Features+i:(i+1)*g.Features], p.xx[i*g.Features+i:(i+1)*g.Features])
	}
	x := pages.Take[float64](stream.Attached[pages.Pool](g), len(others)*g.Features)
	defer pages.Give(stream.Attached[pages.Pool](g), x)
	for a, row := range others {
		copy(x[a*g.Features:(a+1)*g.Features], g.X[row*g.Features:(row+1)*g.Features])
	}
	dense.AddColumnProducts(in.Workers, dense.Of(f.xx, g.Features, g.Features), -1, dense.Of(x, len(others), g.Features))
	var lost []int // features of which too few digits remain
	for i, m := range f.mean {
		row := f.xx[i*g.Features+i : (i+1)*g.Features]
		dense.AddScaled(-m*n, f.mean[i:], row)
		switch whole := p.xx[i*g.Features+i]; {
		case whole > maxGrown*row[0]:
			lost = append(lost, i)
		case whole > 0:
			f.grown = max(f.grown, whole/row[0])
		}
	}
	if 4*len(lost) > g.Features {
		return false
	}
	f.subtractResponses(in, p, s, x, others)
	f.restore(in, s, lost)
	return true
}

// subtractResponses sets xy, given the features of the rows that are not trained on. If
// too few digits of a neuroid remain it takes the products over the train rows.
func (f *primalFit) subtractResponses(in metrics.NeuralInput, p *primalProducts, s metrics.Split, x []float64, others []int) {
	g, t, n := in.Gram, in.Neuroids, float64(len(s.Train))
	y := dense.SelectRows(p.y, t, others)
	mean := dense.ColumnMeans(p.y, t, s.Train)
	outside, cancels := make([]float64, t), false
	dense.AddSquares(outside, y)
	for j, m := range mean {
		remaining := p.squares[j] - outside[j] - float64(n*m*m)
		cancels = cancels || p.squares[j] > maxGrown*remaining
		f.norms[j] = math.Sqrt(p.squares[j])
	}
	if !cancels {
		f.xy = append([]float64(nil), p.xy...)
		dense.AddProduct(in.Workers, dense.Of(f.xy, g.Features, t), -1, dense.Of(x, len(others), g.Features).T(), dense.Of(y, len(others), t))
		for i, m := range f.mean {
			dense.AddScaled(-m*n, mean, f.xy[i*t:(i+1)*t])
		}
		return
	}
	centred, _ := dense.CenteredRows(in.Responses, t, s.Train)
	spread := make([]float64, g.N*t) // zero on the other rows
	for a, i := range s.Train {
		copy(spread[i*t:(i+1)*t], centred[a*t:(a+1)*t])
	}
	// Y is centred on the train rows, so X need not be.
	f.xy = columnProducts(in.Workers, g.X, spread, g.N, g.Features, t)
	f.norms = dense.ColumnNorms(centred, t)
}

// restore computes the products of some features from their train rows, on which these
// are constant or nearly so.
func (f *primalFit) restore(in metrics.NeuralInput, s metrics.Split, lost []int) {
	if len(lost) == 0 {
		return
	}
	g, t, n, k := in.Gram, in.Neuroids, len(s.Train), len(lost)
	y, _ := dense.CenteredRows(in.Responses, t, s.Train)
	few, _ := centredOnTrain(dense.SelectColumns(g.X, g.Features, lost), k, metrics.Split{Train: s.Train})
	// These are centred, so the others need not be.
	x := dense.SelectRows(g.X, g.Features, s.Train)
	cross := columnProducts(in.Workers, x, few, n, g.Features, k)
	among := columnProducts(in.Workers, few, few, n, k, k)
	ofY := columnProducts(in.Workers, few, y, n, k, t)
	for b, j := range lost {
		for i := range g.Features {
			f.xx[min(i, j)*g.Features+max(i, j)] = cross[i*k+b]
		}
		copy(f.xy[j*t:(j+1)*t], ofY[b*t:(b+1)*t])
	}
	for a, i := range lost {
		for b, j := range lost[a:] {
			f.xx[i*g.Features+j] = among[a*k+a+b]
		}
	}
}
