package mapping

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/internal/portable"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// bidiagonal is a split by X = Q·B·Pᵀ with B upper bidiagonal, which gives ridge
// regression for every penalty: B·Bᵀ + αI has factors that are sums of positive numbers.
//
// Source: Eldén (1977), BIT 17 (bidiagonalisation); Fernando & Parlett (1994), Numer.
// Math. 67 (differential quotient-difference forms).
type bidiagonal struct {
	*stableSplit
	dense.Bidiagonal
	q, y, qy []float64 // Q and what of Y is outside of it, in distinct stimuli; QᵀY
	outside  []float64 // what is left of an axis outside of Q and u, squared
	blurred  []bool    // whether that, and what is left of Y there, is rounding
	w        []float64 // of the last penalty, (B·Bᵀ + αI)⁻¹·QᵀY
}

func (f *stableSplit) bidiagonalize(workers int) *bidiagonal {
	if f.p > f.rows {
		f.compress()
	}
	m, rows, p, t := f.rows+1, f.rows, f.p, f.t
	b := &bidiagonal{stableSplit: f, Bidiagonal: dense.Bidiagonalize(f.x, rows, p),
		outside: make([]float64, m), blurred: make([]bool, m), w: make([]float64, p*t), qy: make([]float64, p*t)}
	b.q, b.y = f.withOnes(b.Q, p), f.withOnes(f.y, t)
	dense.AddProduct(workers, dense.Of(b.qy, p, t), 1, dense.Of(b.q, m, p).T(), dense.Of(b.y, m, t))
	if p == rows {
		clear(b.y)
		return b
	}
	dense.AddProduct(workers, dense.Of(b.y, m, t), -1, dense.Of(b.q, m, p), dense.Of(b.qy, p, t))
	for i := range b.outside {
		row := b.q[i*p : (i+1)*p]
		b.outside[i] = max(0, 1-float64(f.roots[i]*f.roots[i])-dense.Dot(row, row))
		b.blurred[i] = b.outside[i] <= 16*unit
	}
	return b
}

// solve sets w for a penalty and returns the factors of B·Bᵀ + αI.
func (b *bidiagonal) solve(alpha float64) (d, l []float64) {
	d, l = dense.FactorBidiagonal(b.Diagonal, b.Off, alpha)
	copy(b.w, b.qy)
	dense.SolveTridiagonal(d, l, b.w, b.t)
	return d, l
}

// predictFirst returns the predictions for the first test row with the last penalty.
func (b *bidiagonal) predictFirst() []float64 {
	z := b.MulP(b.test[:b.p])
	out := make([]float64, b.t)
	for k, v := range z {
		dense.AddScaled(v*b.Diagonal[k], b.w[k*b.t:(k+1)*b.t], out)
		if k > 0 {
			dense.AddScaled(v*b.Off[k-1], b.w[(k-1)*b.t:k*b.t], out)
		}
	}
	return out
}

// mostRefits is for how many stimuli of a split a fit is made without them.
const mostRefits = 16

