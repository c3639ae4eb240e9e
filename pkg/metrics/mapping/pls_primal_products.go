package mapping

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// primalPLSNumbers returns how many numbers a split has of its own in the primal form.
func primalPLSNumbers(features, neuroids int64) int64 { return features * (neuroids + 4) }

// primalCovariances sets XᵀY and its square of each fit's train rows, as a difference, all
// rows less the others, if these are fewer and the train rows have enough of the responses;
// else, or for the features of which they have too little, from the train rows themselves.
func (r *plsRun) primalCovariances(ctx context.Context, fits []*plsFit) error {
	n, t, p := r.in.Gram.N, r.in.Neuroids, r.in.Gram.Features
	all := r.take(int(primalPLSNumbers(int64(p), int64(t))) * len(fits))
	kept := len(r.held)
	defer func() { r.release(kept) }()
	room := r.take(min(n, othersAtOnce) * (p + t))
	for _, f := range fits {
		if err := ctx.Err(); err != nil {
			return err
		}
		m := &plsPrimal{xy: dense.Cut(&all, p*t), w: dense.Cut(&all, p), p: dense.Cut(&all, p), left: dense.Cut(&all, p), sizes: dense.Cut(&all, p)}
		f.primal = m
		for j, square := range r.features.squares {
			m.sizes[j] = math.Sqrt(square)
		}
		m.targets = r.features.norm
		r.measureTrain(f)
		few, ok := r.subtractOthers(f, room)
		if !ok {
			few = dense.AllRows(p)
		}
		r.sumTrain(f, few)
		for j, square := range r.features.squares {
			if m.left[j] < leastShare*square {
				m.few = append(m.few, j)
			}
		}
		r.clearConstantColumns(f)
		m.square(f, r.in.Workers)
	}
	return nil
}

// subtractOthers sets XᵀY of a fit to that over all rows less that over the others. It
// returns the features of which the train rows have too little for a difference, and false if
// that is the case of the responses or of many features.
func (r *plsRun) subtractOthers(f *plsFit, room []float64) (few []int, ok bool) {
	n, t, p := r.in.Gram.N, r.in.Neuroids, r.in.Gram.Features
	m, rows := f.primal, dense.Complement(f.rows[:f.train], n)
	if len(rows) >= f.train || !r.mostlyOnTrain(f, r.features.yTotals) {
		return nil, false
	}
	copy(m.xy, r.features.xy)
	sums, squares := make([]float64, p), make([]float64, p)
	for some := range slices.Chunk(rows, othersAtOnce) {
		from := room
		x, y := dense.Cut(&from, len(some)*p), dense.Cut(&from, len(some)*t)
		for a, i := range some {
			row := r.features.x[i*p : (i+1)*p]
			copy(x[a*p:(a+1)*p], row)
			copy(y[a*t:(a+1)*t], r.y[i*t:(i+1)*t])
			dense.AddScaled(1, row, sums)
		}
		dense.AddSquares(squares, x)
		dense.AddProduct(r.in.Workers, dense.Of(m.xy, p, t), -1, dense.Of(x, len(some), p).T(), dense.Of(y, len(some), t))
	}
	count := float64(f.train)
	for j, square := range r.features.squares {
		sums[j] = r.features.sums[j] - sums[j]
		m.left[j] = square - squares[j] - float64(sums[j]*sums[j]/count)
		if !(m.left[j] >= leastShare*square) {
			few = append(few, j)
		}
	}
	if 4*len(few) > p {
		return nil, false
	}
	dense.AddOuter(dense.Of(m.xy, p, t), -1, sums, f.mean)
	return few, true
}

// sumTrain sets XᵀY of some features from their train rows. A feature that is constant
// there has exactly 0.
func (r *plsRun) sumTrain(f *plsFit, features []int) {
	if len(features) == 0 {
		return
	}
	const width = 256 // features in one product
	t, p, m, train := r.in.Neuroids, r.in.Gram.Features, f.primal, f.rows[:f.train]
	y, _ := dense.CenteredRows(r.y, t, train)
	for from := 0; from < len(features); from += width {
		some := features[from:min(from+width, len(features))]
		x := make([]float64, 0, len(train)*len(some))
		for _, i := range train {
			for _, j := range some {
				x = append(x, r.features.x[i*p+j])
			}
		}
		dense.CenterColumns(x, len(some))
		products := columnProducts(r.in.Workers, x, y, len(train), len(some), t)
		squares := make([]float64, len(some))
		dense.AddSquares(squares, x)
		for a, j := range some {
			m.left[j] = squares[a]
			copy(m.xy[j*t:(j+1)*t], products[a*t:(a+1)*t])
		}
	}
}

// clearConstantColumns sets XᵀY of neuroids that are constant on the train rows to 0, where
// differences leave rounding.
func (r *plsRun) clearConstantColumns(f *plsFit) {
	t := r.in.Neuroids
	for j := range t {
		if r.squares(f, j) > 0 {
			continue
		}
		for at := j; at < len(f.primal.xy); at += t {
			f.primal.xy[at] = 0
		}
	}
}
