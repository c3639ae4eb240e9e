package output

import (
	"bytes"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/internal/text"
)

func TestFit(t *testing.T) {
	g := Grid{Columns: []Column{{Header: "name"}, {Header: "n", Right: true, Rank: 2}, {Header: "more", Rank: 1}, {Header: "programs", Rank: 3, Hide: People}, {Header: "status"}}}
	g.Add(Text("a-name-of-thirty-characters-all"), Int(12), Text("something"), Text("x"), Text("ready"))
	g.Add(Text("ß"), Int(1), Text("名前"), Text("x"), Text("fetchable"))
	for _, c := range []struct {
		width  int
		hidden string
		first  string // of the first row
	}{
		{200, "", "a-name-of-thirty-characters-all  12  something  ready"},
		{57, "", "a-name-of-thirty-characters-all  12  something  ready"},
		{56, "n", "a-name-of-thirty-characters-all  something  ready"},
		{52, "n, more", "a-name-of-thirty-characters-all  ready"},
		{42, "n, more", "a-name-of-thirty-characters-all  ready"},
		{41, "n, more", "a-name-of-thirt…characters-all  ready"},
		{19, "n, more", "a-na…all  ready"},
		{1, "n, more", "a-na…all  ready"},
	} {
		fitted, hidden := g.Fit(c.width)
		var b bytes.Buffer
		if err := fitted.WriteText(&b, false); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(b.String(), "\n")
		if strings.Join(hidden, ", ") != c.hidden || strings.TrimRight(lines[1], " ") != c.first {
			t.Errorf("%d: hidden %v, first row %q; want %q, %q", c.width, hidden, lines[1], c.hidden, c.first)
		}
		for _, line := range lines {
			if w := text.Width(line); w > max(c.width, 19) {
				t.Errorf("%d: %q is %d wide", c.width, line, w)
			}
		}
		b.Reset()
		if err := fitted.Write(&b, CSV, false); err != nil || !strings.Contains(b.String(), "name,n,more,status") && !strings.Contains(b.String(), "name,n,more,") {
			t.Errorf("%d: CSV has %q, %v", c.width, b.String(), err)
		}
	}
	if g.Rows[0].Cells[0].text != "a-name-of-thirty-characters-all" {
		t.Error("Fit changes the grid")
	}
}

// Long names are shortened to 40 characters before a column of rank 1 or 2 is hidden.
func TestFitShortensNames(t *testing.T) {
	g := Grid{Columns: []Column{{Header: "name"}, {Header: "third", Rank: 3}, {Header: "second", Rank: 2}}}
	g.Add(Text(strings.Repeat("n", 60)), Text("x"), Text("y"))
	for width, want := range map[int]string{75: "", 74: "third", 68: "third", 67: "third", 48: "third", 47: "third, second", 30: "third, second"} {
		fitted, hidden := g.Fit(width)
		if strings.Join(hidden, ", ") != want || fitted.minWidth() > width {
			t.Errorf("%d: hidden %v, %d wide; want %s", width, hidden, fitted.minWidth(), want)
		}
	}
}

func TestShortened(t *testing.T) {
	for _, c := range []struct {
		s     string
		width int
		want  string
	}{
		{"abcdef", 6, "abcdef"}, {"abcdef", 5, "ab…ef"}, {"abcdef", 4, "ab…f"}, {"abcdef", 1, "…"}, {"abcdef", 0, "…"},
		{"名前名前", 5, "名…前"}, {"名前名前", 4, "名…"}, {"e\u0301e\u0301e\u0301e\u0301", 3, "e\u0301…e\u0301"}, {"", 0, ""},
	} {
		if got := Shorten(c.s, c.width); got != c.want {
			t.Errorf("%q to %d: %q, want %q", c.s, c.width, got, c.want)
		}
	}
}
