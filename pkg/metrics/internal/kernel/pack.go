package kernel

// panelSource is a matrix side that can be packed: panel rows are what a tile
// broadcasts or loads side by side, steps run along k.
type panelSource struct {
	// Exactly one of f64 and f32 is set.
	f64  []float64
	f32  []float32
	mean []float64 // with f32: subtracted from each step; at least k long
	ld   int
	// steps reports whether row k of the matrix holds one step of all panels; otherwise
	// row r of the matrix holds all steps of one panel row.
	steps bool
}

// packPanels packs panel rows r0..r0+rows and steps k0..k0+kc into dst, one panel
// after another of kc·w elements, the last filled up with zero rows.
func (p path) packPanels(src *panelSource, r0, rows, k0, kc int, dst []float64) {
	w := p.width()
	if src.steps {
		p.packSteps(src.f64[k0*src.ld:], src.ld, r0, rows, kc, dst)
		return
	}
	for r := 0; r < rows; r += w {
		panel := dst[r*kc : r*kc+w*kc]
		have := min(w, rows-r)
		if src.f32 != nil {
			p.packSingleRows(src.f32[(r0+r)*src.ld+k0:], src.ld, src.mean[k0:], have, kc, panel)
		} else {
			p.packRows(src.f64[(r0+r)*src.ld+k0:], src.ld, have, kc, panel)
		}
	}
}

// packRows transposes up to w rows of kc steps into one panel.
func (p path) packRows(src []float64, ld, rows, kc int, panel []float64) {
	w := p.width()
	done := 0
	if rows == w {
		done = p.pack(kc, &src[0], ld, &panel[0])
	} else {
		clear(panel)
	}
	for r := 0; r < rows; r++ {
		row := src[r*ld : r*ld+kc]
		for k := done; k < kc; k++ {
			panel[k*w+r] = row[k]
		}
	}
}

// packSingleRows is packRows from float32, less the mean of each step.
func (p path) packSingleRows(src []float32, ld int, mean []float64, rows, kc int, panel []float64) {
	w := p.width()
	done := 0
	if rows == w {
		done = p.packSingle(kc, &src[0], ld, &mean[0], &panel[0])
	} else {
		clear(panel)
	}
	for r := 0; r < rows; r++ {
		row := src[r*ld : r*ld+kc]
		for k := done; k < kc; k++ {
			panel[k*w+r] = float64(row[k]) - mean[k]
		}
	}
}

// packSteps copies columns r0..r0+rows of kc rows of src, which already lie side by
// side, w at a time.
func (p path) packSteps(src []float64, ld, r0, rows, kc int, dst []float64) {
	w := p.width()
	group := p.copyWidth()
	r := 0
	for ; group > 0 && r+group <= rows; r += group {
		p.copySteps(kc, &src[r0+r], ld, &dst[r*kc], w*kc)
	}
	for ; r < rows; r += w {
		panel := dst[r*kc : r*kc+w*kc]
		have := min(w, rows-r)
		if have < w {
			clear(panel)
		}
		for k := 0; k < kc; k++ {
			copy(panel[k*w:k*w+have], src[k*ld+r0+r:])
		}
	}
}
