package npy

import (
	"encoding/binary"
	"testing"
)

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
