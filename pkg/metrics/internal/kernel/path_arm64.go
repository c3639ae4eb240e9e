//go:build !noasm

package kernel

// best is NEON, which every arm64 has.
func best() path { return neon }

// dot adds alpha·AᵀB to the tile at c for one panel A and panels panels of B that
// lie bps bytes apart.
func (p path) dot(panels, k int, a, b *float64, bps int, alpha float64, c *float64, ldc int, _ *float64) {
	switch {
	case p != neon:
		dotGo(k, a, 1, portable.width(), b, alpha, c, ldc)
	case panels == 3:
		dotNEONx3(k, a, b, bps, alpha, c, ldc)
	case panels == 2:
		dotNEONx2(k, a, b, bps, alpha, c, ldc)
	default:
		dotNEONx1(k, a, b, bps, alpha, c, ldc)
	}
}

// stride is dot with A where it lies: row r and step k at a + r·ras + k elements.
func (p path) stride(panels, k int, a *float64, ras int, b *float64, bps int, alpha float64, c *float64, ldc int) {
	switch {
	case p != neon:
		dotGo(k, a, ras, 1, b, alpha, c, ldc)
	case panels == 3:
		strideNEONx3(k, a, 8*ras, 8, b, bps, alpha, c, ldc)
	case panels == 2:
		strideNEONx2(k, a, 8*ras, 8, b, bps, alpha, c, ldc)
	default:
		strideNEONx1(k, a, 8*ras, 8, b, bps, alpha, c, ldc)
	}
}

// Packing and the symmetric product with a vector are a small part of the work, and
// plain Go here.

func (p path) pack(int, *float64, int, *float64) int { return 0 }

func (p path) packSingle(int, *float32, int, *float64, *float64) int { return 0 }

func (p path) copyWidth() int { return 0 }

func (p path) copySteps(int, *float64, int, *float64, int) {}

func (p path) symv(int, *float64, int, *float64, *float64, *[4]float64, *[4]float64) int { return 0 }

// rotate and addScaled leave all elements to plain Go.
func (p path) rotate(_, _, _, _ []float64, _ *[5]float64) int { return 0 }

func (p path) addScaled(_, _, _, _ []float64, _ *[2]float64) int { return 0 }
