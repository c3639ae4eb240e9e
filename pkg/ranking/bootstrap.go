package ranking

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// sample is what a bootstrap draws from of one score.
type sample struct {
	centre   float64   // what deviations of the raw value are added to
	neuroids []float64 // means over splits
	clusters [][]int   // of neuroids that are drawn together; nil where each is drawn alone
	splits   []float64
	halves   []float64                 // what the score is the mean of, nil where form gives it
	form     func(raw float64) float64 // the score of a raw value
}

// bootstrap draws the raw values and the scores of one model, or of several that
// have the same neuroids and splits: both are drawn with replacement, the same
// for all, and their deviations added. Few of them vary too little in such
// samples, so the deviations are widened to what Student's t has of so many
// (Hesterberg 2015, doi:10.1080/00031305.2015.1089789, expanded percentile
// intervals).
func bootstrap(r *rand.Rand, draws int, alpha float64, of ...sample) (raws, scores [][]float64) {
	s := len(of[0].splits)
	var neuroids [][]float64
	widenN, widenS := widening(len(of[0].neuroids), alpha), widening(s, alpha)
	if clusters := of[0].clusters; clusters != nil {
		neuroids = clusterDeviations(r, draws, clusters, of)
		widenN = widening(len(clusters), alpha)
	} else {
		neuroids = medianDeviations(r, draws, of)
	}
	meanSplit, meanHalf := make([]float64, len(of)), make([]float64, len(of))
	for m, o := range of {
		meanSplit[m], meanHalf[m] = mean(o.splits), mean(o.halves)
		raws, scores = append(raws, make([]float64, draws)), append(scores, make([]float64, draws))
	}
	counts := make([]int32, s)
	for i := range draws {
		if s >= 2 {
			resample(r, counts)
		}
		for m, o := range of {
			raw, half := o.centre, meanHalf[m]
			if neuroids != nil {
				raw += widenN * neuroids[m][i]
			}
			if s >= 2 {
				raw += widenS * (weighted(o.splits, counts) - meanSplit[m])
				if s == len(o.halves) {
					half += widenS * (weighted(o.halves, counts) - meanHalf[m])
				}
			}
			raws[m][i], scores[m][i] = raw, half
			if o.halves == nil {
				scores[m][i] = o.form(raw)
			}
		}
	}
	return raws, scores
}

// medianDeviations gives how each model's median over neuroids deviates in
// samples of the neuroids. The bootstrap is smoothed, as that of a median jumps
// from value to value, and two medians that mostly move together would seem to
// move apart (Silverman and Young 1987, doi:10.1093/biomet/74.3.469): each
// neuroid drawn is moved along the deviation of another one, which keeps the
// models' covariance, and the sample is shrunk to keep their variance. Nil where
// there are fewer than two neuroids.
func medianDeviations(r *rand.Rand, draws int, of []sample) [][]float64 {
	n := len(of[0].neuroids)
	if n < 2 {
		return nil
	}
	bandwidth := math.Pow(float64(n), -0.2)
	shrink := 1 / math.Sqrt(1+bandwidth*bandwidth)
	var from, drawn, deviations [][]float64
	for _, o := range of {
		from, drawn = append(from, centred(o.neuroids)), append(drawn, make([]float64, n))
		deviations = append(deviations, make([]float64, draws))
	}
	for i := range draws {
		for k := range n {
			at, along, by := r.IntN(n), r.IntN(n), bandwidth*r.NormFloat64()
			for m, values := range from {
				drawn[m][k] = shrink * (values[at] + by*values[along])
			}
		}
		for m := range of {
			deviations[m][i] = medianOf(drawn[m])
		}
	}
	for m := range of {
		deviations[m] = centred(deviations[m])
	}
	return deviations
}

// medianOf is the median of values, which it sorts.
func medianOf(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}

// widening is by how much deviations of bootstrap means of n values are too
// narrow at the quantile alpha/2.
func widening(n int, alpha float64) float64 {
	if n < 2 {
		return 0
	}
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(n - 1)}
	return t.Quantile(alpha/2) / distuv.UnitNormal.Quantile(alpha/2) * math.Sqrt(float64(n)/float64(n-1))
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// centred are values about their mean.
func centred(values []float64) []float64 {
	m, out := mean(values), make([]float64, len(values))
	for i, v := range values {
		out[i] = v - m
	}
	return out
}

func weighted(values []float64, counts []int32) float64 {
	sum := 0.0
	for i, v := range values {
		sum += v * float64(counts[i])
	}
	return sum / float64(len(values))
}
