package imports

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fsutil"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// DissimilaritiesRequest asks for the import of published matrices of dissimilarities.
type DissimilaritiesRequest struct {
	Home        stimuli.Home
	Paths       []string
	ID          string
	StimulusSet string
	Stimuli     string // a table with a row for each stimulus of the matrices; "" if the files name them
	Subjects    string // a table with a row for each matrix, in the order of files; "" to number them
	Array       string // chooses one of the arrays of each file; "" if it has one
	// Similarities is true if the matrices hold similarities, which are subtracted from 1.
	Similarities bool
	ByPosition   bool // take stimuli in the order of the stimulus set
	Force        bool
	Progress     Progress
}

// Dissimilarities installs matrices, one of each subject, as an assembly whose values are
// dissimilarities: a presentation for each stimulus, and for each subject a neuroid for each
// stimulus.
func Dissimilarities(ctx context.Context, q DissimilaritiesRequest) (*Result, error) {
	set, err := checkAssembly(q.Home, q.ID, q.StimulusSet, q.Force)
	if err != nil {
		return nil, err
	}
	s, err := stage(q.Home.AssembliesDir(), q.ID, q.Force)
	if err != nil {
		return nil, err
	}
	defer s.discard()
	m := &matrices{DissimilaritiesRequest: q, set: set, staging: s, result: &Result{}}
	for _, path := range q.Paths {
		if err := m.read(ctx, path); err != nil {
			return nil, err
		}
	}
	if err := m.nameSubjects(ctx); err != nil {
		return nil, err
	}
	return m.install()
}

// install checks the matrices and installs the assembly.
func (m *matrices) install() (*Result, error) {
	for i, square := range m.all {
		if err := m.check(i, square); err != nil {
			return nil, err
		}
	}
	if err := m.write(); err != nil {
		return nil, err
	}
	// An assembly that cannot be scored is not installed.
	assembly, err := stimuli.OpenNeural(m.staging.dir)
	if err != nil {
		return nil, err
	}
	assembly.Close()
	m.result.Path, m.result.What = m.staging.target, fmt.Sprintf("dissimilarities of %d stimuli in %d matrices", len(m.ids), len(m.all))
	return m.result, m.staging.commit()
}

// matrices are the matrices of an import.
type matrices struct {
	DissimilaritiesRequest
	set     *stimuli.StimulusSet
	staging *staging
	result  *Result

	ids      []string // of the stimuli, in the order of rows and columns
	rowTable table
	all      [][]float64 // square
	paths    []string    // the file of each matrix
	places   []int       // its number in the file, -1 if it is alone there
	subjects table
}

// maxMatrixValues bounds the numbers that are held in memory.
const maxMatrixValues = 1 << 28

// read adds the matrices of a file.
func (m *matrices) read(ctx context.Context, path string) error {
	from := DumpRequest{Home: m.Home, Path: path, StimulusSet: m.StimulusSet, Layer: m.Array, ByPosition: m.ByPosition, Progress: m.Progress, recordings: true, vectors: true}
	files, release, err := m.open(ctx, from)
	if err != nil {
		return err
	}
	defer release()
	if err := files.write(m.staging); err != nil {
		return err
	}
	a, err := npy.Open(m.staging.path(files.names[0]))
	if err != nil {
		return err
	}
	defer os.Remove(a.Path())
	defer a.Close()
	hint := len(m.set.IDs)
	if m.Stimuli != "" {
		t, _, err := readTable(ctx, m.Stimuli)
		if err != nil {
			return err
		}
		hint = t.len()
	}
	if n := a.Rows() * a.Cols(); n > maxMatrixValues {
		return bad(path, fmt.Sprintf("holds %d numbers, more than the %d that are read at once", n, maxMatrixValues), "import fewer subjects or stimuli")
	}
	values, err := a.ReadAll()
	if err != nil {
		return err
	}
	l, err := layoutOf(path, a.Shape(), values, hint)
	if err != nil {
		return err
	}
	if l.note != "" {
		m.result.note("%s: %s", path, l.note)
	}
	if err := m.nameStimuli(ctx, from, files, a, l.n); err != nil {
		return err
	}
	if len(m.all)+l.count > maxMatrixValues/(l.n*l.n) {
		return bad(path, fmt.Sprintf("makes %d matrices of %d stimuli, more than are held at once", len(m.all)+l.count, l.n), "import fewer subjects or stimuli")
	}
	for k := range l.count {
		place := k
		if l.count == 1 {
			place = -1
		}
		m.all, m.paths, m.places = append(m.all, l.square(values, k)), append(m.paths, path), append(m.places, place)
	}
	return nil
}

// open opens a file that holds one array, or one that is chosen.
func (m *matrices) open(ctx context.Context, from DumpRequest) (files *dumpFiles, release func(), err error) {
	extension := strings.ToLower(filepath.Ext(from.Path))
	switch {
	case slices.Contains([]string{".npy", ".csv"}, extension) && m.Array != "":
		return nil, nil, bad(from.Path, "holds one array, which has no name", "remove --array")
	case slices.Contains([]string{".nc", ".nc4", ".cdf"}, extension):
		return nil, nil, bad(from.Path, "is a netCDF file, whose dimensions have names", "import it by import assembly")
	case extension == ".csv":
		files, err = from.fromCSV(ctx)
		return files, func() {}, err
	case extension == ".npy":
		from.Layer = "matrix"
	}
	if files, release, err = from.open(ctx, &Result{}); err != nil {
		return nil, nil, err
	}
	if len(files.names) > 1 {
		release()
		return nil, nil, bad(from.Path, fmt.Sprintf("has %d arrays (%s)", len(files.names), few(files.layers)), "choose that of the matrices with --array")
	}
	return files, release, nil
}

