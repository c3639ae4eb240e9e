package similarity

import (
	"fmt"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// partner returns the other layer of a comparison as the metric represents it.
func partner[T metrics.Represented](one T, stimuli int, other metrics.Represented, of func(T) int) (T, error) {
	two, ok := other.(T)
	if !ok {
		return one, fmt.Errorf("layers that different metrics represent (%T and %T) cannot be compared", one, other)
	}
	if n := of(two); n != stimuli {
		return one, &metrics.InputError{Problem: fmt.Sprintf("the layers are of %d and of %d stimuli", stimuli, n)}
	}
	return two, nil
}

// layerMemory counts a side in twice the precision, as doubleMemory does for both.
func layerMemory(s metrics.Shape, pairBytes int64) metrics.Memory {
	s.Neuroids, s.Splits = 0, 1
	return doubleMemory(s, pairBytes)
}
