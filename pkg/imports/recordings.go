package imports

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fsutil"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// RecordingsRequest asks for the import of an array of recordings.
type RecordingsRequest struct {
	Home        stimuli.Home
	Path        string
	ID          string
	StimulusSet string
	Stimuli     string // a table with a row for each row of the array; "" if the file names its rows
	Neuroids    string // a table with a row for each neuroid; "" to number them
	Array       string // chooses one of the file's arrays; "" if it has one
	ByPosition  bool   // read rows in the order of the stimulus set
	Force       bool
	Progress    Progress
}

// maxRows bounds presentations and neuroids, whose tables are held in memory.
const maxRows = 1 << 22

// Recordings installs an array of recordings as an assembly: stimuli × neuroids, trials ×
// neuroids, or stimuli × repetitions × neuroids.
func Recordings(ctx context.Context, q RecordingsRequest) (*Result, error) {
	set, err := checkAssembly(q.Home, q.ID, q.StimulusSet, q.Force)
	if err != nil {
		return nil, err
	}
	if slices.Contains([]string{".nc", ".nc4", ".cdf"}, strings.ToLower(filepath.Ext(q.Path))) {
		return nil, bad(q.Path, "is a netCDF file, whose dimensions have names", "import it by import assembly")
	}
	r := &Result{}
	from := DumpRequest{Home: q.Home, Path: q.Path, StimulusSet: q.StimulusSet, Layer: q.Array, ByPosition: q.ByPosition, Progress: q.Progress, recordings: true}
	if strings.EqualFold(filepath.Ext(q.Path), ".npy") {
		if q.Array != "" {
			return nil, bad(q.Path, "holds one array, which has no name", "remove --array")
		}
		from.Layer = "values"
	}
	files, release, err := from.open(ctx, &Result{})
	if err != nil {
		return nil, err
	}
	defer release()
	if len(files.names) > 1 {
		return nil, bad(q.Path, fmt.Sprintf("has %d arrays (%s)", len(files.names), few(files.layers)), "choose that of the recordings with --array")
	}
	s, err := stage(q.Home.AssembliesDir(), q.ID, q.Force)
	if err != nil {
		return nil, err
	}
	defer s.discard()
	if err := files.write(s); err != nil {
		return nil, err
	}
	// The array is first copied as it is, then read by its rows.
	raw := s.path("array")
	if err := os.Rename(s.path(files.names[0]), raw); err != nil {
		return nil, fmt.Errorf("writing %s: %w", s.target, fsutil.Reason(err))
	}
	a, err := npy.Open(raw)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	v := &recorded{RecordingsRequest: q, a: a, set: set}
	if err := v.measure(); err != nil {
		return nil, err
	}
	from.trials = v.repetitions == 0
	if err := v.nameRows(ctx, from, files, r); err != nil {
		return nil, err
	}
	if err := v.nameNeuroids(ctx, r); err != nil {
		return nil, err
	}
	if err := v.write(ctx, s, r); err != nil {
		return nil, err
	}
	a.Close()
	if err := os.Remove(raw); err != nil {
		return nil, fmt.Errorf("writing %s: %w", s.target, fsutil.Reason(err))
	}
	if err := s.writeInfo(q.ID, "neural", q.StimulusSet); err != nil {
		return nil, err
	}
	// An assembly that cannot be scored is not installed.
	assembly, err := stimuli.OpenNeural(s.dir)
	if err != nil {
		return nil, err
	}
	assembly.Close()
	r.Path = s.target
	return r, s.commit()
}

// recorded is an array of recordings with the tables of its rows and columns.
type recorded struct {
	RecordingsRequest
	a   *npy.File
	set *stimuli.StimulusSet

	rows, repetitions, neuroids int // repetitions is 0 if the array has no axis for them
	rowTable, neuroidTable      table
}

// measure reads the lengths of the axes.
func (v *recorded) measure() error {
	const remedy = "save stimuli × repetitions × neuroids, stimuli × neuroids or trials × neuroids"
	shape := v.a.Shape()
	switch len(shape) {
	case 2:
		v.rows, v.neuroids = shape[0], shape[1]
	case 3:
		v.rows, v.repetitions, v.neuroids = shape[0], shape[1], shape[2]
	default:
		return bad(v.Path, fmt.Sprintf("holds an array of the shape %v", shape), remedy)
	}
	if v.rows > maxRows/max(1, v.repetitions) || v.neuroids > maxRows {
		return bad(v.Path, fmt.Sprintf("holds an array of the shape %v, more than %d presentations or neuroids", shape, maxRows), remedy)
	}
	return nil
}

