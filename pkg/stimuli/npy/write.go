package npy

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"
)

// Write writes a rows × cols array in C order and little-endian, whatever the
// machine, so that equal values are equal bytes.
func Write[T float32 | float64](w io.Writer, rows, cols int, data []T) error {
	if rows < 0 || cols < 0 || cols > 0 && rows > math.MaxInt/cols || len(data) != rows*cols {
		return fmt.Errorf("npy: %d values for %d × %d", len(data), rows, cols)
	}
	var zero T
	size, descr := 8, "<f8"
	if _, ok := any(zero).(float32); ok {
		size, descr = 4, "<f4"
	}
	if err := WriteHeader(w, descr, rows, cols); err != nil {
		return err
	}
	buf := make([]byte, 0, min(len(data)*size, 64<<10))
	for len(data) > 0 {
		n := min(len(data), 64<<10/size)
		buf = buf[:0]
		switch part := any(data[:n]).(type) {
		case []float32:
			for _, v := range part {
				buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(v))
			}
		case []float64:
			for _, v := range part {
				buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(v))
			}
		}
		if _, err := w.Write(buf); err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}

// WriteHeader writes the header of an array in C order of the type descr (such
// as "<f4") and shape; the elements must follow. It is for arrays too large to
// hold in memory.
func WriteHeader(w io.Writer, descr string, shape ...int) error {
	return writeHeader(w, descr, "False", shape)
}

// WriteFortranHeader is WriteHeader for an array whose first axis varies fastest.
func WriteFortranHeader(w io.Writer, descr string, shape ...int) error {
	return writeHeader(w, descr, "True", shape)
}

func writeHeader(w io.Writer, descr, fortran string, shape []int) error {
	axes := make([]int64, len(shape))
	for i, n := range shape {
		axes[i] = int64(n)
	}
	dict := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': %s, }", descr, fortran, shapeString(axes))
	// Elements start at a multiple of 64 bytes, and a newline ends the header.
	pad := 63 - (len(magic)+4+len(dict))%64
	dict += strings.Repeat(" ", pad) + "\n"
	if len(dict) > math.MaxUint16 {
		return fmt.Errorf("npy: a header of %d bytes", len(dict))
	}
	head := append([]byte(magic), 1, 0)
	head = binary.LittleEndian.AppendUint16(head, uint16(len(dict)))
	_, err := w.Write(append(head, dict...))
	return err
}
