package scoring

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// hashed hashes rows by blocks of so many columns.
func hashed(x [][]float64, width int, single bool) *rowHashes {
	cols := len(x[0])
	h := newRowHashes(len(x))
	for lo := 0; lo < cols; lo += width {
		n := min(width, cols-lo)
		b := stream.Block{Lo: lo, Cols: n, Stride: width + 3}
		if single {
			b.Single = make([]float32, len(x)*b.Stride)
		} else {
			b.X = make([]float64, len(x)*b.Stride)
		}
		for i, row := range x {
			for j := range b.Stride {
				v := math.NaN() // beyond the block
				if j < n {
					v = row[lo+j]
				}
				if single {
					b.Single[i*b.Stride+j] = float32(v)
				} else {
					b.X[i*b.Stride+j] = v
				}
			}
		}
		if err := h.Block(context.Background(), b); err != nil {
			panic(err)
		}
	}
	return h
}

// TestRowHashes wants rows to have equal hashes just where their numbers are equal,
// however they are read.
func TestRowHashes(t *testing.T) {
	const cols = 701
	rng := rand.New(rand.NewPCG(1, 2))
	base := make([]float64, cols)
	for j := range base {
		if base[j] = float64(float32(rng.NormFloat64())); j%3 > 0 {
			base[j] = 0
		}
	}
	change := func(f func(row []float64)) []float64 {
		row := slices.Clone(base)
		f(row)
		return row
	}
	zero := make([]float64, cols)
	negative := slices.Repeat([]float64{math.Copysign(0, -1)}, cols)
	rows := [][]float64{
		base,
		slices.Clone(base),
		change(func(r []float64) { r[1] = math.Copysign(0, -1) }),
		change(func(r []float64) { r[700] = math.Nextafter(0, 1) * 0x1p930 }), // float32's smallest is 2⁻¹⁴⁹
		change(func(r []float64) { r[0], r[3] = r[3], r[0] }),
		change(func(r []float64) { r[0] = -r[0] }),
		change(func(r []float64) { r[0], r[1] = r[1], r[0] }),
		zero, negative,
		change(func(r []float64) { clear(r); r[5] = 1 }),
		change(func(r []float64) { clear(r); r[6] = 1 }),
		change(func(r []float64) { clear(r); r[5], r[6] = 1, -1 }),
		slices.Repeat([]float64{1}, cols),
		slices.Repeat([]float64{2}, cols),
	}
	for _, single := range []bool{false, true} {
		for _, width := range []int{1, 256, 512, 700, cols} {
			h := hashed(rows, width, single)
			for i, a := range rows {
				for k, b := range rows {
					if equal := slices.Equal(a, b); equal != (h.rows[i] == h.rows[k]) {
						t.Errorf("single %v, width %d: rows %d and %d are equal: %v, but their hashes: %v", single, width, i, k, equal, !equal)
					}
				}
				if isZero := slices.Equal(a, zero); isZero != (h.rows[i] == h.zero) {
					t.Errorf("single %v, width %d: row %d is 0: %v, but not by its hash", single, width, i, isZero)
				}
			}
		}
	}
	// Rows of few small numbers, as one-hot and quantised layers have, do not collide.
	var small [][]float64
	for i := range 1 << 12 {
		row := make([]float64, 12)
		for j := range row {
			row[j] = float64(i >> j & 1)
		}
		small = append(small, row)
	}
	h := hashed(small, 12, false).rows
	slices.Sort(h)
	if n := len(slices.Compact(h)); n != len(small) {
		t.Errorf("%d hashes of %d rows", n, len(small))
	}
}

// BenchmarkRowHashes hashes a block of 2560 stimuli, of which all or none differ.
func BenchmarkRowHashes(b *testing.B) {
	for name, same := range map[string]bool{"distinct": false, "equal": true} {
		b.Run(name, func(b *testing.B) { benchmarkRowHashes(b, same) })
	}
}

func benchmarkRowHashes(b *testing.B, same bool) {
	const rows, cols = 2560, 2048
	x := make([]float32, rows*cols)
	for i := range x {
		if x[i] = float32(i*7919%10007 + i/cols); same {
			x[i] = float32(i % cols)
		}
	}
	b.SetBytes(4 * rows * cols)
	for b.Loop() {
		_ = newRowHashes(rows).Block(context.Background(), stream.Block{Cols: cols, Stride: cols, Single: x})
	}
}

// BenchmarkContent is the hash of what was read, beside which rows are hashed.
func BenchmarkContent(b *testing.B) {
	const rows, cols = 2560, 2048
	x := make([]float32, rows*cols)
	s := newContentSink(rows)
	b.SetBytes(4 * rows * cols)
	for b.Loop() {
		_ = s.Block(context.Background(), stream.Block{Cols: cols, Stride: cols, Single: x})
	}
}
