package ranking

import (
	"math"
	"math/rand/v2"

	"github.com/brainscore-go/brainscore/internal/portable"
)

// clusterDeviations is the counterpart of medianDeviations for neuroids in clusters,
// for example of an electrode: it draws as many whole clusters as there are. Two
// deviations smooth the bootstrap: that of another cluster's mean, the same for all
// neuroids of a cluster, and that of a neuroid from its cluster's mean. They keep the
// spread between clusters and that within clusters.
//
// Source: Field & Welsh 2007, J. R. Stat. Soc. B 69:369-390 (cluster bootstrap).
func clusterDeviations(r *rand.Rand, draws int, clusters [][]int, samples []sample) [][]float64 {
	n := len(samples[0].neuroids)
	bandwidth := portable.Pow(float64(len(clusters)), -0.2)
	shrink := 1 / math.Sqrt(1+float64(bandwidth*bandwidth))
	var between, within, drawn, deviations [][]float64
	for _, o := range samples {
		values, residuals := centred(o.neuroids), make([]float64, n)
		means := make([]float64, len(clusters))
		for c, members := range clusters {
			for _, j := range members {
				means[c] += values[j] / float64(len(members))
			}
			for _, j := range members {
				residuals[j] = values[j] - means[c]
			}
		}
		between, within = append(between, means), append(within, residuals)
		drawn, deviations = append(drawn, nil), append(deviations, make([]float64, draws))
	}
	for i := range draws {
		for m := range drawn {
			drawn[m] = drawn[m][:0]
		}
		for range clusters {
			index, other, step := r.IntN(len(clusters)), r.IntN(len(clusters)), bandwidth*portable.Normal(r)
			for _, j := range clusters[index] {
				neuroid, small := r.IntN(n), bandwidth*portable.Normal(r)
				for m := range drawn {
					drawn[m] = append(drawn[m], shrink*(between[m][index]+float64(step*between[m][other])+within[m][j]+float64(small*within[m][neuroid])))
				}
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
