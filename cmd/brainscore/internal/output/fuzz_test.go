package output

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/internal/text"
)

// FuzzGrid writes text that others wrote: it stays in its row and column, and steers
// neither terminals nor pages.
func FuzzGrid(f *testing.F) {
	for _, seed := range []string{"plain", "a,b\t\"c\"\n", "=1+1", "|x|", "<b>", "\x1b[31m", "\u202e", "[a](http://b)", "\r\n", "\xff", "`", "# a"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		g := Grid{Columns: TextColumns("x", "y")}
		g.Add(Text(a), Text(b))
		g.Add(Text("1"), Text("2"))
		for _, format := range append(Programs, People...) {
			var out bytes.Buffer
			if err := g.Write(&out, format, false); err != nil {
				t.Fatal(err)
			}
			if format == CSV || format == TSV {
				r := csv.NewReader(&out)
				if format == TSV {
					r.Comma = '\t'
				}
				rows, err := r.ReadAll()
				if err != nil || len(rows) != 3 || len(rows[2]) != 2 || rows[2][1] != "2" {
					t.Fatalf("%s of %q and %q: %q, %v", format, a, b, rows, err)
				}
				for j, cell := range rows[1] {
					if want := []string{a, b}[j]; strings.TrimPrefix(cell, "'") != strings.ReplaceAll(strings.TrimPrefix(want, "'"), "\r\n", "\n") && cell != want {
						t.Errorf("%s: %q became %q", format, want, cell)
					}
					if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r") && len(cell) > 1 {
						t.Errorf("%s: %q is a formula", format, cell)
					}
				}
				continue
			}
			if text.SafeLines(out.String()) != out.String() {
				t.Errorf("%s: %q steers", format, &out)
			}
			lines := strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
			if want := map[Format]int{Table: 3, Markdown: 4}[format]; len(lines) != want {
				t.Errorf("%s of %q and %q: %d lines", format, a, b, len(lines))
			}
		}
	})
}
