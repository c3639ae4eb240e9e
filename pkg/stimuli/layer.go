package stimuli

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// Layer is one layer's activations to a stimulus set, still on disk.
type Layer struct {
	Model, Name string
	File        *npy.File // the first of a joined layer; nil of inner products
	rows        *RowIndex
	compact     *CompactFile // the inner products, if these are all that the dump has
	parts       []*Layer     // of a joined layer, in the order of its columns; nil for others
	matrix      *layerMatrix // of a layer given as dissimilarities; nil for others
}

// RowIndex maps stimuli to the rows of a dump's arrays.
type RowIndex struct {
	IDs   []string
	path  string // the file of the ids
	given bool   // that file is the dump's stimulus_ids.csv
	index map[string]int
}

// Rows reads the row order of a dump for a stimulus set: its stimulus_ids.csv,
// else the order of the set's stimuli.csv.
func (d *Dump) Rows(set *StimulusSet) (*RowIndex, error) {
	return d.rowIndex(set, maxRows(len(set.IDs)))
}

// maxRows returns the expected number of rows of a table with a row for each stimulus,
// if no array states it. A dump may have rows for more stimuli than those of a set.
func maxRows(stimuli int) int { return 1<<20 + 32*stimuli }

// rowIndex is Rows, if the dump's arrays have the given number of rows.
func (d *Dump) rowIndex(set *StimulusSet, rows int) (*RowIndex, error) {
	path := filepath.Join(d.Dir, set.ID, "stimulus_ids.csv")
	ids, source, given := set.IDs, set.Table.Path, false
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		table, err := readRows(path, rows)
		if err != nil {
			return nil, err
		}
		if ids, err = table.uniqueIDs("stimulus_id"); err != nil {
			return nil, err
		}
		source, given = path, true
	}
	r := &RowIndex{IDs: ids, path: source, given: given, index: make(map[string]int, len(ids))}
	for row, id := range ids {
		r.index[id] = row
	}
	return r, nil
}

// Has reports whether the stimulus has a row.
func (r *RowIndex) Has(id string) bool {
	_, ok := r.index[id]
	return ok
}

// Path returns the file that states the order.
func (r *RowIndex) Path() string { return r.path }

// check returns an error if a file has another number of rows than ids.
func (r *RowIndex) check(path string, rows int) error {
	if rows == len(r.IDs) {
		return nil
	}
	remedy := "dump the stimuli in that order, or write stimulus_ids.csv into the folder of the .npy files"
	if r.given {
		remedy = "write one id for each row"
	}
	return &FileError{Path: path, What: fmt.Sprintf("has %d rows, but %s lists %d stimuli", rows, r.path, len(r.IDs)), Remedy: remedy}
}

// Lookup returns the rows of the given stimuli, in their order, or an error that
// names the stimuli without a row.
func (r *RowIndex) Lookup(path string, ids []string) ([]int, error) {
	rows := make([]int, len(ids))
	var missing []string
	for i, id := range ids {
		row, ok := r.index[id]
		if !ok {
			missing = append(missing, id)
		}
		rows[i] = row
	}
	if len(missing) > 0 {
		return nil, &AlignmentError{Path: path, What: fmt.Sprintf("has no rows (by %s) for", r.path), IDs: missing,
			Remedy: "dump activations for every stimulus of the recordings", Known: r.IDs}
	}
	return rows, nil
}

// OpenLayer opens <set>/<layer>.npy, or, if bin is set, the file of that time bin
// of a layer in time, and checks its number of rows.
func (d *Dump) OpenLayer(set *StimulusSet, layer string, bin *TimeBin) (*Layer, error) {
	if _, joined := d.joined[layer]; joined {
		return d.openJoined(set, layer, bin)
	}
	if !plainName(layer) {
		return nil, d.unknownLayer(set.ID, layer)
	}
	path := d.layerFile(set.ID, layer)
	if bin == nil && d.IsCompact(set.ID, layer) {
		return d.openCompact(set, layer)
	}
	if bin != nil {
		bins, names, err := d.TimeBins(set.ID, layer)
		if err != nil {
			return nil, err
		}
		index := slices.Index(bins, *bin)
		if index < 0 {
			return nil, &FileError{Path: filepath.Join(d.Dir, set.ID, layer), What: fmt.Sprintf("has no time bin %s, only %s", bin, bins)}
		}
		path = filepath.Join(d.Dir, set.ID, layer, names[index])
	}
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil, d.unknownLayer(set.ID, layer)
	}
	return d.openArray(set, layer, path)
}

