package output

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/internal/text"
)

// fittedText returns a grid as a text table that fits a width.
func fittedText(t *testing.T, g Grid, width int) (lines []string, hidden []string) {
	t.Helper()
	fitted, hidden := g.Fit(width)
	var b bytes.Buffer
	if err := fitted.WriteText(&b, false); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n"), hidden
}

func TestFitWrapsShortensBarsAndHides(t *testing.T) {
	prose := strings.TrimSpace(strings.Repeat("word ", 12))
	wrapped := Grid{Columns: []Column{{Header: "name"}, {Header: "summary", Wrap: true}, {Header: "n", Right: true, Rank: 1}}}
	wrapped.Add(Text("first"), Text(prose), Int(1))
	wrapped.Add(Text("second"), Text("brief"), Int(2))
	twoWrapped := Grid{Columns: []Column{{Header: "a", Wrap: true}, {Header: "b", Wrap: true}}}
	twoWrapped.Add(Text(prose), Text(prose))
	bars := Grid{Columns: []Column{{Header: "layer"}, {Bar: true}}}
	bars.Add(Text("conv"), Text(strings.Repeat("█", 24)))
	bars.Add(Text("fc"), Text(strings.Repeat("█", 12)))
	bars.Add(Text("no"), Text(""))
	figures := Grid{Columns: []Column{{Header: "model"}, {Header: "first", Right: true}, {Header: "second", Right: true}, {Header: "third", Right: true}}}
	figures.Add(Text("a-model-of-some-length"), ScoreCell(0.5), ScoreCell(0.25), ScoreCell(0.125))
	headers := Grid{Columns: []Column{{Header: "a long header"}, {Header: "b"}, {Header: "c"}}}
	headers.Add(Text("x"), Text("a text of some length"), Text("another text of some length"))
	emptyWide := Grid{DropEmpty: true, Columns: []Column{{Header: "a header of an empty column"}, {Header: "b"}}}
	emptyWide.Add(Text(""), Text("x"))
	short := Grid{Short: 10, Columns: []Column{{Header: "name"}, {Header: "n", Rank: 1}}}
	short.Add(Text("a-name-of-twenty-two-c"), Text("figure"))
	for _, c := range []struct {
		name   string
		grid   Grid
		width  int
		hidden string
		want   []string
	}{
		{"wide enough", wrapped, 80, "", []string{"name    summary                                                      n", "first   " + prose + "  1", "second  brief" + strings.Repeat(" ", 56) + "2"}},
		{"text is wrapped before a column is hidden", wrapped, 40, "", []string{
			"name    summary                        n", "first   word word word word word word  1", "        word word word word word word", "second  brief                          2"}},
		{"as narrow as a wrapped text may be", wrapped, 32, "n", []string{
			"name    summary", "first   word word word word word", "        word word word word word", "        word word", "second  brief"}},
		{"two texts", twoWrapped, 54, "", []string{"a                         b",
			"word word word word word  word word word word word", "word word word word word  word word word word word", "word word                 word word"}},
		{"bars", bars, 18, "", []string{"layer", "conv   " + strings.Repeat("█", 11), "fc     " + strings.Repeat("█", 5), "no"}},
		{"figures go from the right", figures, 26, "third", []string{"model        first  second", "a-mod…ngth  0.5000  0.2500"}},
		{"names keep their headers", headers, 24, "c", []string{"a long header  b", "x              a te…ngth"}},
		{"an empty column takes no room", emptyWide, 5, "", []string{"b", "x"}},
		{"names of a grid can be shorter", short, 18, "", []string{"name        n", "a-nam…wo-c  figure"}},
	} {
		lines, hidden := fittedText(t, c.grid, c.width)
		if strings.Join(hidden, ", ") != c.hidden {
			t.Errorf("%s: hidden %v, want %s", c.name, hidden, c.hidden)
		}
		if len(lines) != len(c.want) || !slices.EqualFunc(lines, c.want, func(a, b string) bool { return strings.HasPrefix(a, b) }) {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, strings.Join(lines, "\n"), strings.Join(c.want, "\n"))
		}
		for _, line := range lines {
			if text.Width(line) > c.width {
				t.Errorf("%s: %q is wider than %d", c.name, line, c.width)
			}
		}
	}
}

func TestPageWraps(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"short", "a line\n\nanother\n", "a line\n\nanother\n"},
		{"long", "  one two three four five six\n", "  one two three four\n      five six\n"},
		{"exact", "12345678901234567890\n", "12345678901234567890\n"},
		{"a long word", "see /a/path/that/is/longer/than/a/line for it\n", "see\n    /a/path/that/is/longer/than/a/line\n    for it\n"},
		{"styles take no room", "\x1b[1m123456789 123456789\x1b[0m\n", "\x1b[1m123456789 123456789\x1b[0m\n"},
		{"styled", "\x1b[31mmissing: V1, V2, V4, IT, behavior\x1b[0m\n", "\x1b[31mmissing: V1, V2, V4,\n    IT, behavior\x1b[0m\n"},
		{"wide characters", "名前名前名前 名前名前\n", "名前名前名前\n    名前名前\n"},
		{"no end", "one two three four five", "one two three four\n    five\n"},
	} {
		var b bytes.Buffer
		p := NewPage(&b, 20)
		if _, err := io.WriteString(p, c.text); err != nil {
			t.Fatal(err)
		}
		if err := p.Flush(); err != nil || b.String() != c.want {
			t.Errorf("%s: %q, %v, want %q", c.name, b.String(), err, c.want)
		}
	}
}

// Tables below each other show the same columns, at the same place.
func TestTablesOfAPageShowTheSameColumns(t *testing.T) {
	var b bytes.Buffer
	p := NewPage(&b, 30)
	hide := []Format{Table}
	first := Grid{Columns: []Column{{Header: "name"}, {Header: "drawing", Rank: 2, Hide: hide}, {Header: "n", Rank: 1}}}
	first.Add(Text("short"), Text(""), Text("1"))
	second := Grid{Columns: []Column{{Header: "name"}, {Header: "drawing", Rank: 2}, {Header: "n", Rank: 1}}}
	second.Add(Text("a name that takes almost all"), Text("~~~~~"), Text("2"))
	second.Add(Text("another"), Text("~~"), Text("3"))
	grids := onPage(p, indent, first, second)
	if got := fmt.Sprint(p.Hidden()); got != "[drawing n]" && got != "[drawing]" {
		t.Errorf("hidden %s", got)
	}
	if len(grids) != 2 || len(grids[0].Rows) != 1 || len(grids[1].Rows) != 2 {
		t.Fatalf("%d grids", len(grids))
	}
	if a, b := grids[0].shown(Table).Header, grids[1].shown(Table).Header; !slices.Equal(a, b) {
		t.Errorf("columns %v and %v", a, b)
	}
	if got := onPage(&b, indent, first, second); len(got[0].shown(Table).Header) != 2 || len(got[1].shown(Table).Header) != 3 {
		t.Error("grids change outside of a page")
	}
}
