package portable

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

var functions = []struct {
	name     string
	got      func(float64) float64
	want     func(float64) float64
	low, top float64
	ulps     float64
	hash     string // of the bits of results, on amd64
}{
	{"Exp", Exp, math.Exp, -745, 709, 2, "132017779d2ed79d"},
	{"Exp near 0", Exp, math.Exp, -1, 1, 2, "9efd8e80bcd42227"},
	{"Log", func(x float64) float64 { return Log(Exp(x)) }, func(x float64) float64 { return math.Log(Exp(x)) }, -700, 700, 2, "3948dcb7bf93dbe2"},
	{"Log near 1", Log, math.Log, 0.5, 2, 2, "510fa1084a5c0bdd"},
	{"Tanh", Tanh, math.Tanh, -50, 50, 3, "8c93275b78550d18"},
	{"Tanh near 0", Tanh, math.Tanh, -1, 1, 3, "c687711187c88e63"},
}

// TestFunctions compares functions with those of package math, and the bits of their
// results with those of other architectures.
func TestFunctions(t *testing.T) {
	for _, f := range functions {
		const steps = 20000
		step := (f.top - f.low) / steps
		sum := sha256.New()
		for i := range steps {
			x := f.low + float64(float64(i)*step)
			got, want := f.got(x), f.want(x)
			if unit := math.Nextafter(math.Abs(want), math.Inf(1)) - math.Abs(want); math.Abs(got-want) > f.ulps*unit {
				t.Fatalf("%s(%v) = %v, want %v", f.name, x, got, want)
			}
			if err := binary.Write(sum, binary.LittleEndian, got); err != nil {
				t.Fatal(err)
			}
		}
		if got := fmt.Sprintf("%x", sum.Sum(nil)[:8]); got != f.hash {
			t.Errorf("%s: the results have the hash %s, want %s", f.name, got, f.hash)
		}
	}
}

func TestLimits(t *testing.T) {
	if got := Log(5e-324); got != -744.4400719213812 { // which package math misses on amd64
		t.Errorf("Log(5e-324) = %v", got)
	}
	zero := math.Copysign(0, -1)
	for _, x := range []float64{0, zero, 1, -1, 1e-300, 1e-9, -1e-9, 1e300, -1e300, 709.78, 709.79, -745.13, -745.14, -710, math.MaxFloat64, math.Inf(1), math.Inf(-1), math.NaN()} {
		for name, values := range map[string][2]float64{"Exp": {Exp(x), math.Exp(x)}, "Log": {Log(x), math.Log(x)}, "Tanh": {Tanh(x), math.Tanh(x)}} {
			got, want := values[0], values[1]
			if math.Float64bits(got) != math.Float64bits(want) && !(math.IsNaN(got) && math.IsNaN(want)) && !(math.Abs(got-want) <= 3e-16*math.Abs(want)+5e-324) {
				t.Errorf("%s(%v) = %v, want %v", name, x, got, want)
			}
		}
	}
}

// TestExpIsAccurate compares with the series in 200 bits.
func TestExpIsAccurate(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	number := func(x float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(x) }
	for range 300 {
		x := 20 * (r.Float64() - 0.5)
		sum, term := number(1), number(1)
		for i := 1; i < 120; i++ {
			term.Mul(term, number(x)).Quo(term, number(float64(i)))
			sum.Add(sum, term)
		}
		want, _ := sum.Float64()
		unit := math.Nextafter(want, math.Inf(1)) - want
		if difference, _ := new(big.Float).Sub(number(Exp(x)), sum).Float64(); math.Abs(difference) > unit {
			t.Errorf("Exp(%v) = %v, want %v", x, Exp(x), want)
		}
	}
}