// nameRows reads the table of rows, or makes it of what the file or the stimulus set
// says of them.
func (v *recorded) nameRows(ctx context.Context, from DumpRequest, files *dumpFiles, r *Result) error {
	if v.Stimuli == "" {
		ids, array, err := from.names(ctx, files, v.set, r)
		if err != nil {
			return err
		}
		if ids == nil && !v.ByPosition {
			return bad(v.Path, fmt.Sprintf("does not name the stimuli of its %d rows", v.rows), "give a table of them by --stimuli FILE.csv, or read them in the order of "+v.set.Table.Path+" with --by-position")
		}
		if ids == nil {
			if ids, err = from.byPosition(files, v.set, r); err != nil {
				return err
			}
		}
		if len(ids) != v.rows {
			return bad(v.Path, fmt.Sprintf("has %d rows, but %d stimulus ids", v.rows, len(ids)), "write one id for each row")
		}
		files.noteIgnored(v.Path, array, r)
		v.rowTable = table{{stimulusID, ids}}
		return v.checkRows(v.Path)
	}
	if v.ByPosition {
		return bad(v.Stimuli, "names the rows, which --by-position reads without names", "give --stimuli or --by-position")
	}
	t, err := v.tableOf(ctx, v.Stimuli, v.rows, "rows")
	if err != nil {
		return err
	}
	t.rename(imageID, stimulusID)
	if !t.has(stimulusID) {
		return bad(v.Stimuli, "has no column stimulus_id or image_id", "it has "+t.names())
	}
	v.rowTable = t.first(stimulusID)
	if err := v.checkRows(v.Stimuli); err != nil {
		return err
	}
	// The file may name its rows too.
	all, _, err := files.readNames(ctx, from, v.set)
	if err != nil {
		return err
	}
	ids, array, err := from.namesInSet(v.rows, all, v.set, &Result{})
	if err == nil && ids != nil && !slices.Equal(ids, t.find(stimulusID)) {
		err = bad(v.Path, fmt.Sprintf("names its rows by %s (%s), and %s has other stimuli (%s)", array, few(ids), v.Stimuli, few(t.find(stimulusID))), "remove the one that does not name the stimulus of each row")
	}
	files.noteIgnored(v.Path, array, r)
	return err
}

// tableOf reads a table that has a row for each of count rows or neuroids.
func (v *recorded) tableOf(ctx context.Context, path string, count int, noun string) (table, error) {
	t, _, err := readTable(ctx, path)
	if err == nil && t.len() != count {
		remedy := "write one row for each of them"
		if shape := v.a.Shape(); slices.Contains(shape, t.len()) {
			remedy = fmt.Sprintf("the array %v has an axis of %d: save it with its axes as stimuli × repetitions × neuroids, or × neuroids, for example by numpy.transpose", shape, t.len())
		}
		err = bad(path, fmt.Sprintf("has %d rows, but %s has %d %s", t.len(), v.Path, count, noun), remedy)
	}
	return t, err
}

// checkRows returns an error if a row's stimulus is not in the set, or if stimuli repeat
// although the array has repetitions.
func (v *recorded) checkRows(path string) error {
	ids := v.rowTable.find(stimulusID)
	if err := checkNames(path, stimulusID, ids); err != nil {
		return err
	}
	if row := slices.Index(ids, ""); row >= 0 {
		return bad(path, fmt.Sprintf("has an empty stimulus_id in row %d", row+1), "every row needs an id")
	}
	if err := checkInSet(path, ids, v.set); err != nil {
		return err
	}
	if v.repetitions > 0 {
		if v.rowTable.has(repetition) {
			return bad(path, "has a column repetition, and the array an axis of repetitions", "remove the column")
		}
		return checkUnique(path, stimulusID, ids)
	}
	return nil
}

// nameNeuroids reads the table of neuroids, or numbers them.
func (v *recorded) nameNeuroids(ctx context.Context, r *Result) error {
	if v.Neuroids == "" {
		ids := make([]string, v.neuroids)
		for i := range ids {
			ids[i] = strconv.Itoa(i)
		}
		v.neuroidTable = table{{neuroidID, ids}}
		r.note("%s: without --neuroids, its %d neuroids are numbered from 0 and have no region", v.Path, v.neuroids)
		return nil
	}
	t, err := v.tableOf(ctx, v.Neuroids, v.neuroids, "neuroids")
	if err != nil {
		return err
	}
	if !t.has(neuroidID) {
		return bad(v.Neuroids, "has no column neuroid_id", "it has "+t.names())
	}
	if !t.has("region") {
		r.note("%s: has no column region, by which benchmarks select neuroids", v.Neuroids)
	}
	v.neuroidTable = t.first(neuroidID)
	return checkNeuroids(v.Neuroids, t)
}
