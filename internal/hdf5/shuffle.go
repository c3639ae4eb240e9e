package hdf5

import "encoding/binary"

// unshuffle puts the bytes of n-byte elements back together: the filter
// writes first bytes first, then second bytes. What is left over after the
// last whole element was not moved.
func unshuffle(dst, src []byte, n int) {
	k := len(src) / n
	switch n {
	case 2:
		unshuffle2(dst, src, k)
	case 4:
		unshuffle4(dst, src, k)
	case 8:
		unshuffle8(dst, src, k)
	default:
		// Blocks of elements keep the scattered writes within the cache.
		const block = 1024
		for lo := 0; lo < k; lo += block {
			hi := min(lo+block, k)
			for j := range n {
				d := lo*n + j
				for _, x := range src[j*k+lo : j*k+hi] {
					dst[d] = x
					d += n
				}
			}
		}
	}
	copy(dst[k*n:], src[k*n:])
}

func unshuffle2(dst, src []byte, k int) {
	a, b := src[:k], src[k:2*k]
	dst = dst[:2*k]
	for i := range k {
		dst[2*i] = a[i]
		dst[2*i+1] = b[i]
	}
}

func unshuffle4(dst, src []byte, k int) {
	a, b, c, d := src[:k], src[k:2*k], src[2*k:3*k], src[3*k:4*k]
	le := binary.LittleEndian
	i := 0
	// Eight elements at a time, as four 64-bit words in and four out.
	for ; i+8 <= k; i += 8 {
		wa, wb := le.Uint64(a[i:]), le.Uint64(b[i:])
		wc, wd := le.Uint64(c[i:]), le.Uint64(d[i:])
		out := dst[4*i : 4*i+32 : 4*i+32]
		le.PutUint64(out[0:], quad(wa, wb, wc, wd))
		le.PutUint64(out[8:], quad(wa>>16, wb>>16, wc>>16, wd>>16))
		le.PutUint64(out[16:], quad(wa>>32, wb>>32, wc>>32, wd>>32))
		le.PutUint64(out[24:], quad(wa>>48, wb>>48, wc>>48, wd>>48))
	}
	for ; i < k; i++ {
		dst[4*i], dst[4*i+1], dst[4*i+2], dst[4*i+3] = a[i], b[i], c[i], d[i]
	}
}

// quad puts together the two elements in the low bytes of four words.
func quad(a, b, c, d uint64) uint64 {
	lo := a&0xff | b&0xff<<8 | c&0xff<<16 | d&0xff<<24
	hi := a>>8&0xff | b&0xff00 | c&0xff00<<8 | d&0xff00<<16
	return lo | hi<<32
}

func unshuffle8(dst, src []byte, k int) {
	var s [8][]byte
	for j := range s {
		s[j] = src[j*k : j*k+k]
	}
	s0, s1, s2, s3, s4, s5, s6, s7 := s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]
	for i := range k {
		v := uint64(s0[i]) | uint64(s1[i])<<8 | uint64(s2[i])<<16 | uint64(s3[i])<<24 |
			uint64(s4[i])<<32 | uint64(s5[i])<<40 | uint64(s6[i])<<48 | uint64(s7[i])<<56
		binary.LittleEndian.PutUint64(dst[8*i:], v)
	}
}
