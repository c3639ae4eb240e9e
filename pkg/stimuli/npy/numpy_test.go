package npy

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"
	"testing"
)

// The files of testdata are numpy's own, written by testdata/make.py.
func TestReadNumpyFiles(t *testing.T) {
	for _, c := range []struct {
		name, dtype string
		fortran     bool
		major       int
		shape       []int
	}{
		{"f2", "float16", false, 1, []int{6, 5}},
		{"f4_fortran_4d", "float32", true, 1, []int{4, 2, 3, 2}},
		{"f8_big_fortran_3d", "big-endian float64", true, 2, []int{3, 4, 2}},
		{"f4_v3", "float32", false, 3, []int{5, 3}},
		{"f8_1d", "float64", false, 1, []int{7}},
		{"i8", "int64", false, 1, []int{3, 4}},
		{"u2_big", "big-endian uint16", false, 1, []int{3, 4}},
		{"i1_fortran", "int8", true, 1, []int{3, 4}},
		{"bool", "bool", false, 1, []int{4, 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := open(t, "testdata/"+c.name+".npy")
			if major, _ := f.Version(); f.DType().String() != c.dtype || f.Fortran() != c.fortran || major != c.major || !slices.Equal(f.Shape(), c.shape) {
				t.Errorf("opened as %v, fortran %v, version %d, shape %v", f.DType(), f.Fortran(), major, f.Shape())
			}
			got, err := f.ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range got {
				if w := value(f.DType(), i); v != w {
					t.Fatalf("element %d is %v, want %v", i, v, w)
				}
			}
			if len(got) != f.Rows()*f.Cols() {
				t.Errorf("%d values", len(got))
			}
		})
	}
}

func TestHalfSpecialValues(t *testing.T) {
	got, err := open(t, "testdata/half_special.npy").ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := []float64{0, math.Copysign(0, -1), 0x1p-24, -0x1p-24, 0x1.ff8p-15, 0x1p-14, 1, 65504, -65504, math.Inf(1), math.Inf(-1), math.NaN()}
	for i, w := range want {
		if math.Float64bits(got[i]) != math.Float64bits(w) && !(math.IsNaN(got[i]) && math.IsNaN(w)) {
			t.Errorf("value %d is %v, want %v", i, got[i], w)
		}
	}
}

// TestHalfAgainstNumpy compares all 65,536 numbers with numpy's conversion, by
// the digest that testdata/make.py prints.
func TestHalfAgainstNumpy(t *testing.T) {
	var src, all []byte
	for h := range 1 << 16 {
		src = le.AppendUint16(src, uint16(h))
	}
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		dst := make([]float64, 1<<16)
		if order == binary.BigEndian {
			for i := 0; i < len(src); i += 2 {
				src[i], src[i+1] = src[i+1], src[i]
			}
		}
		converterFor(DType{'f', 2, order})(dst, src)
		all = all[:0]
		for h, v := range dst {
			nan := h>>10&31 == 31 && h&0x3ff != 0
			if nan != math.IsNaN(v) {
				t.Fatalf("%#04x is %v", h, v)
			}
			if !nan {
				all = le.AppendUint32(all, math.Float32bits(float32(v)))
			}
		}
		sum := sha256.Sum256(all)
		if got := hex.EncodeToString(sum[:]); got != "680bbc22915f61aa1bbfc7265bc3882a6aa42d299bfd2c571807196e5544de2e" {
			t.Errorf("%v: digest %s", order, got)
		}
	}
}

// Values at the ends of each integer type, where a wrong sign or width shows.
func TestIntegerLimits(t *testing.T) {
	for _, d := range dtypes {
		if d.Kind != 'i' && d.Kind != 'u' {
			continue
		}
		ones := make([]byte, d.Size)
		top := make([]byte, d.Size) // only the highest bit
		for i := range ones {
			ones[i] = 0xff
		}
		if d.Order == binary.BigEndian {
			top[0] = 0x80
		} else {
			top[d.Size-1] = 0x80
		}
		half := math.Ldexp(1, 8*d.Size-1)
		want := []float64{2*half - 1, half}
		if d.Kind == 'i' {
			want = []float64{-1, -half}
		}
		got := make([]float64, 2)
		converterFor(d)(got, append(ones, top...))
		if !slices.Equal(got, want) {
			t.Errorf("%v: got %v, want %v", d, got, want)
		}
	}
}
