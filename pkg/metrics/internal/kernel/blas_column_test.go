package kernel

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/blas"

	unfused "github.com/brainscore-go/brainscore/pkg/metrics/internal/unfused/blas"
)

// TestSolvedColumnKeepsBits compares with the routine that a single column is spared.
func TestSolvedColumnKeepsBits(t *testing.T) {
	for _, m := range []int{1, 2, 31, 129} {
		for _, tA := range transposes {
			for name, change := range map[string]func(a, b *matrix){
				"plain":                           func(_, _ *matrix) {},
				"a zero before what is no number": func(a, b *matrix) { *a.at(0, m-1), *b.at(m-1, 0) = 0, math.NaN() },
				"a zero before infinity":          func(a, b *matrix) { *a.at(0, m-1), *b.at(0, 0) = 0, math.Inf(1) },
				"a singular factor":               func(a, _ *matrix) { *a.at(m/2, m/2) = 0 },
			} {
				rnd := newRand(uint64(m))
				a, b := triangleOf(rnd, blas.Upper, blas.NonUnit, m), randomMatrix(rnd, m, 1, 0)
				change(a, b)
				want := b.clone()
				unfused.Implementation{}.Dtrsm(blas.Left, blas.Upper, tA, blas.NonUnit, m, 1, 1, a.data, a.ld, want.data, want.ld)
				BLAS(1).Dtrsm(blas.Left, blas.Upper, tA, blas.NonUnit, m, 1, 1, a.data, a.ld, b.data, b.ld)
				if err := b.sameBits(want); err != nil {
					t.Errorf("%s: %v", fmt.Sprint(m, tA, " ", name), err)
				}
			}
		}
	}
}

func BenchmarkSolvedColumn(b *testing.B) {
	const m = 129
	rnd := newRand(1)
	a, column := triangleOf(rnd, blas.Upper, blas.NonUnit, m), randomMatrix(rnd, m, 1, 0)
	for name, impl := range map[string]blas.Float64{"here": BLAS(1), "gonum": unfused.Implementation{}} {
		for _, tA := range []blas.Transpose{blas.NoTrans, blas.Trans} {
			b.Run(fmt.Sprintf("%s/%c", name, tA), func(b *testing.B) {
				for b.Loop() {
					x := column.clone()
					impl.Dtrsm(blas.Left, blas.Upper, tA, blas.NonUnit, m, 1, 1, a.data, a.ld, x.data, x.ld)
				}
			})
		}
	}
}
