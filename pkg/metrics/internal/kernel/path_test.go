package kernel

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/blas"
)

func TestChoose(t *testing.T) {
	for _, c := range []struct {
		name   string
		widest path
		want   path
		fails  string
	}{
		{"", avx512, avx512, ""},
		{"", portable, portable, ""},
		{"avx512", avx512, avx512, ""},
		{"avx2", avx512, avx2, ""},
		{"portable", avx512, portable, ""},
		{"generic", avx512, portable, ""},
		{"neon", neon, neon, ""},
		{"portable", neon, portable, ""},
		{"avx512", avx2, avx2, "cannot run the kernel avx512, only portable, avx2"},
		{"avx2", portable, portable, "cannot run the kernel avx2, only portable"},
		{"neon", avx2, avx2, "cannot run the kernel neon"},
		{"avx2", neon, neon, "cannot run the kernel avx2"},
		{"AXV2", avx512, avx512, `unknown kernel "AXV2"; did you mean "avx2"?`},
		{"AVX2", avx512, avx512, `did you mean "avx2"?`},
		{" avx2", avx512, avx512, "unknown kernel"},
		{"auto", avx512, avx512, "known are portable, avx2, avx512, neon"},
	} {
		got, err := choose(c.name, c.widest)
		if got != c.want || (err == nil) != (c.fails == "") || err != nil && !strings.Contains(err.Error(), c.fails) {
			t.Errorf("choose(%q, %s) = %s, %v, want %s and an error with %q", c.name, pathNames[c.widest], pathNames[got], err, pathNames[c.want], c.fails)
		}
	}
}

func TestUse(t *testing.T) {
	before := Path()
	defer func() {
		if err := Use(before); err != nil {
			t.Fatal(err)
		}
	}()
	t.Setenv(Variable, "")
	if err := Use("portable"); err != nil || Path() != "portable" {
		t.Errorf("use portable: %s, %v", Path(), err)
	}
	if err := Use("none"); err == nil || Path() != "portable" {
		t.Errorf("use none: %s, %v", Path(), err)
	}
	if err := Use(""); err != nil || Path() != pathNames[best()] {
		t.Errorf("use the default: %s, %v", Path(), err)
	}
	t.Setenv(Variable, "AXV2")
	if err := Use(""); err == nil || !strings.HasPrefix(err.Error(), "$BRAINSCORE_KERNEL: unknown kernel") {
		t.Errorf("use an unknown kernel of the environment: %v", err)
	}
}

// TestPortableBits compares the bits of products on the portable path with those of
// amd64: no architecture may fuse a product with a sum.
func TestPortableBits(t *testing.T) {
	before := active
	active = portable
	defer func() { active = before }()
	const m, n, k = 61, 47, KC + 39
	r := newRand(15)
	a, b, d := fill(r, m*k), fill(r, n*k), fill(r, m*k)
	sum := sha256.New()
	for _, workers := range []int{1, 3} {
		c, g, s, y := make([]float64, m*n), make([]float64, m*m), make([]float64, 2*n), make([]float64, 80)
		Gemm(workers, false, true, m, n, k, 1.1, a, k, b, k, c, n)
		SyrkUpper(workers, m, k, a, k, g, m)
		Gemm(workers, false, true, n, 2, k, -0.3, b, k, a, k, s, 2) // skinny
		BLAS(workers).Dsymv(blas.Lower, 80, 0.7, a, 90, b, 1, 1.3, y, 1)
		BLAS(workers).Dsyr2k(blas.Upper, blas.NoTrans, m, k, 0.9, a, k, d, k, 0.3, g, m)
		for _, x := range [][]float64{c, g, s, y} {
			if err := binary.Write(sum, binary.LittleEndian, x); err != nil {
				t.Fatal(err)
			}
		}
	}
	const want = "68bfa1f742067400"
	if got := fmt.Sprintf("%x", sum.Sum(nil)[:8]); got != want {
		t.Errorf("the products have the hash %s, want %s", got, want)
	}
}

// TestSteadyState streams slabs and wants no packing buffer made anew, no more memory
// kept than documented and no goroutine left.
func TestSteadyState(t *testing.T) {
	const n, k = 600, 2 * KC
	x, c := fill(newRand(1), n*k), make([]float64, n*n)
	before := runtime.NumGoroutine()
	SyrkUpper(2, n, k, x, k, c, n)
	bytes := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			SyrkUpper(2, n, k, x, k, c, n)
			Gemm(2, false, true, n, 10, k, 1, x, k, x, k, c, n)
		}
	}).AllocedBytesPerOp()
	if bytes > 4096 {
		t.Errorf("%d bytes allocated for each call", bytes)
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}
