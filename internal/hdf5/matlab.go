package hdf5

import (
	"strings"
	"unicode/utf16"
)

// matlabSignature begins the user block of the files that MATLAB's save -v7.3
// writes.
const matlabSignature = "MATLAB 7.3 MAT-file"

// IsMATLAB reports whether the file begins as MATLAB's save -v7.3 begins files.
// MATLAB counts the first dimension fastest and HDF5 the last, so the dimensions of
// everything in such a file stand in reverse order.
func (f *File) IsMATLAB() bool {
	if f.base < int64(len(matlabSignature)) {
		return false
	}
	head := make([]byte, len(matlabSignature))
	_, err := f.r.ReadAt(head, 0)
	return err == nil && string(head) == matlabSignature
}

// MATLABClass returns the class that MATLAB gave the object, such as "double",
// "char" or "cell"; "" where MATLAB did not write it.
func (o *object) MATLABClass() (string, error) {
	attrs, err := o.Attributes()
	if err != nil {
		return "", err
	}
	return strings.TrimRight(text(attrs, "MATLAB_class"), "\x00"), nil
}

// MATLABSparse reports whether the object is a sparse array of MATLAB, which is a
// group of its values and their places.
func (o *object) MATLABSparse() (bool, error) {
	attrs, err := o.Attributes()
	return find(attrs, "MATLAB_sparse") != nil, err
}

// MATLABEmpty reports whether the object is an empty array of MATLAB: its values
// are then its dimensions.
func (o *object) MATLABEmpty() (bool, error) {
	attrs, err := o.Attributes()
	if err != nil {
		return false, err
	}
	v, ok := integers(attrs, "MATLAB_empty")
	return ok && len(v) == 1 && v[0] != 0, nil
}

// ReadMATLABText reads a char array, one text a row, or a cell array or a field of a
// struct array, one text for each element. An element that is not a text of one row gives
// ok = false, as does any other dataset. More than limit characters are an error.
func (d *Dataset) ReadMATLABText(limit uint64) (texts []string, ok bool, err error) {
	class, err := d.MATLABClass()
	if err != nil {
		return nil, false, err
	}
	empty, err := d.MATLABEmpty()
	if err != nil {
		return nil, false, err
	}
	switch {
	case class == "char" && empty:
		return []string{""}, true, nil
	case class == "char":
		return d.matlabChars(limit)
	case (class == "cell" || class == "" && d.typ.ObjectRef) && !empty:
		return d.matlabCells(limit)
	}
	return nil, false, nil
}

// matlabChars reads an array of UTF-16 units; its columns in the file are MATLAB's
// rows, each padded with spaces.
func (d *Dataset) matlabChars(limit uint64) (texts []string, ok bool, err error) {
	dims := d.space.dims
	if len(dims) != 2 || d.typ.Class != ClassInteger || d.typ.Size > 4 {
		return nil, false, nil
	}
	if d.Len() > limit {
		return nil, false, inPath(limitf("more than %d characters", limit), d.path)
	}
	b, err := d.Read()
	if err != nil {
		return nil, false, err
	}
	units, err := b.Uints(nil)
	if err != nil {
		return nil, false, inPath(err, d.path)
	}
	rows := int(dims[1])
	row := make([]uint16, dims[0])
	for i := range rows {
		for j := range row {
			row[j] = uint16(units[j*rows+i])
		}
		s := string(utf16.Decode(row))
		if rows > 1 {
			s = strings.TrimRight(s, " ")
		}
		texts = append(texts, s)
	}
	return texts, true, nil
}

// matlabCells reads a cell array whose cells are all texts of one row.
func (d *Dataset) matlabCells(limit uint64) (texts []string, ok bool, err error) {
	if d.Len() > limit {
		return nil, false, inPath(limitf("more than %d cells", limit), d.path)
	}
	b, err := d.Read()
	if err != nil {
		return nil, false, err
	}
	refs, err := b.References(nil)
	if err != nil {
		return nil, false, nil // a cell array holds references; this one is odd
	}
	total := uint64(0)
	for _, addr := range refs {
		if addr == 0 {
			return nil, false, nil
		}
		o, err := d.f.Dereference(addr)
		if err != nil {
			return nil, false, err
		}
		cell, is := o.(*Dataset)
		if !is {
			return nil, false, nil
		}
		class, err := cell.MATLABClass()
		if err != nil || class != "char" {
			return nil, false, err
		}
		// All may refer to one that is long.
		if total += cell.Len(); total > limit {
			return nil, false, inPath(limitf("more than %d characters", limit), d.path)
		}
		one, ok, err := cell.ReadMATLABText(limit)
		if err != nil || !ok || len(one) != 1 {
			return nil, false, err
		}
		texts = append(texts, one[0])
	}
	return texts, true, nil
}
