package stimuli

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/infile"
)

// maxSharedTexts is how many texts of a column are looked up for equal ones: a column
// with more names each row, as ids do.
const maxSharedTexts = 1 << 16

// columnTexts keeps the texts of a column once each.
type columnTexts struct {
	known map[string]string
	full  bool
	bytes int64 // of the texts that were kept
}

// shared returns the text, which keeps nothing else in memory: an equal one if there is.
func (c *columnTexts) shared(cell string) string {
	if text, ok := c.known[cell]; ok {
		return text
	}
	text := strings.Clone(cell)
	c.count(text)
	return text
}

// count counts a text that is not yet known.
func (c *columnTexts) count(text string) {
	const allocation = 8 // on average that a text is rounded up by
	c.bytes += int64(len(text)) + allocation
	if c.full {
		return
	}
	if c.known == nil {
		c.known = make(map[string]string)
	}
	c.known[text] = text
	if len(c.known) > maxSharedTexts {
		c.known, c.full = nil, true
	}
}

// TableSize is the size of a table.
type TableSize struct {
	Rows  int
	Bytes int64 // in memory
	// Distinct is the number of values of each column, no more than some ten thousands.
	Distinct map[string]int
}

// MeasureTable reads a table without keeping it.
func MeasureTable(ctx context.Context, path string) (TableSize, error) {
	file, err := infile.OpenBounded(ctx, path, tableLimit)
	if err != nil {
		return TableSize{}, err
	}
	defer file.Close()
	records := newRecords(path, file, 0)
	header, err := records.next()
	if err != nil {
		return TableSize{}, csvError(path, nil, nil, err)
	}
	header = slices.Clone(header)
	texts, rows := make([]columnTexts, len(header)), 0
	for {
		row, err := records.next()
		if errors.Is(err, io.EOF) {
			return sizeOf(header, texts, rows), nil
		}
		if err != nil {
			return TableSize{}, csvError(path, header, row, err)
		}
		rows++
		for i, cell := range row {
			texts[i].shared(cell)
		}
	}
}

// sizeOf returns the size of a table with the given texts.
func sizeOf(columns []string, texts []columnTexts, rows int) TableSize {
	const cell, line, grown = 16, 8, 5 // a slice has up to a quarter more room than it needs
	size := TableSize{Rows: rows, Distinct: make(map[string]int), Bytes: int64(rows) * int64(cell*len(columns)+line) * grown / 4}
	for i, name := range columns {
		size.Bytes += texts[i].bytes
		size.Distinct[strings.TrimSpace(name)] = len(texts[i].known)
		if texts[i].full {
			size.Distinct[strings.TrimSpace(name)] = maxSharedTexts
		}
	}
	return size
}
