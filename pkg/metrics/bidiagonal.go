package metrics

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
	"gonum.org/v1/gonum/blas"
	lapack "gonum.org/v1/gonum/lapack/gonum"
)

// bidiagonal is a split by X = Q·B·Pᵀ with B upper bidiagonal, which gives ridge
// regression for every penalty: B·Bᵀ + αI has factors that are sums of positive numbers.
//
// Source: Eldén (1977), BIT 17 (bidiagonalisation); Fernando & Parlett (1994), Numer.
// Math. 67 (differential quotient-difference forms).
type bidiagonal struct {
	*stableSplit
	d, e, tauP, a []float64 // a has P as LAPACK's dgebrd leaves it
	q, y, qy      []float64 // Q and what of Y is outside of it, in distinct stimuli; QᵀY
	outside       []float64 // what is left of an axis outside of Q and u, squared
	w             []float64 // of the last penalty, (B·Bᵀ + αI)⁻¹·QᵀY
}

func (f *stableSplit) bidiagonalize(workers int) *bidiagonal {
	if f.p > f.rows {
		f.compress()
	}
	m, rows, p, t := f.rows+1, f.rows, f.p, f.t
	b := &bidiagonal{stableSplit: f, a: slices.Clone(f.x), d: make([]float64, p), e: make([]float64, p-1),
		tauP: make([]float64, p), outside: make([]float64, m), w: make([]float64, p*t), qy: make([]float64, p*t)}
	var impl lapack.Implementation
	tauQ, work := make([]float64, p), make([]float64, 1)
	impl.Dgebrd(rows, p, b.a, p, b.d, b.e, tauQ, b.tauP, work, -1)
	work = make([]float64, int(work[0]))
	impl.Dgebrd(rows, p, b.a, p, b.d, b.e, tauQ, b.tauP, work, len(work))
	q := slices.Clone(b.a)
	impl.Dorgbr(generateQ, rows, p, p, q, p, tauQ, work[:1], -1)
	work = make([]float64, max(len(work), int(work[0])))
	impl.Dorgbr(generateQ, rows, p, p, q, p, tauQ, work, len(work))
	b.q, b.y = f.withOnes(q, p), f.withOnes(f.y, t)
	kernel.Gemm(workers, true, false, p, t, m, 1, b.q, p, b.y, t, b.qy, t)
	if p == rows {
		clear(b.y)
		return b
	}
	kernel.Gemm(workers, false, false, m, t, p, -1, b.q, p, b.qy, t, b.y, t)
	for i := range b.outside {
		row := b.q[i*p : (i+1)*p]
		b.outside[i] = max(0, 1-f.roots[i]*f.roots[i]-dot(row, row))
	}
	return b
}

// solve sets w for a penalty and returns the factors of B·Bᵀ + αI.
func (b *bidiagonal) solve(alpha float64) (d, l []float64) {
	d, l = factorBidiagonal(b.d, b.e, alpha)
	copy(b.w, b.qy)
	solveTridiagonal(d, l, b.w, b.t)
	return d, l
}

