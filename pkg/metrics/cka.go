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
	l, err := responseGram(ctx, in, Needs{Gram: true})
	if err != nil {
		return Score{}, err
	}
	return overSplits(ctx, in, func(rows []int) (float64, error) {
		if m.biased {
			return biasedCKA(in.Gram, l, rows), nil
		}
		if len(rows) < 4 {
			return 0, &TooFewError{"cka", len(rows), 4}
		}
		kl, kk, ll := unbiasedHSIC(in.Gram, l, rows), unbiasedHSIC(in.Gram, in.Gram, rows), unbiasedHSIC(l, l, rows)
		return kl / math.Sqrt(kk*ll), nil
	})
}

// unbiasedHSIC is the estimator of Song et al. on Gram matrices with zeroed
// diagonals. Off the diagonal it does not see centring, so the centred
// matrices serve.
func unbiasedHSIC(k, l *Gram, rows []int) float64 {
	n := float64(len(rows))
	var sum, sumK, sumL, cross float64
	for _, i := range rows {
		var rowK, rowL float64
		for _, j := range rows {
			if i == j {
				continue
			}
			a, b := k.K[i*k.N+j], l.K[i*l.N+j]
			sum += a * b
			rowK += a
			rowL += b
		}
		sumK += rowK
		sumL += rowL
		cross += rowK * rowL
	}
	return (sum + sumK*sumL/((n-1)*(n-2)) - 2*cross/(n-2)) / (n * (n - 3))
}

// biasedCKA is ΣK_c·L_c / √(ΣK_c²·ΣL_c²) of the centred Gram matrices.
func biasedCKA(k, l *Gram, rows []int) float64 {
	a, _ := trainGram(k, rows)
	b, _ := trainGram(l, rows)
	return dot(a, b) / math.Sqrt(dot(a, a)*dot(b, b))
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
