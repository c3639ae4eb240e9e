package npy

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// build makes a file as numpy lays it out, byte by byte: header of the given
// version, elements by put.
func build(major byte, dict string, data []byte) []byte {
	b := append([]byte(magic), major, 0)
	if major == 1 {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(dict)))
	} else {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(dict)))
	}
	return append(append(b, dict...), data...)
}

// put appends v as an element of type d; the values of the tests fit all types
// they are used with.
func put(b []byte, d DType, v float64) []byte {
	order := d.Order.(binary.AppendByteOrder)
	var bits uint64
	switch d.Kind {
	case 'f':
		switch d.Size {
		case 2:
			bits = uint64(halfBits(v))
		case 4:
			bits = uint64(math.Float32bits(float32(v)))
		case 8:
			bits = math.Float64bits(v)
		}
	case 'i':
		bits = uint64(int64(v))
	default:
		bits = uint64(v)
	}
	switch d.Size {
	case 1:
		return append(b, byte(bits))
	case 2:
		return order.AppendUint16(b, uint16(bits))
	case 4:
		return order.AppendUint32(b, uint32(bits))
	}
	return order.AppendUint64(b, bits)
}

// halfBits encodes whole numbers up to 2048 and their quarters.
func halfBits(v float64) uint16 {
	if v == 0 {
		return 0
	}
	frac, exp := math.Frexp(math.Abs(v))
	h := uint16(exp+14)<<10 | uint16(frac*2048)&0x3ff
	if v < 0 {
		h |= 0x8000
	}
	return h
}

// layout gives, for element i in C order, its place in the file.
func layout(shape []int, fortran bool, i int) int {
	if !fortran {
		return i
	}
	place, stride := 0, 1
	for _, n := range shape {
		stride *= n
	}
	for a := len(shape) - 1; a >= 0; a-- {
		stride /= shape[a]
		place += i % shape[a] * stride
		i /= shape[a]
	}
	return place
}

func write(t testing.TB, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "layer.npy")
	if err := os.WriteFile(path, b, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t testing.TB, path string) *File {
	t.Helper()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// value is what element i of an array of type d holds.
func value(d DType, i int) float64 {
	switch d.Kind {
	case 'b':
		return float64(i * 7 % 3 % 2)
	case 'u':
		return float64(i * 37 % 251)
	case 'i':
		return float64(i*37%251 - 125)
	}
	return float64(i*37%2001-1000) / 4
}

var dtypes = func() (all []DType) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		for _, size := range []int{1, 2, 4, 8} {
			if size > 1 {
				all = append(all, DType{'f', size, order})
			}
			all = append(all, DType{'i', size, order}, DType{'u', size, order})
		}
		all = append(all, DType{'b', 1, order})
	}
	return all
}()

// array builds a file of the type, version, order and shape, and its values in
// C order.
func array(d DType, major byte, fortran bool, shape []int) (file []byte, want []float64) {
	n := 1
	for _, k := range shape {
		n *= k
	}
	want = make([]float64, n)
	inFile := make([]float64, n)
	for i := range want {
		want[i] = value(d, i)
		inFile[layout(shape, fortran, i)] = want[i]
	}
	data := make([]byte, 0, n*d.Size)
	for _, v := range inFile {
		data = put(data, d, v)
	}
	mark := "<"
	if d.Order == binary.BigEndian {
		mark = ">"
	}
	if d.Size == 1 {
		mark = "|"
	}
	word := map[bool]string{false: "False", true: "True"}[fortran]
	axes := strings.Trim(fmt.Sprint(shape), "[]")
	tuple := "(" + strings.ReplaceAll(axes, " ", ", ") + ",)"
	dict := fmt.Sprintf("{'descr': '%s%c%d', 'fortran_order': %s, 'shape': %s, }\n", mark, d.Kind, d.Size, word, tuple)
	return build(major, dict, data), want
}

