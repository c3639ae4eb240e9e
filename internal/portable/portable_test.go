package portable

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
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
	{"Hypot", func(x float64) float64 { return Hypot(x, 3) }, func(x float64) float64 { return math.Hypot(x, 3) }, -50, 50, 2, "1444c52743a0325f"},
	{"Pow of small powers", func(x float64) float64 { return Pow(x, -0.2) }, func(x float64) float64 { return math.Pow(x, -0.2) }, 0, 1000, 2, "e7f10c375bdb5356"},
	{"Pow", func(x float64) float64 { return Pow(x, 37.5) }, func(x float64) float64 { return math.Pow(x, 37.5) }, 0, 100, 16, "2fb54d58800e3ac3"},
	{"Log1p", Log1p, math.Log1p, -1, 20, 2, "f9890e9cdee5a613"},
	{"Log1p near 0", Log1p, math.Log1p, -1e-3, 1e-3, 2, "39eb72ba087cd3e0"},
	{"Atanh", Atanh, math.Atanh, -1, 1, 2, "60d62d15aa0e026f"},
	{"Acos", Acos, math.Acos, -1, 1, math.Inf(1), "a705f1ec8aadbdbb"},
	{"Erfc", Erfc, math.Erfc, -6, 26, 3, "405c5d50c2d164f2"},
	{"NormalQuantile", NormalQuantile, mathext.NormalQuantile, 0, 1, 64, "917e65f362b6b059"},
	{"NormalQuantile of tails", NormalQuantile, mathext.NormalQuantile, 0, 1e-9, 64, "7e012d97f7d17a63"},
	{"StudentQuantile of one", student(1), distuv.StudentsT{Sigma: 1, Nu: 1}.Quantile, 0, 1, 1 << 12, "402ab0e648fe8bcf"},
	{"StudentQuantile of nine", student(9), distuv.StudentsT{Sigma: 1, Nu: 9}.Quantile, 0, 1, 1 << 12, "ab7a2b8242a97549"},
	{"StudentQuantile of many", student(5000), distuv.StudentsT{Sigma: 1, Nu: 5000}.Quantile, 0, 1, 1 << 23, "6d8bbc39a2b9eb02"},
}

func student(freedom float64) func(float64) float64 {
	return func(p float64) float64 { return StudentQuantile(p, freedom) }
}

// TestFunctions compares functions with those of packages math and gonum, and the bits of
// their results with those of other architectures.
func TestFunctions(t *testing.T) {
functions:
	for _, f := range functions {
		const steps = 20000
		step := (f.top - f.low) / steps
		sum := sha256.New()
		for i := range steps {
			x := f.low + float64(float64(i)*step)
			got, want := f.got(x), f.want(x)
			if unit := math.Nextafter(math.Abs(want), math.Inf(1)) - math.Abs(want); got != want && !(math.Abs(got-want) <= f.ulps*unit) {
				t.Errorf("%s(%v) = %v, want %v", f.name, x, got, want)
				continue functions
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

// TestAcos compares angles with those of package math, which takes them from 1 − x²: what
// that loses of an angle near 0 or π differs where a processor fuses a product with a sum.
func TestAcos(t *testing.T) {
	for i := range 19999 {
		x := float64(i-9999) / 10000
		if got, want := Acos(x), math.Acos(x); !(math.Abs(got-want) <= 5e-16+1e-16/math.Sqrt(1-x*x)) {
			t.Errorf("Acos(%v) = %v, want %v", x, got, want)
		}
	}
	if Acos(1) != 0 || Acos(-1) != math.Pi {
		t.Errorf("Acos(1) = %v and Acos(-1) = %v", Acos(1), Acos(-1))
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

// TestNormal compares numbers with those of package rand, whose bits they have on amd64.
func TestNormal(t *testing.T) {
	const n = 200_000
	r, other := rand.New(rand.NewPCG(1, 2)), rand.New(rand.NewPCG(1, 2))
	sum := sha256.New()
	for i := range n {
		got, want := Normal(r), other.NormFloat64()
		if runtime.GOARCH == "amd64" && got != want {
			t.Fatalf("number %d is %v, want %v", i, got, want)
		}
		if err := binary.Write(sum, binary.LittleEndian, got); err != nil {
			t.Fatal(err)
		}
	}
	const want = "9a7386496f9bdd3d"
	if got := fmt.Sprintf("%x", sum.Sum(nil)[:8]); got != want {
		t.Errorf("the numbers have the hash %s, want %s", got, want)
	}
}
