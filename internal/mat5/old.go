package mat5

import (
	"bytes"
	"encoding/binary"
	"io"
)

// IsOld returns what a file is that MATLAB or Octave saves in a format of its own under the
// name of a .mat, other than those of versions 5 and 7.3; "" if it is none.
func IsOld(r io.ReaderAt) string {
	head := make([]byte, 84)
	n, _ := r.ReadAt(head, 0)
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, []byte("# Created by Octave")):
		return "a text file of Octave"
	case bytes.HasPrefix(head, []byte("Octave-1-")):
		return "a binary file of Octave"
	case isVersion4(head, binary.LittleEndian) || isVersion4(head, binary.BigEndian):
		return "a MATLAB 4 file"
	}
	return ""
}

// isVersion4 reports whether a file begins with a matrix of version 4: five integers and
// the variable's name, which ends in NUL. The first integer's decimal digits state the
// order of bytes, 0, the type of the elements and that of the matrix.
func isVersion4(head []byte, order binary.ByteOrder) bool {
	const fixed, maxName = 20, 64
	if len(head) < fixed {
		return false
	}
	kind, imaginary, name := order.Uint32(head), order.Uint32(head[12:]), int64(order.Uint32(head[16:]))
	if kind/1000 > 1 || kind/100%10 != 0 || kind/10%10 > 5 || kind%10 > 2 || imaginary > 1 || name < 2 || name > maxName || fixed+name > int64(len(head)) {
		return false
	}
	return head[fixed+name-1] == 0 && bytes.IndexByte(head[fixed:], 0) == int(name)-1
}
