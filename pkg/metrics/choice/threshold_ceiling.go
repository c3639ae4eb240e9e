package choice

import (
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/numpyrand"
)

// ceilingOfThresholds compares each of people's thresholds, or elevations, with the
// others. With the published draws as many are compared, but each is drawn at random
// from the list, whose end it joins afterwards.
func ceilingOfThresholds(people []float64, published bool) (metrics.Estimate, error) {
	n := len(people)
	if n < 2 {
		return metrics.Estimate{}, &SubjectsError{Subjects: n}
	}
	people = slices.Clone(people)
	values := make([]float64, n)
	for i := range values {
		drawn := 0 // without draws, each is the first once
		if published {
			drawn = numpyrand.New(uint32(i)).Permutation(n)[0]
		}
		t := people[drawn]
		others := slices.Delete(people, drawn, drawn+1)
		values[i] = nearness(t, others).Value
		people = append(others, t)
	}
	return exactMeanSD(values), nil
}
