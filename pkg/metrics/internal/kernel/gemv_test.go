package kernel

import (
	"fmt"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	unfused "github.com/brainscore-go/brainscore/pkg/metrics/internal/unfused/blas"
)

// TestBLASDgemv checks that strips have the bits of the whole, on shapes whose strips end
// anywhere.
func TestBLASDgemv(t *testing.T) {
	defer func(p path) { active = p }(active)
	for _, active = range paths() {
		whole := blas.Float64(gonum.Implementation{})
		if active == portable {
			whole = unfused.Implementation{}
		}
		for _, s := range [][2]int{{257, 259}, {17, 4099}, {4099, 17}, {3, 22000}, {300, 2}} {
			m, n := s[0], s[1]
			for _, trans := range transposes[:2] {
				for _, inc := range [][2]int{{1, 1}, {5, 1}, {2, 7}} {
					for _, ab := range scalars {
						rnd := newRand(1)
						long := max(m, n)
						a, x, y := randomMatrix(rnd, m, n, 3), randomMatrix(rnd, long, 1, inc[0]-1), randomMatrix(rnd, long, 1, inc[1]-1)
						want := y.clone()
						whole.Dgemv(trans, m, n, ab[0], a.data, a.ld, x.data, inc[0], ab[1], want.data, inc[1])
						for _, workers := range []int{1, 3, 8} {
							got := y.clone()
							BLAS(workers).Dgemv(trans, m, n, ab[0], a.data, a.ld, x.data, inc[0], ab[1], got.data, inc[1])
							if err := got.sameBits(want); err != nil {
								t.Fatalf("%s: %v", fmt.Sprint(Path(), " ", s, trans, inc, ab, workers), err)
							}
						}
					}
				}
			}
		}
	}
}
