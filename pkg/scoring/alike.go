package scoring

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"path/filepath"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// readRows are the rows of a layer as they were read.
type readRows struct {
	hashes []uint64
	zero   uint64   // the hash of a row of zeros
	files  []string // that each row is of, in the dump
	at     []int    // place of each row in its file
}

// newReadRows notes where the rows of a selection are in their files.
func newReadRows(dump *stimuli.Dump, s *stimuli.Selection, h *rowHashes) *readRows {
	r := &readRows{hashes: h.rows, zero: h.zero}
	names := make(map[string]string)
	for i := range h.rows {
		path, row := s.FileRow(i)
		name, ok := names[path]
		if !ok {
			name = path
			if relative, err := filepath.Rel(dump.Dir, path); err == nil {
				name = filepath.ToSlash(relative)
			}
			names[path] = name
		}
		r.files, r.at = append(r.files, name), append(r.at, row)
	}
	return r
}

// from returns the rows without the first n.
func (r *readRows) from(n int) *readRows {
	return &readRows{hashes: r.hashes[n:], zero: r.zero, files: r.files[n:], at: r.at[n:]}
}

// alike counts the stimuli that a layer has the same activations for, which is
// seldom what a network does and often what a writer that was stopped leaves.
type alike struct {
	of      string // the stimuli in words: "" for those of the benchmark
	stimuli int
	same    int  // stimuli with the activations of another one
	groups  int  // of equal activations
	largest int  // group
	zeros   int  // stimuli whose activations are all 0
	isZero  bool // the largest group is theirs
	file    string
	from    int // rows from … to of the file, counted from 1, are all 0 to its end
	to      int
}

// among counts the given rows that are alike, nil standing for all. It returns
// nil where they are too few to tell of.
func (r *readRows) among(of string, rows []int) *alike {
	if rows == nil {
		for i := range r.hashes {
			rows = append(rows, i)
		}
	}
	a := &alike{of: of, stimuli: len(rows)}
	size := make(map[uint64]int, len(rows))
	for _, i := range rows {
		size[r.hashes[i]]++
	}
	for hash, n := range size {
		if n < 2 {
			continue
		}
		a.same += n
		a.groups++
		if n > a.largest || n == a.largest && hash == r.zero {
			a.largest, a.isZero = n, hash == r.zero
		}
	}
	a.zeros = size[r.zero]
	if !a.many() {
		return nil
	}
	a.findEnd(r, rows)
	return a
}

// many reports whether the stimuli that are alike are worth a word: three or more
// that are all 0, a group of three and of one in a hundred, or more than one in
// twenty. Two in a large set may be one picture twice.
func (a *alike) many() bool {
	return a.zeros >= 3 || a.largest >= 3 && 100*a.largest >= a.stimuli || 20*a.same > a.stimuli
}

// findEnd finds rows of zeros at the end of a file, after some that are not.
func (a *alike) findEnd(r *readRows, rows []int) {
	if a.zeros == 0 || a.zeros == a.stimuli {
		return
	}
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(i, j int) int { return r.at[j] - r.at[i] })
	for n, i := range rows {
		if r.hashes[i] == r.zero {
			continue
		}
		if n > 0 {
			a.file, a.from, a.to = r.files[i], r.at[rows[n-1]]+1, r.at[rows[0]]+1
		}
		return
	}
}

// alikeWarnings returns the warnings of the stimuli that are alike in an evaluation,
// those of several time bins in one.
func (e *evaluation) alikeWarnings() []string {
	var order []string
	found := make(map[string][]*alike)
	for _, b := range e.bins {
		for _, a := range b.alike {
			if found[a.of] == nil {
				order = append(order, a.of)
			}
			found[a.of] = append(found[a.of], a)
		}
	}
	var warnings []string
	for _, of := range order {
		all := found[of]
		most := slices.MaxFunc(all, func(a, b *alike) int { return a.same - b.same })
		text := most.text(e.layer)
		if len(e.bins) > 1 {
			text = fmt.Sprintf("in %d of %d %s, the most in one: %s", len(all), len(e.bins), e.divisions(), text)
		}
		warnings = append(warnings, text)
	}
	return warnings
}

// text returns the warning for one reading of the layer.
func (a *alike) text(layer string) string {
	kind := ""
	if a.isZero {
		kind = " (here all 0)"
	}
	text := fmt.Sprintf("%d of %d stimuli%s have the same activations in layer %s%s", a.same, a.stimuli, a.of, layer, kind)
	if a.groups > 1 {
		text = fmt.Sprintf("%d of %d stimuli%s have the same activations as others in layer %s, in %d groups, the largest of %d%s", a.same, a.stimuli, a.of, layer, a.groups, a.largest, kind)
	}
	if a.to > a.from {
		text += fmt.Sprintf("; rows %d–%d of %s are all 0: did the program that wrote it end early?", a.from, a.to, a.file)
	}
	return text
}

