package npy

import (
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/internal/fileerr"
)

// dict builds a header of version 1 with the given fields and n bytes of data.
func dict(fields string, n int) []byte { return build(1, fields, make([]byte, n)) }

func header1(descr, shape string, n int) []byte {
	return dict("{'descr': "+descr+", 'fortran_order': False, 'shape': "+shape+", }", n)
}

// lie gives a header of version 2 that claims length bytes.
func lie(length uint32, rest string) []byte {
	b := append([]byte(magic), 2, 0)
	return append(binary.LittleEndian.AppendUint32(b, length), rest...)
}

var malformed = []struct {
	name string
	file []byte
	want string // without the path
}{
	{"empty", nil, "is empty; save it again with numpy.save"},
	{"magic cut", []byte("\x93NUM"), "is truncated within its first bytes; copy it or save it again with numpy.save"},
	{"magic only", []byte(magic + "\x01"), "is truncated: 7 bytes do not hold a header; copy it or save it again with numpy.save"},
	{"version 2 cut", []byte(magic + "\x02\x00\x10\x00"), "is truncated: 10 bytes do not hold a header; copy it or save it again with numpy.save"},
	{"version 4", []byte(magic + "\x04\x00\x10\x00    "), "has format version 4.0, not 1.0, 2.0 or 3.0; save it again with numpy.save"},
	{"version 1.1", []byte(magic + "\x01\x01\x10\x00    "), "has format version 1.1, not 1.0, 2.0 or 3.0; save it again with numpy.save"},

	{"zip", []byte("PK\x03\x04\x14\x00"), "is a zip archive (.npz, or a PyTorch .pt); save one array with numpy.save, or use brainscore import activations for an .npz"},
	{"pickle", []byte("\x80\x04\x95\x10"), "is a Python pickle (or an old PyTorch .pt); load it in Python and save the array with numpy.save"},
	{"hdf5", []byte("\x89HDF\r\n\x1a\n\x00"), "is an HDF5 or netCDF-4 file; use brainscore import activations, or save the array with numpy.save"},
	{"netcdf3", []byte("CDF\x01\x00"), "is a netCDF-3 file; use brainscore import activations, or save the array with numpy.save"},
	{"gzip", []byte("\x1f\x8b\x08"), "is compressed with gzip; unpack it with gunzip"},
	{"safetensors", []byte("\x40\x00\x00\x00\x00\x00\x00\x00{\"w\":"), "looks like a safetensors file; load it in Python and save each array with numpy.save"},
	{"git-lfs", []byte("version https://git-lfs.github.com/spec/v1\noid sha256:00\n"), "is a git-lfs pointer, not the data; fetch the data with git lfs pull"},
	{"html", []byte("<!DOCTYPE html>"), "is a web page, not an array; download the file again"},
	{"text", []byte("0.1,0.2\n0.3,µ"), "is a text file, not an array; load it with numpy.loadtxt and save the array with numpy.save"},
	{"binary", []byte("\x00\x01\x02\x03\x04\x05\x06"), "is not a .npy file (its first bytes are not those numpy writes); save the array with numpy.save"},

	{"header beyond file", lie(4000, "{}"), "is truncated, or its header lies about its length: the header should take 4000 bytes, the file has 2 after byte 12; copy it or save it again with numpy.save"},
	{"header of 4 GiB", lie(1<<32-1, "{}"), "is truncated, or its header lies about its length: the header should take 4294967295 bytes, the file has 2 after byte 12; copy it or save it again with numpy.save"},
	{"header over the limit", lie(2<<20, strings.Repeat(" ", 2<<20)), "has a header of 2097152 bytes, more than the 1048576 allowed; save it again with numpy.save"},
	{"header too short", lie(10, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }    "), "has a malformed header: descr: it ends, but a string is expected; save it again with numpy.save"},
	{"header too long", lie(63, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }abcd"), "has a malformed header: 'a' at byte 59, but nothing more after '}' is expected; save it again with numpy.save"},

	{"no header", dict("", 4), "has a malformed header: it does not start with '{'; save it again with numpy.save"},
	{"no dictionary", dict("descr", 4), "has a malformed header: it does not start with '{'; save it again with numpy.save"},
	{"no keys", dict("{}", 4), "has a malformed header: key 'descr' is missing; save it again with numpy.save"},
	{"no shape", dict("{'descr': '<f4', 'fortran_order': False}", 4), "has a malformed header: key 'shape' is missing; save it again with numpy.save"},
	{"key twice", dict("{'descr': '<f4', 'descr': '<f4'}", 4), "has a malformed header: key 'descr' is repeated; save it again with numpy.save"},
	{"unknown key", dict("{'type': '<f4'}", 4), "has a malformed header: unknown key 'type'; save it again with numpy.save"},
	{"long key", dict("{'"+strings.Repeat("k\xff", 30)+"': 1}", 4), "has a malformed header: unknown key '" + strings.Repeat("k\\xff", 20) + "…'; save it again with numpy.save"},
	{"no colon", dict("{'descr' '<f4'}", 4), "has a malformed header: no ':' after key 'descr'; save it again with numpy.save"},
	{"no comma", dict("{'descr': '<f4' 'shape': ()}", 4), "has a malformed header: ''' at byte 16, but ',' or '}' is expected; save it again with numpy.save"},
	{"open string", dict("{'descr': '<f4\\'", 4), "has a malformed header: descr: a string has no closing quote; save it again with numpy.save"},
	{"open list", dict("{'descr': [('x', '<f4')", 4), "has a malformed header: descr: a list of fields has no closing bracket; save it again with numpy.save"},
	{"number key", dict("{1: 2}", 4), "has a malformed header: expected a key: '1' at byte 1, but a string is expected; save it again with numpy.save"},
	{"order", dict("{'fortran_order': 0}", 4), "has a malformed header: fortran_order: '0' at byte 18, but True or False is expected; save it again with numpy.save"},

	{"shape number", header1("'<f4'", "4", 16), "has a malformed header: shape: '4' at byte 50, but '(' is expected; save it again with numpy.save"},
	{"shape no tuple", header1("'<f4'", "(4)", 16), "has a malformed header: shape: a number, but a tuple is expected; save it again with numpy.save"},
	{"shape words", header1("'<f4'", "(a, b)", 16), "has a malformed header: shape: 'a' at byte 51, but a whole number is expected; save it again with numpy.save"},
	{"shape fraction", header1("'<f4'", "(2.5, 2)", 16), "has a malformed header: shape: '.' at byte 52, but ',' or ')' is expected; save it again with numpy.save"},
	{"shape commas", header1("'<f4'", "(2,,2)", 16), "has a malformed header: shape: ',' at byte 53, but a whole number is expected; save it again with numpy.save"},
	{"shape negative", header1("'<f4'", "(-2, -2)", 16), "has a malformed header: shape: an axis is negative (-2); save it again with numpy.save"},
	{"shape axis over 2⁶³", header1("'<f4'", "(9223372036854775808, 1)", 16), "has a malformed header: shape: an axis is longer than 2⁶³; save it again with numpy.save"},
	{"shape many axes", header1("'<f4'", "("+strings.Repeat("1, ", 65)+")", 4), "has a malformed header: shape: more than 64 axes; save it again with numpy.save"},

	{"2⁶⁰ elements", header1("'<f4'", "(1073741824, 1073741824)", 16), "is truncated: shape (1073741824, 1073741824) of float32 takes 4611686018427387904 bytes of data, the file has 16 (4611686018427387888 missing); copy it or save it again with numpy.save"},
	{"2⁶² elements", header1("'<f8'", "(2147483648, 2147483648)", 16), "has a header that declares shape (2147483648, 2147483648) of float64, more than any file can hold; the file has 16 bytes of data; save it again with numpy.save"},
	{"2⁶⁴ elements", header1("'|u1'", "(4294967296, 4294967296)", 0), "has a header that declares shape (4294967296, 4294967296) of uint8, more than any file can hold; the file has 0 bytes of data; save it again with numpy.save"},
	{"no rows", header1("'<f4'", "(0, 1152921504606846976, 1152921504606846976)", 0), "is without elements: axis 0 of its shape (0, 1152921504606846976, 1152921504606846976) is empty; save an array with at least one row and one column"},
	{"no columns", header1("'<f4'", "(3, 0)", 0), "is without elements: axis 1 of its shape (3, 0) is empty; save an array with at least one row and one column"},
	{"no axes", header1("'<f4'", "()", 4), "holds a single value without axes, shape (); save an array whose first axis is the stimuli"},
	{"truncated", header1("'<f4'", "(3, 2)", 23), "is truncated: shape (3, 2) of float32 takes 24 bytes of data, the file has 23 (1 missing); copy it or save it again with numpy.save"},
	{"oversized", header1("'>f8'", "(3,)", 25), "is oversized: shape (3,) of big-endian float64 takes 24 bytes of data, the file has 25 (1 too many); copy it or save it again with numpy.save"},

	{"unknown letter", header1("'<z4'", "(1,)", 4), "holds an unknown type (dtype '<z4'); save it with numpy.save(name, array.astype('float32'))"},
	{"unknown size", header1("'<i3'", "(1,)", 3), "holds an unknown type (dtype '<i3'); save it with numpy.save(name, array.astype('float32'))"},
	{"no letter", header1("'<'", "(1,)", 4), "holds an unknown type (dtype '<'); save it with numpy.save(name, array.astype('float32'))"},
	{"no type", header1("''", "(1,)", 4), "holds an unknown type (dtype ''); save it with numpy.save(name, array.astype('float32'))"},
	{"float8", header1("'|f1'", "(1,)", 1), "holds float8 values (dtype '|f1'); convert it to float32 before saving: array.astype('float32'), or tensor.float() in PyTorch"},
	{"void of 1", header1("'|V1'", "(1,)", 1), "holds untyped values of 1 byte, as float8 and int4 are written (dtype '|V1'); convert it to float32 before saving: array.astype('float32'), or tensor.float() in PyTorch"},
	{"void of 6", header1("'|V6'", "(1,)", 6), "holds untyped (void) or structured values (dtype '|V6'); save one numeric field: numpy.save(name, array['field'].astype('float32'))"},
}

func TestMalformed(t *testing.T) {
	for _, c := range malformed {
		t.Run(c.name, func(t *testing.T) {
			path := write(t, c.file)
			f, err := Open(path)
			checkRefused(t, f, err, path, c.want)
		})
	}
}

func checkRefused(t *testing.T, f *File, err error, path, want string) {
	t.Helper()
	var fe *fileerr.Error
	if f != nil || !errors.As(err, &fe) {
		t.Fatalf("got %v, %v, want a fileerr.Error", f, err)
	}
	if want = path + ": " + want; fe.Path != path || err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
}

// What numpy itself writes and cannot be scored.
func TestRefusedNumpyFiles(t *testing.T) {
	for name, want := range map[string]string{
		"object":     "holds Python objects (dtype '|O'); save it with numpy.save(name, array.astype('float32'))",
		"string":     "holds strings (dtype '<U3'); save the numbers alone, and names in a .csv file beside them",
		"bytes":      "holds strings (dtype '|S3'); save the numbers alone, and names in a .csv file beside them",
		"complex":    "holds complex numbers (dtype '<c8'); save numpy.abs(array), or its real and imaginary parts as separate files",
		"date":       "holds dates (dtype '<M8[ms]'); save numbers: numpy.save(name, array.astype('float64'))",
		"timedelta":  "holds time differences (dtype '<m8[s]'); save numbers: numpy.save(name, array.astype('float64'))",
		"longdouble": "holds long doubles, which differ between machines (dtype '<f16'); save it with numpy.save(name, array.astype('float64'))",
		"structured": "holds structured values (its dtype is a list of fields); save one numeric field: numpy.save(name, array['field'].astype('float32'))",
		"void":       "holds untyped values of 2 bytes, as bfloat16 is written (dtype '|V2'); convert it to float32 before saving: array.astype('float32'), or tensor.float() in PyTorch",
		"scalar":     "holds a single value without axes, shape (); save an array whose first axis is the stimuli",
		"empty":      "is without elements: axis 0 of its shape (0, 4) is empty; save an array with at least one row and one column",
	} {
		path := "testdata/bad_" + name + ".npy"
		f, err := Open(path)
		checkRefused(t, f, err, path, want)
	}
}

// Headers that differ from numpy's usual text and are still valid.
func TestUnusualHeaders(t *testing.T) {
	for _, text := range []string{
		"{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }",   // Python 2
		"{\"shape\":(2,3),\"fortran_order\":False,\"descr\":\"<f4\"}",     // no spaces, other quotes and order
		"{ 'shape' : ( 2 , 3 , ) ,\n'descr':'<f4','fortran_order':False}", // white space everywhere
		"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}" + strings.Repeat(" ", 100) + "\n",
	} {
		f, err := Open(write(t, dict(text, 24)))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if f.Rows() != 2 || f.Cols() != 3 || f.DType().String() != "float32" {
			t.Errorf("%s: opened as %d × %d %v", text, f.Rows(), f.Cols(), f.DType())
		}
		f.Close()
	}
	// Marks numpy takes as the reader's own byte order.
	for _, descr := range []string{"'f4'", "'=f4'", "'|f4'"} {
		f, err := Open(write(t, header1(descr, "(2, 3)", 24)))
		if err != nil {
			t.Error(err)
			continue
		}
		if f.DType().Order != nativeOrder() {
			t.Errorf("%s: %v", descr, f.DType())
		}
		f.Close()
	}
}

func TestOpenNoFile(t *testing.T) {
	dir := t.TempDir()
	f, err := Open(dir)
	checkRefused(t, f, err, dir, "is a directory; give a .npy file")

	path := filepath.Join(dir, "missing.npy")
	f, err = Open(path)
	checkRefused(t, f, err, path, "does not exist; check the path")
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v does not wrap fs.ErrNotExist", err)
	}

	if os.Getuid() > 0 { // root reads everything, Windows has no such mode
		path := write(t, nil)
		os.Chmod(path, 0)
		f, err := Open(path)
		checkRefused(t, f, err, path, "cannot be opened (permission denied): make it readable for this user")
	}
}

// A file may be cut while it is read, by a second run that writes it again.
func TestFileShrinks(t *testing.T) {
	for _, fortran := range []bool{false, true} {
		b, _ := array(DType{'f', 4, binary.LittleEndian}, 1, fortran, []int{20, 30})
		path := write(t, b)
		f := open(t, path)
		if err := os.Truncate(path, int64(len(b)-100)); err != nil {
			t.Fatal(err)
		}
		_, err := f.ReadAll()
		var fe *fileerr.Error
		if !errors.As(err, &fe) || fe.Path != path || !strings.Contains(fe.What, "became shorter while it was read") || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("fortran %v: got %v", fortran, err)
		}
	}
}

func TestReadAfterClose(t *testing.T) {
	b, _ := array(DType{'f', 4, binary.LittleEndian}, 1, false, []int{2, 3})
	f, err := Open(write(t, b))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	var fe *fileerr.Error
	if _, err := f.ReadAll(); !errors.As(err, &fe) || !errors.Is(err, os.ErrClosed) {
		t.Errorf("got %v", err)
	}
}
