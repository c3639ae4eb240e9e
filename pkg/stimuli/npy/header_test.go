package npy

import (
	"bytes"
	"io"
	"reflect"
	"testing"
)

func TestReadHeader(t *testing.T) {
	for _, c := range []struct {
		file []byte
		want Header // zero if the header is refused
	}{
		{header1("'<U7'", "(3,)", 84), Header{Descr: "<U7", Shape: []int64{3}}},
		{header1("'|O'", "()", 0), Header{Descr: "|O", Shape: []int64{}}},
		{header1("[('id', '<U3'), ('x', '<f8', (2,))]", "(3, 4)", 0), Header{Descr: "[('id', '<U3'), ('x', '<f8', (2,))]", Records: true, Shape: []int64{3, 4}}},
		{dict("{'shape': (2L,), 'fortran_order': True, 'descr': \"<f4\"}", 8), Header{Descr: "<f4", Fortran: true, Shape: []int64{2}}},
		{header1("'<f4'", "(-1,)", 0), Header{}},
		{lie(1<<32-1, "{}"), Header{}},
		{[]byte(magic), Header{}},
		{[]byte("PK\x03\x04 and so on"), Header{}},
		{nil, Header{}},
	} {
		r := bytes.NewReader(c.file)
		got, err := ReadHeader(r)
		if !reflect.DeepEqual(got, c.want) || (err == nil) != (c.want.Descr != "") {
			t.Errorf("%q: %+v, %v", c.file, got, err)
		}
		// The elements follow.
		if elements, _ := io.ReadAll(r); err == nil && len(elements) > 0 && bytes.ContainsAny(elements, "{}") {
			t.Errorf("%q: %q is left of the header", c.file, elements)
		}
	}
}
