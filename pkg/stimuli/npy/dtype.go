package npy

import (
	"encoding/binary"
	"fmt"
	"strconv"
)

// DType is the type of an array's elements.
type DType struct {
	Kind  byte // 'f' float, 'i' signed, 'u' unsigned integer, 'b' bool
	Size  int  // bytes
	Order binary.ByteOrder
}

// String returns numpy's name of the type, after "big-endian" if the file's bytes
// are in that order.
func (d DType) String() string {
	var s string
	switch d.Kind {
	case 'f':
		s = "float" + strconv.Itoa(8*d.Size)
	case 'i':
		s = "int" + strconv.Itoa(8*d.Size)
	case 'u':
		s = "uint" + strconv.Itoa(8*d.Size)
	case 'b':
		s = "bool"
	default:
		s = "invalid"
	}
	if d.Size > 1 && d.Order == binary.BigEndian {
		s = "big-endian " + s
	}
	return s
}

// nativeOrder returns the byte order of this machine, which numpy reads '=', '|'
// and a missing mark as.
func nativeOrder() binary.ByteOrder {
	if binary.NativeEndian.Uint16([]byte{1, 0}) == 1 {
		return binary.LittleEndian
	}
	return binary.BigEndian
}

// parseDType parses a descr such as "<f4". If arrays of the type cannot be read,
// what is the reason and remedy the way out.
func parseDType(descr string) (d DType, what, remedy string) {
	refuse := func(holds, remedy string) (DType, string, string) {
		return DType{}, fmt.Sprintf("holds %s (dtype %s)", holds, quote(descr)), remedy
	}

	s := descr
	d.Order = nativeOrder()
	if s != "" {
		switch s[0] {
		case '<':
			d.Order = binary.LittleEndian
			s = s[1:]
		case '>':
			d.Order = binary.BigEndian
			s = s[1:]
		case '=', '|':
			s = s[1:]
		}
	}
	if s == "" {
		return refuse("an unknown type", saveAsFloat)
	}
	d.Kind = s[0]
	size, sizeErr := strconv.ParseUint(s[1:], 10, 16)
	d.Size = int(size)

	switch d.Kind {
	case 'O':
		return refuse("Python objects", saveAsFloat)
	case 'S', 'U', 'a', 'T':
		return refuse("strings", "save the numbers alone, and names in a .csv file beside them")
	case 'c':
		return refuse("complex numbers", "save numpy.abs(array), or its real and imaginary parts as separate files")
	case 'M':
		return refuse("dates", "save numbers: numpy.save(name, array.astype('float64'))")
	case 'm':
		return refuse("time differences", "save numbers: numpy.save(name, array.astype('float64'))")
	case 'V':
		switch {
		case sizeErr == nil && d.Size == 2:
			return refuse("untyped values of 2 bytes, as bfloat16 is written", "convert it to float32 before saving: array.astype('float32'), or tensor.float() in PyTorch")
		case sizeErr == nil && d.Size == 1:
			return refuse("untyped values of 1 byte, as float8 and int4 are written", "convert it to float32 before saving: array.astype('float32'), or tensor.float() in PyTorch")
		}
		return refuse("untyped (void) or structured values", "save one numeric field: numpy.save(name, array['field'].astype('float32'))")
	}

	if sizeErr == nil {
		switch d.Kind {
		case 'f':
			switch d.Size {
			case 2, 4, 8:
				return d, "", ""
			case 1:
				return refuse("float8 values", "convert it to float32 before saving: array.astype('float32'), or tensor.float() in PyTorch")
			case 10, 12, 16:
				return refuse("long doubles, which differ between machines", "save it with numpy.save(name, array.astype('float64'))")
			}
		case 'i', 'u':
			switch d.Size {
			case 1, 2, 4, 8:
				return d, "", ""
			}
		case 'b':
			if d.Size == 1 {
				return d, "", ""
			}
		}
	}
	return refuse("an unknown type", saveAsFloat)
}

// Precision returns the relative precision of values of this type, half a unit in
// the last place of 1: 2⁻¹¹, 2⁻²⁴ or 2⁻⁵³ for a float, 0 for whole numbers.
func (d DType) Precision() float64 {
	if d.Kind != 'f' {
		return 0
	}
	switch d.Size {
	case 2:
		return 0x1p-11
	case 4:
		return 0x1p-24
	}
	return 0x1p-53
}
