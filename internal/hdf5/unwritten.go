package hdf5

// Unwritten describes the parts of a dataset that were never written: space that was
// declared, and that a reader fills with the fill value, but that no writer put
// anything into. A writer that is stopped early leaves such parts.
type Unwritten struct {
	// Missing of the Parts were never written. The parts are the chunks; data
	// that is not in chunks is one part.
	Missing, Parts uint64
	// Ranges are, for each dimension, the elements from the first to before the
	// second that lie in missing parts, ascending. Where all missing parts are
	// whole rows, the ranges of the other dimensions are whole.
	Ranges [][][2]uint64
}

// Unwritten looks at where the dataset's data is stored, not at the data. A file
// may have given space to what was never written; that cannot be told.
func (d *Dataset) Unwritten() (Unwritten, error) {
	if d.space.null || d.space.elements == 0 || d.layout.class == layoutCompact {
		return Unwritten{}, nil
	}
	if d.layout.class == layoutContiguous {
		u := Unwritten{Parts: 1}
		if d.layout.addr == undef {
			u.Missing = 1
			for _, n := range d.space.dims {
				u.Ranges = append(u.Ranges, [][2]uint64{{0, n}})
			}
		}
		return u, nil
	}
	x, err := d.chunks()
	if err != nil {
		return Unwritten{}, inPath(err, d.path)
	}
	u := Unwritten{Missing: x.total - uint64(len(x.records)), Parts: x.total}
	if u.Missing == 0 {
		return u, nil
	}
	// The index bounds how many chunks can be missing, so they can be counted off.
	missing := make([][]bool, len(x.grid))
	for i, n := range x.grid {
		missing[i] = make([]bool, n)
	}
	index := make([]uint64, len(x.grid))
	next := 0
	for linear := range x.total {
		if next < len(x.records) && x.records[next].linear == linear {
			next++
			continue
		}
		unravel(index, linear, x.grid)
		for i, c := range index {
			missing[i][c] = true
		}
	}
	for i, chunks := range missing {
		var ranges [][2]uint64
		for c, is := range chunks {
			if !is {
				continue
			}
			lo := uint64(c) * d.layout.chunk[i]
			hi := min(lo+d.layout.chunk[i], d.space.dims[i])
			if n := len(ranges); n > 0 && ranges[n-1][1] == lo {
				ranges[n-1][1] = hi
			} else {
				ranges = append(ranges, [2]uint64{lo, hi})
			}
		}
		u.Ranges = append(u.Ranges, ranges)
	}
	return u, nil
}
