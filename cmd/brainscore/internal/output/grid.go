package output

import (
	"bufio"
	"encoding/csv"
	"io"
	"strings"

	"github.com/brainscore-go/brainscore/internal/text"
)

// Grid is a table of text under one header.
type Grid struct {
	Header []string
	Rows   [][]string
	Right  []bool // columns aligned to the right; nil for none
}

// gap parts the columns of a text table.
const gap = "  "

// WriteText writes the grid with aligned columns, with the header set off where
// color is true.
func (g Grid) WriteText(w io.Writer, color bool) error {
	b := bufio.NewWriter(w)
	widths := g.widths(nil)
	g.writeLine(b, "", g.Header, widths, palette(color).faint)
	for _, row := range g.Rows {
		g.writeLine(b, "", row, widths, plain)
	}
	return b.Flush()
}

func plain(s string) string { return s }

// widths are the columns' widths, none below those given.
func (g Grid) widths(least []int) []int {
	widths := make([]int, len(g.Header))
	copy(widths, least)
	for _, row := range append([][]string{g.Header}, g.Rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], text.Width(text.Safe(cell)))
		}
	}
	return widths
}

// writeLine writes one row without trailing space.
func (g Grid) writeLine(b *bufio.Writer, indent string, row []string, widths []int, style func(string) string) {
	var line strings.Builder
	for i, cell := range row {
		if i > 0 {
			line.WriteString(gap)
		}
		cell = text.Safe(cell)
		if g.Right != nil && g.Right[i] {
			line.WriteString(text.Right(cell, widths[i]))
		} else {
			line.WriteString(text.Left(cell, widths[i]))
		}
	}
	b.WriteString(indent + style(strings.TrimRight(line.String(), " ")) + "\n")
}

// WriteCSV writes the grid as comma-separated values, quoted as RFC 4180 says,
// with lines that end in LF.
func (g Grid) WriteCSV(w io.Writer) error {
	c := csv.NewWriter(w)
	if err := c.WriteAll(append([][]string{g.Header}, g.Rows...)); err != nil {
		return err
	}
	return c.Error()
}

// Write writes the grid as a table, CSV or Markdown.
func (g Grid) Write(w io.Writer, format Format, color bool) error {
	switch format {
	case CSV:
		return g.WriteCSV(w)
	case Markdown:
		return g.WriteMarkdown(w)
	}
	return g.WriteText(w, color)
}
