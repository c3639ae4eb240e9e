package dense

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/lapack/lapack64"
)

func random(r *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = r.NormFloat64()
	}
	return x
}

// at returns an element of a matrix or of a transpose.
func at(m Matrix, i, j int) float64 {
	if m.transposed {
		i, j = j, i
	}
	return m.Data[i*m.Stride+j]
}

func naive(a, b Matrix) Matrix {
	c := Of(make([]float64, a.Rows*b.Cols), a.Rows, b.Cols)
	for i := range a.Rows {
		for j := range b.Cols {
			for k := range a.Cols {
				c.Data[i*c.Cols+j] += at(a, i, k) * at(b, k, j)
			}
		}
	}
	return c
}

func near(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i, v := range want {
		if !(math.Abs(got[i]-v) <= 1e-10*(1+math.Abs(v))) {
			t.Fatalf("%s: number %d is %v, want %v", what, i, got[i], v)
		}
	}
}

func TestAddProduct(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, s := range [][3]int{{1, 1, 1}, {3, 4, 5}, {40, 50, 60}, {2, 70, 3}, {0, 2, 3}, {2, 0, 3}, {2, 3, 0}} {
		m, n, k := s[0], s[1], s[2]
		a, aT := Strided(random(r, m*(k+3)), m, k, k+3), Of(random(r, m*k), k, m)
		b, bT := Of(random(r, n*k), k, n), Strided(random(r, n*(k+2)), n, k, k+2)
		for _, left := range []Matrix{a, aT.T()} {
			for _, right := range []Matrix{b, bT.T()} {
				start := random(r, m*n)
				got, want := slices.Clone(start), slices.Clone(start)
				AddProduct(2, Of(got, m, n), -2, left, right)
				for i, v := range naive(left, right).Data {
					want[i] -= 2 * v
				}
				near(t, "product", got, want)
			}
		}
	}
}

func TestShapesThatDoNotFitPanic(t *testing.T) {
	x := make([]float64, 64)
	for name, f := range map[string]func(){
		"inner":      func() { AddProduct(1, Of(x, 2, 2), 1, Of(x, 2, 3), Of(x, 2, 2)) },
		"outer":      func() { AddProduct(1, Of(x, 2, 2), 1, Of(x, 3, 2), Of(x, 2, 2)) },
		"transposed": func() { AddProduct(1, Of(x, 2, 2).T(), 1, Of(x, 2, 2), Of(x, 2, 2)) },
		"too short":  func() { AddProduct(1, Of(x[:3], 2, 2), 1, Of(x, 2, 2), Of(x, 2, 2)) },
		"rows":       func() { AddRowProducts(1, Of(x, 3, 3), Of(x, 2, 3)) },
		"columns":    func() { AddColumnProducts(1, Of(x, 3, 3), 1, Of(x, 3, 2)) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it did not panic")
				}
			}()
			f()
		})
	}
}

func TestProductsWithItselfAndVectors(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	a := Of(random(r, 5*7), 5, 7)
	c := Of(make([]float64, 25), 5, 5)
	AddRowProducts(1, c, a)
	near(t, "a·aᵀ", c.Data, naive(a, a.T()).Data)
	d := Of(make([]float64, 49), 7, 7)
	AddColumnProducts(1, d, 1, a)
	for i := range 7 {
		near(t, "aᵀ·a", d.Data[i*7+i:(i+1)*7], naive(a.T(), a).Data[i*7+i:(i+1)*7])
	}
	x, y := random(r, 7), make([]float64, 5)
	MulVec(y, a, x)
	near(t, "a·x", y, naive(a, Of(x, 7, 1)).Data)
	z := make([]float64, 7)
	AddMulVec(z, -1, a.T(), y)
	for i, v := range naive(a.T(), Of(y, 5, 1)).Data {
		near(t, "aᵀ·y", z[i:i+1], []float64{-v})
	}
}

