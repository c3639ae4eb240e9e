package mapping

import (
	"context"
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// penaltyChoice finds the penalty with the least mean squared leave-one-out error
// over all features together. With the responses X = U·diag(s)·Vᵀ, the features Y and
// e = α/(s² + α), the leave-one-out residual of row i is c_iᵀY/g_i,
//
//	c_i = p_i + U·diag(e)·u_i,  g_i = ‖p_i‖² + Σ_j e_j·U_ij²,
//
// with u_i row i of U and p_i what is left of row i of the unit matrix outside of U
// and the ones; of Y it needs no more than its Gram matrix K.
//
// A stimulus that alone activates a neuroid is nearly within U. Of what is outside,
// differences would leave rounding alone, over which g divides; it is then projected
// out anew, and is nothing where it is rounding. The error of a loss is of the order
// ε·trace(K)/n·Σ1/g_i, and ε·cond(X) of itself: where losses of other penalties differ by
// less, unsure is set.
//
// Source: Golub, Heath & Wahba (1979), Technometrics 21.
type penaltyChoice struct {
	basis  *responseBasis
	alpha  float64
	unsure bool
	// lost says that the least loss is rounding, so that penalties that fit the same to
	// all digits cannot be told apart.
	lost bool

	outside, free []float64 // p_iᵀ·K·p_i and ‖p_i‖²
	cross         []float64 // 2·p_iᵀ·K·U, n × rank
	inside        []float64 // Uᵀ·K·U
}

// choose sets alpha, in the unit of the responses.
func (c *penaltyChoice) choose(ctx context.Context, in metrics.NeuralInput, s metrics.Split) error {
	n, r, u := len(s.Train), c.basis.rank, c.basis.u
	c.alpha = ridgeAlphas()[0]
	if r == 0 {
		return nil
	}
	k, _ := trainGram(in.Gram, s.Train)
	whole := 0.0 // the trace as it is held, by whose size K is rounded
	for _, i := range s.Train {
		whole += in.Gram.K[i*in.Gram.N+i]
	}
	_, exponent := math.Frexp(dense.MaxAbs(k))
	for i, v := range k {
		k[i] = math.Ldexp(v, -exponent) // the loss knows no unit of the activations
	}
	c.split(in.Workers, k, n)
	trace := math.Ldexp(whole, -exponent)
	vague := 4 * c.basis.uncertainty(0) // of U
	var losses, errors []float64
	var shrunk [][]float64
	ue, m := make([]float64, n*r), make([]float64, n*r)
	for _, alpha := range ridgeAlphas() {
		if err := ctx.Err(); err != nil {
			return err
		}
		e := c.shrinkage(c.basis.of.penalty(alpha))
		for at := 0; at < len(u); at += r {
			for j, f := range e {
				ue[at+j] = u[at+j] * f
			}
		}
		copy(m, c.cross)
		dense.AddProduct(in.Workers, dense.Of(m, n, r), 1, dense.Of(ue, n, r), dense.Of(c.inside, r, r))
		loss, rounding := 0.0, 0.0
		for i := range n {
			row := ue[i*r : (i+1)*r]
			g := c.free[i] + dense.Dot(row, u[i*r:(i+1)*r])
			loss += max(0, c.outside[i]+dense.Dot(row, m[i*r:(i+1)*r])) / g / g
			rounding += 8 * dense.Epsilon * trace / float64(n) / g
		}
		rounding += float64(loss * vague)
		losses, errors, shrunk = append(losses, loss), append(errors, rounding), append(shrunk, e)
	}
	best := -1
	for i, loss := range losses {
		if !math.IsNaN(loss) && !math.IsInf(loss, 0) && (best < 0 || loss < losses[best]) {
			best = i
		}
	}
	if best < 0 {
		return fmt.Errorf("leave-one-out: %w", metrics.ErrIllConditioned)
	}
	c.alpha = ridgeAlphas()[best]
	// A fit that leaves next to nothing has losses that grow as the square of the penalty.
	const clear = 1e3 // times its rounding is a loss of which enough is known
	c.lost = losses[best] <= clear*errors[best]
	for i, loss := range losses {
		if math.IsInf(loss, 0) || loss-losses[best] > errors[i]+errors[best] {
			continue
		}
		switch other := differentShrinkage(shrunk[i], shrunk[best]); {
		case other > showing:
			c.unsure = true
		case other > telling:
			c.lost = true
		}
	}
	return nil
}

// shrinkage returns e = α/(s² + α) for each singular value. Where nothing is outside
// of U, c and g know e up to a factor alone: it is then brought to 1 at the smallest s.
func (c *penaltyChoice) shrinkage(alpha float64) []float64 {
	r := c.basis.rank
	e := make([]float64, r)
	least := c.basis.values[r-1]
	for j, s := range c.basis.values[:r] {
		switch {
		case r >= c.basis.of.rows && alpha < 1:
			e[j] = (float64(least*least) + alpha) / (float64(s*s) + alpha)
		case r >= c.basis.of.rows:
			e[j] = (least*least/alpha + 1) / (s*s/alpha + 1)
		default:
			e[j] = 1 / (s*s/alpha + 1)
		}
	}
	return e
}

// split sets what a loss needs of K in the directions of U and outside of them.
func (c *penaltyChoice) split(workers int, k []float64, n int) {
	const nearlyInside = 1e-2 // of a row's unit
	r, u := c.basis.rank, c.basis.u
	ku := make([]float64, n*r)
	dense.AddProduct(workers, dense.Of(ku, n, r), 1, dense.Of(k, n, n), dense.Of(u, n, r))
	c.inside = make([]float64, r*r)
	dense.AddProduct(workers, dense.Of(c.inside, r, r), 1, dense.Of(u, n, r).T(), dense.Of(ku, n, r))
	c.outside, c.free, c.cross = make([]float64, n), make([]float64, n), make([]float64, n*r)
	if r >= n-1 {
		return // nothing is outside
	}
	copy(c.cross, ku)
	dense.AddProduct(workers, dense.Of(c.cross, n, r), -1, dense.Of(u, n, r), dense.Of(c.inside, r, r))
	var near []int
	for i := range n {
		row := u[i*r : (i+1)*r]
		c.free[i] = 1 - 1/float64(n) - dense.Dot(row, row)
		c.outside[i] = k[i*n+i] - dense.Dot(row, ku[i*r:(i+1)*r]) - dense.Dot(row, c.cross[i*r:(i+1)*r])
		if c.free[i] < nearlyInside {
			near = append(near, i)
		}
	}
	c.project(workers, k, ku, n, near)
	dense.Scale(c.cross, 2)
}

// project sets what is outside of U for the given rows from p_i itself.
func (c *penaltyChoice) project(workers int, k, ku []float64, n int, rows []int) {
	if len(rows) == 0 {
		return
	}
	r, u, f := c.basis.rank, c.basis.u, len(rows)
	p, along := make([]float64, f*n), make([]float64, f*r)
	for a, i := range rows {
		p[a*n+i] = 1
	}
	for range 2 { // the second time takes off the rounding of the first
		for at := 0; at < len(p); at += n {
			dense.CenterColumns(p[at:at+n], 1)
		}
		clear(along)
		dense.AddProduct(workers, dense.Of(along, f, r), 1, dense.Of(p, f, n), dense.Of(u, n, r))
		dense.AddProduct(workers, dense.Of(p, f, n), -1, dense.Of(along, f, r), dense.Of(u, n, r).T())
	}
	for at := 0; at < len(p); at += n {
		row := p[at : at+n]
		if dense.Dot(row, row) <= float64(n)*float64(n)*dense.Epsilon*dense.Epsilon {
			clear(row)
		}
	}
	pk, cross := make([]float64, f*n), make([]float64, f*r)
	dense.AddProduct(workers, dense.Of(pk, f, n), 1, dense.Of(p, f, n), dense.Of(k, n, n))
	dense.AddProduct(workers, dense.Of(cross, f, r), 1, dense.Of(p, f, n), dense.Of(ku, n, r))
	for a, i := range rows {
		row := p[a*n : (a+1)*n]
		c.free[i] = dense.Dot(row, row)
		c.outside[i] = dense.Dot(row, pk[a*n:(a+1)*n])
		copy(c.cross[i*r:(i+1)*r], cross[a*r:(a+1)*r])
	}
}

// What two penalties shrink a direction by differs enough to show in a figure, or in
// leave-one-out errors.
const (
	showing = 1e-9
	telling = 1e-12
)

// differentShrinkage returns the most by which two penalties shrink a direction
// differently.
func differentShrinkage(a, b []float64) (most float64) {
	for j, v := range a {
		most = max(most, math.Abs(v-b[j]))
	}
	return most
}
