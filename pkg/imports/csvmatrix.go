package imports

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/internal/infile"
)

// maxMatrixText bounds the text of a matrix, which is held in memory.
const maxMatrixText = 1 << 30

// fromCSV reads a matrix of numbers. If the first row is not all numbers, it is a header
// that may name the stimuli, and a column that is not, or has no number in the header,
// names the rows.
func (q DumpRequest) fromCSV(ctx context.Context) (*dumpFiles, error) {
	text, err := infile.ReadFile(ctx, q.Path, infile.Limit{Bytes: maxMatrixText, What: "a table of numbers", Remedy: "save it as .npy"})
	if err != nil {
		return nil, err
	}
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))))
	reader.TrimLeadingSpace = true
	cells, err := reader.ReadAll()
	if err != nil {
		return nil, bad(q.Path, fmt.Sprintf("is not a table of comma-separated numbers: %v", err), "write a row for each stimulus, with as many values each")
	}
	if len(cells) == 0 {
		return nil, bad(q.Path, "is empty", "write a row for each stimulus")
	}
	out := &dumpFiles{names: []string{"matrix.npy"}, partName: "column"}
	named := func(array string, values []string) {
		out.candidates = append(out.candidates, &rowNames{array: array, length: len(values), read: func(int64) ([]string, error) { return values, nil }})
	}
	var header []string
	width := len(cells[0])
	first := 0 // column of numbers
	if len(cells) > 1 && !parsesAsNumber(cells[1][0]) || len(cells) == width && width > 1 && cells[0][0] == "" {
		first = 1
	}
	if !allNumbers(cells[0][first:]) || len(cells) == width && first == 1 {
		header, cells = cells[0][first:], cells[1:]
	}
	if first == 1 {
		var ids []string
		for i, row := range cells {
			ids, cells[i] = append(ids, row[0]), row[1:]
		}
		named("stimulus_id", ids)
	}
	if len(header) == len(cells) {
		named("ids", header)
	}
	if len(cells) == 0 || len(cells[0]) == 0 {
		return nil, bad(q.Path, "has no rows of numbers", "write a row for each stimulus")
	}
	values := make([]float64, 0, len(cells)*len(cells[0]))
	for i, row := range cells {
		for j, cell := range row {
			v, err := strconv.ParseFloat(strings.TrimSpace(cell), 64)
			if err != nil {
				return nil, bad(q.Path, fmt.Sprintf("has %q in row %d, column %d, which is not a number", cell, i, j), "give a finite number for every pair")
			}
			values = append(values, v)
		}
	}
	out.rows = len(cells)
	shape := []int{len(cells), len(cells[0])}
	if shape[0] == 1 {
		shape = shape[1:]
	}
	out.write = func(s *staging) error {
		return s.write(out.names[0], func(f *os.File) error {
			to, err := newNPY(f, "<f8", 8, shape...)
			if err != nil {
				return err
			}
			return to.put(0, floatBytes(values))
		})
	}
	return out, nil
}

// floatBytes returns numbers as a file of <f8 has them.
func floatBytes(values []float64) []byte {
	line := make([]byte, 0, 8*len(values))
	for _, v := range values {
		line = binary.LittleEndian.AppendUint64(line, math.Float64bits(v))
	}
	return line
}

func allNumbers(cells []string) bool {
	for _, cell := range cells {
		if !parsesAsNumber(cell) {
			return false
		}
	}
	return true
}

// parsesAsNumber reports whether a cell of a matrix is a number, NaN and Inf included.
func parsesAsNumber(cell string) bool {
	_, err := strconv.ParseFloat(strings.TrimSpace(cell), 64)
	return err == nil
}
