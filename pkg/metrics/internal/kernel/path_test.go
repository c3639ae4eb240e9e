package kernel

import (
	"os"
	"runtime"
	"testing"
	"time"
)

func TestChoose(t *testing.T) {
	for _, c := range []struct {
		forced string
		widest path
		want   path
	}{
		{"", avx512, avx512},
		{"avx512", avx512, avx512},
		{"avx2", avx512, avx2},
		{"generic", avx512, generic},
		{"avx512", avx2, avx2},
		{"avx2", generic, generic},
		{"neon", avx2, avx2},
		{"neon", neon, neon},
		{"avx2", neon, neon},
		{"generic", neon, generic},
	} {
		if got := choose(c.forced, c.widest); got != c.want {
			t.Errorf("choose(%q, %s) = %s, want %s", c.forced, pathNames[c.widest], pathNames[got], pathNames[c.want])
		}
	}
	if want := pathNames[choose(os.Getenv("BRAINSCORE_KERNEL"), best())]; Path() != want {
		t.Errorf("Path() = %s, want %s", Path(), want)
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