// noteAlike counts what is alike among rows of an evaluation's reading.
func (e *binEvaluation) noteAlike(r *readRows, of string, rows []int) {
	if r == nil {
		return
	}
	if a := r.among(of, rows); a != nil {
		e.alike = append(e.alike, a)
	}
}

// noteTable does as noteAlike for numbers in memory, stimuli × columns.
func (e *binEvaluation) noteTable(ctx context.Context, values []float64, stimuli int) error {
	if stimuli == 0 {
		return nil
	}
	h := newRowHashes(stimuli)
	cols := len(values) / stimuli
	if err := h.Block(ctx, stream.Block{Cols: cols, Stride: cols, X: values}); err != nil {
		return err
	}
	r := &readRows{hashes: h.rows, zero: h.zero, files: make([]string, stimuli), at: make([]int, stimuli)}
	e.noteAlike(r, "", nil)
	return nil
}

// noteAlikeFitted does as noteAlike for the first n rows, which a read-out is fitted on,
// and for those of its test stimuli, which follow; row is the place of each there.
func (e *binEvaluation) noteAlikeFitted(r *readRows, n int, row map[string]int, ids []string) {
	fitted, tested := successive(0, n), make([]int, len(ids))
	for i, id := range ids {
		tested[i] = n + row[id]
	}
	e.noteAlike(r, fmt.Sprintf(" of %s, which the read-out is fitted on,", e.definition.FittingStimulusSet), fitted)
	e.noteAlike(r, "", tested)
}

// rowHashes hashes the rows of a layer as its columns go by, so that rows of equal
// numbers are found. A row's hash is the sum over its columns of a mix of the value
// and the column; 0 and -0 are equal. A row that differs from all others so far, and
// is not 0, is like none in the end and is left as it is, so that few are hashed
// beyond the first slab. Unequal rows of a layer of n have equal hashes with a
// probability of n² / 2⁶⁵.
type rowHashes struct {
	rows []uint64
	zero uint64 // the hash of a row of zeros
	left []int  // rows that may be like another one
	keys []uint64
}

func newRowHashes(rows int) *rowHashes {
	return &rowHashes{rows: make([]uint64, rows), left: successive(0, rows)}
}

// columnKey returns a random number for each column (splitmix64).
func columnKey(column int) uint64 {
	z := (uint64(column) + 1) * 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// mix folds the product of 128 bits, which all bits of the value take part in.
func mix(value, key uint64) uint64 {
	hi, lo := bits.Mul64(value^key, 0xa0761d6478bd642f)
	return hi ^ lo
}

// Block implements stream.Sink.
func (s *rowHashes) Block(_ context.Context, b stream.Block) error {
	for at := 0; at < b.Cols && len(s.left) > 0; at += contentSlab {
		s.slab(b, at, min(at+contentSlab, b.Cols))
	}
	return nil
}

// slab adds columns from … to-1 of a block.
func (s *rowHashes) slab(b stream.Block, from, to int) {
	s.keys = s.keys[:0]
	for j := from; j < to; j++ {
		key := columnKey(b.Lo + j)
		s.keys = append(s.keys, key)
		s.zero += mix(0, key)
	}
	for _, i := range s.left {
		if b.Single != nil {
			s.rows[i] += hashRow32(b.Single[i*b.Stride+from:i*b.Stride+to], s.keys)
		} else {
			s.rows[i] += hashRow64(b.X[i*b.Stride+from:i*b.Stride+to], s.keys)
		}
	}
	count := make(map[uint64]int, len(s.left))
	for _, i := range s.left {
		count[s.rows[i]]++
	}
	s.left = slices.DeleteFunc(s.left, func(i int) bool { return count[s.rows[i]] == 1 && s.rows[i] != s.zero })
}

// addRow hashes one row of a table that is read row by row.
func (s *rowHashes) addRow(i int, values []float64) {
	if len(s.keys) != len(values) {
		s.keys, s.zero = s.keys[:0], 0
		for j := range values {
			key := columnKey(j)
			s.keys = append(s.keys, key)
			s.zero += mix(0, key)
		}
	}
	s.rows[i] = hashRow64(values, s.keys)
}

// Adding 0 makes -0 equal 0 and leaves all else as it is.

func hashRow32(row []float32, keys []uint64) (sum uint64) {
	keys = keys[:len(row)]
	for j, v := range row {
		sum += mix(uint64(math.Float32bits(v+0)), keys[j])
	}
	return sum
}

func hashRow64(row []float64, keys []uint64) (sum uint64) {
	keys = keys[:len(row)]
	for j, v := range row {
		sum += mix(math.Float64bits(v+0), keys[j])
	}
	return sum
}

// Done implements stream.Sink.
func (s *rowHashes) Done(context.Context) error { return nil }
