package npy

// maxGap is how many unwanted bytes between the pieces of two rows are read
// rather than skipped: copying them costs no more than a system call of its own.
const maxGap = 8 << 10

// readRowMajor reads a file in C order, where a row's columns lie side by side.
// Rows that follow each other in the file and in the block are read at once if
// the columns left out between them are few.
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
			for most := min(len(rows)-i, bufferSize/size/f.cols); run < most && rows[i+run] == rows[i]+run; {
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
				at := (i + k) * ld
				conv(dst[at:at+width], buf[k*f.cols*size:])
			}
		}
		i += run
	}
	return nil
}
