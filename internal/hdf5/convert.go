package hdf5

import (
	"encoding/binary"
	"math"
	"slices"
)

// number decodes the numeric elements of a block with conv.
func number[T any](b *Block, dst []T, conv func(dst []T, t *Datatype, p []byte) ([]T, error)) ([]T, error) {
	t := b.Type
	if t.Class == ClassArray {
		t = t.Base
	}
	if !t.IsNumeric() || t.Class == ClassArray {
		return dst, inPath(typef("it is %s, not numbers", b.Type), b.path)
	}
	if t.Class == ClassFloat && t.floatProblem != "" {
		return dst, inPath(unsupportedf("%s", t.floatProblem), b.path)
	}
	if t.Size > 8 {
		return dst, inPath(unsupportedf("numbers of %d bytes", t.Size), b.path)
	}
	dst = slices.Grow(dst, len(b.Data)/t.Size)
	out, err := conv(dst, t, b.Data)
	return out, inPath(err, b.path)
}

func (t *Datatype) order() binary.ByteOrder {
	if t.BigEndian {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// whole reports whether an integer uses all of its bits.
func (t *Datatype) whole() bool { return t.BitOffset == 0 && t.Precision == 8*t.Size }

// each decodes every n-byte element; it is here to be inlined with its
// decoder, which makes the common types fast.
func each[T any](dst []T, p []byte, n int, get func(p []byte) T) []T {
	k := len(dst)
	dst = dst[:k+len(p)/n]
	for i := range dst[k:] {
		dst[k+i] = get(p[i*n : i*n+n])
	}
	return dst
}

func toFloat[T float32 | float64](dst []T, t *Datatype, p []byte) ([]T, error) {
	if t.Class != ClassFloat {
		return toNumber(dst, t, p), nil
	}
	le := !t.BigEndian
	switch {
	case t.Size == 4 && le:
		k := len(dst)
		dst = dst[:k+len(p)/4]
		for i := range dst[k:] {
			dst[k+i] = T(math.Float32frombits(binary.LittleEndian.Uint32(p[4*i:])))
		}
	case t.Size == 8 && le:
		k := len(dst)
		dst = dst[:k+len(p)/8]
		for i := range dst[k:] {
			dst[k+i] = T(math.Float64frombits(binary.LittleEndian.Uint64(p[8*i:])))
		}
	case t.Size == 4:
		dst = each(dst, p, 4, func(p []byte) T { return T(math.Float32frombits(binary.BigEndian.Uint32(p))) })
	case t.Size == 8:
		dst = each(dst, p, 8, func(p []byte) T { return T(math.Float64frombits(binary.BigEndian.Uint64(p))) })
	case t.Size == 2:
		o := t.order()
		dst = each(dst, p, 2, func(p []byte) T { return T(half(o.Uint16(p))) })
	}
	return dst, nil
}

// toNumber converts integers to anything that Go can.
func toNumber[T float32 | float64 | int64 | uint64](dst []T, t *Datatype, p []byte) []T {
	if !t.whole() {
		return each(dst, p, t.Size, func(p []byte) T {
			if t.Signed {
				return T(int64(t.bits(p)))
			}
			return T(t.bits(p))
		})
	}
	o := t.order()
	switch {
	case t.Size == 1 && t.Signed:
		return each(dst, p, 1, func(p []byte) T { return T(int8(p[0])) })
	case t.Size == 1:
		return each(dst, p, 1, func(p []byte) T { return T(p[0]) })
	case t.Size == 2 && t.Signed:
		return each(dst, p, 2, func(p []byte) T { return T(int16(o.Uint16(p))) })
	case t.Size == 2:
		return each(dst, p, 2, func(p []byte) T { return T(o.Uint16(p)) })
	case t.Size == 4 && t.Signed:
		return each(dst, p, 4, func(p []byte) T { return T(int32(o.Uint32(p))) })
	case t.Size == 4:
		return each(dst, p, 4, func(p []byte) T { return T(o.Uint32(p)) })
	case t.Size == 8 && t.Signed:
		return each(dst, p, 8, func(p []byte) T { return T(int64(o.Uint64(p))) })
	case t.Size == 8:
		return each(dst, p, 8, func(p []byte) T { return T(o.Uint64(p)) })
	}
	return each(dst, p, t.Size, func(p []byte) T {
		if t.Signed {
			return T(int64(t.bits(p)))
		}
		return T(t.bits(p))
	})
}

func toInt[T int64 | uint64](dst []T, t *Datatype, p []byte) ([]T, error) {
	if t.Class == ClassFloat {
		return dst, typef("it is %s, not integers", t)
	}
	k := len(dst)
	dst = toNumber(dst, t, p)
	// A value of the other sign than T would have wrapped around.
	var zero T
	if signed := zero-1 < 0; signed != t.Signed && (t.Signed || t.Size == 8) {
		for _, v := range dst[k:] {
			if int64(v) < 0 {
				return dst[:k], typef("a value of %s does not fit: %d", t, v)
			}
		}
	}
	return dst, nil
}

// half converts a binary16 to float32, which holds all of its values.
func half(h uint16) float32 {
	sign := uint32(h>>15) << 31
	exp := uint32(h >> 10 & 31)
	man := uint32(h & 0x3ff)
	switch exp {
	case 0:
		v := float32(man) * (1.0 / (1 << 24))
		return math.Float32frombits(math.Float32bits(v) | sign)
	case 31:
		return math.Float32frombits(sign | 0xff<<23 | man<<13)
	}
	return math.Float32frombits(sign | (exp+112)<<23 | man<<13)
}

// ReadFloat64s reads the whole dataset as float64.
func (d *Dataset) ReadFloat64s() ([]float64, error) { return readAs(d, (*Block).Float64s) }

// ReadFloat32s reads the whole dataset as float32.
func (d *Dataset) ReadFloat32s() ([]float32, error) { return readAs(d, (*Block).Float32s) }

// ReadInts reads the whole dataset as int64.
func (d *Dataset) ReadInts() ([]int64, error) { return readAs(d, (*Block).Ints) }

// ReadUints reads the whole dataset as uint64.
func (d *Dataset) ReadUints() ([]uint64, error) { return readAs(d, (*Block).Uints) }

// ReadBools reads the whole dataset of integers or enums as booleans.
func (d *Dataset) ReadBools() ([]bool, error) { return readAs(d, (*Block).Bools) }

// readAs converts a dataset block by block, so that only the result is whole.
func readAs[T any](d *Dataset, conv func(*Block, []T) ([]T, error)) ([]T, error) {
	n, ok := mul(d.space.elements, uint64(d.typ.perElement()))
	size, ok2 := mul(n, 8)
	if !ok || !ok2 || size > uint64(d.f.limits.MaxRead) {
		return nil, inPath(limitf("%v elements at once; the limit is %d bytes", d.space.dims, d.f.limits.MaxRead), d.path)
	}
	if d.layout.class == layoutChunked && size > 0 {
		x, err := d.chunks()
		if err == nil {
			// The same as for the stored bytes, at the size of the result.
			err = d.plausible(x, size/8)
		}
		if err != nil {
			return nil, inPath(err, d.path)
		}
	}
	var out []T
	for b, err := range d.RowBlocks() {
		if err != nil {
			return nil, err
		}
		if out == nil {
			// The first block having been read shows that the data is there.
			out = make([]T, 0, n)
		}
		if out, err = conv(b, out); err != nil {
			return nil, err
		}
	}
	if out == nil {
		out = []T{}
	}
	return out, nil
}
