package stimuli

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/brainscore-go/brainscore/internal/infile"
	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/internal/text"
)

// Table is the content of a CSV file with a header.
type Table struct {
	Path    string
	Columns []string
	// Comments are the lines before the header that begin with #, of ReadCommented.
	Comments []string
	cells    [][]string // by column, of which equal ones share their text
	lines    []int
	header   int // line of the header
	size     TableSize
}

// ReadTable reads a CSV file whole. Every row has the header's number of
// fields; column names are unique.
func ReadTable(path string) (*Table, error) {
	return readRows(path, 0)
}

// readRows is ReadTableContext for a caller without a context. The limits of a table
// keep it short.
func readRows(path string, expected int) (*Table, error) {
	return ReadTableContext(context.Background(), path, expected)
}

// ReadTableContext is ReadTable until ctx is done. If the number of rows is known
// from elsewhere, such as the shape of an array, a table with many more is refused
// before it is read whole; expected is 0 if it is unknown.
func ReadTableContext(ctx context.Context, path string, expected int) (*Table, error) {
	file, err := infile.OpenBounded(ctx, path, tableLimit)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return parseTable(path, file, expected)
}

// ParseTable reads a CSV file from memory, or from where else it is; path names it in
// messages.
func ParseTable(path string, r io.Reader) (*Table, error) { return parseTable(path, r, 0) }

// ReadCommented is ReadTableContext for a table that may begin with lines of comments.
func ReadCommented(ctx context.Context, path string) (*Table, error) {
	file, err := infile.OpenBounded(ctx, path, tableLimit)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	records := newRecords(path, file, 0)
	comments, err := records.comments()
	if err != nil {
		return nil, infile.Named(path, err)
	}
	t, err := readTable(path, records)
	if err == nil {
		t.Comments = comments
	}
	return t, err
}

func parseTable(path string, r io.Reader, expected int) (*Table, error) {
	return readTable(path, newRecords(path, r, expected))
}

func readTable(path string, records *records) (*Table, error) {
	header, err := records.next()
	header = slices.Clone(header)
	if errors.Is(err, io.EOF) {
		return nil, &FileError{Path: path, What: "is empty", Remedy: "write a header line with the column names"}
	}
	if err != nil {
		return nil, csvError(path, nil, nil, records.shifted(err))
	}
	t := &Table{Path: path, Columns: header, header: records.line()}
	found := make(map[string]bool, len(header))
	for i, name := range header {
		header[i] = strings.TrimSpace(name)
		if !utf8.ValidString(name) {
			return nil, &FileError{Path: path, Line: records.line(), What: "is not UTF-8 text", Remedy: "save it as UTF-8 CSV"}
		}
		if found[header[i]] {
			return nil, &FileError{Path: path, Line: records.line(), What: fmt.Sprintf("has two columns %q", header[i]), Remedy: "name columns uniquely"}
		}
		found[header[i]] = true
	}
	t.cells = make([][]string, len(header))
	texts := make([]columnTexts, len(header))
	for {
		row, err := records.next()
		if errors.Is(err, io.EOF) {
			t.size = sizeOf(header, texts, len(t.lines))
			return t, nil
		}
		if err != nil {
			return nil, csvError(path, header, row, records.shifted(err))
		}
		for i, cell := range row {
			t.cells[i] = append(t.cells[i], texts[i].shared(cell))
		}
		t.lines = append(t.lines, records.line())
	}
}

func csvError(path string, header, row []string, err error) error {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return infile.Named(path, err)
	}
	if errors.Is(err, csv.ErrFieldCount) {
		return &FileError{Path: path, Line: parse.Line, Err: err,
			What: fmt.Sprintf("has %d field(s), but the header has %d", len(row), len(header)), Remedy: "quote fields that hold commas"}
	}
	return &FileError{Path: path, Line: parse.Line, Err: err, What: "is not valid CSV: " + parse.Err.Error()}
}

