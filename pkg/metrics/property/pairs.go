package property

import (
	"fmt"
	"math/bits"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/numpyrand"
)

// choose draws 0 … n-1 as Python's random.choice does of n values: bits that can hold n,
// until they are below it.
func choose(random *numpyrand.State, n int) int {
	for {
		if v := int(random.Uint32() >> (32 - bits.Len(uint(n)))); v < n {
			return v
		}
	}
}

// drawPairs draws a pair for each stimulus, of the one or the other factor.
func drawPairs(in metrics.FactorInput, seed uint32) (pairs factorPairs, err error) {
	random := numpyrand.NewPython(seed)
	type cell struct{ a, b int }
	byOriginal, byFactors := make(map[cell][]int), make(map[cell][]int)
	shapes, textures := 0, 0
	for i := range in.Rows {
		shapes, textures = max(shapes, in.Shape[i]+1), max(textures, in.Texture[i]+1)
		original, factors := cell{in.Original[i], in.Texture[i]}, cell{in.Shape[i], in.Texture[i]}
		byOriginal[original], byFactors[factors] = append(byOriginal[original], i), append(byFactors[factors], i)
	}
	if shapes < 2 || textures < 2 {
		return pairs, &metrics.TrialError{Trial: -1, Problem: fmt.Sprintf("the stimuli have %d shape(s) and %d texture(s), but pairs need two of each at least", shapes, textures)}
	}
	other := func(own, n int) int { // of the values but the stimulus's own
		v := choose(random, n-1)
		if v >= own {
			v++
		}
		return v
	}
	for i := range in.Rows {
		if choose(random, 2) == 0 {
			texture := other(in.Texture[i], textures)
			partners := byOriginal[cell{in.Original[i], texture}]
			if len(partners) != 1 {
				return pairs, &metrics.TrialError{Trial: i, Problem: fmt.Sprintf("its original image has %d stimuli in another texture, not one in each", len(partners))}
			}
			if in.Shape[partners[0]] != in.Shape[i] {
				return pairs, &metrics.TrialError{Trial: i, Problem: "its original image has another shape in another texture"}
			}
			pairs.shape = append(pairs.shape, pair{i, partners[0]})
			continue
		}
		shape := other(in.Shape[i], shapes)
		partners := byFactors[cell{shape, in.Texture[i]}]
		if len(partners) == 0 {
			return pairs, &metrics.TrialError{Trial: i, Problem: "another shape has no stimulus in its texture"}
		}
		pairs.texture = append(pairs.texture, pair{i, partners[choose(random, len(partners))]})
	}
	if len(pairs.shape) == 0 || len(pairs.texture) == 0 {
		return pairs, &metrics.TrialError{Trial: -1, Problem: fmt.Sprintf("of the %d pairs drawn %d are of shape and %d of texture, but both are needed", len(in.Rows), len(pairs.shape), len(pairs.texture))}
	}
	return pairs, nil
}
