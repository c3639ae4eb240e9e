package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// paths lists what this machine and build can run.
func paths() []path { return upTo(best()) }

func eachPath(t *testing.T, f func(t *testing.T, p path)) {
	for _, p := range paths() {
		t.Run(pathNames[p], func(t *testing.T) { f(t, p) })
	}
}

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// matrix is a test matrix amid NaN: before and after it, and between the end of each
// row and the stride. What reads a guard spoils its result; what writes one is found.
type matrix struct {
	rows, cols, ld int
	all, data      []float64
}

const guard = 37

func newMatrix(rows, cols, gap int) *matrix {
	m := &matrix{rows: rows, cols: cols, ld: max(1, cols+gap)}
	size := 0
	if rows > 0 && cols > 0 {
		size = (rows-1)*m.ld + cols
	}
	m.all = make([]float64, size+2*guard)
	for i := range m.all {
		m.all[i] = math.NaN()
	}
	m.data = m.all[guard : guard+size : guard+size]
	return m
}

func randomMatrix(rnd *rand.Rand, rows, cols, gap int) *matrix {
	m := newMatrix(rows, cols, gap)
	m.each(func(int, int, float64) float64 { return rnd.NormFloat64() })
	return m
}

func (m *matrix) at(i, j int) *float64 { return &m.data[i*m.ld+j] }

func (m *matrix) each(f func(i, j int, v float64) float64) {
	for i := range m.rows {
		for j := range m.cols {
			*m.at(i, j) = f(i, j, *m.at(i, j))
		}
	}
}

func (m *matrix) clone() *matrix {
	c := *m
	c.all = append([]float64(nil), m.all...)
	c.data = c.all[guard : guard+len(m.data) : guard+len(m.data)]
	return &c
}

// sameBits compares everything, guards included; all NaNs count as one.
func (m *matrix) sameBits(o *matrix) error {
	for i, v := range m.all {
		if w := o.all[i]; math.Float64bits(v) != math.Float64bits(w) && (v == v || w == w) {
			return fmt.Errorf("element %d of row %d: %v, want %v", (i-guard)%m.ld, (i-guard)/m.ld, v, w)
		}
	}
	return nil
}

// guardsKept says that m differs from before only where touched allows.
func (m *matrix) guardsKept(before *matrix, touched func(i, j int) bool) error {
	want := before.clone()
	for i := range m.rows {
		for j := range m.cols {
			if touched(i, j) {
				*want.at(i, j) = *m.at(i, j)
			}
		}
	}
	return m.sameBits(want)
}

// op reads element (i, j) of m or of its transpose.
func (m *matrix) op(trans bool, i, j int) float64 {
	if trans {
		i, j = j, i
	}
	return *m.at(i, j)
}

// refGemm is the plain triple loop, with the sum of magnitudes beside it, which the
// rounding of any order of summation is bounded by.
func refGemm(tA, tB bool, m, n, k int, alpha float64, a, b, c *matrix) (want, scale *matrix) {
	want, scale = c.clone(), c.clone()
	for i := range m {
		for j := range n {
			sum, size := 0.0, 0.0
			for s := range k {
				v := a.op(tA, i, s) * b.op(tB, s, j)
				sum += v
				size += math.Abs(v)
			}
			if k > 0 && alpha != 0 {
				*want.at(i, j) += alpha * sum
			}
			*scale.at(i, j) = math.Abs(*c.at(i, j)) + math.Abs(alpha)*size
		}
	}
	return want, scale
}

// near checks got against want to within the rounding of k+2 terms of size scale.
func near(got, want, scale *matrix, k int, skip func(i, j int) bool) error {
	for i := range want.rows {
		for j := range want.cols {
			if skip != nil && skip(i, j) {
				continue
			}
			g, w := *got.at(i, j), *want.at(i, j)
			tol := float64(k+2) * 0x1p-52 * *scale.at(i, j)
			if math.IsNaN(w) && math.IsNaN(g) || g == w || math.Abs(g-w) <= tol {
				continue
			}
			return fmt.Errorf("element (%d, %d) is %v, want %v ± %.1g", i, j, g, w, tol)
		}
	}
	return nil
}

func below(i, j int) bool { return i > j }
