package mat5

import (
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf16"
)

// isInflate reports whether an error is that compressed values are damaged.
func isInflate(err error) bool {
	_, ok := errors.AsType[flate.CorruptInputError](err)
	return ok
}

// descr returns NumPy's name of the type of a variable's values, "" if they cannot be
// read as numbers.
func (v *Variable) descr() string {
	names := map[string]string{"double": "<f8", "single": "<f4", "int8": "|i1", "uint8": "|u1", "int16": "<i2", "uint16": "<u2",
		"int32": "<i4", "uint32": "<u4", "int64": "<i8", "uint64": "<u8"}
	if v.Complex {
		return ""
	}
	return names[v.Class]
}

// Type returns NumPy's name of the type of a variable's values and their size.
func (v *Variable) Type() (descr string, size int) {
	descr = v.descr()
	if descr == "" {
		return "", 0
	}
	return descr, int(descr[2] - '0')
}

// Values calls use with the values in MATLAB's order, the first axis fastest, as
// little-endian bytes of the variable's type, in parts. The bytes are reused.
func (v *Variable) Values(use func(data []byte) error) error {
	descr, size := v.Type()
	if descr == "" {
		return fmt.Errorf("%s is a %s array", v.Name, v.Class)
	}
	b, err := v.open()
	if err != nil {
		return err
	}
	defer b.close()
	kind, data, _, err := b.tag()
	if err != nil {
		return damaged(err)
	}
	stored := sizeOf(kind)
	if stored == 0 || kind >= miUTF8 || data.left%int64(stored) != 0 || data.left/int64(stored) != v.Len() {
		return corrupt("the array %s has %d bytes of the type %d for the shape %v", v.Name, data.left, kind, v.Shape)
	}
	if float := kind == miSINGLE || kind == miDOUBLE; descr[1] != 'f' && float {
		return corrupt("the array %s of %s has values of the type %d", v.Name, v.Class, kind)
	}
	const part = 1 << 13 // values
	in, out := make([]byte, part*stored), make([]byte, 0, part*size)
	for data.left > 0 {
		in = in[:min(int64(cap(in)), data.left)]
		if _, err := io.ReadFull(&data, in); err != nil {
			return damaged(err)
		}
		out = convert(out[:0], in, kind, v.order, descr[1] == 'f', size)
		if err := use(out); err != nil {
			return err
		}
	}
	return b.finish()
}

// convert appends stored values in the type of floats or whole numbers of a size.
func convert(out, in []byte, kind uint32, order binary.ByteOrder, float bool, size int) []byte {
	stored := sizeOf(kind)
	for ; len(in) >= stored; in = in[stored:] {
		var u uint64
		switch stored {
		case 1:
			u = uint64(in[0])
		case 2:
			u = uint64(order.Uint16(in))
		case 4:
			u = uint64(order.Uint32(in))
		case 8:
			u = order.Uint64(in)
		}
		var x float64
		switch unused := 64 - 8*stored; kind {
		case miSINGLE:
			x = float64(math.Float32frombits(uint32(u)))
		case miDOUBLE:
			x = math.Float64frombits(u)
		case miINT8, miINT16, miINT32, miINT64:
			i := int64(u<<unused) >> unused
			u, x = uint64(i), float64(i)
		default:
			x = float64(u)
		}
		switch {
		case float && size == 4 && kind == miSINGLE:
			out = binary.LittleEndian.AppendUint32(out, uint32(u)) // the bits of NaN too
		case float && size == 4:
			out = binary.LittleEndian.AppendUint32(out, math.Float32bits(float32(x)))
		case float:
			out = binary.LittleEndian.AppendUint64(out, math.Float64bits(x))
		default:
			out = append(out, binary.LittleEndian.AppendUint64(nil, u)[:size]...)
		}
	}
	return out
}

// Text reads a char matrix, one text a row, or a cell array of texts, which must not
// take more than limit bytes. ok is false if the variable is not text.
func (v *Variable) Text(limit int64) (texts []string, ok bool, err error) {
	if v.Class != "char" && v.Class != "cell" {
		return nil, false, nil
	}
	b, err := v.open()
	if err != nil {
		return nil, false, err
	}
	defer b.close()
	if v.Class == "char" {
		if texts, ok, err = v.chars(&b.content, limit); err != nil || !ok {
			return nil, ok, damaged(err)
		}
		return texts, true, b.finish()
	}
	if v.Len() > limit {
		return nil, false, &LimitError{v.Len(), limit}
	}
	for range v.Len() {
		kind, inner, _, err := b.tag()
		if err == nil && kind != miMATRIX {
			err = corrupt("a cell of the type %d", kind)
		}
		if err != nil {
			return nil, false, damaged(err)
		}
		size := inner.left
		if limit -= size; limit < 0 {
			return nil, false, &LimitError{size, size + limit}
		}
		cell := &Variable{order: v.order}
		if err := cell.header(&inner); err != nil {
			return nil, false, damaged(err)
		}
		if cell.Class != "char" {
			return nil, false, nil
		}
		one, ok, err := cell.chars(&inner, size)
		if err != nil || !ok || len(one) > 1 {
			return nil, false, damaged(err)
		}
		texts = append(texts, strings.Join(one, ""))
		if err := inner.skip(inner.left); err != nil {
			return nil, false, damaged(err)
		}
	}
	return texts, true, b.finish()
}

// chars reads the rows of a char matrix, whose characters are stored column by column.
func (v *Variable) chars(c *content, limit int64) (texts []string, ok bool, err error) {
	if len(v.Shape) != 2 {
		return nil, false, nil
	}
	if v.Len() > limit {
		return nil, false, &LimitError{v.Len(), limit}
	}
	if v.Len() == 0 {
		return []string{""}, true, nil
	}
	kind, data, err := c.small(limit)
	if err != nil {
		return nil, false, err
	}
	var units []uint16
	switch kind {
	case miINT8, miUINT8:
		for _, b := range data {
			units = append(units, uint16(b))
		}
	case miUTF8:
		units = utf16.Encode([]rune(string(data)))
	case miUINT16, miUTF16, miINT16:
		for ; len(data) >= 2; data = data[2:] {
			units = append(units, v.order.Uint16(data))
		}
	case miUTF32:
		var runes []rune
		for ; len(data) >= 4; data = data[4:] {
			runes = append(runes, rune(v.order.Uint32(data)))
		}
		units = utf16.Encode(runes)
	default:
		return nil, false, corrupt("characters of the type %d", kind)
	}
	rows, cols := int(v.Shape[0]), int(v.Shape[1])
	if len(units) != rows*cols {
		return nil, false, corrupt("%d characters for the shape %v", len(units), v.Shape)
	}
	for i := range rows {
		row := make([]uint16, cols)
		for k := range cols {
			row[k] = units[k*rows+i]
		}
		texts = append(texts, strings.TrimRight(string(utf16.Decode(row)), " \x00"))
	}
	return texts, true, nil
}
