package mapping

import (
	"context"
	"slices"
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
	c := pages.Of[float64](aCols * bCols)
	dense.AddProduct(workers, dense.Of(c, aCols, bCols), 1, dense.Of(a, rows, aCols).T(), dense.Of(b, rows, bCols))
	return c
}

// primalProducts holds what the splits of one mapping share. Responses are centred over all
// stimuli as they are taken.
type primalProducts struct {
	workers     int
	responses   []float64
	t           int
	first, mean []float64 // of each neuroid; both are subtracted, so that an offset costs no digit
	xy          []float64 // XᵀY
	squares     []float64 // of each neuroid's responses
}

func newPrimalProducts(in metrics.NeuralInput) *primalProducts {
	g, t := in.Gram, in.Neuroids
	productsOf(g, in.Workers) // with all workers, before the splits need them
	p := &primalProducts{workers: in.Workers, responses: in.Responses, t: t, first: in.Responses[:t], mean: make([]float64, t), xy: pages.Of[float64](g.Features * t), squares: make([]float64, t)}
	for at := 0; at < len(in.Responses); at += t {
		for j, v := range in.Responses[at : at+t] {
			p.mean[j] += v - p.first[j]
		}
	}
	for j := range p.mean {
		p.mean[j] /= float64(g.N)
	}
	room := make([]float64, min(g.N, othersAtOnce)*t)
	for rows := range slices.Chunk(dense.AllRows(g.N), othersAtOnce) {
		y := room[:len(rows)*t]
		p.centred(rows, y)
		dense.AddSquares(p.squares, y)
		x := g.X[rows[0]*g.Features : (rows[0]+len(rows))*g.Features]
		dense.AddProduct(in.Workers, dense.Of(p.xy, g.Features, t), 1, dense.Of(x, len(rows), g.Features).T(), dense.Of(y, len(rows), t))
	}
	return p
}

// centred writes the responses of the given rows.
func (p *primalProducts) centred(rows []int, out []float64) {
	for a, i := range rows {
		y := out[a*p.t : (a+1)*p.t]
		for j, v := range p.responses[i*p.t : (i+1)*p.t] {
			y[j] = v - p.first[j] - p.mean[j]
		}
	}
}

// meanOf returns the means of the responses over the given rows, as dense.ColumnMeans does.
func (p *primalProducts) meanOf(rows []int) []float64 {
	mean, first := make([]float64, p.t), make([]float64, p.t)
	p.centred(rows[:1], first)
	of, shift, start := p.mean[:len(mean)], p.first[:len(mean)], first[:len(mean)]
	row := func(k int) []float64 { return p.responses[rows[k]*p.t : (rows[k]+1)*p.t][:len(mean)] }
	k := 0
	for ; k+2 <= len(rows); k += 2 { // what centred writes, less the first, one by one
		a, b := row(k), row(k+1)
		for j, first := range shift {
			m, s := of[j], start[j]
			mean[j] = mean[j] + (a[j] - first - m - s) + (b[j] - first - m - s)
		}
	}
	for ; k < len(rows); k++ {
		for j, v := range row(k) {
			mean[j] += v - shift[j] - of[j] - start[j]
		}
	}
	for j := range mean {
		mean[j] = first[j] + mean[j]/float64(len(rows))
	}
	return mean
}

// eachPrimal calls f for each split, concurrently, with the number of workers that
// remains for each. It bounds the matrices that are held at once.
func eachPrimal(ctx context.Context, in metrics.NeuralInput, f func(in metrics.NeuralInput, split int) error) error {
	concurrent := max(1, min(in.Workers, 4, len(in.Splits)))
	inner := in
	inner.Workers = max(1, in.Workers/concurrent)
	return crew.Each(ctx, concurrent, len(in.Splits), func(i int) error { return f(inner, i) })
}
