package hdf5

import (
	"fmt"
	"strings"
)

// Class is the kind of a datatype, numbered as in the file (IV.A.2.d).
type Class uint8

const (
	ClassInteger Class = iota
	ClassFloat
	ClassTime
	ClassString
	ClassBitfield
	ClassOpaque
	ClassCompound
	ClassReference
	ClassEnum
	ClassVlen
	ClassArray
)

var classNames = [...]string{"integer", "float", "time", "string", "bitfield", "opaque",
	"compound", "reference", "enum", "variable-length", "array"}

func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return fmt.Sprintf("class %d", uint8(c))
}

// Padding is how a fixed-length string fills its field.
type Padding uint8

const (
	NullTerminated Padding = iota
	NullPadded
	SpacePadded
)

// Charset is the encoding of a string.
type Charset uint8

const (
	ASCII Charset = iota
	UTF8
)

// Datatype describes one element.
type Datatype struct {
	Class Class
	Size  int // bytes of one element in the file

	BigEndian bool // integer, float, bitfield, time; of the base for an enum
	Signed    bool // integer, enum
	// Precision and BitOffset place the significant bits of an integer.
	Precision, BitOffset int

	Padding Padding // string, fixed or variable
	Charset Charset
	// VlenString is true for a string of variable length, false for other sequences.
	VlenString bool

	Members []Member     // compound
	Enum    []EnumMember // enum
	Base    *Datatype    // enum, vlen, array
	Dims    []uint64     // array
	Tag     string       // opaque

	// ObjectRef is set where a reference is one to an object, not a region.
	ObjectRef bool

	floatProblem string // why a float cannot be read, or ""
}

// Member is one field of a compound.
type Member struct {
	Name   string
	Offset int
	Type   *Datatype
}

// EnumMember is one name of an enum.
type EnumMember struct {
	Name  string
	Value int64
}

// IsString reports whether elements are text.
func (t *Datatype) IsString() bool {
	return t.Class == ClassString || t.Class == ClassVlen && t.VlenString
}

// IsBool reports whether this is the enum that h5py writes for booleans.
func (t *Datatype) IsBool() bool {
	if t.Class != ClassEnum || len(t.Enum) != 2 {
		return false
	}
	for _, m := range t.Enum {
		switch {
		case strings.EqualFold(m.Name, "FALSE") && m.Value == 0:
		case strings.EqualFold(m.Name, "TRUE") && m.Value == 1:
		default:
			return false
		}
	}
	return true
}

// IsNumeric reports whether elements can be read as numbers.
func (t *Datatype) IsNumeric() bool {
	switch t.Class {
	case ClassInteger, ClassFloat, ClassEnum, ClassBitfield:
		return true
	case ClassArray:
		return t.Base.IsNumeric()
	}
	return false
}

// String names the type the way NumPy would: float32, >i2, bool, string.
func (t *Datatype) String() string {
	bo := ""
	if t.BigEndian && t.Size > 1 {
		bo = "big-endian "
	}
	switch t.Class {
	case ClassInteger:
		if t.Signed {
			return fmt.Sprintf("%sint%d", bo, t.Size*8)
		}
		return fmt.Sprintf("%suint%d", bo, t.Size*8)
	case ClassFloat:
		return fmt.Sprintf("%sfloat%d", bo, t.Size*8)
	case ClassString:
		return fmt.Sprintf("string of %d bytes", t.Size)
	case ClassEnum:
		if t.IsBool() {
			return "bool"
		}
		return "enum of " + t.Base.String()
	case ClassVlen:
		if t.VlenString {
			return "string"
		}
		return "sequence of " + t.Base.String()
	case ClassArray:
		return fmt.Sprintf("array %v of %s", t.Dims, t.Base)
	case ClassCompound:
		var names []string
		for _, m := range t.Members {
			names = append(names, m.Name)
		}
		return "compound {" + strings.Join(names, ", ") + "}"
	case ClassReference:
		if t.ObjectRef {
			return "object reference"
		}
	}
	return t.Class.String()
}

// perElement is how many base values one element holds.
func (t *Datatype) perElement() int {
	if t.Class == ClassArray && t.Base.Size > 0 {
		return t.Size / t.Base.Size
	}
	return 1
}

// bits extracts an integer of up to 8 bytes from p, extended to 64 bits by its
// sign where it has one.
func (t *Datatype) bits(p []byte) uint64 {
	var v uint64
	if t.BigEndian {
		for _, x := range p {
			v = v<<8 | uint64(x)
		}
	} else {
		for i := len(p) - 1; i >= 0; i-- {
			v = v<<8 | uint64(p[i])
		}
	}
	up := 64 - t.BitOffset - t.Precision
	v <<= up
	if t.Signed {
		return uint64(int64(v) >> (64 - t.Precision))
	}
	return v >> (64 - t.Precision)
}
