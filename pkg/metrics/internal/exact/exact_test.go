package exact

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// precise is a as a number of 300 bits.
func precise(a Number) *big.Float {
	hi, lo := new(big.Float).SetPrec(300).SetFloat64(a.Hi), new(big.Float).SetPrec(300).SetFloat64(a.Lo)
	return hi.Add(hi, lo)
}

// off is the relative error of a.
func off(a Number, want *big.Float) float64 {
	d := new(big.Float).SetPrec(300).Sub(precise(a), want)
	if want.Sign() != 0 {
		d.Quo(d, want)
	}
	f, _ := d.Float64()
	return math.Abs(f)
}

func random(r *rand.Rand) Number {
	a := math.Ldexp(r.NormFloat64(), r.IntN(80)-40)
	return Of(a).Add(Of(a * 0x1p-54 * r.NormFloat64()))
}

func TestArithmetic(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	b := func() *big.Float { return new(big.Float).SetPrec(300) }
	for range 2000 {
		x, y := random(r), random(r)
		px, py := precise(x), precise(y)
		for name, e := range map[string]float64{
			"add":  off(x.Abs().Add(y.Abs()), b().Add(b().Abs(px), b().Abs(py))),
			"mul":  off(x.Mul(y), b().Mul(px, py)),
			"div":  off(x.Div(y), b().Quo(px, py)),
			"sqrt": off(x.Abs().Sqrt(), b().Sqrt(b().Abs(px))),
		} {
			if e > 4*Epsilon {
				t.Errorf("%s of %v and %v is off by %g", name, x, y, e)
			}
		}
		// Neighbours that cancel keep their last bits.
		z := x.Add(x.Times(0x1p-60))
		if e := off(z.Sub(x), b().Mul(px, b().SetFloat64(0x1p-60))); e > 0x1p-43 {
			t.Errorf("difference of %v and its neighbour is off by %g", x, e)
		}
	}
}

func TestExp(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 1))
	for range 200 {
		x := Of(40 * r.NormFloat64())
		if e := x.Exp().Mul(x.Neg().Exp()).Sub(Of(1)).Float(); math.Abs(e) > 1e-28 {
			t.Errorf("e^x·e^−x at %v is off by %g", x, e)
		}
		if e := x.Exp().Float()/math.Exp(x.Hi) - 1; math.Abs(e) > 1e-15 {
			t.Errorf("e^%v differs from the library's by %g", x, e)
		}
	}
	// Σ 1/k!
	want, term := Of(1), Of(1)
	for k := 1; k < 30; k++ {
		term = term.Div(Int(k))
		want = want.Add(term)
	}
	if e := Of(1).Exp().Sub(want).Float(); math.Abs(e) > 1e-30 {
		t.Errorf("e is off by %g", e)
	}
}

func randomMatrix(r *rand.Rand, rows, cols int) Matrix {
	m := New(rows, cols)
	for i := range m.X {
		m.X[i] = Of(r.NormFloat64())
	}
	return m
}

// distance is the largest difference of two matrices.
func distance(a, b Matrix) float64 {
	d := 0.0
	for i, x := range a.X {
		d = max(d, math.Abs(x.Sub(b.X[i]).Float()))
	}
	return d
}

func TestDecompose(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	for _, c := range []struct{ rows, cols, rank int }{{12, 7, 7}, {9, 9, 9}, {20, 8, 3}, {6, 6, 0}} {
		a := randomMatrix(r, c.rows, c.rank).Mul(randomMatrix(r, c.rank, c.cols))
		for i := range a.Rows { // one column dominates
			a.X[i*a.Cols] = a.X[i*a.Cols].Times(1e9)
		}
		s := Decompose(a)
		scaled, rank := s.U.Clone(), 0
		for k, v := range s.S {
			if !v.IsZero() {
				rank++
			}
			for i := range scaled.Rows {
				scaled.X[i*scaled.Cols+k] = scaled.At(i, k).Mul(v)
			}
		}
		if rank != c.rank {
			t.Errorf("%+v: rank %d, values %v", c, rank, s.S)
		}
		if d := distance(scaled.Mul(s.V.T()), a); d > 1e-18 {
			t.Errorf("%+v: U·S·Vᵀ is off by %g", c, d)
		}
		identity := New(c.cols, c.cols)
		for i := range c.cols {
			identity.X[i*c.cols+i] = Of(1)
		}
		if d := distance(s.V.T().Mul(s.V), identity); d > 1e-28 {
			t.Errorf("%+v: V is not orthogonal by %g", c, d)
		}
	}
}

func TestReduce(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 1))
	a, b := randomMatrix(r, 5, 30), randomMatrix(r, 3, 30)
	x, y := Reduce(a, b)
	// Of rows that are the same again and again is left less and less than rounding.
	for range 30 {
		three, same := randomMatrix(r, 3, 60), New(40, 60)
		for i := range same.Rows {
			copy(same.Row(i), three.Row(r.IntN(3)))
		}
		one, _ := Reduce(same, New(0, 60))
		if distance(one.Mul(one.T()), same.Mul(same.T())) > 1e-27 {
			t.Fatal("inner products of equal rows have changed")
		}
	}
	if x.Cols != 5 || distance(x.Mul(x.T()), a.Mul(a.T())) > 1e-27 || distance(y.Mul(x.T()), b.Mul(a.T())) > 1e-27 {
		t.Error("inner products have changed")
	}
}

func TestLeastSquares(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	a, b := randomMatrix(r, 15, 6), randomMatrix(r, 15, 2)
	x := LeastSquares(a, b)
	rest := a.Mul(x)
	for i := range rest.X {
		rest.X[i] = b.X[i].Sub(rest.X[i])
	}
	if d := distance(a.T().Mul(rest), New(6, 2)); d > 1e-27 {
		t.Errorf("residuals are not orthogonal to the columns by %g", d)
	}
	normal := a.T().Mul(a)
	solved, ok := Solve(normal, a.T().Mul(b).Column(0))
	for i, v := range solved {
		if d := v.Sub(x.At(i, 0)).Float(); !ok || math.Abs(d) > 1e-27 {
			t.Errorf("the normal equations differ by %g", d)
		}
	}
}

func TestCentre(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 1))
	m := randomMatrix(r, 9, 4)
	for i := range m.X {
		m.X[i] = m.X[i].Add(Of(1e7))
	}
	m, _ = m.Centre()
	for _, mean := range m.Means() {
		if math.Abs(mean.Float()) > 1e-31 {
			t.Errorf("a mean of %g is left", mean.Float())
		}
	}
}
