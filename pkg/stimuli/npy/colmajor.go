package npy

import (
	"cmp"
	"slices"
)

// The sizes of what is read in Fortran order in one step.
const (
	// groupCols columns are read and transposed together: enough that each visit
	// to a row of the block fills whole cache lines.
	groupCols = 32
	// tileRows × groupCols values are converted before they are transposed; they
	// fit the first-level cache.
	tileRows = 64
	// tileStride keeps the columns of a tile from falling on the same cache
	// sets, as a power of two would.
	tileStride = tileRows + 8
)

// readColumnMajor reads a file in Fortran order, in which a column's rows are
// contiguous: it reads runs of rows of a group of columns, converts a tile of
// them and writes its transpose. Rows are visited in the order of the file.
func readColumnMajor[T target](f *File, conv converter[T], rows []int, lo, hi int, dst []T, ld int, s *Scratch) error {
	size := f.dtype.Size
	order := s.ascending(rows)
	fileRow := func(i int) int { // of the i-th requested row in ascending order
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
		contiguous := areContiguous(group)
		for i := 0; i < len(rows); {
			// One read covers requested rows i to end, from row first of the file.
			first, end := fileRow(i), i+1
			for end < len(rows) && fileRow(end)-first < window {
				end++
			}
			span := fileRow(end-1) - first + 1

			stride := span // elements between columns in buf
			if contiguous && f.rows <= window && f.rows-span <= maxGap/size {
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
				// A tile starts at a requested row and ends with the last that fits.
				top, last := fileRow(i), i+1
				for last < end && fileRow(last)-top < tileRows {
					last++
				}
				height := fileRow(last-1) - top + 1
				for k := range group {
					conv(tile[k*tileStride:k*tileStride+height], s.buf[(k*stride+top-first)*size:])
				}
				for ; i < last; i++ {
					row := i
					if order != nil {
						row = order[i]
					}
					out := dst[row*ld+c-lo:][:len(group)]
					from := tile[fileRow(i)-top:]
					for k := range out {
						out[k] = from[k*tileStride]
					}
				}
			}
		}
	}
	return nil
}

// place returns the position in a Fortran-ordered file of the column that has
// number c in C order: the same index of the trailing axes, counted with the first
// of them fastest.
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

// areContiguous reports whether columns follow each other in the file.
func areContiguous(places []int64) bool {
	for k, p := range places {
		if p != places[0]+int64(k) {
			return false
		}
	}
	return true
}

// ascending returns the order in which rows ascend, nil if they already do.
func (s *Scratch) ascending(rows []int) []int {
	if slices.IsSorted(rows) {
		return nil
	}
	if cap(s.order) < len(rows) {
		s.order = make([]int, len(rows))
	}
	order := s.order[:len(rows)]
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(rows[a], rows[b]) })
	return order
}
