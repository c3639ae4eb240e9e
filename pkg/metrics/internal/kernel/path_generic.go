//go:build (!amd64 && !arm64) || noasm

package kernel

// best returns the only kernel that processors without one of their own have.
func best() path { return portable }

func (p path) dot(_, k int, a, b *float64, _ int, alpha float64, c *float64, ldc int, _ *float64) {
	dotGo(k, a, 1, portable.width(), b, alpha, c, ldc)
}

func (p path) stride(_, k int, a *float64, ras int, b *float64, _ int, alpha float64, c *float64, ldc int) {
	dotGo(k, a, ras, 1, b, alpha, c, ldc)
}

func (p path) pack(int, *float64, int, *float64) int { return 0 }

func (p path) packSingle(int, *float32, int, *float64, *float64) int { return 0 }

func (p path) copyWidth() int { return 0 }

func (p path) copySteps(int, *float64, int, *float64, int) {}

func (p path) symv(int, *float64, int, *float64, *float64, *[4]float64, *[4]float64) int { return 0 }

// rotate and addScaled leave all elements to plain Go.
func (p path) rotate(_, _, _, _ []float64, _ *[5]float64) int { return 0 }

func (p path) addScaled(_, _, _, _ []float64, _ *[2]float64) int { return 0 }
