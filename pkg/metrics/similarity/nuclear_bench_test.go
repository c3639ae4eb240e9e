package similarity

import (
	"fmt"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
)

// BenchmarkNuclearNorm is what procrustes, cca and svcca take for a pair of layers.
func BenchmarkNuclearNorm(b *testing.B) {
	for _, n := range []int{320, 1280, 2560} {
		x := simulated.New(1, n, n, 1).X
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if _, err := nuclearNorm(b.Context(), slices.Clone(x), n, n); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
