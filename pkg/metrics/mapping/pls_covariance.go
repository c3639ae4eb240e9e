package mapping

import (
	"context"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// mostlyOnTrain reports whether the deviations of every neuroid on the train rows are
// enough of its responses to all rows, that are squares, for covariances to be what sums
// over all rows leave.
func (r *plsRun) mostlyOnTrain(f *plsFit, squares []float64) bool {
	for j, v := range squares {
		if on := r.squares(f, j); leastShare*v > on && on > 0 {
			return false
		}
	}
	return true
}

// covariances sets s = YᵀXXᵀY of each fit's train rows, as a difference, all rows less
// those left out, where the train rows have enough of activations and responses.
func (r *plsRun) covariances(ctx context.Context, fits []*plsFit) error {
	n, g := r.in.Gram.N, len(fits)
	defer r.release(len(r.held))
	rooms := make(chan []float64, max(1, min(r.in.Workers, g))) // one for each worker
	for range cap(rooms) {
		rooms <- r.take(r.crossRoom(fits))
	}
	ones := make([]float64, n*g)
	for i, f := range fits {
		for _, row := range f.rows[:f.train] {
			ones[row*g+i] = 1
		}
	}
	sums := make([]float64, n*g) // K·1 over the train rows
	r.k.addProduct(r.in.Workers, dense.Of(sums, n, g), dense.Of(ones, n, g))
	squares := make([]float64, r.in.Neuroids)
	for at := 0; at < len(r.y); at += r.in.Neuroids {
		dense.AddSquares(squares, r.y[at:at+r.in.Neuroids])
	}
	return crew.Each(ctx, r.in.Workers, g, func(i int) error {
		f := fits[i]
		t, train := r.in.Neuroids, f.rows[:f.train]
		total, all := 0.0, 0.0 // 1ᵀK·1 over the train rows, and the trace over all rows
		for _, row := range train {
			total += sums[row*g+i]
		}
		for row := range n {
			all += r.lengths[row]
		}
		out := dense.Complement(train, n)
		r.measureTrain(f)
		mean := f.mean
		differences := r.mostlyOnTrain(f, squares) && f.magnitude-total/float64(f.train) >= leastShare*all
		if !differences || len(out) >= len(train) {
			clear(f.s)
			room := make([]float64, len(train)*(len(train)+2*t))
			r.addCross(f.s, train, mean, 0, room)
			r.clearConstant(f)
			return nil
		}
		copy(f.s, r.cross)
		room := <-rooms
		r.addCross(f.s, out, nil, -1, room)
		rooms <- room
		// Centring takes the means of Y off on both sides.
		b := make([]float64, t)
		for _, row := range train {
			dense.AddScaled(sums[row*g+i], r.y[row*t:(row+1)*t], b)
		}
		dense.AddScaled(-total, mean, b) // YᵀK·1 of the centred Y
		for a := range t {
			s := f.s[a*t : (a+1)*t]
			dense.AddScaled(-mean[a], b, s)
			dense.AddScaled(-b[a]-float64(total*mean[a]), mean, s)
		}
		r.clearConstant(f)
		return nil
	})
}

// clearConstant sets the covariances of neuroids that are constant on the train rows to
// 0. Sums of other rows leave rounding there, which can be larger than the covariances
// of all other neuroids.
func (r *plsRun) clearConstant(f *plsFit) {
	t := r.in.Neuroids
	for j := range t {
		if r.squares(f, j) > 0 {
			continue
		}
		clear(f.s[j*t : (j+1)*t])
		for a := range t {
			f.s[a*t+j] = 0
		}
	}
}

// crossRoom is how many numbers addCross works on, at most.
func (r *plsRun) crossRoom(fits []*plsFit) int {
	most := 0
	for _, f := range fits {
		m := min(f.train, r.in.Gram.N-f.train)
		most = max(most, m*m+2*m*r.in.Neuroids)
	}
	return most
}

// addCross adds YᵀKY of the given rows to s, of Y less mean unless that is nil; with
// beside = −1 it takes YᵀKY of all rows less what it is of the other rows from s.
func (r *plsRun) addCross(s []float64, rows []int, mean []float64, beside float64, room []float64) {
	t, m := r.in.Neuroids, len(rows)
	if m == 0 {
		return
	}
	k, y, p := dense.Cut(&room, m*m), dense.Cut(&room, m*t), dense.Cut(&room, m*t)
	r.k.blockInto(k, rows)
	for a, i := range rows {
		copy(y[a*t:(a+1)*t], r.y[i*t:(i+1)*t])
		for j, m := range mean {
			y[a*t+j] -= m
		}
	}
	if beside != 0 {
		for a, i := range rows {
			copy(p[a*t:(a+1)*t], r.ky[i*t:(i+1)*t])
		}
		// Half of K_rows,rows·Y on each side.
		dense.AddProduct(1, dense.Of(p, m, t), -.5, dense.Of(k, m, m), dense.Of(y, m, t))
		dense.AddProduct(1, dense.Of(s, t, t), beside, dense.Of(y, m, t).T(), dense.Of(p, m, t))
		dense.AddProduct(1, dense.Of(s, t, t), beside, dense.Of(p, m, t).T(), dense.Of(y, m, t))
		return
	}
	clear(p)
	dense.AddProduct(1, dense.Of(p, m, t), 1, dense.Of(k, m, m), dense.Of(y, m, t))
	dense.AddProduct(1, dense.Of(s, t, t), 1, dense.Of(y, m, t).T(), dense.Of(p, m, t))
}
