package simulated

import (
	"math/rand/v2"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/plain"
)

// Readout makes features of a few strong and many weak directions.
func Readout(m, features, classes int, signal float64) (x []float64, labels []int) {
	random := rand.New(rand.NewPCG(uint64(m), uint64(features)))
	labels = make([]int, m)
	x = make([]float64, m*features)
	centers := make([]float64, classes*features)
	for i := range centers {
		centers[i] = random.NormFloat64()
	}
	for i := range m {
		labels[i] = i % classes
		common := random.NormFloat64()
		for f := range features {
			x[i*features+f] = signal*centers[labels[i]*features+f] + 3*common*float64(f%3) + random.NormFloat64()
		}
	}
	return plain.Standardize(x, m, features).Apply(x), labels
}
