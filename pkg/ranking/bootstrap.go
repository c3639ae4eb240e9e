package ranking

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/brainscore-go/brainscore/internal/portable"
)

// sample holds the values of one score that a bootstrap draws from.
type sample struct {
	centre   float64   // deviations of the raw value are added to it
	neuroids []float64 // means over splits
	clusters [][]int   // neuroids that are drawn together; nil to draw each alone
	splits   []float64
	halves   []float64                 // the score is their mean; nil to compute it by form
	form     func(raw float64) float64 // the score of a raw value
}

// bootstrap draws raw values and scores of one model, or of several with the same
// neuroids and splits. Neuroids and splits are drawn with replacement, the same for all
// models, and their deviations are added. Small samples vary too little in a bootstrap,
// so deviations are widened to the quantiles of Student's t (expanded percentile
// intervals, Hesterberg 2015, doi:10.1080/00031305.2015.1089789).
func bootstrap(r *rand.Rand, draws int, alpha float64, samples ...sample) (raws, scores [][]float64) {
	s := len(samples[0].splits)
	var neuroids [][]float64
	widenN, widenS := widening(len(samples[0].neuroids), alpha), widening(s, alpha)
	if clusters := samples[0].clusters; clusters != nil {
		neuroids = clusterDeviations(r, draws, clusters, samples)
		widenN = widening(len(clusters), alpha)
	} else {
		neuroids = medianDeviations(r, draws, samples)
	}
	meanSplit, meanHalf := make([]float64, len(samples)), make([]float64, len(samples))
	for m, o := range samples {
		meanSplit[m], meanHalf[m] = mean(o.splits), mean(o.halves)
		raws, scores = append(raws, make([]float64, draws)), append(scores, make([]float64, draws))
	}
	counts := make([]int32, s)
	for i := range draws {
		if s >= 2 {
			resample(r, counts)
		}
		for m, o := range samples {
			raw, half := o.centre, meanHalf[m]
			if neuroids != nil {
				raw += float64(widenN * neuroids[m][i])
			}
			if s >= 2 {
				raw += float64(widenS * (weighted(o.splits, counts) - meanSplit[m]))
				if s == len(o.halves) {
					half += float64(widenS * (weighted(o.halves, counts) - meanHalf[m]))
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

// medianDeviations returns how each model's median over neuroids deviates in samples
// of the neuroids, nil for fewer than two neuroids. The bootstrap is smoothed (Silverman
// and Young 1987, doi:10.1093/biomet/74.3.469), because the bootstrap of a median jumps
// from value to value, and two medians that mostly move together would seem to move
// apart. Each neuroid drawn is moved along the deviation of another one, which keeps
// the models' covariance, and the sample is shrunk to keep their variance.
func medianDeviations(r *rand.Rand, draws int, samples []sample) [][]float64 {
	n := len(samples[0].neuroids)
	if n < 2 {
		return nil
	}
	bandwidth := portable.Pow(float64(n), -0.2)
	shrink := 1 / math.Sqrt(1+float64(bandwidth*bandwidth))
	var centredValues, drawn, deviations [][]float64
	for _, o := range samples {
		centredValues, drawn = append(centredValues, centred(o.neuroids)), append(drawn, make([]float64, n))
		deviations = append(deviations, make([]float64, draws))
	}
	for i := range draws {
		for k := range n {
			index, other, step := r.IntN(n), r.IntN(n), bandwidth*portable.Normal(r)
			for m, values := range centredValues {
				drawn[m][k] = shrink * (values[index] + float64(step*values[other]))
			}
		}
		for m := range samples {
			deviations[m][i] = medianOf(drawn[m])
		}
	}
	for m := range samples {
		deviations[m] = centred(deviations[m])
	}
	return deviations
}

// medianOf sorts values and returns their median.
func medianOf(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}

// widening returns the factor by which deviations of bootstrap means of n values are
// too small at the quantile alpha/2.
func widening(n int, alpha float64) float64 {
	if n < 2 {
		return 0
	}
	return portable.StudentQuantile(alpha/2, float64(n-1)) / portable.NormalQuantile(alpha/2) * math.Sqrt(float64(n)/float64(n-1))
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// centred returns values less their mean.
func centred(values []float64) []float64 {
	m, out := mean(values), make([]float64, len(values))
	for i, v := range values {
		out[i] = v - m
	}
	return out
}

// weighted returns the mean of values, each counted as often as it was drawn.
func weighted(values []float64, counts []int32) float64 {
	sum := 0.0
	for i, v := range values {
		sum += float64(v * float64(counts[i]))
	}
	return sum / float64(len(values))
}
