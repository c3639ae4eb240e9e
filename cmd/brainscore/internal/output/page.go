package output

import (
	"bytes"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/text"
)

// Page is a text for a terminal. Tables that are written to it fit its width, and other
// lines are wrapped at spaces.
type Page struct {
	w       io.Writer
	width   int
	content bytes.Buffer
	hidden  []string
}

// NewPage returns a page of a width that Flush writes to w.
func NewPage(w io.Writer, width int) *Page { return &Page{w: w, width: width} }

// Write implements io.Writer.
func (p *Page) Write(b []byte) (int, error) { return p.content.Write(b) }

// Hidden returns the headers of the columns that tables do not show for want of room.
func (p *Page) Hidden() []string { return p.hidden }

// Flush writes the page.
func (p *Page) Flush() error {
	var out strings.Builder
	for line := range strings.Lines(p.content.String()) {
		out.WriteString(wrapLine(line, p.width))
	}
	p.content.Reset()
	_, err := io.WriteString(p.w, out.String())
	return err
}

// isPage reports whether tables are fitted that are written to w.
func isPage(w io.Writer) bool { _, ok := w.(*Page); return ok }

// onPage returns the grids as they are shown below each other on w, indented, with the same
// columns if w is a page.
func onPage(w io.Writer, indent string, grids ...Grid) []Grid {
	p, ok := w.(*Page)
	if !ok || len(grids) == 0 {
		return grids
	}
	all := Grid{Columns: slices.Clone(grids[0].Columns), DropEmpty: grids[0].DropEmpty, Short: grids[0].Short}
	for _, g := range grids {
		all.Rows = append(all.Rows, g.Rows...)
		for i, c := range g.Columns {
			if !slices.Contains(c.Hide, Table) {
				all.Columns[i].Hide = c.Hide // shown if one of the grids shows it
			}
		}
	}
	fitted, hidden := all.Fit(p.width - text.Width(indent))
	for _, header := range hidden {
		if header != "" && !slices.Contains(p.hidden, header) {
			p.hidden = append(p.hidden, header)
		}
	}
	if len(grids) == 1 {
		return []Grid{fitted}
	}
	out := make([]Grid, len(grids))
	for i, g := range grids {
		out[i] = fitted
		out[i].Rows, fitted.Rows = fitted.Rows[:len(g.Rows)], fitted.Rows[len(g.Rows):]
	}
	return out
}

// sgr matches the codes that style text.
var sgr = regexp.MustCompile("\x1b\\[[0-9;]*m")

func styledWidth(s string) int { return text.Width(sgr.ReplaceAllString(s, "")) }

// wrapLine returns a line that ends in \n as lines of at most width, as far as its words
// are no longer. Further lines are indented by four more spaces.
func wrapLine(line string, width int) string {
	line = strings.TrimSuffix(line, "\n")
	if styledWidth(line) <= width {
		return line + "\n"
	}
	bare := sgr.ReplaceAllString(line, "")
	lead := strings.Repeat(" ", len(bare)-len(strings.TrimLeft(bare, " "))+4)
	return strings.Join(wrap(line, width, width-len(lead)), "\n"+lead) + "\n"
}

// WrapMessage returns the lines of a message that is written to w, wrapped at spaces if w is
// a terminal.
func WrapMessage(w io.Writer, message string) string {
	width := TerminalWidth(w)
	var b strings.Builder
	for line := range strings.SplitSeq(message, "\n") {
		if width > 0 {
			b.WriteString(wrapLine(line, width))
		} else {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// wrap divides a text at spaces into lines of at most first, and then next characters, as
// far as its words are no longer. Spaces within a line stay.
func wrap(s string, first, next int) []string {
	var lines []string
	line, width, room := "", 0, first
	for _, word := range strings.SplitAfter(s, " ") {
		w := styledWidth(word)
		if fits := width+styledWidth(strings.TrimRight(word, " ")) <= room; !fits && strings.TrimSpace(line) != "" {
			lines = append(lines, strings.TrimRight(line, " "))
			line, width, room = "", 0, next
		}
		line, width = line+word, width+w
	}
	return append(lines, strings.TrimRight(line, " "))
}
