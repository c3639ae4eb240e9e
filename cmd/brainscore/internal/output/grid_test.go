package output

import (
	"bytes"
	"testing"
)

var foreign = Grid{
	Header: []string{"name", "number", "note"},
	Right:  []bool{false, true, false},
	Rows: [][]string{
		{"plain", "1", "x"},
		{"脳 wide", "-12.5", ""},
		{"pipe|star*_under_ my_word", "", "a,\"b\""},
		{"line\nbreak \x1b[31m", "1", "<b>"},
	},
}

func TestGrid(t *testing.T) {
	for _, format := range []Format{Table, CSV, Markdown} {
		var b bytes.Buffer
		if err := foreign.Write(&b, format, false); err != nil {
			t.Fatal(err)
		}
		golden(t, "grid."+string(format), b.Bytes())
	}
}

func TestGridColor(t *testing.T) {
	var b bytes.Buffer
	if err := (Grid{Header: []string{"a", "b"}, Rows: [][]string{{"1", "2"}}}).WriteText(&b, true); err != nil {
		t.Fatal(err)
	}
	if got, want := b.String(), "\x1b[2ma  b\x1b[0m\n1  2\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
