package npy

import (
	"encoding/binary"
	"math"
)

// A target is the type that elements are converted to.
type target interface{ float32 | float64 }

// A converter converts len(dst) consecutive elements in src to numbers.
type converter[T target] func(dst []T, src []byte)

// singleConverterFor returns the converter to float32 of a type whose values
// float32 all holds exactly; nil for other types.
func singleConverterFor(d DType) converter[float32] {
	little := d.Order == binary.LittleEndian
	switch {
	case d.Kind == 'f' && d.Size == 2 && little:
		return float16LE[float32]
	case d.Kind == 'f' && d.Size == 2:
		return float16BE[float32]
	case d.Kind == 'f' && d.Size == 4 && little:
		return float32LE[float32]
	case d.Kind == 'f' && d.Size == 4:
		return float32BE[float32]
	}
	return nil
}

// converterFor returns the loop for a file's type, so that no loop branches on
// the type. The types networks are dumped in are unrolled by hand, which the
// compiler does not do.
func converterFor(d DType) converter[float64] {
	little := d.Order == binary.LittleEndian
	pick := func(le, be converter[float64]) converter[float64] {
		if little {
			return le
		}
		return be
	}
	switch d.Kind {
	case 'f':
		switch d.Size {
		case 2:
			return pick(float16LE[float64], float16BE[float64])
		case 4:
			return pick(float32LE[float64], float32BE[float64])
		case 8:
			return pick(float64LE, float64BE)
		}
	case 'i':
		switch d.Size {
		case 1:
			return int8s
		case 2:
			return pick(int16LE, int16BE)
		case 4:
			return pick(int32LE, int32BE)
		case 8:
			return pick(int64LE, int64BE)
		}
	case 'u':
		switch d.Size {
		case 1:
			return uint8s
		case 2:
			return pick(uint16LE, uint16BE)
		case 4:
			return pick(uint32LE, uint32BE)
		case 8:
			return pick(uint64LE, uint64BE)
		}
	case 'b':
		return bools
	}
	panic("npy: no conversion for " + d.String()) // parseDType lets none through
}

var (
	le = binary.LittleEndian
	be = binary.BigEndian
)

func float16LE[T target](dst []T, src []byte) {
	t := halves()
	for len(dst) >= 8 && len(src) >= 16 {
		d, s := dst[:8:8], src[:16:16]
		d[0] = T(t[le.Uint16(s[0:])])
		d[1] = T(t[le.Uint16(s[2:])])
		d[2] = T(t[le.Uint16(s[4:])])
		d[3] = T(t[le.Uint16(s[6:])])
		d[4] = T(t[le.Uint16(s[8:])])
		d[5] = T(t[le.Uint16(s[10:])])
		d[6] = T(t[le.Uint16(s[12:])])
		d[7] = T(t[le.Uint16(s[14:])])
		dst, src = dst[8:], src[16:]
	}
	for i := range dst {
		dst[i] = T(t[le.Uint16(src[2*i:])])
	}
}

func float32LE[T target](dst []T, src []byte) {
	for len(dst) >= 8 && len(src) >= 32 {
		d, s := dst[:8:8], src[:32:32]
		d[0] = T(math.Float32frombits(le.Uint32(s[0:])))
		d[1] = T(math.Float32frombits(le.Uint32(s[4:])))
		d[2] = T(math.Float32frombits(le.Uint32(s[8:])))
		d[3] = T(math.Float32frombits(le.Uint32(s[12:])))
		d[4] = T(math.Float32frombits(le.Uint32(s[16:])))
		d[5] = T(math.Float32frombits(le.Uint32(s[20:])))
		d[6] = T(math.Float32frombits(le.Uint32(s[24:])))
		d[7] = T(math.Float32frombits(le.Uint32(s[28:])))
		dst, src = dst[8:], src[32:]
	}
	for i := range dst {
		dst[i] = T(math.Float32frombits(le.Uint32(src[4*i:])))
	}
}

func float64LE(dst []float64, src []byte) {
	for len(dst) >= 4 && len(src) >= 32 {
		d, s := dst[:4:4], src[:32:32]
		d[0] = math.Float64frombits(le.Uint64(s[0:]))
		d[1] = math.Float64frombits(le.Uint64(s[8:]))
		d[2] = math.Float64frombits(le.Uint64(s[16:]))
		d[3] = math.Float64frombits(le.Uint64(s[24:]))
		dst, src = dst[4:], src[32:]
	}
	for i := range dst {
		dst[i] = math.Float64frombits(le.Uint64(src[8*i:]))
	}
}

func float16BE[T target](dst []T, src []byte) {
	t := halves()
	for i := range dst {
		dst[i] = T(t[be.Uint16(src[2*i:])])
	}
}

func float32BE[T target](dst []T, src []byte) {
	for i := range dst {
		dst[i] = T(math.Float32frombits(be.Uint32(src[4*i:])))
	}
}

func float64BE(dst []float64, src []byte) {
	for i := range dst {
		dst[i] = math.Float64frombits(be.Uint64(src[8*i:]))
	}
}

func int8s(dst []float64, src []byte) {
	for i := range dst {
		dst[i] = float64(int8(src[i]))
	}
}

func uint8s(dst []float64, src []byte) {
	for i := range dst {
		dst[i] = float64(src[i])
	}
}

// bools reads any byte but 0 as true, as numpy does when it computes with one.
func bools(dst []float64, src []byte) {
	for i := range dst {
		dst[i] = 0
		if src[i] != 0 {
			dst[i] = 1
		}
	}
}

func int16LE(dst []float64, src []byte) {
	for i := range dst {
		dst[i] = float64(int16(le.Uint16(src[2*i:])))
	}
}

func int16BE(dst []float64, src []byte) {
	for i := range dst {
		dst[i] = float64(int16(be.Uint16(src[2*i:])))
	}
}

func int32LE(dst []float64, src []byte) {
	for i := range dst {
		dst[i] = float64(int32(le.Uint32(src[4*i:])))
	}
}

func int32BE(dst []float64, src []byte) {
	for i := range dst {
		dst[i] = float64(int32(be.Uint32(src[4*i:])))
	}
}

func int64LE(dst []float64, src []byte) {
	for i := range dst {
		dst[i] = float64(int64(le.Uint64(src[8*i:])))
	}
}

func int64BE(dst []float64, src []byte) {
	for i := range dst {
		dst[i] = float64(int64(be.Uint64(src[8*i:])))
	}
}

func uint16LE(dst []float64, src []byte) {
	for i := range dst {
		dst[i] = float64(le.Uint16(src[2*i:]))
	}
}

func uint16BE(dst []float64, src []byte) {
	for i := range dst {
		dst[i] = float64(be.Uint16(src[2*i:]))
	}
}

func uint32LE(dst []float64, src []byte) {
	for i := range dst {
		dst[i] = float64(le.Uint32(src[4*i:]))
	}
}

func uint32BE(dst []float64, src []byte) {
	for i := range dst {
		dst[i] = float64(be.Uint32(src[4*i:]))
	}
}

func uint64LE(dst []float64, src []byte) {
	for i := range dst {
		dst[i] = float64(le.Uint64(src[8*i:]))
	}
}

func uint64BE(dst []float64, src []byte) {
	for i := range dst {
		dst[i] = float64(be.Uint64(src[8*i:]))
	}
}
