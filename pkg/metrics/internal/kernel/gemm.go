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
	ws := takeWorkspace()
	defer ws.release()
	wide := p.panels() * p.width()
	switch {
	case n <= wide && n <= m:
		p.skinny(ws, workers, m, n, k, alpha, a, b, c, ldc, 1)
	case m <= wide:
		p.skinny(ws, workers, n, m, k, alpha, b, a, c, 1, ldc)
	default:
		p.triangular(ws, workers, full, m, n, k, alpha, a, b, c, ldc)
	}
}

// triangular adds alpha·op(A)·op(B) to a triangle of C, or to all of it.
func (p path) triangular(ws *workspace, workers int, part triangle, m, n, k int, alpha float64, a, b *panelSource, c []float64, ldc int) {
	for j := 0; j < n; j += gemmCols {
		p.gemmBlock(ws, workers, region{part, j}, m, min(gemmCols, n-j), k, alpha, a, b, c[j:], ldc)
	}
}

// gemmBlock computes n columns of C, from column reg.col0 of op(B) on. Each block of KC rows of op(B) is packed
// for all workers; each worker packs the rows of op(A) of its tile for itself.
func (p path) gemmBlock(ws *workspace, workers int, reg region, m, n, k int, alpha float64, a, b *panelSource, c []float64, ldc int) {
	w := p.width()
	padded := (n + w - 1) / w * w
	for i := range ws.shared {
		if i == 0 || k > KC {
			ws.shared[i] = grow(ws.shared[i], padded*min(k, KC))
		}
	}
	ws.tiles = gemmTiles(ws.tiles[:0], workers, reg, m, n)
	groups := (n + packGroup - 1) / packGroup
	ws.locals(max(1, min(workers, len(ws.tiles)+groups)), tileRows*min(k, KC))
	pack := func(group, k0 int, dst []float64) {
		r0 := group * packGroup
		kc := min(KC, k-k0)
		p.packPanels(b, reg.col0+r0, min(packGroup, n-r0), k0, kc, dst[r0*kc:])
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
			p.tile(t, reg, n, kc, alpha, packedA, here, c, ldc)
		})
	}
}

// gemmTiles divides m×n so that every worker gets several tiles where there is
// enough to do, and rows of op(A) are packed no more often than needed.
func gemmTiles(tiles []tile, workers int, reg region, m, n int) []tile {
	const few, narrow = 4, tileCols / 4
	tc := n
	if workers > 1 {
		rows := (m + tileRows - 1) / tileRows
		split := (few*workers + rows - 1) / rows
		tc = max(narrow, (n/split+narrow-1)/narrow*narrow)
	}
	for i := 0; i < m; i += tileRows {
		for j := 0; j < n; j += tc {
			t := tile{i, min(i+tileRows, m), j, min(j+tc, n)}
			if i0, i1 := reg.rows(t.i0, t.i1, t.j0, t.j1-t.j0); i0 < i1 {
				tiles = append(tiles, t)
			}
		}
	}
	return tiles
}
