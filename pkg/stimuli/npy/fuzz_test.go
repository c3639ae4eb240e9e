package npy

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/brainscore-go/brainscore/internal/fileerr"
)

// largestRead notes how much is asked for at once, which bounds what the reader
// allocates: every buffer is read into whole.
type largestRead struct {
	r       io.ReaderAt
	largest int
}

func (l *largestRead) ReadAt(b []byte, off int64) (int, error) {
	l.largest = max(l.largest, len(b))
	return l.r.ReadAt(b, off)
}

// FuzzOpen opens whatever bytes and reads blocks of what could be opened. It
// must not panic, read beyond the bytes, nor give two answers for one element.
func FuzzOpen(f *testing.F) {
	files, err := filepath.Glob("testdata/*.npy")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds: ", err)
	}
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, uint64(1))
	}
	for _, c := range malformed {
		if len(c.file) < 4096 {
			f.Add(c.file, uint64(1))
		}
	}
	for i, d := range dtypes {
		b, _ := array(d, byte(i%3+1), i%2 == 0, []int{3, 2, 4}[:i%3+1])
		f.Add(b, uint64(i))
	}
	f.Fuzz(func(t *testing.T, b []byte, seed uint64) {
		r := &largestRead{r: bytes.NewReader(b)}
		a, err := newFile("fuzz.npy", r, int64(len(b)))
		if r.largest > len(b) {
			t.Fatalf("reads %d bytes at once of %d", r.largest, len(b))
		}
		if err != nil {
			var fe *fileerr.Error
			if !errors.As(err, &fe) || fe.What == "" || fe.Path != "fuzz.npy" {
				t.Fatalf("%#v", err)
			}
			return
		}
		if int64(a.Rows())*int64(a.Cols())*int64(a.DType().Size) != a.Bytes() || a.Bytes() > int64(len(b)) {
			t.Fatalf("%d × %d %v of %d bytes", a.Rows(), a.Cols(), a.DType(), len(b))
		}
		all, err := a.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(seed, 0))
		var s Scratch
		for range 4 {
			rows := make([]int, rng.IntN(5))
			for i := range rows {
				rows[i] = rng.IntN(a.Rows())
			}
			lo := rng.IntN(a.Cols())
			width := rng.IntN(min(a.Cols()-lo, 50) + 1)
			ld := width + rng.IntN(3)
			dst := make([]float64, len(rows)*ld)
			if err := a.ReadBlock(rows, lo, lo+width, dst, ld, &s); err != nil {
				t.Fatal(err)
			}
			if single := make([]float32, len(dst)); a.Single() {
				if err := a.ReadBlockSingle(rows, lo, lo+width, single, ld, &s); err != nil {
					t.Fatal(err)
				}
				for i, v := range dst {
					if w := float64(single[i]); v != w && (v == v || w == w) {
						t.Fatalf("rows %v columns from %d: %v in single precision, %v in double", rows, lo, w, v)
					}
				}
			}
			for i, row := range rows {
				for c := range width {
					v, w := dst[i*ld+c], all[row*a.Cols()+lo+c]
					if v != w && (v == v || w == w) {
						t.Fatalf("row %d column %d is %v in a block, %v in the whole", row, lo+c, v, w)
					}
				}
			}
		}
		if r.largest > max(len(b), 1<<20) {
			t.Fatalf("reads %d bytes at once", r.largest)
		}
	})
}

// FuzzReadHeader reads headers of arrays in archives.
func FuzzReadHeader(f *testing.F) {
	for _, c := range malformed {
		if len(c.file) < 4096 {
			f.Add(c.file)
		}
	}
	for i, d := range dtypes {
		b, _ := array(d, byte(i%3+1), i%2 == 0, []int{3, 2, 4}[:i%3+1])
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := ReadHeader(bytes.NewReader(b))
		if err != nil {
			return
		}
		if len(h.Shape) > maxAxes {
			t.Errorf("%+v", h)
		}
		for _, n := range h.Shape {
			if n < 0 {
				t.Errorf("the shape %v", h.Shape)
			}
		}
	})
}
