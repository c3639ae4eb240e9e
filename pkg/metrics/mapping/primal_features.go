package mapping

import (
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// primalFeatures holds the products of features on the train rows of a split. They depend
// on the activations alone.
type primalFeatures struct {
	train, others []int
	xx            []float64 // XᵀX, features × features, upper triangle, X centred on the train rows
	mean          []float64 // of X over the train rows
	// subtracted is true if xx is the products over all stimuli less those over the others.
	subtracted bool
	// lost are features of which subtraction leaves too few digits.
	lost []int
	// grown is the factor, at least 1, by which the rounding of an element of xx,
	// relative to its features' norms, exceeds that of a product: subtraction leaves
	// the rounding of the larger numbers.
	grown float64
}

// maxGrown bounds the cancellation that subtraction may leave: the squares over all
// stimuli relative to those over the train rows.
const maxGrown = 100

// newPrimalFeatures subtracts the products over the rows that a split does not train on
// from those over all stimuli, if these rows are the fewer and little cancels; else it
// computes the products over the train rows.
func newPrimalFeatures(in metrics.NeuralInput, s metrics.Split) *primalFeatures {
	g := in.Gram
	f := &primalFeatures{train: s.Train, others: dense.Complement(s.Train, g.N), mean: dense.ColumnMeans(g.X, g.Features, s.Train), grown: 1}
	f.xx = pages.Take[float64](stream.Attached[pages.Pool](g), g.Features*g.Features)
	if f.subtracted = len(f.others) < len(s.Train) && f.subtract(in); !f.subtracted {
		x, _ := centredOnTrain(g.X, g.Features, metrics.Split{Train: s.Train})
		clear(f.xx)
		dense.AddColumnProducts(in.Workers, dense.Of(f.xx, g.Features, g.Features), 1, dense.Of(x, len(s.Train), g.Features))
		f.grown = 1
	}
	return f
}

// primalFeaturesOf returns the products of a split, which its other subjects share, and
// what to call once they are not used any more.
func primalFeaturesOf(in metrics.NeuralInput, s metrics.Split) (f *primalFeatures, release func()) {
	f, release, _ = shareForm(in, s, 0, primalNumbers(in.Gram.Features), func() (*primalFeatures, func(), error) {
		f := newPrimalFeatures(in, s)
		return f, func() { pages.Give(stream.Attached[pages.Pool](in.Gram), f.xx) }, nil
	})
	return f, release
}

// remake makes the products again if a form has taken their place.
func (f *primalFeatures) remake(in metrics.NeuralInput, s metrics.Split) {
	if f.xx == nil {
		f.xx = newPrimalFeatures(in, s).xx
	}
}

// primalNumbers returns how many numbers products of features have.
func primalNumbers(features int) int64 { return int64(features) * int64(features) }

// othersAtOnce is how many of the rows that are not trained on are subtracted at once. Products
// that are divided so have the same bits.
const othersAtOnce = stream.SlabCols

// eachOthers calls a function with some of the rows that are not trained on and their
// features, in memory of the pool, until it has had all.
func (f *primalFeatures) eachOthers(g *stream.Gram, call func(rows []int, x []float64)) {
	pool := stream.Attached[pages.Pool](g)
	room := pages.Take[float64](pool, min(len(f.others), othersAtOnce)*g.Features)
	defer pages.Give(pool, room)
	for rows := range slices.Chunk(f.others, othersAtOnce) {
		x := room[:len(rows)*g.Features]
		for a, row := range rows {
			copy(x[a*g.Features:(a+1)*g.Features], g.X[row*g.Features:(row+1)*g.Features])
		}
		call(rows, x)
	}
}

// subtract reports whether subtraction leaves enough digits.
func (f *primalFeatures) subtract(in metrics.NeuralInput) bool {
	g, n, all := in.Gram, float64(len(f.train)), productsOf(in.Gram, in.Workers)
	for i := range g.Features {
		copy(f.xx[i*g.Features+i:(i+1)*g.Features], all[i*g.Features+i:(i+1)*g.Features])
	}
	f.eachOthers(g, func(rows []int, x []float64) {
		dense.AddColumnProducts(in.Workers, dense.Of(f.xx, g.Features, g.Features), -1, dense.Of(x, len(rows), g.Features))
	})
	for i, m := range f.mean {
		row := f.xx[i*g.Features+i : (i+1)*g.Features]
		dense.AddScaled(-m*n, f.mean[i:], row)
		switch whole := all[i*g.Features+i]; {
		case whole > maxGrown*row[0]:
			f.lost = append(f.lost, i)
		case whole > 0:
			f.grown = max(f.grown, whole/row[0])
		}
	}
	if 4*len(f.lost) > g.Features {
		return false
	}
	f.restore(in)
	return true
}

// centred writes the features of some of the train rows, less the mean. A feature that is
// constant on the train rows is exactly 0.
func (f *primalFeatures) centred(g *stream.Gram, rows []int, out []float64) {
	for a, i := range rows {
		row := out[a*g.Features : (a+1)*g.Features]
		for j, v := range g.X[i*g.Features : (i+1)*g.Features] {
			row[j] = v - f.mean[j]
		}
	}
}

// fewLost returns the features of which too few digits remain, centred on the train rows.
func (f *primalFeatures) fewLost(g *stream.Gram) []float64 {
	few, _ := centredOnTrain(dense.SelectColumns(g.X, g.Features, f.lost), len(f.lost), metrics.Split{Train: f.train})
	return few
}

// restore computes the products of some features from their train rows, on which these
// are constant or nearly so.
func (f *primalFeatures) restore(in metrics.NeuralInput) {
	if len(f.lost) == 0 {
		return
	}
	g, n, k := in.Gram, len(f.train), len(f.lost)
	few := f.fewLost(g)
	// These are centred, so the others need not be.
	x := dense.SelectRows(g.X, g.Features, f.train)
	cross := columnProducts(in.Workers, x, few, n, g.Features, k)
	among := columnProducts(in.Workers, few, few, n, k, k)
	for b, j := range f.lost {
		for i := range g.Features {
			f.xx[min(i, j)*g.Features+max(i, j)] = cross[i*k+b]
		}
	}
	for a, i := range f.lost {
		for b, j := range f.lost[a:] {
			f.xx[i*g.Features+j] = among[a*k+a+b]
		}
	}
}
