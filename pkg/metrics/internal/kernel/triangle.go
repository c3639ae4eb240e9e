package kernel

import "github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"

// triangleRows is the number of rows of a band of a Triangle. It is a multiple of KC, so that
// a product whose terms are divided among bands has the bits of the one product, and of every
// path's register tile.
const triangleRows = 2 * KC

// Triangle is the upper triangle (i <= j) of a symmetric n×n matrix, in little more than half
// of the memory of the matrix. Its rows lie in bands: those of a band, which has triangleRows
// rows but for the last one, are row-major from the column of the band's first diagonal
// element on. What is below the diagonal in a band is neither read nor written.
type Triangle struct {
	n, height int // height is the number of rows of a band
	bands     []band
}

// band is the rows first … first+rows-1 of a Triangle, of stride ld: element (i, j) is
// data[(i-first)*ld+j-first].
type band struct {
	first, rows, ld int
	data            []float64
}

// bandHeight returns the number of rows of a band. A small triangle is a band of its own: some
// steps of its decomposition are so small that they are not routed to this package.
func bandHeight(n int) int {
	if n <= 2*triangleRows {
		return max(1, n)
	}
	return triangleRows
}

// TriangleLen returns how many numbers a Triangle of order n holds.
func TriangleLen(n int) int {
	total, height := 0, bandHeight(n)
	for first := 0; first < n; first += height {
		total += min(height, n-first) * (n - first)
	}
	return total
}

// NewTriangle returns a Triangle of zeros of order n.
func NewTriangle(n int) *Triangle {
	t, data := &Triangle{n: n, height: bandHeight(n)}, pages.Of[float64](TriangleLen(n))
	for first := 0; first < n; first += t.height {
		b := band{first: first, rows: min(t.height, n-first), ld: n - first}
		b.data, data = data[:b.rows*b.ld:b.rows*b.ld], data[b.rows*b.ld:]
		t.bands = append(t.bands, b)
	}
	return t
}

// Times returns the triangle times a factor.
func (t *Triangle) Times(by float64) *Triangle {
	out := NewTriangle(t.n)
	for k, b := range t.bands {
		for i, v := range b.data {
			out.bands[k].data[i] = by * v
		}
	}
	return out
}

// N returns the order.
func (t *Triangle) N() int { return t.n }

// Row returns the elements (i, i) … (i, n-1).
func (t *Triangle) Row(i int) []float64 {
	b := &t.bands[i/t.height]
	return b.data[(i-b.first)*b.ld+i-b.first : (i-b.first+1)*b.ld]
}

// At returns the element (i, j) of the symmetric matrix.
func (t *Triangle) At(i, j int) float64 {
	if i > j {
		i, j = j, i
	}
	b := &t.bands[i/t.height]
	return b.data[(i-b.first)*b.ld+j-b.first]
}

// Block returns the rows of a band from row i on as a row-major matrix that begins at
// column j, which is not before the band's first row, with its stride and number of rows.
func (t *Triangle) Block(i, j int) (data []float64, ld, rows int) {
	b := &t.bands[i/t.height]
	return b.data[(i-b.first)*b.ld+j-b.first:], b.ld, b.first + b.rows - i
}

// Rows copies the rows from … to-1 of the symmetric matrix to dst, row-major with n columns.
func (t *Triangle) Rows(workers, from, to int, dst []float64) {
	const strip = 64 // so many rows of the triangle are in the first-level cache
	n := t.n
	parallel(workers, (from+strip-1)/strip, func(_, s int) {
		above := min(from, (s+1)*strip)
		var rows [strip][]float64
		for j := s * strip; j < above; j++ {
			rows[j-s*strip] = t.Row(j)[from-j : to-j]
		}
		for i := range to - from {
			out := dst[i*n+s*strip : i*n+above]
			for j := range out {
				out[j] = rows[j][i]
			}
		}
	})
	for i := from; i < to; i++ {
		row := t.Row(i)
		copy(dst[(i-from)*n+i:(i-from+1)*n], row)
		for j := i + 1; j < to; j++ {
			dst[(j-from)*n+i] = row[j-i]
		}
	}
}

// SyrkTriangle adds B·Bᵀ to the triangle, as SyrkUpper does to that of a matrix, with the
// same bits. B is n×k with stride ldb.
func SyrkTriangle(workers int, t *Triangle, k int, b []float64, ldb int) {
	checkMatrix(t.n, k, ldb, len(b), badLdB, shortB)
	active.syrkTriangle(workers, t, k, &panelSource{f64: b, ld: ldb})
}

// SyrkTriangleSingle is SyrkTriangle of the matrix float64(B[i][j]) − mean[j].
func SyrkTriangleSingle(workers int, t *Triangle, k int, b []float32, ldb int, mean []float64) {
	checkMatrix(t.n, k, ldb, len(b), badLdB, shortB)
	if len(mean) < k {
		panic(shortMu)
	}
	active.syrkTriangle(workers, t, k, &panelSource{f32: b, ld: ldb, mean: mean})
}

func (p path) syrkTriangle(workers int, t *Triangle, k int, src *panelSource) {
	if t.n == 0 || k == 0 {
		return
	}
	ws := takeWorkspace()
	defer ws.release()
	// The tiles of a band, by its own rows and columns.
	type bandTile struct {
		*band
		tile
	}
	var tiles []bandTile
	for i := range t.bands {
		b := &t.bands[i]
		for j := 0; j < b.ld; j += tileCols {
			for i0 := 0; i0 < min(j+tileCols, b.rows); i0 += tileRows {
				tiles = append(tiles, bandTile{b, tile{i0, min(i0+tileRows, b.rows), j, min(j+tileCols, b.ld)}})
			}
		}
	}
	p.eachPacked(ws, workers, t.n, k, src, len(tiles), func(i, kc int, packed []float64) {
		b := tiles[i]
		p.tile(b.tile, region{part: upper}, b.ld, kc, 1, packed[(b.first+b.i0)*kc:], packed[b.first*kc:], b.data, b.band.ld)
	})
}
