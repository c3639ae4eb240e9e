//go:build !noasm

package kernel

import "golang.org/x/sys/cpu"

// best is the widest path of this machine; package cpu includes whether the
// operating system saves the registers.
func best() path {
	switch {
	case cpu.X86.HasAVX512F:
		return avx512
	case cpu.X86.HasAVX2 && cpu.X86.HasFMA:
		return avx2
	}
	return portable
}

// dot adds alpha·AᵀB to the tile at c for one panel A and panels panels of B that
// lie bps bytes apart. The calls are direct, not through function values, so that
// buffers on the caller's stack stay there.
func (p path) dot(panels, k int, a, b *float64, bps int, alpha float64, c *float64, ldc int, next *float64) {
	switch p {
	case avx512:
		switch panels {
		case 3:
			dotAVX512x3(k, a, b, bps, alpha, c, ldc, next)
		case 2:
			dotAVX512x2(k, a, b, bps, alpha, c, ldc, next)
		default:
			dotAVX512x1(k, a, b, bps, alpha, c, ldc, next)
		}
	case avx2:
		switch panels {
		case 3:
			dotAVX2x3(k, a, b, bps, alpha, c, ldc, next)
		case 2:
			dotAVX2x2(k, a, b, bps, alpha, c, ldc, next)
		default:
			dotAVX2x1(k, a, b, bps, alpha, c, ldc, next)
		}
	default:
		dotGo(k, a, 1, portable.width(), b, alpha, c, ldc)
	}
}

// stride is dot with A where it lies: row r and step k at a + r·ras + k elements.
func (p path) stride(panels, k int, a *float64, ras int, b *float64, bps int, alpha float64, c *float64, ldc int) {
	switch p {
	case avx512:
		switch panels {
		case 3:
			strideAVX512x3(k, a, 8*ras, 8, b, bps, alpha, c, ldc)
		case 2:
			strideAVX512x2(k, a, 8*ras, 8, b, bps, alpha, c, ldc)
		default:
			strideAVX512x1(k, a, 8*ras, 8, b, bps, alpha, c, ldc)
		}
	case avx2:
		switch panels {
		case 3:
			strideAVX2x3(k, a, 8*ras, 8, b, bps, alpha, c, ldc)
		case 2:
			strideAVX2x2(k, a, 8*ras, 8, b, bps, alpha, c, ldc)
		default:
			strideAVX2x1(k, a, 8*ras, 8, b, bps, alpha, c, ldc)
		}
	default:
		dotGo(k, a, ras, 1, b, alpha, c, ldc)
	}
}

// pack writes k steps of one full panel and reports how many it did: the portable
// code does the rest.
func (p path) pack(k int, src *float64, lds int, dst *float64) int {
	done := k / p.width() * p.width()
	if done == 0 {
		return 0
	}
	switch p {
	case avx512:
		packAVX512(done, src, 8*lds, dst)
	case avx2:
		packAVX2(done, src, 8*lds, dst)
	default:
		return 0
	}
	return done
}

// packSingle is pack from float32, less the mean of each step.
func (p path) packSingle(k int, src *float32, lds int, mean, dst *float64) int {
	done := k / p.width() * p.width()
	if done == 0 {
		return 0
	}
	switch p {
	case avx512:
		packSingleAVX512(done, src, 4*lds, mean, dst)
	case avx2:
		packSingleAVX2(done, src, 4*lds, mean, dst)
	default:
		return 0
	}
	return done
}

// copyWidth is how many columns copySteps takes, zero where there is no such thing.
func (p path) copyWidth() int {
	if p == portable {
		return 0
	}
	return 4 * p.width()
}

// copySteps packs copyWidth columns of k rows into panels dps elements apart.
func (p path) copySteps(k int, src *float64, lds int, dst *float64, dps int) {
	if p == avx512 {
		copyAVX512(k, src, 8*lds, dst, 8*dps)
	} else {
		copyAVX2(k, src, 8*lds, dst, 8*dps)
	}
}

// symv runs its assembly over the leading part of k columns of four rows and says how
// many it did: dots gains a·x, y gains xr·a.
func (p path) symv(k int, a *float64, lda int, x, y *float64, xr, dots *[4]float64) int {
	w := p.width()
	done := k / (2 * w) * (2 * w)
	if done == 0 || p == portable {
		return 0
	}
	var lanes [4 * maxWidth]float64
	if p == avx512 {
		symvAVX512(done, a, 8*lda, x, y, &xr[0], &lanes[0])
	} else {
		symvAVX2(done, a, 8*lda, x, y, &xr[0], &lanes[0])
	}
	for i, v := range lanes[:4*w] {
		dots[i/w] += v
	}
	return done
}

// rotate rotates the leading elements of two vectors, by the parts of cosine and sine and −0, and
// returns how many.
func (p path) rotate(xHigh, xLow, yHigh, yLow []float64, by *[5]float64) int {
	done := len(xHigh) / p.width() * p.width()
	if done == 0 || p == portable {
		return 0
	}
	if p == avx512 {
		rotateAVX512(done, &xHigh[0], &xLow[0], &yHigh[0], &yLow[0], &by[0])
	} else {
		rotateAVX2(done, &xHigh[0], &xLow[0], &yHigh[0], &yLow[0], &by[0])
	}
	return done
}

// addScaled adds a multiple of the leading elements of y to x and returns how many.
func (p path) addScaled(xHigh, xLow, yHigh, yLow []float64, scale *[2]float64) int {
	done := len(xHigh) / p.width() * p.width()
	if done == 0 || p == portable {
		return 0
	}
	if p == avx512 {
		addScaledAVX512(done, &xHigh[0], &xLow[0], &yHigh[0], &yLow[0], &scale[0])
	} else {
		addScaledAVX2(done, &xHigh[0], &xLow[0], &yHigh[0], &yLow[0], &scale[0])
	}
	return done
}