// predictFirst returns the predictions for the first test row with the last penalty.
func (b *bidiagonal) predictFirst() []float64 {
	var impl lapack.Implementation
	z, work := slices.Clone(b.test[:b.p]), make([]float64, 1)
	impl.Dormbr(applyP, blas.Right, blas.NoTrans, 1, b.p, b.rows, b.a, b.p, b.tauP, z, b.p, work, -1)
	work = make([]float64, int(work[0]))
	impl.Dormbr(applyP, blas.Right, blas.NoTrans, 1, b.p, b.rows, b.a, b.p, b.tauP, z, b.p, work, len(work))
	out := make([]float64, b.t)
	for k, v := range z {
		axpy(v*b.d[k], b.w[k*b.t:(k+1)*b.t], out)
		if k > 0 {
			axpy(v*b.e[k-1], b.w[(k-1)*b.t:k*b.t], out)
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
func (f *stableSplit) chooseAlpha(ctx context.Context, workers int) (alpha float64, tied []float64, certain bool, err error) {
	if f.p == 0 || f.rows < 1 {
		return ridgeAlphas()[0], nil, true, nil
	}
	b := f.bidiagonalize(workers)
	if err := ctx.Err(); err != nil {
		return 0, nil, false, err
	}
	m, p, t := f.rows+1, f.p, f.t
	qt := transposed(b.q, m, p)
	residual, g := make([]float64, m*t), make([]float64, m)
	alphas := ridgeAlphas()
	losses, shares := make([]float64, len(alphas)), make([][]float64, len(alphas))
	doubts, responses := make([]float64, len(alphas)), 0.0 // rounding of the losses
	for _, norm := range f.responses {
		responses = math.Hypot(responses, norm)
	}
	lost := make(map[int]bool) // stimuli of which rounding is left
	for a, alpha := range alphas {
		if err := ctx.Err(); err != nil {
			return 0, nil, false, err
		}
		d, l := b.solve(alpha)
		copy(residual, b.y)
		kernel.Gemm(workers, false, false, m, t, p, alpha, b.q, p, b.w, t, residual, t)
		if err := inverseDiagonal(ctx, workers, d, l, qt, g); err != nil {
			return 0, nil, false, err
		}
		shares[a] = make([]float64, m)
		rounding := make([]float64, m)
		dual := alpha * math.Sqrt(dot(b.w, b.w))
		for i := range m {
			// What is left of one of c stimuli that are the same.
			c, row := f.counts[i], residual[i*t:(i+1)*t]
			left := 1 - 1/c + (b.outside[i]+alpha*g[i])/c
			squares := dot(row, row)
			shares[a][i] = (f.within[i] + squares) / (left * left)
			losses[a] += shares[a][i]
			rounding[i] = unit * dual / left
			if b.outside[i] > 0 {
				rounding[i] += unit * math.Sqrt(squares) / (left * left)
			}
			off := unit * dual / left
			if b.outside[i] > 0 {
				off = unit * responses / left // of responses less their part in Q
			}
			doubts[a] += off * (2*math.Sqrt(shares[a][i]) + off)
		}
		for i, r := range rounding {
			if f.counts[i] == 1 && r > 1e-9*math.Sqrt(losses[a]/float64(m)) {
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
				return 0, nil, false, err
			}
			for a, loss := range f.leaveOut(workers, i, alphas) {
				losses[a] += loss - shares[a][i]
			}
		}
	}
	best := 0
	for i, loss := range losses {
		if loss < losses[best] || math.IsNaN(losses[best]) {
			best = i
		}
	}
	if !(losses[best] < math.Inf(1)) {
		return 0, nil, false, ErrIllConditioned
	}
	// Equal losses are ties; rounding that is more than their last digits is not.
	if doubts[best] > 1e-11*losses[best] {
		for i, loss := range losses {
			if i != best && loss-doubts[i] <= losses[best]+doubts[best] {
				certain = false
			}
		}
	}
	for i, loss := range losses {
		if i != best && math.Abs(loss-losses[best]) <= 16*epsilon*losses[best] {
			tied = append(tied, alphas[i])
		}
	}
	if len(tied) > 2 {
		tied = []float64{tied[0], tied[len(tied)-1]}
	}
	return alphas[best], tied, certain, nil
}

// leaveOut returns the squared error on one of the distinct train stimuli of fits on the
// others, for each penalty.
func (f *stableSplit) leaveOut(workers, stimulus int, alphas []float64) []float64 {
	left := f.first[stimulus]
	var others []int
	for _, row := range f.split.Train {
		if row != left {
			others = append(others, row)
		}
	}
	rest := newStableSplit(f.root, f.in, Split{Train: others, Test: []int{left}})
	mean := trainMeans(f.in.Responses, f.t, others)
	losses := make([]float64, len(alphas))
	var b *bidiagonal
	if rest.p > 0 && rest.rows > 0 {
		b = rest.bidiagonalize(workers)
	}
	predicted := make([]float64, f.t)
	for a, alpha := range alphas {
		if b != nil {
			b.solve(alpha)
			predicted = b.predictFirst()
		}
		for j, p := range predicted {
			e := f.in.Responses[left*f.t+j] - mean[j] - p
			losses[a] += e * e
		}
	}
	return losses
}

// factorBidiagonal factors B·Bᵀ + αI = L·D·Lᵀ with unit lower bidiagonal L, for the upper
// bidiagonal B of diagonal b and off-diagonal off, without a subtraction.
func factorBidiagonal(b, off []float64, alpha float64) (d, l []float64) {
	d, l = make([]float64, len(b)), make([]float64, len(off))
	rest := b[0]*b[0] + alpha
	for i := range b {
		d[i] = rest
		if i < len(off) {
			d[i] = rest + off[i]*off[i]
			l[i] = b[i+1] * (off[i] / d[i])
			rest = alpha + b[i+1]*(b[i+1]*(rest/d[i]))
		}
	}
	return d, l
}
