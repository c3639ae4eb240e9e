package npy

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkReadBlock reads a layer of 2560 × 25088 (the first fully connected
// layer's input in AlexNet, for the stimuli of hvm) in blocks of 2048 columns.
// MB/s counts the bytes of the file, which is in the page cache.
func BenchmarkReadBlock(b *testing.B) {
	const rows, cols, block = 2560, 25088, 2048
	for _, d := range []DType{
		{'f', 4, binary.LittleEndian}, {'f', 2, binary.LittleEndian}, {'f', 8, binary.LittleEndian},
		{'f', 4, binary.BigEndian}, {'u', 1, binary.LittleEndian},
	} {
		for _, fortran := range []bool{false, true} {
			b.Run(fmt.Sprintf("%v/fortran=%v", d, fortran), func(b *testing.B) {
				f := benchFile(b, d, fortran, rows, cols)
				for _, order := range [][]int{ascending(rows), reversed(rows)} {
					b.Run(fmt.Sprintf("from=%d", order[0]), func(b *testing.B) {
						dst := make([]float64, rows*block)
						var s Scratch
						b.SetBytes(f.Bytes())
						b.ReportAllocs()
						for b.Loop() {
							for lo := 0; lo < cols; lo += block {
								hi := min(lo+block, cols)
								if err := f.ReadBlock(order, lo, hi, dst, hi-lo, &s); err != nil {
									b.Fatal(err)
								}
							}
						}
					})
				}
			})
		}
	}
}

func reversed(n int) []int {
	rows := ascending(n)
	for i := range rows {
		rows[i] = n - 1 - i
	}
	return rows
}

func benchFile(b *testing.B, d DType, fortran bool, rows, cols int) *File {
	path := filepath.Join(b.TempDir(), "layer.npy")
	w, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	mark, word := '<', "False"
	if d.Order == binary.BigEndian {
		mark = '>'
	}
	if fortran {
		word = "True"
	}
	dict := fmt.Sprintf("{'descr': '%c%c%d', 'fortran_order': %s, 'shape': (%d, %d)}\n", mark, d.Kind, d.Size, word, rows, cols)
	if _, err := w.Write(build(1, dict, nil)); err != nil {
		b.Fatal(err)
	}
	// Half zeros and a spread of exponents, as rectified activations have.
	var line []byte
	for i := range cols {
		v := float64(i * 7919 % 1009)
		if i*31%64 < 32 {
			v = 0
		}
		if d.Kind == 'f' {
			v = math.Trunc(v*8) / 8
		} else {
			v = math.Mod(v, 256)
		}
		line = put(line, d, v)
	}
	for range rows {
		if _, err := w.Write(line); err != nil {
			b.Fatal(err)
		}
	}
	return open(b, path)
}

// BenchmarkConvert is the conversion alone, in cache.
func BenchmarkConvert(b *testing.B) {
	for _, d := range []DType{{'f', 2, binary.LittleEndian}, {'f', 4, binary.LittleEndian}, {'f', 8, binary.LittleEndian}, {'f', 4, binary.BigEndian}, {'u', 1, binary.LittleEndian}} {
		b.Run(d.String(), func(b *testing.B) {
			dst := make([]float64, 2048)
			src := make([]byte, len(dst)*d.Size)
			conv := converterFor(d)
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				conv(dst, src)
			}
		})
	}
}
