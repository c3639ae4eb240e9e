package stimuli

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/internal/nearest"
)

// Table is the content of a CSV file with a header.
type Table struct {
	Path    string
	Columns []string
	rows    [][]string
	lines   []int
}

// ReadTable reads a CSV file whole. Every row has the header's number of
// fields; column names are unique.
func ReadTable(path string) (*Table, error) {
	file, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return parseTable(path, file)
}

// openRegular opens a file for reading. It refuses anything but a regular file,
// as reading a pipe could hang.
func openRegular(path string) (*os.File, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, &FileError{Path: path, What: "is missing", Err: err}
	case err != nil:
		return nil, fileerr.Unreadable(path, err)
	case !info.Mode().IsRegular():
		return nil, &FileError{Path: path, What: "is not a regular file"}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fileerr.Unreadable(path, err)
	}
	return file, nil
}

func parseTable(path string, r io.Reader) (*Table, error) {
	buffered := bufio.NewReaderSize(r, 1<<16)
	if mark, _ := buffered.Peek(3); string(mark) == "\xef\xbb\xbf" {
		_, _ = buffered.Discard(3)
	}
	reader := csv.NewReader(buffered)
	header, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, &FileError{Path: path, What: "is empty", Remedy: "write a header line with the column names"}
	}
	if err != nil {
		return nil, csvError(path, nil, nil, err)
	}
	t := &Table{Path: path, Columns: header}
	for i, name := range header {
		header[i] = strings.TrimSpace(name)
		if !utf8.ValidString(name) {
			return nil, &FileError{Path: path, Line: 1, What: "is not UTF-8 text", Remedy: "save it as UTF-8 CSV"}
		}
		if slices.Contains(header[:i], header[i]) {
			return nil, &FileError{Path: path, Line: 1, What: fmt.Sprintf("has two columns %q", header[i]), Remedy: "name columns uniquely"}
		}
	}
	for {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, csvError(path, header, row, err)
		}
		line, _ := reader.FieldPos(0)
		t.rows = append(t.rows, row)
		t.lines = append(t.lines, line)
	}
}

func csvError(path string, header, row []string, err error) error {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return fileerr.Unreadable(path, err)
	}
	if errors.Is(err, csv.ErrFieldCount) {
		return &FileError{Path: path, Line: parse.Line, Err: err,
			What: fmt.Sprintf("has %d field(s), but the header has %d", len(row), len(header)), Remedy: "quote fields that hold commas"}
	}
	return &FileError{Path: path, Line: parse.Line, Err: err, What: "is not valid CSV: " + parse.Err.Error()}
}

// Len returns the number of rows.
func (t *Table) Len() int { return len(t.rows) }

// Line returns the line of a row in the file.
func (t *Table) Line(row int) int { return t.lines[row] }

// Has reports whether there is a column of the name.
func (t *Table) Has(name string) bool { return slices.Contains(t.Columns, name) }

// Column returns the values of the named column. The error suggests the nearest
// name.
func (t *Table) Column(name string) ([]string, error) {
	column := slices.Index(t.Columns, name)
	if column < 0 {
		remedy := fmt.Sprintf("it has %s", strings.Join(t.Columns, ", "))
		remedy = nearest.Remedy(name, t.Columns, remedy)
		return nil, &FileError{Path: t.Path, Line: 1, What: fmt.Sprintf("has no column %q", name), Remedy: remedy}
	}
	values := make([]string, len(t.rows))
	for i, row := range t.rows {
		values[i] = row[column]
	}
	return values, nil
}

// uniqueIDs returns the named column, whose values must be unique and not empty.
func (t *Table) uniqueIDs(name string) ([]string, error) {
	ids, err := t.Column(name)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, &FileError{Path: t.Path, What: "has no rows"}
	}
	found := make(map[string]bool, len(ids))
	var repeated []string
	for row, id := range ids {
		if id == "" {
			return nil, &FileError{Path: t.Path, Line: t.Line(row), What: "has an empty " + name}
		}
		if found[id] {
			repeated = append(repeated, id)
		}
		found[id] = true
	}
	if len(repeated) > 0 {
		return nil, &AlignmentError{Path: t.Path, What: "repeats", IDs: repeated, Remedy: "write one row for each"}
	}
	return ids, nil
}
