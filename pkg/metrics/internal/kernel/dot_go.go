package kernel

import "unsafe"

// dotGo is the micro-kernel in plain Go: a 4×4 tile from one panel of B and a panel
// or rows of A (row r and step s at a + r·ras + s·kas elements). It takes two rows
// at a time, which is what the scalar registers of amd64 hold without spilling. The
// conversions round each product, which the compiler fuses with the sum on some
// architectures otherwise.
func dotGo(k int, a *float64, ras, kas int, b *float64, alpha float64, c *float64, ldc int) {
	const w = 4
	bs := unsafe.Slice(b, w*k)
	cs := unsafe.Slice(c, (w-1)*ldc+w)
	as := unsafe.Slice(a, (w-1)*ras+(k-1)*kas+1)
	for r := 0; r < w; r += 2 {
		var x0, x1, x2, x3, y0, y1, y2, y3 float64
		i, j := r*ras, (r+1)*ras
		for s := 0; s < k; s++ {
			v := (*[w]float64)(bs[w*s:])
			x, y := as[i], as[j]
			i += kas
			j += kas
			x0 += float64(x * v[0])
			x1 += float64(x * v[1])
			x2 += float64(x * v[2])
			x3 += float64(x * v[3])
			y0 += float64(y * v[0])
			y1 += float64(y * v[1])
			y2 += float64(y * v[2])
			y3 += float64(y * v[3])
		}
		v := (*[w]float64)(cs[r*ldc:])
		v[0] += float64(alpha * x0)
		v[1] += float64(alpha * x1)
		v[2] += float64(alpha * x2)
		v[3] += float64(alpha * x3)
		v = (*[w]float64)(cs[(r+1)*ldc:])
		v[0] += float64(alpha * y0)
		v[1] += float64(alpha * y1)
		v[2] += float64(alpha * y2)
		v[3] += float64(alpha * y3)
	}
}