func TestReadEveryKind(t *testing.T) {
	shapes := [][]int{{37}, {1}, {5, 7}, {1, 9}, {9, 1}, {70, 40}, {6, 3, 5}, {1, 3, 4}, {4, 2, 3, 5}, {3, 1, 4, 1}}
	for _, d := range dtypes {
		for _, major := range []byte{1, 2, 3} {
			for _, fortran := range []bool{false, true} {
				for _, shape := range shapes {
					name := fmt.Sprintf("%v/v%d/fortran=%v/%v", d, major, fortran, shape)
					b, want := array(d, major, fortran, shape)
					f, err := newFile(name, bytes.NewReader(b), int64(len(b)))
					if err != nil {
						t.Fatal(err)
					}
					if gotMajor, minor := f.Version(); gotMajor != int(major) || minor != 0 || f.Fortran() != fortran || !slices.Equal(f.Shape(), shape) ||
						f.Rows() != shape[0] || f.Rows()*f.Cols() != len(want) || f.Bytes() != int64(len(want)*d.Size) || f.Path() != name ||
						f.DType().String() != d.String() && d.Size > 1 {
						t.Fatalf("%s: opened as %+v", name, f)
					}
					got, err := f.ReadAll()
					if err != nil {
						t.Fatal(err)
					}
					if !slices.Equal(got, want) {
						t.Fatalf("%s:\n got %v\nwant %v", name, got, want)
					}
				}
			}
		}
	}
}

// checkBlock compares a block with the array's values, in double and, where the
// file is, in single precision, and that everything round it is left alone.
func checkBlock(t *testing.T, f *File, want []float64, rows []int, lo, hi, ld int, s *Scratch) {
	t.Helper()
	compareBlock(t, f, f.ReadBlock, math.Float64frombits(0x7ff8_dead_beef_0001), math.Float64bits, want, rows, lo, hi, ld, s)
	if f.Single() {
		compareBlock(t, f, f.ReadBlockSingle, math.Float32frombits(0x7fc0_beef), func(v float32) uint64 { return uint64(math.Float32bits(v)) }, want, rows, lo, hi, ld, s)
	} else if err := f.ReadBlockSingle(rows, lo, hi, make([]float32, len(rows)*ld+3), ld, s); err == nil {
		t.Fatalf("%s: %v is read in single precision", f.Path(), f.DType())
	}
}

func compareBlock[T target](t *testing.T, f *File, read func(rows []int, lo, hi int, dst []T, ld int, s *Scratch) error, guard T, bits func(T) uint64,
	want []float64, rows []int, lo, hi, ld int, s *Scratch) {
	t.Helper()
	dst := make([]T, len(rows)*ld+3)
	for i := range dst {
		dst[i] = guard
	}
	if err := read(rows, lo, hi, dst, ld, s); err != nil {
		t.Fatal(err)
	}
	for i, v := range dst {
		r, c := i/ld, i%ld
		if r >= len(rows) || c >= hi-lo {
			if bits(v) != bits(guard) {
				t.Fatalf("%s: rows %v columns %d to %d: wrote beyond the block at %d", f.Path(), rows, lo, hi, i)
			}
			continue
		}
		if w := want[rows[r]*f.Cols()+lo+c]; float64(v) != w {
			t.Fatalf("%s: rows %v columns %d to %d: got %v at row %d column %d, want %v", f.Path(), rows, lo, hi, v, r, c, w)
		}
	}
}

func ascending(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}

// rowLists are ways in which a stimulus set may want the rows of a dump.
func rowLists(n int, rng *rand.Rand) map[string][]int {
	down := ascending(n)
	slices.Reverse(down)
	repeated := make([]int, 2*n)
	for i := range repeated {
		repeated[i] = rng.IntN(n)
	}
	return map[string][]int{
		"all":      ascending(n),
		"down":     down,
		"shuffled": rng.Perm(n),
		"some":     rng.Perm(n)[:(n+1)/2],
		"ends":     {n - 1, 0},
		"repeated": repeated,
		"twice":    append(ascending(n), ascending(n)...),
		"one":      {n / 2},
		"none":     {},
	}
}