// nameStimuli names the n stimuli of a file's matrices, which are the same in all files.
func (m *matrices) nameStimuli(ctx context.Context, from DumpRequest, files *dumpFiles, a *npy.File, n int) error {
	files.rows = n
	v := &recorded{RecordingsRequest: RecordingsRequest{Path: from.Path, Stimuli: m.Stimuli, ByPosition: m.ByPosition}, a: a, set: m.set, rows: n}
	if err := v.nameRows(ctx, from, files, m.result); err != nil {
		return err
	}
	ids, source := v.rowTable.find(stimulusID), m.Stimuli
	if source == "" {
		source = from.Path
	}
	if err := checkUnique(source, stimulusID, ids); err != nil {
		return err
	}
	if m.ids != nil && !slices.Equal(ids, m.ids) {
		return bad(from.Path, fmt.Sprintf("has the stimuli %s, and %s has %s", few(ids), m.paths[0], few(m.ids)), "write all matrices over the same stimuli in the same order")
	}
	m.ids, m.rowTable = ids, v.rowTable
	return nil
}

// nameSubjects reads the table of matrices, or names them by their files or numbers.
func (m *matrices) nameSubjects(ctx context.Context) error {
	if m.Subjects == "" {
		var names []string
		for i, path := range m.paths {
			name := strconv.Itoa(i)
			if len(m.Paths) > 1 && len(m.Paths) == len(m.all) {
				name = stem(path)
			}
			names = append(names, name)
		}
		if !distinct(names) {
			return bad(m.paths[0], "has the same name as another file, by which subjects are named", "name the subject of each matrix by --subjects FILE.csv")
		}
		m.subjects = table{{subject, names}}
		if len(names) > 1 {
			m.result.note("without --subjects, the matrices are those of the subjects %s", few(names))
		}
		return checkNames(m.paths[0], subject, names)
	}
	t, _, err := readTable(ctx, m.Subjects)
	switch {
	case err != nil:
		return err
	case t.len() != len(m.all):
		return bad(m.Subjects, fmt.Sprintf("has %d rows, but there are %d matrices", t.len(), len(m.all)), "write one row for each, in the order of the files and of the matrices in them")
	case !t.has(subject):
		return bad(m.Subjects, "has no column subject", "it has "+t.names())
	case t.has(neuroidID):
		return bad(m.Subjects, "has a column neuroid_id, which is that of the stimuli", "remove it")
	}
	rows := make([]string, t.len())
	for i := range rows {
		for _, c := range t {
			rows[i] += strconv.Quote(c.values[i])
		}
		if k := slices.Index(rows[:i], rows[i]); k >= 0 {
			return bad(m.Subjects, fmt.Sprintf("has the same values in the rows %d and %d", k+1, i+1), "tell the matrices apart, as by a column region")
		}
	}
	m.subjects = t.first(subject)
	return checkNames(m.Subjects, subject, t.find(subject))
}

// check makes dissimilarities of a matrix and checks them.
func (m *matrices) check(i int, square []float64) error {
	n := len(m.ids)
	if m.Similarities {
		for k, v := range square {
			if diagonal := k/n == k%n; diagonal && !(math.Abs(v-1) <= 1e-6) {
				return bad(m.paths[i], fmt.Sprintf("has %v on its diagonal at the stimulus %q (row %d)", v, m.ids[k/n], k/n), "similarities of a stimulus with itself are 1; without --similarities values are dissimilarities")
			}
			square[k] = 1 - v
		}
	}
	name := ""
	if len(m.all) > 1 {
		name = fmt.Sprintf("%q", m.subjects.find(subject)[i])
	}
	return stimuli.Symmetrise(m.paths[i], name, square, m.ids)
}

// write writes the files of the assembly.
func (m *matrices) write() error {
	n := len(m.ids)
	if n*len(m.all) > maxRows {
		return bad(m.paths[0], fmt.Sprintf("makes %d columns of dissimilarities, more than %d", n*len(m.all), maxRows), "import fewer subjects")
	}
	err := m.staging.write("values.npy", func(f *os.File) error {
		out, err := newNPY(f, "<f8", 8, n, n*len(m.all))
		if err != nil {
			return err
		}
		for i := range n {
			var line []byte
			for _, square := range m.all {
				line = append(line, floatBytes(square[i*n:(i+1)*n])...)
			}
			if err := out.put(i, line); err != nil {
				return fmt.Errorf("writing %s: %w", m.staging.target, fsutil.Reason(err))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	var rows []int
	var ids []string
	for i := range m.all {
		rows, ids = append(rows, slices.Repeat([]int{i}, n)...), append(ids, m.ids...)
	}
	if err := m.staging.writeTable("presentation.csv", m.rowTable); err != nil {
		return err
	}
	if err := m.staging.writeTable("neuroid.csv", append(table{{neuroidID, ids}}, m.subjects.selectRows(rows)...)); err != nil {
		return err
	}
	return m.staging.writeInfo(m.ID, "neural", m.StimulusSet, "values: "+stimuli.ValuesDissimilarities+"\n")
}
