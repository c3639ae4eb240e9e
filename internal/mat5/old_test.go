package mat5

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

// Files that MATLAB and Octave save in other formats are recognised, others are not.
func TestIsOld(t *testing.T) {
	four := func(order binary.ByteOrder, kind uint32, name string) string {
		var b bytes.Buffer
		for _, v := range []uint32{kind, 40, 10, 0, uint32(len(name))} {
			_ = binary.Write(&b, order, v)
		}
		return b.String() + name + strings.Repeat("\x01", 80)
	}
	for content, want := range map[string]string{
		four(binary.LittleEndian, 0, "rates\x00"):        "a MATLAB 4 file",
		four(binary.LittleEndian, 51, "ids\x00"):         "a MATLAB 4 file",
		four(binary.BigEndian, 1000, "rates\x00"):        "a MATLAB 4 file",
		four(binary.LittleEndian, 0, "rates"):            "",
		four(binary.LittleEndian, 3000, "rates\x00"):     "",
		"# Created by Octave 7.3.0\n# name: rates\n":     "a text file of Octave",
		"Octave-1-L\x00\x05\x00\x00\x00rates":            "a binary file of Octave",
		"":                                               "",
		strings.Repeat("\x00", 200):                      "",
		magic + " MAT-file":                              "",
		"\x89HDF\r\n\x1a\n" + strings.Repeat("\x00", 90): "",
	} {
		if got := IsOld(strings.NewReader(content)); got != want {
			t.Errorf("%q is %q, want %q", content, got, want)
		}
	}
}