// chooseAlpha returns the penalty with the least mean squared leave-one-out error. What
// is left of each stimulus is
//
//	1 − u² − h = α·q(BBᵀ + αI)⁻¹qᵀ + (1 − u² − q·qᵀ),  q its row of Q,
//
// where 1 − u² − h itself cancels once α is small beside λ. A stimulus of which so little
// is left that it is rounding, one that alone has a massive activation, is truly left
// out. tied are penalties whose loss is the same but for rounding, the smallest and the
// largest; certain is false if there are too many such stimuli, or if rounding decides.
func (f *stableSplit) chooseAlpha(ctx context.Context, workers int, search penaltySearch) (chosen, tied []float64, certain bool, err error) {
	choices := search.choices(f.t)
	if f.p == 0 || f.rows < 1 {
		return slices.Repeat(search.alphas[:1], choices), nil, true, nil
	}
	b := f.bidiagonalize(workers)
	if err := ctx.Err(); err != nil {
		return nil, nil, false, err
	}
	m, p, t := f.rows+1, f.p, f.t
	qt := dense.Transposed(b.q, m, p)
	residual, g := make([]float64, m*t), make([]float64, m)
	alphas := search.alphas
	losses, shares := make([][]float64, len(alphas)), make([][]float64, len(alphas))
	doubts, responses := make([]float64, len(alphas)), 0.0 // rounding of the losses
	for _, norm := range f.responses {
		responses = portable.Hypot(responses, norm)
	}
	lost := make(map[int]bool) // stimuli of which rounding is left
	for a, alpha := range alphas {
		if err := ctx.Err(); err != nil {
			return nil, nil, false, err
		}
		d, l := b.solve(alpha)
		copy(residual, b.y)
		dense.AddProduct(workers, dense.Of(residual, m, t), alpha, dense.Of(b.q, m, p), dense.Of(b.w, p, t))
		if err := dense.InverseDiagonal(ctx, workers, d, l, qt, m, g); err != nil {
			return nil, nil, false, err
		}
		losses[a], shares[a] = make([]float64, choices), make([]float64, m*choices)
		whole := 0.0
		rounding := make([]float64, m)
		dual := alpha * math.Sqrt(dense.Dot(b.w, b.w))
		for i := range m {
			// What is left of one of c stimuli that are the same.
			c, row := f.counts[i], residual[i*t:(i+1)*t]
			left := 1 - 1/c + (b.outside[i]+float64(alpha*g[i]))/c
			squares := dense.Dot(row, row)
			share := (f.within[i] + squares) / (left * left)
			whole += share
			if own := shares[a][i*choices : (i+1)*choices]; search.perNeuroid {
				for j, v := range row {
					own[j] = (f.withinOf[i*t+j] + float64(v*v)) / (left * left)
					losses[a][j] += own[j]
				}
			} else {
				own[0] = share
				losses[a][0] += share
			}
			rounding[i] = unit * dual / left
			outside := b.outside[i] > 0 || b.blurred[i]
			if outside {
				rounding[i] += unit * math.Sqrt(squares) / (left * left)
			}
			off := unit * dual / left
			if outside {
				off = unit * responses / left // of responses less their part in Q
			}
			doubts[a] += float64(off * (float64(2*math.Sqrt(share)) + off))
		}
		for i, r := range rounding {
			if f.counts[i] == 1 && r > 1e-9*math.Sqrt(whole/float64(m)) {
				lost[i] = true
			}
		}
	}
	certain = len(lost) <= mostRefits
	if certain {
		for i := range m {
			if !lost[i] {
				continue
			}
			if err := ctx.Err(); err != nil {
				return nil, nil, false, err
			}
			for a, missed := range f.leaveOut(workers, i, search) {
				for k, loss := range missed {
					losses[a][k] += loss - shares[a][i*choices+k]
				}
			}
		}
	}
	for k := range choices {
		best, more, sure := leastOf(losses, doubts, k)
		if best < 0 {
			return nil, nil, false, metrics.ErrIllConditioned
		}
		chosen = append(chosen, alphas[best])
		certain = certain && sure
		if choices == 1 {
			for _, i := range more {
				tied = append(tied, alphas[i])
			}
		}
	}
	if len(tied) > 2 {
		tied = []float64{tied[0], tied[len(tied)-1]}
	}
	return chosen, tied, certain, nil
}

// leastOf returns the penalty with the least loss for a choice, -1 if there is none, and
// those whose loss is the same but for rounding; certain is false if rounding decides.
func leastOf(losses [][]float64, doubts []float64, k int) (best int, tied []int, certain bool) {
	for i, loss := range losses {
		if loss[k] < losses[best][k] || math.IsNaN(losses[best][k]) {
			best = i
		}
	}
	least := losses[best][k]
	if !(least < math.Inf(1)) {
		return -1, nil, false
	}
	certain = true
	// Equal losses are ties; rounding that is more than their last digits is not.
	if doubts[best] > 1e-11*least {
		for i, loss := range losses {
			if i != best && loss[k]-doubts[i] <= least+doubts[best] {
				certain = false
			}
		}
	}
	for i, loss := range losses {
		if i != best && math.Abs(loss[k]-least) <= 16*dense.Epsilon*least {
			tied = append(tied, i)
		}
	}
	return best, tied, certain
}

// leaveOut returns the squared errors on one of the distinct train stimuli of fits on the
// others, for each penalty.
func (f *stableSplit) leaveOut(workers, stimulus int, search penaltySearch) [][]float64 {
	left := f.first[stimulus]
	var others []int
	for _, row := range f.split.Train {
		if row != left {
			others = append(others, row)
		}
	}
	rest := newStableSplit(f.root, f.in, metrics.Split{Train: others, Test: []int{left}})
	mean := dense.ColumnMeans(f.in.Responses, f.t, others)
	losses := make([][]float64, len(search.alphas))
	var b *bidiagonal
	if rest.p > 0 && rest.rows > 0 {
		b = rest.bidiagonalize(workers)
	}
	predicted, missed := make([]float64, f.t), make([]float64, f.t)
	for a, alpha := range search.alphas {
		losses[a] = make([]float64, search.choices(f.t))
		if b != nil {
			b.solve(alpha)
			predicted = b.predictFirst()
		}
		for j, p := range predicted {
			missed[j] = f.in.Responses[left*f.t+j] - mean[j] - p
		}
		search.addEach(losses[a], missed)
	}
	return losses
}
