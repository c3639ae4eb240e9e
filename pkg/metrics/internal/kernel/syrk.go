package kernel

// KC is the number of terms that are summed in registers before they are added to
// C. A product may be split into successive calls at multiples of KC without a
// change of bits.
const KC = 256

// Rows and columns of a tile of C: one worker's unit of work. Its packed rows stay
// in the second-level cache while its columns pass through the first. Both are
// multiples of every path's register tile.
const (
	tileRows = 192
	tileCols = 384
)

// packGroup is how many rows one packing task takes.
const packGroup = 96

// SyrkUpper adds B·Bᵀ to the upper triangle (i <= j) of the n×n matrix C. B is n×k
// with stride ldb, C has stride ldc; the lower triangle of C is neither read nor
// written. See the package documentation for what the bits depend on.
//
// It keeps at most 2·n·KC elements of packed rows (10.5 MB for n = 2560) for the
// next call.
func SyrkUpper(workers, n, k int, b []float64, ldb int, c []float64, ldc int) {
	if n < 0 || k < 0 {
		panic(negative)
	}
	checkMatrix(n, k, ldb, len(b), badLdB, shortB)
	checkMatrix(n, n, ldc, len(c), badLdC, shortC)
	active.syrk(workers, n, k, 1, &panelSource{f64: b, ld: ldb}, c, ldc)
}

// SyrkUpperSingle is SyrkUpper of the n×k matrix float64(B[i][j]) − mean[j]: the same
// bits as if that had been formed first, without a float64 copy of the block. A nil
// mean stands for zeros.
func SyrkUpperSingle(workers, n, k int, b []float32, ldb int, mean []float64, c []float64, ldc int) {
	if n < 0 || k < 0 {
		panic(negative)
	}
	checkMatrix(n, k, ldb, len(b), badLdB, shortB)
	checkMatrix(n, n, ldc, len(c), badLdC, shortC)
	if mean == nil {
		mean = make([]float64, k)
	}
	if len(mean) < k {
		panic(shortMu)
	}
	active.syrk(workers, n, k, 1, &panelSource{f32: b, ld: ldb, mean: mean}, c, ldc)
}

// syrk adds alpha·B·Bᵀ to the upper triangle of C.
func (p path) syrk(workers, n, k int, alpha float64, src *panelSource, c []float64, ldc int) {
	if n == 0 || k == 0 {
		return
	}
	ws := takeWorkspace()
	defer ws.release()
	ws.tiles = upperTiles(ws.tiles[:0], workers, n)
	p.eachPacked(ws, workers, n, k, src, len(ws.tiles), func(i, kc int, packed []float64) {
		t := ws.tiles[i]
		p.tile(t, region{part: upper}, n, kc, alpha, packed[t.i0*kc:], packed, c, ldc)
	})
}

// eachPacked packs the n rows of B in blocks of KC of their k terms and runs, for each block
// in turn, tasks on it.
func (p path) eachPacked(ws *workspace, workers, n, k int, src *panelSource, tasks int, task func(i, kc int, packed []float64)) {
	w := p.width()
	rows := (n + w - 1) / w * w
	for i := range ws.shared {
		if i == 0 || k > KC {
			ws.shared[i] = grow(ws.shared[i], rows*min(k, KC))
		}
	}
	groups := (n + packGroup - 1) / packGroup
	pack := func(group, k0 int, dst []float64) {
		r0 := group * packGroup
		kc := min(KC, k-k0)
		p.packPanels(src, r0, min(packGroup, n-r0), k0, kc, dst[r0*kc:])
	}

	parallel(workers, groups, func(_, i int) { pack(i, 0, ws.shared[0]) })
	for k0 := 0; k0 < k; k0 += KC {
		kc := min(KC, k-k0)
		here, next := ws.shared[k0/KC%2], ws.shared[(k0/KC+1)%2]
		all := tasks
		if k0+KC < k {
			all += groups
		}
		parallel(workers, all, func(_, i int) {
			if i < tasks {
				task(i, kc, here)
			} else {
				pack(i-tasks, k0+KC, next)
			}
		})
	}
}

// upperTiles lists the tiles that touch the upper triangle, the largest first. With
// few rows the tiles are smaller, so that every worker gets some.
func upperTiles(tiles []tile, workers, n int) []tile {
	tr, tc := tileRows, tileCols
	if workers > 1 && n <= 3*tileCols {
		tr, tc = tileRows/4, tileCols/4
	}
	for _, diagonal := range []bool{false, true} {
		for j := 0; j < n; j += tc {
			for i := 0; i < min(j+tc, n); i += tr {
				if (i+tr > j) == diagonal {
					tiles = append(tiles, tile{i, min(i+tr, n), j, min(j+tc, n)})
				}
			}
		}
	}
	return tiles
}
