package output

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/text"
)

// Grid is a table of typed cells that can be written in every format: for people with
// rounded figures in aligned columns, for programs with every value in full precision in
// a field of its own.
type Grid struct {
	Columns []Column
	Rows    []Row
	// DropEmpty hides columns without any text from people.
	DropEmpty bool
	// Short is the width of names that Fit leaves before it hides a column of rank 1 or 2; 0
	// stands for 40.
	Short int
}

// Column is one column of a Grid.
type Column struct {
	Header string
	// Fields name the values of a cell for programs; nil stands for the header. An
	// empty list hides the column from programs.
	Fields []string
	Right  bool // aligned to the right
	// Figures aligns cells of a text table by the figure before an error, and those of
	// Markdown to the right.
	Figures bool
	Hide    []Format // that do not show the column
	// Rank orders the columns that Fit may hide: the highest is hidden first. A
	// column of rank 0 is not hidden.
	Rank int
	// Wrap lets Fit divide the text of the column into lines.
	Wrap bool
	// Bar is true if the texts of the column are bars, which Fit makes shorter.
	Bar bool
}

// Row is one row of a Grid.
type Row struct {
	Cells []Cell
	Hide  []Format // that do not show the row
}

// Programs are the tables for programs to read, People those for people.
var (
	Programs = []Format{CSV, TSV}
	People   = []Format{Table, Markdown}
)

// TextColumns returns columns aligned to the left, with the same header for people
// and programs.
func TextColumns(headers ...string) []Column {
	var columns []Column
	for _, h := range headers {
		columns = append(columns, Column{Header: h})
	}
	return columns
}

// Add adds a row.
func (g *Grid) Add(cells ...Cell) { g.Rows = append(g.Rows, Row{Cells: cells}) }

// Write writes the grid in a format; the header of a table is coloured if color is true.
func (g Grid) Write(w io.Writer, format Format, color bool) error {
	switch format {
	case Table:
		return g.WriteText(w, color)
	case Markdown:
		return g.WriteMarkdown(w)
	case CSV, TSV:
		return writeSeparated(w, format, g)
	}
	return fmt.Errorf("a table cannot be written as %q", format)
}

// WriteGrids writes several grids: for people one below the other, without grids that
// have no rows; for programs as one, with the union of their fields, those of fields
// first, then in the order of first appearance.
func WriteGrids(w io.Writer, format Format, color bool, fields []string, grids ...Grid) error {
	if slices.Contains(Programs, format) {
		return writeSeparated(w, format, join(fields, grids))
	}
	first := true
	for _, g := range grids {
		if len(g.shown(format).Rows) == 0 {
			continue
		}
		if !first {
			if _, err := io.WriteString(w, "\n"); err != nil {
				return err
			}
		}
		first = false
		if err := g.Write(w, format, color); err != nil {
			return err
		}
	}
	return nil
}

// join returns the rows of grids as one grid, with the given fields first; a field that
// a row does not have is empty.
func join(fields []string, grids []Grid) Grid {
	var columns [][]string // fields of each grid
	for _, g := range grids {
		own := g.fields()
		columns = append(columns, own)
		for _, f := range own {
			if !slices.Contains(fields, f) {
				fields = append(fields, f)
			}
		}
	}
	joined := Grid{Columns: TextColumns(fields...)}
	for i, g := range grids {
		for _, values := range g.values() {
			row := make([]Cell, len(fields))
			for k, v := range values {
				row[slices.Index(fields, columns[i][k])] = Cell{values: []string{v}}
			}
			joined.Add(row...)
		}
	}
	return joined
}

// fields returns the names of all values of a row.
func (g Grid) fields() []string {
	var fields []string
	for _, c := range g.Columns {
		fields = append(fields, c.fields()...)
	}
	return fields
}

func (c Column) fields() []string {
	if slices.Contains(c.Hide, CSV) {
		return nil
	}
	if c.Fields != nil {
		return c.Fields
	}
	return []string{c.Header}
}

// rows returns the rows that a format shows.
func (g Grid) rows(format Format) []Row {
	var rows []Row
	for _, r := range g.Rows {
		if !slices.Contains(r.Hide, format) {
			rows = append(rows, r)
		}
	}
	return rows
}

