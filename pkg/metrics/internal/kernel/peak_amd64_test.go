//go:build !noasm

package kernel

import (
	"fmt"
	"testing"
)

// BenchmarkPeak runs multiply-adds on registers only: the ceiling of the other rates.
func BenchmarkPeak(b *testing.B) {
	const turns = 1 << 20
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("%s/workers=%d", Path(), workers), func(b *testing.B) {
			if active == portable {
				b.Skip("no vector path")
			}
			rate(b, float64(workers*turns*12*2*active.width()), func() {
				parallel(workers, workers, func(int, int) {
					if active == avx512 {
						peakAVX512(turns)
					} else {
						peakAVX2(turns)
					}
				})
			})
		})
	}
}
