package kernel

// gemmCols bounds the columns of op(B) that are packed at a time, so that packing
// memory does not grow with B: two buffers of 6.3 MB.
const gemmCols = 3072

// Gemm adds alpha·op(A)·op(B) to the m×n matrix C, where op(A) is m×k (A is k×m with
// transA), op(B) is k×n (B is n×k with transB). With k or alpha zero C stays as it is.
// See the package documentation for what the bits depend on.
//
// Where one side of C is at most 24 wide the large factor is read once and not
// packed, so that the product runs at the speed of memory.
func Gemm(workers int, transA, transB bool, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, c []float64, ldc int) {
	if m < 0 || n < 0 || k < 0 {
		panic(negative)
	}
	if transA {
		checkMatrix(k, m, lda, len(a), badLdA, shortA)
	} else {
		checkMatrix(m, k, lda, len(a), badLdA, shortA)
	}
	if transB {
		checkMatrix(n, k, ldb, len(b), badLdB, shortB)
	} else {
		checkMatrix(k, n, ldb, len(b), badLdB, shortB)
	}
	checkMatrix(m, n, ldc, len(c), badLdC, shortC)
	if m == 0 || n == 0 || k == 0 || alpha == 0 {
		return
	}
	active.gemm(workers, m, n, k, alpha,
		&panelSource{f64: a, ld: lda, steps: transA},
		&panelSource{f64: b, ld: ldb, steps: !transB}, c, ldc)
}

// gemm is Gemm with op(A) and op(B) as panel sources and all sizes positive.
func (p path) gemm(workers, m, n, k int, alpha float64, a, b *panelSource, c []float64, ldc int) {
	ws := workspaces.Get().(*workspace)
	defer workspaces.Put(ws)
	wide := p.panels() * p.width()
	switch {
	case n <= wide && n <= m:
		p.skinny(ws, workers, m, n, k, alpha, a, b, c, ldc, 1)
	case m <= wide:
		p.skinny(ws, workers, n, m, k, alpha, b, a, c, 1, ldc)
	default:
		for j := 0; j < n; j += gemmCols {
			p.gemmBlock(ws, workers, m, j, min(j+gemmCols, n), k, alpha, a, b, c, ldc)
		}
	}
}

// gemmBlock computes columns n0..n1 of C. Each block of KC rows of op(B) is packed
// for all workers; each worker packs the rows of op(A) of its tile for itself.
func (p path) gemmBlock(ws *workspace, workers, m, n0, n1, k int, alpha float64, a, b *panelSource, c []float64, ldc int) {
	w := p.width()
	n := n1 - n0
	padded := (n + w - 1) / w * w
	for i := range ws.shared {
		if i == 0 || k > KC {
			ws.shared[i] = grow(ws.shared[i], padded*min(k, KC))
		}
	}
	ws.tiles = gemmTiles(ws.tiles[:0], workers, m, n)
	groups := (n + packGroup - 1) / packGroup
	ws.locals(max(1, min(workers, len(ws.tiles)+groups)), tileRows*min(k, KC))
	pack := func(group, k0 int, dst []float64) {
		r0 := group * packGroup
		kc := min(KC, k-k0)
		p.packPanels(b, n0+r0, min(packGroup, n-r0), k0, kc, dst[r0*kc:])
	}

	parallel(workers, groups, func(_, i int) { pack(i, 0, ws.shared[0]) })
	for k0 := 0; k0 < k; k0 += KC {
		kc := min(KC, k-k0)
		here, next := ws.shared[k0/KC%2], ws.shared[(k0/KC+1)%2]
		tasks := len(ws.tiles)
		if k0+KC < k {
			tasks += groups
		}
		parallel(workers, tasks, func(worker, i int) {
			if i >= len(ws.tiles) {
				pack(i-len(ws.tiles), k0+KC, next)
				return
			}
			t := ws.tiles[i]
			packedA := ws.local[worker]
			p.packPanels(a, t.i0, t.i1-t.i0, k0, kc, packedA)
			p.gemmTile(t, n, kc, alpha, packedA, here, c[n0:], ldc)
		})
	}
}

// gemmTiles divides m×n so that every worker gets several tiles where there is
// enough to do, and rows of op(A) are packed no more often than needed.
func gemmTiles(tiles []tile, workers, m, n int) []tile {
	const few, narrow = 4, tileCols / 4
	tc := n
	if workers > 1 {
		rows := (m + tileRows - 1) / tileRows
		split := (few*workers + rows - 1) / rows
		tc = max(narrow, (n/split+narrow-1)/narrow*narrow)
	}
	for i := 0; i < m; i += tileRows {
		for j := 0; j < n; j += tc {
			tiles = append(tiles, tile{i, min(i+tileRows, m), j, min(j+tc, n)})
		}
	}
	return tiles
}

// gemmTile multiplies packed rows of op(A), from row t.i0 on, by packed columns of
// op(B), from column 0 on. C has n columns.
func (p path) gemmTile(t tile, n, kc int, alpha float64, packedA, packedB, c []float64, ldc int) {
	w := p.width()
	var edge [maxTile]float64
	for j := t.j0; j < t.j1; j += w * p.panels() {
		panels := min(p.panels(), (t.j1-j+w-1)/w)
		cols := panels * w
		b := &packedB[j*kc]
		for i := t.i0; i < t.i1; i += w {
			a := &packedA[(i-t.i0)*kc]
			if i+w <= t.i1 && j+cols <= n {
				p.dot(panels, kc, a, b, 8*w*kc, alpha, &c[i*ldc+j], ldc)
				continue
			}
			rows, ends := min(w, t.i1-i), min(cols, n-j)
			for r := 0; r < rows; r++ {
				copy(edge[r*cols:r*cols+ends], c[(i+r)*ldc+j:(i+r)*ldc+j+ends])
			}
			p.dot(panels, kc, a, b, 8*w*kc, alpha, &edge[0], cols)
			for r := 0; r < rows; r++ {
				copy(c[(i+r)*ldc+j:(i+r)*ldc+j+ends], edge[r*cols:r*cols+ends])
			}
		}
	}
}