// values returns the values of all rows for programs. If a cell has fewer values than
// its column has fields, the others are empty.
func (g Grid) values() [][]string {
	var rows [][]string
	for _, r := range g.rows(CSV) {
		var row []string
		for i, c := range g.Columns {
			fields := c.fields()
			values := slices.Concat(r.Cells[i].values, make([]string, len(fields)))
			row = append(row, values[:len(fields)]...)
		}
		rows = append(rows, row)
	}
	return rows
}

// writeSeparated writes the grid as comma- or tab-separated values, quoted by RFC 4180,
// with lines that end in LF. Text that a spreadsheet would run as a formula has an
// apostrophe in front; JSON has it unchanged.
func writeSeparated(w io.Writer, format Format, g Grid) error {
	c := csv.NewWriter(w)
	if format == TSV {
		c.Comma = '\t'
	}
	var header []string
	for _, f := range g.fields() {
		header = append(header, notFormula(f))
	}
	if err := c.WriteAll(append([][]string{header}, g.values()...)); err != nil {
		return err
	}
	return c.Error()
}

// gap separates the columns of a text table.
const gap = "  "

// WriteText writes the grid with aligned columns; the header is coloured if color is
// true.
func (g Grid) WriteText(w io.Writer, color bool) error {
	b := bufio.NewWriter(w)
	s := onPage(w, "", g)[0].shown(Table)
	s.write(b, "", s.widths(nil), palette(color).faint, nil)
	return b.Flush()
}

func plain(s string) string { return s }

// shownGrid is the text of a grid in a format for people.
type shownGrid struct {
	Header []string
	Right  []bool
	Rows   [][]string
}

// shown returns the columns and rows that a format for people shows.
func (g Grid) shown(format Format) shownGrid {
	var s shownGrid
	rows := g.rows(format)
	s.Rows = make([][]string, len(rows))
	for i, c := range g.Columns {
		if slices.Contains(c.Hide, format) {
			continue
		}
		s.Header, s.Right = append(s.Header, c.Header), append(s.Right, c.Right || c.Figures && format == Markdown)
		lead := 0
		for _, r := range rows {
			if c.Figures && format == Table {
				lead = max(lead, r.Cells[i].lead)
			}
		}
		for k, r := range rows {
			cell := r.Cells[i]
			s.Rows[k] = append(s.Rows[k], strings.Repeat(" ", padding(lead, cell))+cell.text)
		}
	}
	if g.DropEmpty {
		return s.withoutEmpty()
	}
	return s
}

// padding returns the spaces before a cell that align its figure with the widest.
func padding(lead int, cell Cell) int {
	if cell.lead == 0 {
		return 0
	}
	return max(0, lead-cell.lead)
}

// widths returns the widths of the columns, at least min.
func (s shownGrid) widths(min []int) []int {
	widths := make([]int, len(s.Header))
	copy(widths, min)
	for _, row := range append([][]string{s.Header}, s.Rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], text.Width(text.Safe(cell)))
		}
	}
	return widths
}

// write writes header and rows; style, if set, returns the style of a row.
func (s shownGrid) write(b *bufio.Writer, indent string, widths []int, header func(string) string, style func(row []string) func(string) string) {
	s.writeLine(b, indent, s.Header, widths, header)
	for _, row := range s.Rows {
		rowStyle := plain
		if style != nil {
			rowStyle = style(row)
		}
		s.writeLine(b, indent, row, widths, rowStyle)
	}
}

// writeLine writes one row without trailing space.
func (s shownGrid) writeLine(b *bufio.Writer, indent string, row []string, widths []int, style func(string) string) {
	var line strings.Builder
	for i, cell := range row {
		if i > 0 {
			line.WriteString(gap)
		}
		cell = text.Safe(cell)
		if s.Right[i] {
			line.WriteString(text.Right(cell, widths[i]))
		} else {
			line.WriteString(text.Left(cell, widths[i]))
		}
	}
	b.WriteString(indent + style(strings.TrimRight(line.String(), " ")) + "\n")
}

// withoutEmpty returns the grid without columns that have no text in any row.
func (s shownGrid) withoutEmpty() shownGrid {
	for i := len(s.Header) - 1; i >= 0; i-- {
		if slices.ContainsFunc(s.Rows, func(row []string) bool { return row[i] != "" }) {
			continue
		}
		s.Header = slices.Delete(slices.Clone(s.Header), i, i+1)
		s.Right = slices.Delete(slices.Clone(s.Right), i, i+1)
		for j, row := range s.Rows {
			s.Rows[j] = slices.Delete(slices.Clone(row), i, i+1)
		}
	}
	return s
}
