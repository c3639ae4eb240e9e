package metrics

import (
	"context"
	"math"
)

// cka is the linear centred kernel alignment of two representations.
type cka struct{ biased bool }

func (cka) Info() Info { return ckaInfo }

// ScoreNeural compares the Gram matrices of activations and responses.
func (m cka) ScoreNeural(ctx context.Context, in NeuralInput) (Score, error) {
	l, done, err := responseGram(ctx, in, Needs{Gram: true})
	if err != nil {
		return Score{}, err
	}
	defer done()
	return overSplits(ctx, in, func(rows []int, workers int) (float64, error) {
		if m.biased {
			return biasedCKA(workers, in.Gram, l, rows), nil
		}
		if len(rows) < 4 {
			return 0, &TooFewError{"cka", len(rows), 4}
		}
		return unbiasedCKA(workers, in.Gram, l, rows), nil
	})
}

// ckaRow holds a row's sums over the columns that count.
type ckaRow struct{ k, l, kl, kk, ll float64 }

func (r *ckaRow) add(s ckaRow) {
	r.k += s.k
	r.l += s.l
	r.kl += s.kl
	r.kk += s.kk
	r.ll += s.ll
}

// unbiasedCKA is HSIC(K,L)/√(HSIC(K,K)·HSIC(L,L)) by the estimator of Song et
// al. on Gram matrices with zeroed diagonals. Off the diagonal it does not see
// centring, so the centred matrices serve. Each row is summed by itself and
// the rows are added in order.
func unbiasedCKA(workers int, k, l *Gram, rows []int) float64 {
	sums := make([]ckaRow, len(rows))
	eachRow(workers, len(rows), func(a int) {
		i := rows[a]
		kRow, lRow := k.K[i*k.N:(i+1)*k.N], l.K[i*l.N:(i+1)*l.N]
		s := &sums[a]
		part := func(columns []int) {
			var p ckaRow
			for _, j := range columns {
				x, y := kRow[j], lRow[j]
				p.k += x
				p.l += y
				p.kl += x * y
				p.kk += x * x
				p.ll += y * y
			}
			s.add(p)
		}
		part(rows[:a])
		part(rows[a+1:])
	})
	n := float64(len(rows))
	var all, cross ckaRow
	for _, s := range sums {
		all.add(s)
		cross.add(ckaRow{kl: s.k * s.l, kk: s.k * s.k, ll: s.l * s.l})
	}
	hsic := func(sum, a, b, cross float64) float64 {
		return (sum + a*b/((n-1)*(n-2)) - 2*cross/(n-2)) / (n * (n - 3))
	}
	kl := hsic(all.kl, all.k, all.l, cross.kl)
	kk, ll := hsic(all.kk, all.k, all.k, cross.kk), hsic(all.ll, all.l, all.l, cross.ll)
	return kl / math.Sqrt(kk*ll)
}

// biasedCKA is ΣK_c·L_c / √(ΣK_c²·ΣL_c²) of the centred Gram matrices.
func biasedCKA(workers int, k, l *Gram, rows []int) float64 {
	n := float64(len(rows))
	meanK, meanL := make([]float64, len(rows)), make([]float64, len(rows))
	eachRow(workers, len(rows), func(a int) {
		i := rows[a]
		kRow, lRow := k.K[i*k.N:(i+1)*k.N], l.K[i*l.N:(i+1)*l.N]
		var sumK, sumL float64
		for _, j := range rows {
			sumK += kRow[j]
			sumL += lRow[j]
		}
		meanK[a], meanL[a] = sumK/n, sumL/n
	})
	var totalK, totalL float64
	for a := range rows {
		totalK += meanK[a] / n
		totalL += meanL[a] / n
	}
	sums := make([]ckaRow, len(rows))
	eachRow(workers, len(rows), func(a int) {
		i := rows[a]
		kRow, lRow := k.K[i*k.N:(i+1)*k.N], l.K[i*l.N:(i+1)*l.N]
		shiftK, shiftL := totalK-meanK[a], totalL-meanL[a]
		var s ckaRow
		for b, j := range rows {
			x, y := kRow[j]+(shiftK-meanK[b]), lRow[j]+(shiftL-meanL[b])
			s.kl += x * y
			s.kk += x * x
			s.ll += y * y
		}
		sums[a] = s
	})
	var all ckaRow
	for _, s := range sums {
		all.add(s)
	}
	return all.kl / math.Sqrt(all.kk*all.ll)
}

var ckaInfo = Info{
	Name:    "cka",
	Kind:    KindSimilarity,
	Summary: "linear centred kernel alignment of activations and responses",
	Formula: "HSIC(K,L)/√(HSIC(K,K)·HSIC(L,L)) by the unbiased estimator HSIC = [ΣKL + ΣK·ΣL/((n−1)(n−2)) − 2·1ᵀKL1/(n−2)]/(n(n−3)) on Gram matrices with zeroed diagonals; biased: ΣK_cL_c/√(ΣK_c²·ΣL_c²)",
	Range:   "0 to 1, the unbiased estimator slightly below 0 for unrelated representations",
	NaN:     "activations or responses without variance",
	Needs:   Needs{Gram: true},
	Options: []Option{{Name: "biased", Type: "boolean", Default: "false", Doc: "use the biased estimator"}},
	References: []string{
		"Kornblith et al. (2019), ICML, arXiv:1905.00414",
		"Song et al. (2012), JMLR 13 (unbiased HSIC)",
	},
}

func init() {
	register(ckaInfo, func(o Options) (Metric, error) {
		biased, err := o.Bool("biased", false)
		return cka{biased}, err
	})
}
