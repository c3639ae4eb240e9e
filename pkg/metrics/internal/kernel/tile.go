package kernel

// region is the part of C that a product may touch: all of it or a triangle, whose
// diagonal passes through row col0 at the column that the tiles count as 0.
type region struct {
	part triangle
	col0 int
}

type triangle uint8

const (
	full  triangle = iota
	upper          // i <= j
	lower          // i >= j
)

// span is which of cols elements of row i, from column j on, lie in the region.
func (reg region) span(i, j, cols int) (from, to int) {
	j += reg.col0
	switch reg.part {
	case upper:
		return min(max(0, i-j), cols), cols
	case lower:
		return 0, min(max(0, i-j+1), cols)
	}
	return 0, cols
}

// rows narrows the rows i0..i1 to those that touch columns j..j+cols.
func (reg region) rows(i0, i1, j, cols int) (from, to int) {
	j += reg.col0
	switch reg.part {
	case upper:
		i1 = min(i1, j+cols)
	case lower:
		i0 = max(i0, j)
	}
	return i0, i1
}

// tile multiplies packed rows of op(A), from row t.i0 on, by packed columns of op(B),
// from column 0 on, into the tile t of C, which has n columns.
func (p path) tile(t tile, reg region, n, kc int, alpha float64, packedA, packedB, c []float64, ldc int) {
	w := p.width()
	var edge [maxTile]float64
	for j := t.j0; j < t.j1; j += w * p.panels() {
		panels := min(p.panels(), (t.j1-j+w-1)/w)
		cols := panels * w
		b := &packedB[j*kc]
		ahead := (j + cols) * kc // of packedB, spread over the rows below
		i0, i1 := reg.rows(t.i0, t.i1, j, cols)
		for i := i0 - (i0-t.i0)%w; i < i1; i += w {
			a := &packedA[(i-t.i0)*kc]
			next := &packedB[min(ahead, len(packedB)-1)]
			ahead += cols * w * kc / tileRows
			rows, ends := min(w, t.i1-i), min(cols, n-j)
			_, last := reg.span(i, j, cols)
			first, _ := reg.span(i+w-1, j, cols)
			if rows == w && ends == cols && first == 0 && last == cols {
				p.dot(panels, kc, a, b, 8*w*kc, alpha, &c[i*ldc+j], ldc, next)
				continue
			}
			// The register tile juts out of C or over the diagonal.
			for r := range rows {
				from, to := reg.span(i+r, j, ends)
				copy(edge[r*cols+from:r*cols+to], c[(i+r)*ldc+j+from:(i+r)*ldc+j+to])
			}
			p.dot(panels, kc, a, b, 8*w*kc, alpha, &edge[0], cols, next)
			for r := range rows {
				from, to := reg.span(i+r, j, ends)
				copy(c[(i+r)*ldc+j+from:(i+r)*ldc+j+to], edge[r*cols+from:r*cols+to])
			}
		}
	}
}