// Each decomposition gives back what it was made of.
func TestDecompositions(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	const n, m = 6, 9
	x := random(r, m*n)
	gram := naive(Of(x, m, n).T(), Of(x, m, n)).Data
	identity := make([]float64, n*n)
	for i := range n {
		identity[i*n+i] = 1
	}
	t.Run("Cholesky", func(t *testing.T) {
		c, ok := FactorCholesky(slices.Clone(gram), n)
		if !ok {
			t.Fatal("not positive definite")
		}
		b := slices.Clone(gram)
		c.Solve(b, n)
		near(t, "A⁻¹·A", b, identity)
		b = slices.Clone(gram)
		c.Upper().SolveTransposed(1, Of(b, n, n))
		c.Upper().SolveRight(1, Of(b, n, n))
		near(t, "R⁻ᵀ·A·R⁻¹", b, identity)
		if condition := c.Condition(MaxRowSum(gram, n)); !(condition > 0 && condition <= 1) {
			t.Errorf("the inverse condition is %v", condition)
		}
		if _, ok := FactorCholesky([]float64{1, 2, 2, 1}, 2); ok {
			t.Error("an indefinite matrix was decomposed")
		}
	})
	t.Run("pivoted Cholesky", func(t *testing.T) {
		rows := naive(Of(x, m, n), Of(x, m, n).T()).Data // rank n
		a := slices.Clone(rows)
		rank, pivots := FactorPivoted(a, m, 1e-10)
		if rank != n {
			t.Fatalf("rank %d, want %d", rank, n)
		}
		for i := range rank {
			clear(a[i*m : i*m+i])
		}
		back := naive(Of(a, rank, m).T(), Of(a, rank, m)).Data
		near(t, "RᵀR", back, Submatrix(rows, m, pivots, pivots))
	})
	t.Run("QR", func(t *testing.T) {
		a := Of(slices.Clone(x), m, n)
		q := FactorQR(a)
		upper := slices.Clone(a.Data[:n*n])
		for i := range n {
			clear(upper[i*n : i*n+i])
		}
		c := slices.Clone(x)
		q.MulTransposed(Of(c, m, n))
		near(t, "Qᵀ·A", c[:n*n], upper)
		q.FormQ()
		near(t, "Q·R", naive(a, Of(upper, n, n)).Data, x)
	})
	t.Run("pivoted QR", func(t *testing.T) {
		a := Of(slices.Clone(x), m, n)
		q, pivots := FactorPivotedQR(a)
		upper := slices.Clone(a.Data[:n*n])
		for i := range n {
			clear(upper[i*n : i*n+i])
		}
		q.FormQ()
		near(t, "Q·R", naive(a, Of(upper, n, n)).Data, SelectColumns(x, n, pivots))
	})
	t.Run("tridiagonal", func(t *testing.T) {
		f := Tridiagonalize(slices.Clone(gram), n)
		d, l, ok := FactorTridiagonal(f.Diagonal, f.Off, 0)
		if !ok {
			t.Fatal("not positive definite")
		}
		b := naive(Of(f.Q, n, n).T(), Of(gram, n, n)).Data
		SolveTridiagonal(d, l, b, n)
		near(t, "Q·T⁻¹·Qᵀ·A", naive(Of(f.Q, n, n), Of(b, n, n)).Data, identity)
		if low := SmallestEigenvalue(f.Diagonal, f.Off, 1e-12); !(low > 0) {
			t.Errorf("the smallest eigenvalue is at least %v", low)
		}
	})
	t.Run("bidiagonal", func(t *testing.T) {
		b := Bidiagonalize(x, m, n)
		for i := range m {
			// Row i of Q·B is row i of X·P.
			want := make([]float64, n)
			for j := range n {
				want[j] = b.Q[i*n+j] * b.Diagonal[j]
				if j > 0 {
					want[j] += b.Q[i*n+j-1] * b.Off[j-1]
				}
			}
			near(t, "X·P", b.MulP(x[i*n:(i+1)*n]), want)
		}
	})
}

func TestConstantColumnsAreZeroOnceCentered(t *testing.T) {
	for _, v := range []float64{0, 0.1, 1e300, 5e-324} {
		x := []float64{v, 1, v, 2, v, 4}
		CenterColumns(x, 2)
		if x[0] != 0 || x[2] != 0 || x[4] != 0 {
			t.Errorf("%v: the constant column is %v %v %v", v, x[0], x[2], x[4])
		}
		near(t, "the other column", []float64{x[1] + x[3] + x[5]}, []float64{0})
		out, mean := CenteredRows([]float64{v, 1, v, 2, v, 4}, 2, []int{0, 2})
		if out[0] != 0 || out[2] != 0 || mean[0] != v {
			t.Errorf("%v: centered %v with mean %v", v, out, mean)
		}
	}
}

func TestUnitExponent(t *testing.T) {
	for _, c := range []struct {
		size float64
		want int
	}{{0, 0}, {1, 0}, {0x1p200, 0}, {0x1p-200, 0}, {math.Inf(1), 0}, {0x1p300, -301}, {0x1p-300, 299}, {5e-324, 1073}} {
		if got := UnitExponent(c.size); got != c.want {
			t.Errorf("%v: %d, want %d", c.size, got, c.want)
		}
	}
}

// TestCondition compares estimates of matrices of any condition and unit with LAPACK's.
func TestCondition(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, n := range []int{1, 2, 9, 70} {
		for _, least := range []float64{1, 1e-3, 1e-6} { // size of the columns of a root; the largest is 1
			for _, unit := range []float64{1, 1e-130, 1e130} {
				x := random(r, n*n)
				for i := range x {
					x[i] *= unit * math.Pow(least, float64(i%n)/float64(n))
				}
				gram := naive(Of(x, n, n).T(), Of(x, n, n)).Data
				norm := MaxRowSum(gram, n)
				c, ok := FactorCholesky(gram, n)
				if !ok || math.IsInf(norm, 1) {
					t.Fatalf("%d × %d, least %g, unit %g: no factor", n, n, least, unit)
				}
				want := lapack64.Pocon(symmetric(gram, n), norm, make([]float64, 3*n), make([]int, n))
				if got := c.Condition(norm); !(math.Abs(got-want) <= 1e-3*want) {
					t.Errorf("%d × %d, least %g, unit %g: the inverse condition is %g, want %g", n, n, least, unit, got, want)
				}
			}
		}
	}
}

// TestFactorCholeskyBy wants the bits of FactorCholesky, and a refusal of the same matrices.
func TestFactorCholeskyBy(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{0, 1, 63, 64, 65, 200, 333} {
		for _, shift := range []float64{float64(n) + 1, -1} {
			a := make([]float64, n*n)
			for i := range n {
				for j := range n {
					a[i*n+j] = r.NormFloat64()
				}
				a[i*n+i] += shift
			}
			b := slices.Clone(a)
			_, want := FactorCholesky(a, n)
			if _, got := FactorCholeskyBy(3, b, n); got != want || want && !slices.Equal(a, b) {
				t.Errorf("%d: %v, want %v; the same numbers: %v", n, got, want, slices.Equal(a, b))
			}
		}
	}
}
