package ranking

import (
	"math"
	"math/rand/v2"
)

// clusterDeviations is medianDeviations where neuroids of one cluster, as of an
// electrode, go together: whole clusters are drawn, as many as there are. What the
// bootstrap is smoothed by is likewise the deviation of another cluster's mean, the
// same for all neuroids of a cluster, and one of a neuroid from its own cluster's
// mean, so that the spread between clusters and that within them are both kept.
//
// Source: Field & Welsh 2007, J. R. Stat. Soc. B 69:369-390 (cluster bootstrap).
func clusterDeviations(r *rand.Rand, draws int, clusters [][]int, of []sample) [][]float64 {
	n := len(of[0].neuroids)
	bandwidth := math.Pow(float64(len(clusters)), -0.2)
	shrink := 1 / math.Sqrt(1+bandwidth*bandwidth)
	var between, within, drawn, deviations [][]float64
	for _, o := range of {
		values, own := centred(o.neuroids), make([]float64, n)
		means := make([]float64, len(clusters))
		for c, members := range clusters {
			for _, j := range members {
				means[c] += values[j] / float64(len(members))
			}
			for _, j := range members {
				own[j] = values[j] - means[c]
			}
		}
		between, within = append(between, means), append(within, own)
		drawn, deviations = append(drawn, nil), append(deviations, make([]float64, draws))
	}
	for i := range draws {
		for m := range drawn {
			drawn[m] = drawn[m][:0]
		}
		for range clusters {
			at, along, by := r.IntN(len(clusters)), r.IntN(len(clusters)), bandwidth*r.NormFloat64()
			for _, j := range clusters[at] {
				other, small := r.IntN(n), bandwidth*r.NormFloat64()
				for m := range drawn {
					drawn[m] = append(drawn[m], shrink*(between[m][at]+by*between[m][along]+within[m][j]+small*within[m][other]))
				}
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
