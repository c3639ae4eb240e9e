package npy

// maxGap is the number of unused bytes between two pieces of a file that are read
// along rather than skipped: copying them costs no more than another system call.
const maxGap = 8 << 10

// readRowMajor reads a file in C order, in which a row's columns are contiguous.
// Rows that follow each other in the file and in the block are read by one call
// if the unused columns between them are few.
func readRowMajor[T target](f *File, conv converter[T], rows []int, lo, hi int, dst []T, ld int, s *Scratch) error {
	size := f.dtype.Size
	width := hi - lo
	skipped := f.cols - width
	together := skipped <= maxGap/size && f.cols <= bufferSize/size

	for i := 0; i < len(rows); {
		first := int64(rows[i])*int64(f.cols) + int64(lo)
		if width > bufferSize/size {
			// One row is more than the buffer holds.
			for j := 0; j < width; j += bufferSize / size {
				part := dst[i*ld+j : i*ld+min(j+bufferSize/size, width)]
				buf := s.bytes(len(part) * size)
				if err := f.readAt(buf, first+int64(j)); err != nil {
					return err
				}
				conv(part, buf)
			}
			i++
			continue
		}

		run := 1
		if together {
			for maxRun := min(len(rows)-i, bufferSize/size/f.cols); run < maxRun && rows[i+run] == rows[i]+run; {
				run++
			}
		}
		buf := s.bytes(((run-1)*f.cols + width) * size)
		if err := f.readAt(buf, first); err != nil {
			return err
		}
		if skipped == 0 && ld == width {
			conv(dst[i*ld:i*ld+run*width], buf)
		} else {
			for k := range run {
				start := (i + k) * ld
				conv(dst[start:start+width], buf[k*f.cols*size:])
			}
		}
		i += run
	}
	return nil
}