// Size returns the size of the table as it was read.
func (t *Table) Size() TableSize { return t.size }

// Len returns the number of rows.
func (t *Table) Len() int { return len(t.lines) }

// HeaderLine returns the line of the header in the file.
func (t *Table) HeaderLine() int { return t.header }

// Line returns the line of a row in the file.
func (t *Table) Line(row int) int { return t.lines[row] }

// Has reports whether there is a column of the name.
func (t *Table) Has(name string) bool { return slices.Contains(t.Columns, name) }

// Column returns the values of the named column, which may not be changed. The error
// suggests the nearest name.
func (t *Table) Column(name string) ([]string, error) {
	column := slices.Index(t.Columns, name)
	if column < 0 {
		remedy := fmt.Sprintf("it has %s", strings.Join(t.Columns, ", "))
		remedy = nearest.Remedy(name, t.Columns, remedy)
		return nil, &FileError{Path: t.Path, Line: max(t.header, 1), What: fmt.Sprintf("has no column %q", name), Remedy: remedy}
	}
	return slices.Clip(t.cells[column]), nil
}

// without returns the table without the excluded rows.
func (t *Table) without(excluded []bool) *Table {
	out := &Table{Path: t.Path, Columns: t.Columns, cells: make([][]string, len(t.cells))}
	for row, gone := range excluded {
		if gone {
			continue
		}
		for i, column := range t.cells {
			out.cells[i] = append(out.cells[i], column[row])
		}
		out.lines = append(out.lines, t.lines[row])
	}
	return out
}

// Names returns the values of a column that names things, such as stimuli or
// choices. They are text that can be printed and compared.
func (t *Table) Names(column string) ([]string, error) {
	names, err := t.Column(column)
	if err != nil {
		return nil, err
	}
	for row, name := range names {
		if fault := text.Fault(name); fault != "" {
			return nil, &FileError{Path: t.Path, Line: t.Line(row), What: fmt.Sprintf("has the %s %q, which %s", column, name, fault), Remedy: "save the table as UTF-8 text"}
		}
	}
	return names, nil
}

// ids returns the named column, whose values must not be empty.
func (t *Table) ids(name string) ([]string, error) {
	ids, err := t.Names(name)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, &FileError{Path: t.Path, What: "has no rows"}
	}
	if row := slices.Index(ids, ""); row >= 0 {
		return nil, &FileError{Path: t.Path, Line: t.Line(row), What: "has an empty " + name}
	}
	return ids, nil
}

// distinctIDs returns the named column, whose values must not be empty and may repeat only
// in rows that differ elsewhere.
func (t *Table) distinctIDs(name string) ([]string, error) {
	ids, err := t.ids(name)
	if err != nil {
		return nil, err
	}
	rows, row := make([]string, t.Len()), make([]string, len(t.cells))
	for i := range rows {
		for k, column := range t.cells {
			row[k] = column[i]
		}
		rows[i] = fmt.Sprintf("%q", row)
	}
	return ids, t.checkRepeats(name, ids, rows)
}

// uniqueIDs returns the named column, whose values must be unique and not empty.
func (t *Table) uniqueIDs(name string) ([]string, error) {
	ids, err := t.ids(name)
	if err != nil {
		return nil, err
	}
	return ids, t.checkRepeats(name, ids, ids)
}

// checkRepeats returns an error that names the ids, which are in the named column, of the
// rows whose keys repeat.
func (t *Table) checkRepeats(column string, ids, keys []string) error {
	found := make(map[string]bool, len(keys))
	var repeated []string
	for i, key := range keys {
		if found[key] {
			repeated = append(repeated, ids[i])
		}
		found[key] = true
	}
	if len(repeated) > 0 {
		return &AlignmentError{Path: t.Path, What: "repeats", IDs: repeated, Noun: strings.ReplaceAll(column, "_", " "), Remedy: "write one row for each"}
	}
	return nil
}
