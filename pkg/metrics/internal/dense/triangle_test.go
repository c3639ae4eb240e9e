package dense

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
)

// TestTriangle wants the bits of the dense routines: of inner products slab by slab in either
// precision, of the factor, the inverse, and products with it.
func TestTriangle(t *testing.T) {
	before := kernel.Path()
	defer func() { _ = UseKernel(before) }()
	for _, name := range []string{before, kernel.Portable} {
		if err := UseKernel(name); err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{1, 64, 513, 1025, 1111, 1540, 1600} {
			if name == kernel.Portable && n > 513 && n != 1111 {
				continue // slow
			}
			checkTriangle(t, name, n)
		}
	}
}

func checkTriangle(t *testing.T, name string, n int) {
	t.Helper()
	const k, workers = 300, 2
	rnd := rand.New(rand.NewPCG(1, uint64(n)))
	x, single, mean := make([]float64, n*k), make([]float32, n*k), make([]float64, k)
	for i := range x {
		single[i] = float32(rnd.NormFloat64())
		x[i] = float64(single[i]) - .25
	}
	for j := range mean {
		mean[j] = .25
	}
	a, tri, again := make([]float64, n*n), kernel.NewTriangle(n), kernel.NewTriangle(n)
	for lo := 0; lo < k; lo += kernel.KC {
		kernel.SyrkUpper(workers, n, min(kernel.KC, k-lo), x[lo:], k, a, n)
		kernel.SyrkTriangle(1, tri, min(kernel.KC, k-lo), x[lo:], k)
	}
	kernel.SyrkTriangleSingle(workers, again, k, single, k, mean)
	same := func(what string, got *Triangle) {
		t.Helper()
		for i := range n {
			for j, v := range got.Row(i) {
				if w := a[i*n+i+j]; math.Float64bits(v) != math.Float64bits(w) {
					t.Fatalf("%s, n = %d: %s: (%d, %d) is %v, want %v", name, n, what, i, i+j, v, w)
				}
			}
		}
	}
	same("products", tri)
	same("products of single precision", again)
	for i := range n {
		a[i*n+i] += 3
		tri.Row(i)[0] += 3
	}
	factor, ok := FactorCholesky(a, n)
	if got, err := FactorTriangle(t.Context(), tri); !ok || !got || err != nil {
		t.Fatalf("%s, n = %d: no factor: %v %v %v", name, n, ok, got, err)
	}
	same("factor", tri)
	ok = factor.Invert()
	if got, err := InvertTriangle(t.Context(), tri); !ok || !got || err != nil {
		t.Fatalf("%s, n = %d: no inverse: %v %v %v", name, n, ok, got, err)
	}
	same("inverse", tri)
	kernel.Mirror(workers, n, a, n)
	for _, cols := range []int{1, 30} {
		want, got := make([]float64, n*cols), make([]float64, n*cols)
		AddProduct(workers, Of(want, n, cols), 1, Of(a, n, n), Of(x[:n*cols], n, cols))
		AddTriangleProduct(workers, Of(got, n, cols), tri, Of(x[:n*cols], n, cols))
		for i, v := range want {
			if v != got[i] {
				t.Fatalf("%s, n = %d: product %d with %d columns is %v, want %v", name, n, i, cols, got[i], v)
			}
		}
	}
	for i, v := range RowSquares(workers, tri) {
		if w := Dot(a[i*n:(i+1)*n], a[i*n:(i+1)*n]); v != w {
			t.Fatalf("%s, n = %d: row %d has square %v, want %v", name, n, i, v, w)
		}
	}
	tri.Row(n / 2)[0] = -1
	if ok, err := FactorTriangle(t.Context(), tri); ok || err != nil {
		t.Errorf("%s, n = %d: an indefinite matrix is factored: %v", name, n, err)
	}
}

// BenchmarkInverse inverts a matrix that is held whole and one that is held as a triangle.
func BenchmarkInverse(b *testing.B) {
	const n = 2560
	for _, triangle := range []bool{false, true} {
		b.Run(map[bool]string{false: "whole", true: "triangle"}[triangle], func(b *testing.B) {
			for b.Loop() {
				if triangle {
					t := kernel.NewTriangle(n)
					for i := range n {
						t.Row(i)[0] = float64(i + 1)
					}
					_, _ = FactorTriangle(b.Context(), t)
					_, _ = InvertTriangle(b.Context(), t)
					continue
				}
				a := make([]float64, n*n)
				for i := range n {
					a[i*n+i] = float64(i + 1)
				}
				factor, _ := FactorCholesky(a, n)
				factor.Invert()
			}
		})
	}
}
