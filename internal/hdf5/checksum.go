package hdf5

import (
	"encoding/binary"
	"math/bits"
)

// lookup3 is Bob Jenkins' hash, little-endian, initial value 0: the checksum
// of every version 2 structure (III.A.2 and following).
func lookup3(k []byte) uint32 {
	a := 0xdeadbeef + uint32(len(k))
	b, c := a, a
	for len(k) > 12 {
		a += binary.LittleEndian.Uint32(k)
		b += binary.LittleEndian.Uint32(k[4:])
		c += binary.LittleEndian.Uint32(k[8:])
		a = (a - c) ^ bits.RotateLeft32(c, 4)
		c += b
		b = (b - a) ^ bits.RotateLeft32(a, 6)
		a += c
		c = (c - b) ^ bits.RotateLeft32(b, 8)
		b += a
		a = (a - c) ^ bits.RotateLeft32(c, 16)
		c += b
		b = (b - a) ^ bits.RotateLeft32(a, 19)
		a += c
		c = (c - b) ^ bits.RotateLeft32(b, 4)
		b += a
		k = k[12:]
	}
	if len(k) == 0 {
		return c
	}
	var t [12]byte
	copy(t[:], k)
	a += binary.LittleEndian.Uint32(t[0:])
	b += binary.LittleEndian.Uint32(t[4:])
	c += binary.LittleEndian.Uint32(t[8:])
	c = (c ^ b) - bits.RotateLeft32(b, 14)
	a = (a ^ c) - bits.RotateLeft32(c, 11)
	b = (b ^ a) - bits.RotateLeft32(a, 25)
	c = (c ^ b) - bits.RotateLeft32(b, 16)
	a = (a ^ c) - bits.RotateLeft32(c, 4)
	b = (b ^ a) - bits.RotateLeft32(a, 14)
	c = (c ^ b) - bits.RotateLeft32(b, 24)
	return c
}

// fletcher32 is the format's own variant: 16-bit big-endian words, sums from
// zero.
func fletcher32(p []byte) uint32 {
	var s1, s2 uint32
	fold := func(x uint32) uint32 { return x&0xffff + x>>16 }
	n := len(p) &^ 1
	for i := 0; i < n; {
		// 360 words are the most that cannot overflow 32 bits.
		end := min(i+720, n)
		for ; i < end; i += 2 {
			s1 += uint32(p[i])<<8 | uint32(p[i+1])
			s2 += s1
		}
		s1, s2 = fold(s1), fold(s2)
	}
	if len(p)&1 != 0 {
		s1 += uint32(p[n]) << 8
		s2 += s1
		s1, s2 = fold(s1), fold(s2)
	}
	s1, s2 = fold(s1), fold(s2)
	return s2<<16 | s1
}

// checked returns p without its trailing checksum, once that has been verified.
func (f *File) checked(p []byte, off int64, what string) ([]byte, error) {
	if len(p) < 4 {
		return nil, corruptf(off, "%s is too short", what)
	}
	n := len(p) - 4
	if got, want := lookup3(p[:n]), binary.LittleEndian.Uint32(p[n:]); got != want && !f.limits.ignoreChecksums {
		return nil, corruptf(off, "checksum of %s is %08x, stored is %08x", what, got, want)
	}
	return p[:n], nil
}
