package dense

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestSingular compares singular values with those of gonum, and checks that the vectors
// are orthogonal and turn the matrix into orthogonal columns of these lengths.
func TestSingular(t *testing.T) {
	for _, c := range []struct {
		rows, cols int
		column     func(j int) float64 // by which columns are multiplied
	}{
		{1, 1, nil}, {7, 1, nil}, {5, 5, nil}, {200, 3, nil}, {90, 65, nil}, {150, 130, nil}, {700, 130, nil},
		{60, 40, func(j int) float64 { return math.Pow(10, -float64(j)/2) }},
		{60, 40, func(j int) float64 { return float64(j % 3 % 2) }}, // columns of zeros
		{60, 40, func(int) float64 { return 0 }},
		{60, 40, func(int) float64 { return 1e200 }},
		{60, 40, func(int) float64 { return 1e-200 }},
	} {
		r := rand.New(rand.NewPCG(uint64(c.rows), uint64(c.cols)))
		x := make([]float64, c.rows*c.cols)
		for i := range x {
			x[i] = r.NormFloat64()
			if c.column != nil {
				x[i] *= c.column(i % c.cols)
			}
		}
		t.Run(fmt.Sprintf("%d×%d", c.rows, c.cols), func(t *testing.T) {
			values, vt, ok := Singular(1, slices.Clone(x), c.rows, c.cols)
			if !ok {
				t.Fatal("no convergence")
			}
			for _, workers := range []int{2, 5} {
				v, w, _ := Singular(workers, slices.Clone(x), c.rows, c.cols)
				if !slices.Equal(v, values) || !slices.Equal(w, vt) {
					t.Errorf("%d workers change a bit", workers)
				}
			}
			var svd mat.SVD
			if !svd.Factorize(mat.NewDense(c.rows, c.cols, slices.Clone(x)), mat.SVDNone) {
				t.Fatal("gonum's has no convergence")
			}
			most := 40 * Epsilon * values[0]
			for i, want := range svd.Values(nil) {
				if math.Abs(values[i]-want) > most {
					t.Errorf("singular value %d is %g, want %g", i, values[i], want)
				}
			}
			turned := make([]float64, c.rows*c.cols)
			by, exponent := UnitOf(MaxAbs(x))
			scaled := slices.Clone(x)
			Scale(scaled, by)
			AddProduct(1, Of(turned, c.rows, c.cols), 1, Of(scaled, c.rows, c.cols), Of(vt, c.cols, c.cols).T())
			for i := range c.cols {
				a := Transposed(turned, c.rows, c.cols)[i*c.rows : (i+1)*c.rows]
				length := math.Ldexp(math.Sqrt(Dot(a, a)), exponent)
				if math.Abs(length-values[i]) > most {
					t.Errorf("column %d has the length %g, its singular value is %g", i, length, values[i])
				}
				for j := range i + 1 {
					want := 0.0
					if i == j {
						want = 1
					}
					if got := Dot(vt[i*c.cols:(i+1)*c.cols], vt[j*c.cols:(j+1)*c.cols]); math.Abs(got-want) > 1e-13 {
						t.Errorf("vectors %d and %d have the product %g", i, j, got)
					}
				}
			}
		})
	}
}
