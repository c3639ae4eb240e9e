package imports

import (
	"context"
	"fmt"
	"math"
	"os"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// isMatrices reports whether the data are matrices of stimuli: presentation × presentation,
// × neuroid if there are several.
func isMatrices(dims []string) bool {
	count := 0
	for _, name := range dims {
		if name == presentation {
			count++
		}
	}
	return count == 2
}

// matrices installs matrices of stimuli, whose coordinates along neuroid name the subjects. t
// names the stimuli.
func (q AssemblyRequest) matrices(ctx context.Context, d *dataset, t table, set *stimuli.StimulusSet, r *Result) (*Result, error) {
	dims := d.data.DimNames()
	var axes, stimulusAxes []int
	for i, name := range dims {
		switch {
		case name == presentation:
			stimulusAxes = append(stimulusAxes, i)
		case name == neuroid && len(axes) == 0:
			axes = append(axes, i)
		case d.data.Shape()[i] != 1:
			return nil, d.wrongDims("presentation × presentation (× neuroid) of similarities")
		}
	}
	several := len(axes) > 0
	a, err := newArray(d.data.Dataset, append(axes, stimulusAxes...), d.data)
	if err != nil {
		return nil, bad(d.path, fmt.Sprintf("the data %s %v", d.data.Name, err), "similarities are numbers")
	}
	if err := checkWritten(d.path, d.data.Name, a); err != nil {
		return nil, d.explain(ctx, err)
	}
	if n := uint64(a.rows()) * uint64(a.cols()); n == 0 || n > maxMatrixValues {
		return nil, bad(d.path, fmt.Sprintf("holds %d numbers in matrices", n), fmt.Sprintf("give 1 to %d", maxMatrixValues))
	}
	s, err := stage(q.Home.AssembliesDir(), q.ID, q.Force)
	if err != nil {
		return nil, err
	}
	defer s.discard()
	const copied = "matrices.npy"
	if err := q.writeValues(ctx, d, s, copied, a); err != nil {
		return nil, err
	}
	values, err := readWhole(s.path(copied))
	if err != nil {
		return nil, err
	}
	ids := t.find(stimulusID)
	if err := checkUnique(d.path, stimulusID, ids); err != nil {
		return nil, err
	}
	m := &matrices{DissimilaritiesRequest: DissimilaritiesRequest{ID: q.ID, StimulusSet: q.StimulusSet}, set: set, staging: s, result: r, ids: ids, rowTable: t}
	n := len(ids)
	for at := 0; at < len(values); at += n * n {
		m.all, m.paths = append(m.all, values[at:at+n*n]), append(m.paths, d.path)
	}
	if several {
		if m.subjects, err = d.columns(neuroid, r); err != nil {
			return nil, err
		}
		m.subjects.rename(neuroidID, "matrix_id")
	}
	if !m.subjects.has(subject) {
		if err := m.nameSubjects(ctx); err != nil {
			return nil, err
		}
	}
	m.noteSimilarities(d.path)
	return m.install()
}

// noteSimilarities decides by the diagonals whether the matrices hold similarities, whose
// diagonal, the reliability of a stimulus perhaps, is not compared.
func (m *matrices) noteSimilarities(path string) {
	n := len(m.ids)
	ones := true
	for _, square := range m.all {
		for i := range n {
			v := square[i*n+i]
			m.Similarities = m.Similarities || !(math.Abs(v) <= 1e-6)
			ones = ones && math.Abs(v-1) <= 1e-6
		}
	}
	if !m.Similarities {
		return
	}
	for _, square := range m.all {
		for i := range n {
			square[i*n+i] = 1
		}
	}
	m.result.note("%s: its similarities are imported as 1 − similarity", path)
	if !ones {
		m.result.note("%s: the diagonal of its similarities is not 1 throughout, and is not compared", path)
	}
}

// readWhole returns the values of an array, and removes its file.
func readWhole(path string) ([]float64, error) {
	a, err := npy.Open(path)
	if err != nil {
		return nil, err
	}
	defer os.Remove(path)
	defer a.Close()
	return a.ReadAll()
}
