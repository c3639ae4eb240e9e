package npy

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/sbinet/npyio/npy"
	"gonum.org/v1/gonum/mat"
)

// npyio is an independent reader and writer of what the two have in common: up
// to two axes, versions 1 and 2, no float16.
func TestAgainstNpyioReader(t *testing.T) {
	for _, d := range dtypes {
		if d.Kind == 'f' && d.Size == 2 || d.Kind == 'b' {
			continue
		}
		for _, fortran := range []bool{false, true} {
			for _, shape := range [][]int{{6, 5}, {1, 4}, {4, 1}, {33, 70}} {
				b, _ := array(d, 1, fortran, shape)
				// npyio wants the comma and space numpy writes before '}'.
				b = bytes.Replace(b, []byte(",), }"), []byte("), }"), 1)
				le.PutUint16(b[8:], le.Uint16(b[8:])-1)

				inFile, err := npyioValues(b, d)
				if err != nil {
					t.Fatalf("npyio: %v", err)
				}
				want := inFile
				if fortran {
					want = mat.DenseCopyOf(mat.NewDense(shape[1], shape[0], inFile).T()).RawMatrix().Data
				}
				f, err := newFile(d.String(), bytes.NewReader(b), int64(len(b)))
				if err != nil {
					t.Fatal(err)
				}
				got, err := f.ReadAll()
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(got, want) {
					t.Errorf("%v, fortran %v, %v: differs from npyio", d, fortran, shape)
				}
			}
		}
	}
}

// npyioValues reads the values in the order of the file: npyio wants a slice of
// the file's own type, and makes a matrix of float64 only.
func npyioValues(b []byte, d DType) ([]float64, error) {
	switch d.Kind {
	case 'f':
		if d.Size == 4 {
			return npyioSlice[float32](b)
		}
		return npyioSlice[float64](b)
	case 'i':
		switch d.Size {
		case 1:
			return npyioSlice[int8](b)
		case 2:
			return npyioSlice[int16](b)
		case 4:
			return npyioSlice[int32](b)
		}
		return npyioSlice[int64](b)
	}
	switch d.Size {
	case 1:
		return npyioSlice[uint8](b)
	case 2:
		return npyioSlice[uint16](b)
	case 4:
		return npyioSlice[uint32](b)
	}
	return npyioSlice[uint64](b)
}

func npyioSlice[T int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64](b []byte) ([]float64, error) {
	var s []T
	if err := npy.Read(bytes.NewReader(b), &s); err != nil {
		return nil, err
	}
	values := make([]float64, len(s))
	for i, v := range s {
		values[i] = float64(v)
	}
	return values, nil
}

func TestAgainstNpyioWriter(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	values := make([]float64, 7*11)
	f32 := make([]float32, len(values))
	for i := range values {
		values[i] = rng.NormFloat64()
		f32[i] = float32(values[i])
	}
	for name, c := range map[string]struct {
		write any
		shape []int
		want  func(i int) float64
	}{
		"dense":   {mat.NewDense(7, 11, values), []int{7, 11}, func(i int) float64 { return values[i] }},
		"float64": {values, []int{77}, func(i int) float64 { return values[i] }},
		"float32": {f32, []int{77}, func(i int) float64 { return float64(f32[i]) }},
		"int16":   {[]int16{-5, 32767}, []int{2}, func(i int) float64 { return []float64{-5, 32767}[i] }},
		"bool":    {[]bool{true, false}, []int{2}, func(i int) float64 { return []float64{1, 0}[i] }},
	} {
		var b bytes.Buffer
		if err := npy.Write(&b, c.write); err != nil {
			t.Fatal(err)
		}
		f, err := newFile(name, bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatal(err)
		}
		got, err := f.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(f.Shape(), c.shape) {
			t.Errorf("%s: shape %v", name, f.Shape())
		}
		for i, v := range got {
			if v != c.want(i) {
				t.Errorf("%s: value %d is %v, want %v", name, i, v, c.want(i))
			}
		}
	}
}

func TestWrite(t *testing.T) {
	values := make([]float64, 90*100)
	f32 := make([]float32, len(values))
	for i := range values {
		values[i] = value(DType{'f', 8, binary.LittleEndian}, i)
		f32[i] = float32(values[i])
	}
	check := func(name string, write func(io.Writer) error) {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		f, err := newFile(name, bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if f.data%64 != 0 || f.DType().String() != name || !slices.Equal(f.Shape(), []int{90, 100}) {
			t.Errorf("%s: data at %d, %v, %v", name, f.data, f.DType(), f.Shape())
		}
		if got, err := f.ReadAll(); err != nil || !slices.Equal(got, values) {
			t.Errorf("%s: values differ (%v)", name, err)
		}
		var shape []int
		if r, err := npy.NewReader(&b); err != nil {
			t.Errorf("npyio: %v", err)
		} else if shape = r.Header.Descr.Shape; !slices.Equal(shape, f.Shape()) {
			t.Errorf("npyio reads shape %v", shape)
		}
	}
	check("float64", func(w io.Writer) error { return Write(w, 90, 100, values) })
	check("float32", func(w io.Writer) error { return Write(w, 90, 100, f32) })

	for _, c := range [][2]int{{90, 99}, {-90, -100}, {math.MaxInt/2 + 1, 4}} {
		if err := Write(io.Discard, c[0], c[1], values); err == nil || !strings.HasPrefix(err.Error(), "npy: 9000 values for ") {
			t.Errorf("%v: %v", c, err)
		}
	}
}
