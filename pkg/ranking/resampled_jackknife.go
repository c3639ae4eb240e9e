package ranking

import (
	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// A score is the sum of what single stimuli, pairs of stimuli, triples and so on add to its
// mean: orders that do not correlate (Hoeffding 1948). With V₁, V₂, … the variances of these,
// V = ΣVₖ is that over new stimuli, while the jackknife is J = Σk·Vₖ on average. What the score
// without two stimuli has beyond the scores without either is
// Q = n·S − (n − 1)·(S₋ᵢ + S₋ⱼ) + (n − 2)·S₋ᵢⱼ, and C = Σ(Q − Q̄)²/n² over all pairs is
// Σk(k − 1)/2·Vₖ on average, so that J − C ≤ V ≤ J. If each order has the same share of the
// one below it, V is J²/(J + C). n are the groups of stimuli.
//
// Source: Efron & Stein (1981), Annals of Statistics 9, The jackknife estimate of variance.

// allOrders returns the variance over stimuli, given the jackknife's and its pair term.
func allOrders(jackknife, pairs float64) float64 {
	if !(jackknife > 0) {
		return 0
	}
	return jackknife / (1 + float64(pairs/jackknife))
}

// withoutPairs returns the variance over stimuli, given those of the jackknife and of the
// bootstrap, in which pairs of stimuli count twice and thrice.
func withoutPairs(jackknife, bootstrap float64) float64 {
	return max(jackknife/2, min(jackknife, float64(2*jackknife)-float64(bootstrap)))
}

// jackknife returns the jackknife's variance over stimuli of the mean over subjects, and of the
// deviations of subjects from it, as these vary the mean over samples of the subjects.
func (s resampled) jackknife() (ofMean, ofDeviations float64) {
	groups, k := len(s.without[0]), float64(len(s.without))
	means := make([]float64, groups)
	for g := range means {
		for _, values := range s.without {
			means[g] += values[g] / k
		}
	}
	sum := func(values []float64) float64 { return float64(float64(groups-1) * meanSquare(centred(values))) }
	for _, values := range s.without {
		deviations := make([]float64, groups)
		for g, v := range values {
			deviations[g] = v - means[g]
		}
		ofDeviations += sum(deviations) / k / k
	}
	return sum(means), ofDeviations
}

// pairCount returns the number of samples without two groups.
func (s resampled) pairCount() int {
	if len(s.pairs) == 0 {
		return 0
	}
	return len(s.pairs[0])
}

// pairTerms returns the jackknife's pair term C of the mean over subjects, and that of the
// deviations of subjects from it, as jackknife weighs them; false if fewer than half of the
// samples without two groups have a value. The share of the score itself in Q is the same for
// all pairs, so that it has no effect.
func (s resampled) pairTerms() (ofMean, ofDeviations float64, ok bool) {
	count, groups, k := s.pairCount(), len(s.without[0]), float64(len(s.pairs))
	var means []float64
	beyond := make([][]float64, len(s.pairs)) // Q less n·S
	for p := range count {
		i, j := metrics.GroupPair(p, groups)
		q, mean := make([]float64, len(s.pairs)), 0.0
		for subject, values := range s.pairs {
			without := s.without[subject]
			q[subject] = float64(float64(groups-2)*values[p]) - float64(float64(groups-1)*(without[i]+without[j]))
			mean += q[subject] / k
		}
		if !stats.Finite(mean) {
			continue
		}
		means = append(means, mean)
		for subject, v := range q {
			beyond[subject] = append(beyond[subject], v-mean)
		}
	}
	if len(means) < 2 || 2*len(means) < count {
		return 0, 0, false
	}
	n := float64(groups)
	term := func(values []float64) float64 {
		sampled := float64(len(values)) / float64(len(values)-1)
		return float64((n - 1) / (2 * n) * sampled * meanSquare(centred(values)))
	}
	for _, values := range beyond {
		ofDeviations += term(values) / k / k
	}
	return term(means), ofDeviations, true
}
