package stimuli

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/brainscore-go/brainscore/internal/infile"
)

// The limits of any table. A million trials with ten columns take about a third of
// maxTableMemory.
var tableLimit = infile.Limit{Bytes: 512 << 20, What: "a table", Remedy: "remove columns and rows that are not needed"}

const (
	maxTableMemory = 1 << 30
	maxRowBytes    = 16 << 20
	maxColumns     = 1 << 16
)

// records reads the rows of a CSV file within the limits. A file of a few bytes per
// row takes many times its size in memory.
type records struct {
	path     string
	csv      *csv.Reader
	buffered *bufio.Reader // that csv reads from
	skipped  int           // lines of comments
	row      *rowReader
	expected int
	count    int // rows read, with the header
	memory   int64
}

func newRecords(path string, r io.Reader, expected int) *records {
	row := &rowReader{path: path, r: r}
	buffered := bufio.NewReaderSize(row, 1<<16)
	row.remaining = maxRowBytes
	if mark, _ := buffered.Peek(3); string(mark) == "\xef\xbb\xbf" {
		_, _ = buffered.Discard(3)
	}
	parser := csv.NewReader(buffered)
	parser.ReuseRecord = true
	return &records{path: path, csv: parser, buffered: buffered, row: row, expected: expected}
}

// comments reads the lines that begin with #, before anything else is read.
func (r *records) comments() ([]string, error) {
	var lines []string
	for {
		first, err := r.buffered.Peek(1)
		if len(first) == 0 || first[0] != '#' {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return lines, err
		}
		line, err := r.buffered.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		r.skipped++
		lines = append(lines, strings.TrimSpace(line))
	}
}

// shifted returns an error of encoding/csv with its line in the file.
func (r *records) shifted(err error) error {
	if parse, ok := errors.AsType[*csv.ParseError](err); ok {
		moved := *parse
		moved.StartLine, moved.Line = parse.StartLine+r.skipped, parse.Line+r.skipped
		return &moved
	}
	return err
}

// next returns the next row, or the error of encoding/csv or of a limit. The slice is
// reused.
func (r *records) next() ([]string, error) {
	r.row.remaining = maxRowBytes
	before := r.csv.InputOffset()
	row, err := r.csv.Read()
	if err != nil {
		return row, err
	}
	if len(row) > maxColumns {
		return nil, &FileError{Path: r.path, Line: r.line(), What: fmt.Sprintf("has %d columns, more than the %d that a table may have", len(row), maxColumns), Remedy: tableLimit.Remedy}
	}
	// A row is a slice, and each cell a string, besides its text.
	const sliceBytes, stringBytes = 64, 16
	r.memory += r.csv.InputOffset() - before + sliceBytes + stringBytes*int64(len(row))
	if r.memory > maxTableMemory {
		return nil, &FileError{Path: r.path, Line: r.line(), What: fmt.Sprintf("takes more than the %s of memory that a table may take", infile.Size(maxTableMemory)), Remedy: tableLimit.Remedy}
	}
	// A few rows too many are counted, so that the caller can report both numbers.
	if r.count++; r.expected > 0 && r.count > 2*r.expected+1000 {
		return nil, &FileError{Path: r.path, What: fmt.Sprintf("has more than %d rows, where at most %d are expected", r.count-2, r.expected), Remedy: "write one row for each"}
	}
	return row, nil
}

// line returns the line on which the last row begins.
func (r *records) line() int {
	line, _ := r.csv.FieldPos(0)
	return line + r.skipped
}

// rowReader returns an error for a row that is too long, as after a quotation mark
// that is never closed.
type rowReader struct {
	path      string
	r         io.Reader
	remaining int
}

func (r *rowReader) Read(p []byte) (int, error) {
	if r.remaining <= 0 {
		return 0, &FileError{Path: r.path, What: fmt.Sprintf("has a row of more than %s", infile.Size(maxRowBytes)), Remedy: "close quotation marks, or name a CSV file"}
	}
	n, err := r.r.Read(p)
	r.remaining -= n
	return n, err
}