// LayerFiles lists the files that a layer's figures on a stimulus set depend on.
// If bins are given, the layer has time bins, and the files are the bins' own.
func (d *Dump) LayerFiles(set, layer string, bins TimeBins) ([]string, error) {
	dir := filepath.Join(d.Dir, set)
	var files []string
	switch {
	case layer == ProbabilitiesLayer && bins == nil:
		files = []string{filepath.Join(dir, "probabilities.npy"), filepath.Join(dir, "choices.csv")}
	case bins == nil:
		for _, part := range d.LayerParts(layer) {
			if d.IsCompact(set, part) {
				files = append(files, d.CompactPath([]string{set}, part, ""))
				continue
			}
			files = append(files, d.layerFile(set, part))
		}
		if layer == LogitsLayer && d.HasClasses(set) {
			files = append(files, d.classesFile(set))
		}
	default:
		existing, names, err := d.TimeBins(set, layer)
		if err != nil {
			return nil, err
		}
		for i, bin := range existing {
			if slices.Contains(bins, bin) {
				files = append(files, filepath.Join(dir, layer, names[i]))
			}
		}
	}
	if ids := filepath.Join(dir, "stimulus_ids.csv"); exists(ids) {
		files = append(files, ids)
	}
	return files, nil
}

// layerFile returns the path of a layer's activations, or of its dissimilarities if it has
// these instead.
func (d *Dump) layerFile(set, layer string) string {
	path := filepath.Join(d.Dir, set, layer+".npy")
	if matrix := filepath.Join(d.Dir, set, layer+MatrixSuffix); !exists(path) && exists(matrix) {
		return matrix
	}
	return path
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// ResponsesFile returns the path of the model's choices on a stimulus set.
func (d *Dump) ResponsesFile(set string) string {
	return filepath.Join(d.Dir, set, "responses.csv")
}

func (d *Dump) openArray(set *StimulusSet, layer, path string) (*Layer, error) {
	file, err := npy.Open(path)
	if err != nil {
		return nil, err
	}
	l := &Layer{Model: d.ID, Name: layer, File: file}
	switch l.rows, err = d.rowIndex(set, file.Rows()); {
	case err != nil:
	case strings.HasSuffix(path, MatrixSuffix):
		l.matrix, err = matrixOf(file, l.rows)
	default:
		err = l.rows.check(path, file.Rows())
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return l, nil
}

// Files lists the files that the activations are read from.
func (l *Layer) Files() []string {
	var files []string
	for _, part := range l.all() {
		files = append(files, part.Path())
	}
	if l.rows.given {
		files = append(files, l.rows.path)
	}
	return files
}

// Rows returns the rows of the given stimuli, in their order.
func (l *Layer) Rows(ids []string) ([]int, error) { return l.rows.Lookup(l.Path(), ids) }

// Path returns the layer's file, the first of a joined layer.
func (l *Layer) Path() string {
	first := l.all()[0]
	if first.compact != nil {
		return first.compact.Path()
	}
	return first.File.Path()
}

// UnusedRows counts the rows of other stimuli than the given ones.
func (l *Layer) UnusedRows(ids []string) int { return len(l.rows.IDs) - len(ids) }

// Selection is a source of columns: chosen rows of one or more layers of equal
// width, one below the other. The columns of a layer may be those of several files, side
// by side.
type Selection struct {
	parts   []selected
	rows    int
	cols    int
	scratch npy.Scratch
}

type selected struct {
	layer  *Layer
	rows   []int
	square []float64 // of a layer given as dissimilarities, those between the rows; else nil
}

// Select selects the rows of the given stimuli, in their order.
func (l *Layer) Select(ids []string) (*Selection, error) {
	rows, err := l.Rows(ids)
	if err != nil {
		return nil, err
	}
	if l.matrix != nil {
		return l.selectMatrix(rows)
	}
	for _, part := range l.all() {
		if part.compact != nil {
			return nil, part.compact.NeedsColumns()
		}
	}
	return &Selection{parts: []selected{{layer: l, rows: rows}}, rows: len(rows), cols: l.Cols()}, nil
}

// AppendRows returns the selection with the rows of another one appended. Both
// must have the same number of columns.
func (s *Selection) AppendRows(other *Selection) (*Selection, error) {
	if s.Dissimilar() || other.Dissimilar() {
		return nil, &FileError{Path: other.parts[0].layer.File.Path(), What: "holds dissimilarities between the stimuli of one set, and those of two sets are needed", Remedy: "dump activations"}
	}
	if s.cols != other.cols {
		return nil, &FileError{Path: other.parts[0].layer.File.Path(),
			What:   fmt.Sprintf("has %d features for each stimulus, but %s has %d", other.cols, s.parts[0].layer.File.Path(), s.cols),
			Remedy: "dump both stimulus sets from the same layer"}
	}
	one, two := s.parts[0].layer.all(), other.parts[0].layer.all()
	for i := range min(len(s.parts[0].layer.parts), len(other.parts[0].layer.parts)) {
		if a, b := one[i].File, two[i].File; a.Cols() != b.Cols() {
			return nil, &FileError{Path: b.Path(),
				What:   fmt.Sprintf("has %d features for each stimulus, but %s has %d", b.Cols(), a.Path(), a.Cols()),
				Remedy: "dump both stimulus sets from the same layer"}
		}
	}
	return &Selection{parts: slices.Concat(s.parts, other.parts), rows: s.rows + other.rows, cols: s.cols}, nil
}

// Rows returns the number of stimuli.
func (s *Selection) Rows() int { return s.rows }

// Cols returns the number of features.
func (s *Selection) Cols() int { return s.cols }

// files iterates over the files of the selection, with the rows that are chosen of each.
func (s *Selection) files() iter.Seq2[*npy.File, []int] {
	return func(yield func(*npy.File, []int) bool) {
		for _, p := range s.parts {
			for _, l := range p.layer.all() {
				if !yield(l.File, p.rows) {
					return
				}
			}
		}
	}
}

// Bytes returns the size of the selected rows in the files.
func (s *Selection) Bytes() int64 {
	var bytes int64
	for file, rows := range s.files() {
		bytes += int64(len(rows)) * int64(file.Cols()) * int64(file.DType().Size)
	}
	return bytes
}

// Precision returns the relative precision of the least precise of the files.
func (s *Selection) Precision() float64 {
	precision := 0.0
	for file := range s.files() {
		precision = max(precision, file.DType().Precision())
	}
	return precision
}

// ReadBlock fills dst with columns lo … hi-1 of the selected rows.
func (s *Selection) ReadBlock(lo, hi int, dst []float64, ld int) error {
	return readParts(s, lo, hi, dst, ld, (*npy.File).ReadBlock)
}

// Single reports whether single precision holds all values exactly.
func (s *Selection) Single() bool {
	return !slices.ContainsFunc(s.parts, func(p selected) bool { return !p.layer.Single() })
}

// ReadBlockSingle is ReadBlock in single precision.
func (s *Selection) ReadBlockSingle(lo, hi int, dst []float32, ld int) error {
	return readParts(s, lo, hi, dst, ld, (*npy.File).ReadBlockSingle)
}

func readParts[T float32 | float64](s *Selection, lo, hi int, dst []T, ld int,
	read func(f *npy.File, rows []int, lo, hi int, dst []T, ld int, s *npy.Scratch) error) error {
	first := 0
	for _, p := range s.parts {
		if p.square != nil {
			copySquare(p.square, s.rows, lo, hi, dst, ld)
			continue
		}
		offset := 0 // of the file's columns in the layer
		for _, l := range p.layer.all() {
			cols := l.File.Cols()
			from, to := max(lo, offset), min(hi, offset+cols)
			if from < to {
				if err := read(l.File, p.rows, from-offset, to-offset, dst[first*ld+from-lo:], ld, &s.scratch); err != nil {
					return err
				}
			}
			offset += cols
		}
		first += len(p.rows)
	}
	return nil
}

// Unchanged returns a *npy.ChangedError if one of the files has changed since it was
// opened.
func (s *Selection) Unchanged() error {
	for file := range s.files() {
		if err := file.Unchanged(); err != nil {
			return err
		}
	}
	return nil
}

// Locate returns the file and the stimulus of a row of the selection.
func (s *Selection) Locate(row int) (path, stimulus string) {
	for _, p := range s.parts {
		if row < len(p.rows) {
			return p.layer.File.Path(), p.layer.rows.IDs[p.rows[row]]
		}
		row -= len(p.rows)
	}
	return "", ""
}

// FileRow returns the file of a row of the selection, and the row's index in it.
func (s *Selection) FileRow(row int) (path string, index int) {
	for _, p := range s.parts {
		if row < len(p.rows) {
			return p.layer.File.Path(), p.rows[row]
		}
		row -= len(p.rows)
	}
	return "", 0
}
