package kernel

import (
	"math/rand/v2"
	"syscall"
	"testing"
	"unsafe"
)

// fenced is a random array that ends (or starts) at a page that may not be touched:
// a read outside it, which a guard of NaN shows only if the value is used, is fatal.
func fenced(t *testing.T, n int, atEnd bool) []byte {
	t.Helper()
	page := syscall.Getpagesize()
	size := (n + page - 1) / page * page
	mem, err := syscall.Mmap(-1, 0, size+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Munmap(mem) })
	for _, fence := range [][]byte{mem[:page], mem[page+size:]} {
		if err := syscall.Mprotect(fence, syscall.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	from := page
	if atEnd {
		from += size - n
	}
	return mem[from : from+n : from+n]
}

func fencedFloat64(t *testing.T, rnd *rand.Rand, n int, atEnd bool) []float64 {
	x := unsafe.Slice((*float64)(unsafe.Pointer(&fenced(t, 8*n, atEnd)[0])), n)
	for i := range x {
		x[i] = rnd.NormFloat64()
	}
	return x
}

func TestReadsStayInside(t *testing.T) {
	for _, p := range paths() {
		for _, atEnd := range []bool{false, true} {
			for _, s := range [][3]int{{1, 1, 1}, {8, 8, 8}, {9, 7, 13}, {24, 24, 64}, {31, 50, 67}, {100, 33, 40}, {64, 10, 300}, {10, 64, 300}, {104, 97, 270}} {
				m, n, k := s[0], s[1], s[2]
				rnd := newRand(1)
				a, b, c := fencedFloat64(t, rnd, m*k, atEnd), fencedFloat64(t, rnd, k*n, atEnd), fencedFloat64(t, rnd, m*n, atEnd)
				eachTrans(func(tA, tB bool) {
					lda, ldb := k, n
					if tA {
						lda = m
					}
					if tB {
						ldb = k
					}
					p.gemm(2, m, n, k, 1, &panelSource{f64: a, ld: lda, steps: tA}, &panelSource{f64: b, ld: ldb, steps: !tB}, c, n)
				})
				sym := fencedFloat64(t, rnd, m*m, atEnd)
				p.syrk(2, m, k, 1, &panelSource{f64: a, ld: k}, sym, m)
				mean := fencedFloat64(t, rnd, k, atEnd)
				single := unsafe.Slice((*float32)(unsafe.Pointer(&fenced(t, 4*m*k, atEnd)[0])), m*k)
				p.syrk(2, m, k, 1, &panelSource{f32: single, ld: k, mean: mean}, sym, m)
				sums := fencedFloat64(t, rnd, m, atEnd)
				for _, ul := range uplos {
					p.symvStrip(ul, 0, m, m, sym, m, a[:m], sums)
				}
			}
		}
	}
}
