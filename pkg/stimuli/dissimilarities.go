package stimuli

import (
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// ValuesDissimilarities is the key values of assembly.yaml for recordings that are given as
// matrices of dissimilarities: a presentation for each stimulus, a neuroid for each stimulus
// of each subject, whose neuroid_id is the stimulus_id.
const ValuesDissimilarities = "dissimilarities"

// MatrixSuffix ends the name of a layer's file that is given as dissimilarities.
const MatrixSuffix = ".rdm.npy"

// StimuliOfTriangle returns the number of stimuli that have p pairs, false if none has.
func StimuliOfTriangle(p int) (n int, ok bool) {
	n = int(math.Round((1 + math.Sqrt(1+float64(8*float64(p)))) / 2))
	return n, p > 0 && n*(n-1)/2 == p
}

// SquareOfTriangle returns the symmetric n × n matrix of the elements above its diagonal,
// row by row, as scipy's squareform does.
func SquareOfTriangle(triangle []float64, n int) []float64 {
	square := make([]float64, n*n)
	p := 0
	for i := range n {
		for j := i + 1; j < n; j++ {
			square[i*n+j], square[j*n+i] = triangle[p], triangle[p]
			p++
		}
	}
	return square
}

// matrixRounding is how far the elements of a matrix may be from symmetry, and those of its
// diagonal from 0, as a share of the largest: what programs leave that compute both halves.
const matrixRounding = 1e-6

// Symmetrise checks that an n × n matrix is one of dissimilarities: symmetric finite
// numbers, 0 on the diagonal. Halves that differ by rounding become their mean, and the
// diagonal 0. An error names the file, the matrix if that is not "", and the stimuli.
func Symmetrise(path, matrix string, square []float64, ids []string) error {
	n := len(ids)
	if matrix != "" {
		matrix = " in the matrix of " + matrix
	}
	fail := func(i, j int, what, remedy string) error {
		return &FileError{Path: path, What: fmt.Sprintf("%s between the stimuli %q and %q (row %d, column %d)%s", what, ids[i], ids[j], i, j, matrix), Remedy: remedy}
	}
	largest := 0.0
	for k, v := range square {
		if !stats.Finite(v) {
			return fail(k/n, k%n, fmt.Sprintf("has the dissimilarity %v", v), "give a finite number for every pair, or leave the stimuli out that lack some")
		}
		largest = max(largest, math.Abs(v))
	}
	within := matrixRounding * largest
	for i := range n {
		if v := square[i*n+i]; math.Abs(v) > within {
			remedy := "a stimulus has the dissimilarity 0 from itself: set the diagonal to 0"
			if v == 1 {
				remedy = "if they are similarities such as correlations, subtract them from 1 (import rdm --similarities does)"
			}
			return &FileError{Path: path, What: fmt.Sprintf("has %v on its diagonal at the stimulus %q (row %d)%s", v, ids[i], i, matrix), Remedy: remedy}
		}
		square[i*n+i] = 0
		for j := range i {
			a, b := square[j*n+i], square[i*n+j]
			if math.Abs(a-b) > within {
				return fail(j, i, fmt.Sprintf("is not symmetric: it has %v and %v", a, b), "average the two halves, or save one of them as a triangle")
			}
			if a != b {
				a = float64(a/2) + float64(b/2)
				square[j*n+i], square[i*n+j] = a, a
			}
		}
	}
	return nil
}

// layerMatrix is a layer that is given as the dissimilarities of its stimuli.
type layerMatrix struct{ triangle bool }

// matrixOf returns how a file holds the dissimilarities of a number of stimuli.
func matrixOf(f *npy.File, rows *RowIndex) (*layerMatrix, error) {
	n := len(rows.IDs)
	shape := f.Shape()
	have, triangle := shape[0], len(shape) == 1
	switch {
	case triangle:
		var ok bool
		if have, ok = StimuliOfTriangle(shape[0]); !ok {
			return nil, &FileError{Path: f.Path(), What: fmt.Sprintf("has %d values, which are the pairs of no number of stimuli", shape[0]), Remedy: fmt.Sprintf("save the square matrix, or its %d values above the diagonal as scipy's squareform returns them", n*(n-1)/2)}
		}
	case len(shape) != 2 || shape[0] != shape[1]:
		return nil, &FileError{Path: f.Path(), What: fmt.Sprintf("has the shape %v, which is not square", shape), Remedy: fmt.Sprintf("save stimuli × stimuli, here %d × %d, or the values above the diagonal", n, n)}
	}
	if have != n {
		return nil, &FileError{Path: f.Path(), What: fmt.Sprintf("has the dissimilarities of %d stimuli, but %s lists %d", have, rows.path, n), Remedy: "save a row for each, or write stimulus_ids.csv into the folder of the file"}
	}
	return &layerMatrix{triangle}, nil
}

// describeMatrix describes a layer's file of dissimilarities, whose order is rows, nil if it
// is unknown.
func describeMatrix(path string, rows *RowIndex) (*ArrayInfo, error) {
	f, err := npy.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info := describeFile(f)
	if rows == nil {
		return info, nil
	}
	if _, err := matrixOf(f, rows); err != nil {
		return info, err
	}
	info.Rows, info.Features = len(rows.IDs), len(rows.IDs)
	return info, nil
}

// readMatrix returns the square matrix of a layer's file, checked.
func (l *Layer) readMatrix() ([]float64, error) {
	values, err := l.File.ReadAll()
	if err != nil {
		return nil, err
	}
	if l.matrix.triangle {
		values = SquareOfTriangle(values, len(l.rows.IDs))
	}
	return values, Symmetrise(l.File.Path(), "", values, l.rows.IDs)
}

// Dissimilar reports whether the layer is given as the dissimilarities of its stimuli, so
// that its columns are its rows.
func (l *Layer) Dissimilar() bool { return l.matrix != nil }

// selectMatrix selects the dissimilarities between the given stimuli, in their order.
func (l *Layer) selectMatrix(rows []int) (*Selection, error) {
	square, err := l.readMatrix()
	if err != nil {
		return nil, err
	}
	n, all := len(rows), len(l.rows.IDs)
	values := make([]float64, 0, n*n)
	for _, i := range rows {
		for _, j := range rows {
			values = append(values, square[i*all+j])
		}
	}
	return &Selection{parts: []selected{{layer: l, rows: rows, square: values}}, rows: n, cols: n}, nil
}

// Dissimilar reports whether the selection is of a matrix of dissimilarities: its columns
// are then its rows.
func (s *Selection) Dissimilar() bool { return s.parts[0].square != nil }

// copySquare copies columns lo … hi-1 of n rows of a matrix.
func copySquare[T float32 | float64](square []float64, n, lo, hi int, dst []T, ld int) {
	for i := range n {
		for j := lo; j < hi; j++ {
			dst[i*ld+j-lo] = T(square[i*n+j])
		}
	}
}
