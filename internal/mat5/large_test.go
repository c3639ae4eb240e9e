package mat5

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// element returns a data element, padded to 8 bytes unless it is compressed.
func element(kind uint32, data []byte) []byte {
	e := binary.LittleEndian.AppendUint32(nil, kind)
	e = append(binary.LittleEndian.AppendUint32(e, uint32(len(data))), data...)
	if kind == miCOMPRESSED {
		return e
	}
	return append(e, make([]byte, -len(data)&7)...)
}

// uint8File returns a file with an array of uint8 called x, compressed if that is asked
// for.
func uint8File(t *testing.T, rows, cols int, data []byte, compressed bool) []byte {
	t.Helper()
	words := func(values ...uint32) (b []byte) {
		for _, v := range values {
			b = binary.LittleEndian.AppendUint32(b, v)
		}
		return b
	}
	matrix := element(miMATRIX, slices.Concat(element(miUINT32, words(9, 0)), element(miINT32, words(uint32(rows), uint32(cols))),
		element(miINT8, []byte("x")), element(miUINT8, data)))
	if compressed {
		var packed bytes.Buffer
		w := zlib.NewWriter(&packed)
		if _, err := w.Write(matrix); err != nil {
			t.Fatal(err)
		}
		w.Close()
		matrix = element(miCOMPRESSED, packed.Bytes())
	}
	head := "MATLAB 5.0 MAT-file" + strings.Repeat(" ", 105) + "\x00\x01IM"
	return append([]byte(head), matrix...)
}

// TestLarge reads variables that are larger than any buffer, and finds a changed byte
// anywhere in a compressed one.
func TestLarge(t *testing.T) {
	const rows, cols = 300, 1001
	random := rand.New(rand.NewPCG(1, 2))
	data := make([]byte, rows*cols)
	for i := range data {
		data[i] = byte(random.IntN(200))
	}
	read := func(file []byte) (got []byte, err error) {
		all, err := Variables(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			return nil, err
		}
		err = all[0].Values(func(part []byte) error { got = append(got, part...); return nil })
		return got, err
	}
	for _, compressed := range []bool{false, true} {
		file := uint8File(t, rows, cols, data, compressed)
		if got, err := read(file); err != nil || !bytes.Equal(got, data) {
			t.Errorf("compressed %v: %d bytes, %v", compressed, len(got), err)
		}
		for _, cut := range []int{1, 100, len(file) / 2} {
			if _, err := read(file[:len(file)-cut]); !errors.Is(err, ErrCorrupt) {
				t.Errorf("compressed %v, %d bytes cut: %v", compressed, cut, err)
			}
		}
		if !compressed {
			continue
		}
		for at := 200; at < len(file); at += len(file) / 50 {
			changed := bytes.Clone(file)
			changed[at] ^= 0x10
			if _, err := read(changed); !errors.Is(err, ErrCorrupt) {
				t.Errorf("byte %d changed: %v", at, err)
			}
		}
	}
	// What a header states is not what memory follows.
	if _, err := read(uint8File(t, 1<<30, 1<<30, data, true)); !errors.Is(err, ErrCorrupt) {
		t.Errorf("an impossible shape: %v", err)
	}
}
