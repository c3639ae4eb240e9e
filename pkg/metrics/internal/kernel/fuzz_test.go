package kernel

import (
	"math"
	"testing"
)

// spoil sets one element to a value that must propagate, for kind 1 to 3, and zeroes
// some others, which must not stop it.
func spoil(m *matrix, kind uint8, seed uint64) {
	bad := [...]float64{0, math.NaN(), math.Inf(1), math.Inf(-1)}[kind%4]
	if kind%4 == 0 || len(m.data) == 0 {
		return
	}
	m.each(func(i, j int, v float64) float64 {
		if (uint64(i)+uint64(j)+seed)%3 == 0 {
			return 0
		}
		return v
	})
	*m.at(int(seed%uint64(m.rows)), int(seed/7%uint64(m.cols))) = bad
}

func FuzzSyrk(f *testing.F) {
	f.Add(uint16(9), uint16(5), uint8(1), uint8(2), uint8(0), uint64(1))
	f.Fuzz(func(t *testing.T, n0, k0 uint16, gap, workers, kind uint8, seed uint64) {
		n, k := int(n0%450), int(k0%600)
		if n*n*k > 4<<20 {
			k = (4 << 20) / (n * n)
		}
		rnd := newRand(seed)
		b, c := randomMatrix(rnd, n, k, int(gap%16)), randomMatrix(rnd, n, n, int(gap/16))
		spoil(b, kind, seed)
		want, scale := refGemm(false, true, n, n, k, 1, b, b, c)
		for _, p := range paths() {
			got := c.clone()
			p.syrk(int(workers%5), n, k, 1, &panelSource{f64: b.data, ld: b.ld}, got.data, got.ld)
			if err := near(got, want, scale, k, below); err != nil {
				t.Errorf("%s: %v", pathNames[p], err)
			}
			if err := got.guardsKept(c, func(i, j int) bool { return i <= j }); err != nil {
				t.Errorf("%s: wrote outside: %v", pathNames[p], err)
			}
		}
	})
}

func FuzzGemm(f *testing.F) {
	f.Add(uint16(9), uint16(25), uint16(5), 1.5, uint8(1), uint8(2), uint8(0), uint64(1))
	f.Fuzz(func(t *testing.T, m0, n0, k0 uint16, alpha float64, gap, workers, flags uint8, seed uint64) {
		m, n, k := int(m0%450), int(n0%450), int(k0%600)
		if m*n*k > 4<<20 {
			k = (4 << 20) / (m * n)
		}
		if math.IsNaN(alpha) || math.Abs(alpha) > 1e100 || math.Abs(alpha) < 1e-100 {
			alpha = -1
		}
		rnd := newRand(seed)
		tA, tB := flags&4 != 0, flags&8 != 0
		a, b, c := operand(rnd, tA, m, k, int(gap%4)), operand(rnd, tB, k, n, int(gap/4%4)), randomMatrix(rnd, m, n, int(gap/16))
		spoil(a, flags, seed)
		spoil(b, flags>>4, seed/3)
		want, scale := refGemm(tA, tB, m, n, k, alpha, a, b, c)
		for _, p := range paths() {
			got := c.clone()
			p.testGemm(int(workers%5), tA, tB, m, n, k, alpha, a, b, got)
			if err := near(got, want, scale, k, nil); err != nil {
				t.Errorf("%s: %v", pathNames[p], err)
			}
			if err := got.guardsKept(c, func(int, int) bool { return true }); err != nil {
				t.Errorf("%s: wrote outside: %v", pathNames[p], err)
			}
		}
	})
}
