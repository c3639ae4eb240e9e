package double

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
)

// exact returns a number without rounding.
func exact(a Number) *big.Float {
	sum := new(big.Float).SetPrec(400)
	return sum.Add(big.NewFloat(a.High).SetPrec(400), big.NewFloat(a.Low).SetPrec(400))
}

// within reports whether two numbers are equal to about 2⁻¹⁰⁰ of themselves.
func within(got Number, want *big.Float) bool {
	difference := new(big.Float).Sub(exact(got), want)
	bound := new(big.Float).SetMantExp(new(big.Float).Abs(want), -98)
	return difference.Abs(difference).Cmp(bound) <= 0
}

func TestArithmetic(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	number := func() Number { return Sum(r.NormFloat64(), 0x1p-54*r.NormFloat64()) }
	for range 1000 {
		a, b := number(), number()
		x, y := exact(a), exact(b)
		prec := func() *big.Float { return new(big.Float).SetPrec(400) }
		for _, c := range []struct {
			name string
			got  Number
			want *big.Float
		}{
			{"times", a.Times(b), prec().Mul(x, y)},
			{"over", a.Over(b), prec().Quo(x, y)},
			{"product", Product(a.High, b.High), prec().Mul(big.NewFloat(a.High), big.NewFloat(b.High))},
			{"square root", a.Times(a).Root(), prec().Abs(x)},
		} {
			if !within(c.got, c.want) {
				t.Fatalf("%s of %v and %v is %v", c.name, a, b, c.got)
			}
		}
		if s := exact(Sum(a.High, b.High)); s.Cmp(prec().Add(big.NewFloat(a.High), big.NewFloat(b.High))) != 0 {
			t.Fatalf("the sum of %v and %v is %v", a.High, b.High, s)
		}
	}
}

func TestEqualCorrelations(t *testing.T) {
	x, y := []float64{1, 2, 4, 8}, []float64{1, 3, 2, 9}
	r := Centered(x).Correlation(Centered(y))
	for _, unit := range []float64{1e-200, 1e-3, 7, 1e200} {
		scaled := make([]float64, len(y))
		for i, v := range y {
			scaled[i] = v * unit
		}
		if s := Centered(x).Correlation(Centered(scaled)); r.Compare(s, len(x)) != 0 {
			t.Errorf("unit %v: %v differs from %v", unit, s, r)
		}
	}
	if one := Centered(x).Correlation(Centered(x)); one.Compare(r, len(x)) != 1 || r.Compare(one, len(x)) != -1 {
		t.Errorf("%v and %v are not told apart", one, r)
	}
}

// TestVectorsKeepBits compares the bits of all lengths with those of single numbers, with zeros of both
// signs and sizes far apart.
func TestVectorsKeepBits(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	number := func() Number {
		switch r.IntN(8) {
		case 0:
			return Number{}
		case 1:
			return Number{}.Negated()
		}
		return Sum(math.Ldexp(r.NormFloat64(), r.IntN(80)-40), math.Ldexp(r.NormFloat64(), r.IntN(80)-94))
	}
	same := func(a, b Number) bool {
		return math.Float64bits(a.High) == math.Float64bits(b.High) && math.Float64bits(a.Low) == math.Float64bits(b.Low)
	}
	cosine, sine := Sum(0.8, 0x1p-56), Sum(-0.6, 0x1p-57)
	for _, n := range []int{0, 1, 3, 4, 5, 8, 15, 16, 67} {
		x, y := NewVector(n), NewVector(n)
		for i := range n {
			x.Set(i, number())
			y.Set(i, number())
		}
		a, b := x.Clone(), y.Clone()
		Rotate(a, b, cosine, sine)
		for i := range n {
			if want := cosine.Times(x.At(i)).Minus(sine.Times(y.At(i))); !same(a.At(i), want) {
				t.Errorf("number %d of the first %d is %v, want %v", i, n, a.At(i), want)
			}
			if want := sine.Times(x.At(i)).Plus(cosine.Times(y.At(i))); !same(b.At(i), want) {
				t.Errorf("number %d of the second %d is %v, want %v", i, n, b.At(i), want)
			}
		}
		sum := x.Clone()
		sum.Add(sine, y)
		for i := range n {
			one := Vector{slices.Clone(x.High[i : i+1]), slices.Clone(x.Low[i : i+1])}
			one.Add(sine, Vector{y.High[i : i+1], y.Low[i : i+1]}) // too short for vectors of the processor
			if !same(sum.At(i), one.At(0)) {
				t.Errorf("sum %d of %d is %v, want %v", i, n, sum.At(i), one.At(0))
			}
		}
	}
}

func BenchmarkRotate(b *testing.B) {
	x, y := NewVector(256), NewVector(256)
	for i := range x.High {
		x.Set(i, Sum(float64(i), 0x1p-54))
		y.Set(i, Sum(float64(-i), 0x1p-55))
	}
	for b.Loop() {
		Rotate(x, y, Sum(0.8, 0x1p-56), Sum(-0.6, 0x1p-57))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/256, "ns/number")
}
