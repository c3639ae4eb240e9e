package double

import (
	"math/big"
	"math/rand/v2"
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
