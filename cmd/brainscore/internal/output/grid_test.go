package output

import (
	"bytes"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

var foreign = Grid{
	Columns: []Column{{Header: "name"}, {Header: "number", Right: true}, {Header: "note"}},
	Rows: []Row{
		{Cells: []Cell{Text("plain"), Text("1"), Text("x")}},
		{Cells: []Cell{Text("脳 wide"), {text: "-12.5", values: []string{"-12.5"}}, Blank()}},
		{Cells: []Cell{Text("pipe|star*_under_ my_word"), Blank(), Text("a,\"b\"")}},
		{Cells: []Cell{Text("line\nbreak \x1b[31m"), Text("1"), Text("<b>")}},
	},
}

func TestGrid(t *testing.T) {
	for _, format := range []Format{Table, CSV, TSV, Markdown} {
		var b bytes.Buffer
		if err := foreign.Write(&b, format, false); err != nil {
			t.Fatal(err)
		}
		golden(t, "grid."+string(format), b.Bytes())
	}
}

func TestUnknownFormat(t *testing.T) {
	for _, format := range []Format{JSON, "tvs", ""} {
		if err := foreign.Write(&bytes.Buffer{}, format, false); err == nil {
			t.Errorf("a table is written as %q", format)
		}
	}
}

func TestGridColor(t *testing.T) {
	var b bytes.Buffer
	g := Grid{Columns: TextColumns("a", "b")}
	g.Add(Text("1"), Text("2"))
	if err := g.WriteText(&b, true); err != nil {
		t.Fatal(err)
	}
	if got, want := b.String(), "\x1b[2ma  b\x1b[0m\n1  2\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// People see rounded figures, programs all digits in fields of their own.
func TestGridAudiences(t *testing.T) {
	g := Grid{Columns: []Column{{Header: "name"}, {Header: "raw", Fields: []string{"raw", "raw_error"}, Figures: true},
		{Header: "id", Hide: People}, {Header: "drawing", Hide: Programs}}}
	g.Add(Text("=a"), EstimateCell(metrics.Estimate{Value: -0.123456, Error: 0.01}), Text("x"), Text("▂"))
	g.Add(Text("b"), EstimateCell(metrics.None()), Text("y"), Blank())
	g.Rows = append(g.Rows, Row{Cells: []Cell{Text("c"), Blank(), Text("z"), Blank()}, Hide: People})
	for format, want := range map[Format]string{
		Table:    "name  raw               drawing\n=a    -0.1235 ± 0.0100  ▂\nb           –\n",
		CSV:      "name,raw,raw_error,id\n'=a,-0.123456,0.01,x\nb,,,y\nc,,,z\n",
		TSV:      "name\traw\traw_error\tid\n'=a\t-0.123456\t0.01\tx\nb\t\t\ty\nc\t\t\tz\n",
		Markdown: "| name | raw | drawing |\n| --- | ---: | --- |\n| =a | -0.1235 ± 0.0100 | ▂ |\n| b | – |  |\n",
	} {
		var b bytes.Buffer
		if err := g.Write(&b, format, false); err != nil {
			t.Fatal(err)
		}
		if b.String() != want {
			t.Errorf("%s: got\n%swant\n%s", format, b.String(), want)
		}
	}
}
