package npy

import "sort"

const (
	// groupCols columns are read and turned together: enough that each visit
	// to a row of the block fills whole cache lines.
	groupCols = 32
	// tileRows × groupCols values are converted before they are turned; they
	// fit the first-level cache.
	tileRows = 64
	// tileStride keeps the columns of a tile from falling on the same cache
	// sets, as a power of two would.
	tileStride = tileRows + 8
)

// readColumnMajor reads a file in Fortran order, where a column's rows lie side
// by side: it reads runs of rows of a group of columns, converts a tile of them
// and writes the tile turned. Wanted rows are visited in the order of the file.
func readColumnMajor[T target](f *File, conv converter[T], rows []int, lo, hi int, dst []T, ld int, s *Scratch) error {
	size := f.dtype.Size
	order := s.ascending(rows)
	at := func(i int) int { // the row in the file of the i-th wanted row
		if order == nil {
			return rows[i]
		}
		return rows[order[i]]
	}
	var tile [groupCols * tileStride]T
	var places [groupCols]int64
	window := bufferSize / size / groupCols * 4 // rows of one group in a buffer

	for c := lo; c < hi; c += groupCols {
		group := places[:min(groupCols, hi-c)]
		for k := range group {
			group[k] = f.place(c + k)
		}
		side := sideBySide(group)
		for i := 0; i < len(rows); {
			// Rows first to last of the file are read, wanted rows i to end.
			first, end := at(i), i+1
			for end < len(rows) && at(end)-first < window {
				end++
			}
			span := at(end-1) - first + 1

			stride := span // elements between columns in buf
			if side && f.rows <= window && f.rows-span <= maxGap/size {
				stride = f.rows
				buf := s.bytes(((len(group)-1)*stride + span) * size)
				if err := f.readAt(buf, group[0]*int64(f.rows)+int64(first)); err != nil {
					return err
				}
			} else {
				buf := s.bytes(len(group) * span * size)
				for k, place := range group {
					if err := f.readAt(buf[k*span*size:(k+1)*span*size], place*int64(f.rows)+int64(first)); err != nil {
						return err
					}
				}
			}

			for i < end {
				// A tile starts at a wanted row and takes all that follow in it.
				top, last := at(i), i+1
				for last < end && at(last)-top < tileRows {
					last++
				}
				height := at(last-1) - top + 1
				for k := range group {
					conv(tile[k*tileStride:k*tileStride+height], s.buf[(k*stride+top-first)*size:])
				}
				for ; i < last; i++ {
					row := i
					if order != nil {
						row = order[i]
					}
					out := dst[row*ld+c-lo:][:len(group)]
					from := tile[at(i)-top:]
					for k := range out {
						out[k] = from[k*tileStride]
					}
				}
			}
		}
	}
	return nil
}

// place gives the position in a Fortran-ordered file of the column that C order
// numbers c: the same index of the trailing axes, counted with the first of
// them fastest.
func (f *File) place(c int) int64 {
	var p int64
	stride := int64(f.cols)
	for a := len(f.shape) - 1; a > 0; a-- {
		n := f.shape[a]
		stride /= int64(n)
		p += int64(c%n) * stride
		c /= n
	}
	return p
}

func sideBySide(places []int64) bool {
	for k, p := range places {
		if p != places[0]+int64(k) {
			return false
		}
	}
	return true
}

// ascending gives the order in which rows ascend, nil where they already do.
func (s *Scratch) ascending(rows []int) []int {
	if sort.IntsAreSorted(rows) {
		return nil
	}
	if cap(s.order) < len(rows) {
		s.order = make([]int, len(rows))
	}
	order := s.order[:len(rows)]
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(a, b int) bool { return rows[order[a]] < rows[order[b]] })
	return order
}
