package kernel

// Blocking of skinny: rows in one task, and terms of op(B) packed at a time.
const (
	skinnyRows  = 64
	skinnySteps = 16 * KC
	// skinnyPack is how many elements are packed before a second worker is worth
	// waking for it.
	skinnyPack = 1 << 16
)

// skinny adds alpha·A·B to C where B has so few columns that one tile spans them.
// Then A is worth reading only once and not packing: rows of A are broadcast from
// where they lie, along a whole block of terms, while their few sums wait in a small
// tile. (An A that lies transposed is packed in short blocks by each worker.) C is
// addressed with a stride for rows and one for columns, which lets the same code
// serve products that are skinny the other way round.
func (p path) skinny(ws *workspace, workers, m, n, k int, alpha float64, a, b *panelSource, c []float64, rs, cs int) {
	w := p.width()
	panels := (n + w - 1) / w
	cols := panels * w
	steps := min(k, skinnySteps)
	ws.shared[0] = grow(ws.shared[0], cols*steps)
	tasks := (m + skinnyRows - 1) / skinnyRows
	tiles := skinnyRows * cols
	ws.locals(max(1, min(workers, tasks)), tiles+skinnyRows*min(k, KC))

	for s0 := 0; s0 < k; s0 += steps {
		s1 := min(s0+steps, k)
		packed := ws.shared[0]
		blocks := (s1 - s0 + KC - 1) / KC
		packers := workers
		if cols*(s1-s0) < skinnyPack {
			packers = 1
		}
		parallel(packers, blocks, func(_, i int) {
			k0 := s0 + i*KC
			p.packPanels(b, 0, n, k0, min(KC, s1-k0), packed[(k0-s0)*cols:])
		})
		parallel(workers, tasks, func(worker, i int) {
			r0 := i * skinnyRows
			rows := min(skinnyRows, m-r0)
			sums, panelA := ws.local[worker][:tiles], ws.local[worker][tiles:]
			for r := 0; r < rows; r++ {
				for j := 0; j < n; j++ {
					sums[r*cols+j] = c[(r0+r)*rs+j*cs]
				}
			}
			whole := rows / w * w
			if a.steps {
				whole = 0
			}
			for r := 0; r < whole; r += w {
				for k0 := s0; k0 < s1; k0 += KC {
					kc := min(KC, s1-k0)
					p.stride(panels, kc, &a.f64[(r0+r)*a.ld+k0], a.ld,
						&packed[(k0-s0)*cols], 8*w*kc, alpha, &sums[r*cols], cols)
				}
			}
			for k0 := s0; k0 < s1 && whole < rows; k0 += KC {
				kc := min(KC, s1-k0)
				p.packPanels(a, r0+whole, rows-whole, k0, kc, panelA)
				for r := whole; r < rows; r += w {
					here := &packed[(k0-s0)*cols]
					p.dot(panels, kc, &panelA[(r-whole)*kc], here, 8*w*kc, alpha, &sums[r*cols], cols, here)
				}
			}
			for r := 0; r < rows; r++ {
				for j := 0; j < n; j++ {
					c[(r0+r)*rs+j*cs] = sums[r*cols+j]
				}
			}
		})
	}
}