func TestReadBlocks(t *testing.T) {
	f32, f64, f16 := DType{'f', 4, binary.LittleEndian}, DType{'f', 8, binary.BigEndian}, DType{'f', 2, binary.LittleEndian}
	// Beside small shapes: rows beyond a tile and a window, columns beyond a
	// group, a row beyond the buffer, and gaps on both sides of maxGap.
	cases := []struct {
		d     DType
		shape []int
	}{
		{f32, []int{7, 5}}, {f64, []int{200, 70}}, {f16, []int{130, 3, 5, 7}}, {f32, []int{65, 4100}},
		{f32, []int{9000, 34}}, {f64, []int{3, 40000}}, {f32, []int{4200, 2, 3}}, {f64, []int{50, 33}}, {f32, []int{5000}},
	}
	for _, c := range cases {
		for _, fortran := range []bool{false, true} {
			b, want := array(c.d, 1, fortran, c.shape)
			f, err := newFile(fmt.Sprintf("%v/%v/fortran=%v", c.d, c.shape, fortran), bytes.NewReader(b), int64(len(b)))
			if err != nil {
				t.Fatal(err)
			}
			rng := rand.New(rand.NewPCG(1, 2))
			var s Scratch
			for _, rows := range rowLists(f.Rows(), rng) {
				for _, block := range []int{1, 7, 32, 33, 2048, f.Cols()} {
					block = min(block, f.Cols())
					lo := rng.IntN(f.Cols() - block + 1)
					checkBlock(t, f, want, rows, lo, lo+block, block, &s)
					checkBlock(t, f, want, rows, lo, lo+block, block+5, nil)
				}
			}
			if limit := 1 << 20; cap(s.buf) > limit {
				t.Errorf("%s: a buffer of %d bytes, more than %d", f.Path(), cap(s.buf), limit)
			}
		}
	}
}

func TestReadConcurrently(t *testing.T) {
	for _, fortran := range []bool{false, true} {
		b, want := array(DType{'f', 4, binary.LittleEndian}, 1, fortran, []int{100, 6, 50})
		f := open(t, write(t, b))
		var wg sync.WaitGroup
		for g := range 8 {
			wg.Go(func() {
				rng := rand.New(rand.NewPCG(3, uint64(g)))
				var s Scratch
				rows := rng.Perm(f.Rows())
				for lo := 0; lo < f.Cols(); lo += 37 {
					hi := min(lo+37, f.Cols())
					dst := make([]float64, len(rows)*(hi-lo))
					if err := f.ReadBlock(rows, lo, hi, dst, hi-lo, &s); err != nil {
						t.Error(err)
						return
					}
					for i, v := range dst {
						if v != want[rows[i/(hi-lo)]*f.Cols()+lo+i%(hi-lo)] {
							t.Errorf("fortran=%v: wrong value in block at column %d", fortran, lo)
							return
						}
					}
				}
			})
		}
		wg.Wait()
	}
}

func TestReadBlockRefuses(t *testing.T) {
	b, _ := array(DType{'f', 4, binary.LittleEndian}, 1, false, []int{4, 6})
	f, err := newFile("x.npy", bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	dst := make([]float64, 24)
	for _, c := range []struct {
		rows       []int
		lo, hi, ld int
		want       string
	}{
		{[]int{0}, 0, 7, 7, "x.npy: columns 0 to 7 requested, but it has 6"},
		{[]int{0}, -1, 3, 7, "x.npy: columns -1 to 3 requested, but it has 6"},
		{[]int{0}, 3, 2, 7, "x.npy: columns 3 to 2 requested, but it has 6"},
		{[]int{0, 4}, 0, 6, 6, "x.npy: row 4 requested, but it has 4"},
		{[]int{-1}, 0, 6, 6, "x.npy: row -1 requested, but it has 4"},
		{[]int{0, 1}, 0, 6, 5, "x.npy: row stride 5 is less than the 6 columns to read"},
		{[]int{0, 1, 2, 3, 0}, 0, 6, 6, "x.npy: 24 values do not hold 5 rows of 6 columns with stride 6"},
		{[]int{0, 1}, 0, 6, math.MaxInt, fmt.Sprintf("x.npy: 24 values do not hold 2 rows of 6 columns with stride %d", math.MaxInt)},
	} {
		if err := f.ReadBlock(c.rows, c.lo, c.hi, dst, c.ld, nil); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}
