package imports

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// DumpRequest asks for the import of a file into a model's dump.
type DumpRequest struct {
	Home        stimuli.Home
	Path        string
	Model       string // the dump's folder, made if it is missing
	StimulusSet string
	Layer       string // names the layer, or chooses one of the file's; "" for all
	ByPosition  bool   // read rows in the order of the stimulus set, whatever the ids in the file
	MaxText     int64  // bytes that the coordinates of netCDF may take as text; 0 for the usual
	// Columns name, by a column of trials.csv, the column of a table of choices.
	Columns  map[string]string
	Force    bool
	Progress Progress

	recordings bool // the file holds recordings, of which one array is imported
	trials     bool // rows are trials, which can repeat stimuli
	vectors    bool // the chosen array may have one axis
}

func (q DumpRequest) check() error {
	if err := stimuli.SafeID(q.StimulusSet); err != nil {
		return err
	}
	if info, err := os.Stat(q.Model); err == nil && !info.IsDir() {
		return bad(q.Model, "is not a folder", "name the folder of a model dump")
	}
	return nil
}

// selector returns the noun of the file's arrays and the flag that chooses one.
func (q DumpRequest) selector() (noun, flag string) {
	if q.recordings {
		return "array", "--array"
	}
	return "layer", "--layer"
}

// stage starts the dump's folder of the stimulus set. The folder may exist with
// other files than the named ones.
func (q DumpRequest) stage(names []string) (*staging, error) {
	target := filepath.Join(q.Model, q.StimulusSet)
	for _, name := range names {
		if err := vacant(filepath.Join(target, name), q.Force); err != nil {
			return nil, err
		}
	}
	s, err := stage(q.Model, q.StimulusSet, true)
	if err != nil {
		return nil, err
	}
	s.force = q.Force
	return s, nil
}

// dumpFiles describes the files of an import before they are written.
type dumpFiles struct {
	names  []string // of files or folders in the stimulus set's folder
	layers []string // in the file
	rows   int
	// transposed is the length of the last dimension, 0 if it is unknown.
	transposed int
	candidates []*rowNames // arrays that may name the stimulus of each row
	ignored    []string    // the other parts of the file
	partName   string      // "dataset" or "array"
	what       string
	write      func(s *staging) error
}

// noteIgnored notes the parts of the file that are neither features nor the array
// that names their rows.
func (f *dumpFiles) noteIgnored(path, names string, r *Result) {
	var ignored []string
	names, _, _ = strings.Cut(names, "[") // a column of it
	for _, name := range f.ignored {
		if name != names {
			ignored = append(ignored, name)
		}
	}
	if len(ignored) > 0 {
		r.note("%s: ignores %d %s(s) that are not features (%s)", path, len(ignored), f.partName, few(ignored))
	}
}

// Activations adds layers, or class probabilities, to a model's dump. Their rows
// are aligned by the ids in the file, else by the order of the stimulus set.
func Activations(ctx context.Context, q DumpRequest) (*Result, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	r := &Result{}
	files, release, err := q.open(ctx, r)
	if err != nil {
		return nil, err
	}
	defer release()
	ids, err := q.stimuli(ctx, files, r)
	if err != nil {
		return nil, err
	}
	s, err := q.stage(files.names)
	if err != nil {
		return nil, err
	}
	defer s.discard()
	if err := files.write(s); err != nil {
		return nil, err
	}
	names := files.names
	// The ids go first: without them arrays would be read in another order.
	if _, err := os.Stat(filepath.Join(s.target, "stimulus_ids.csv")); errors.Is(err, fs.ErrNotExist) {
		if err := s.writeTable("stimulus_ids.csv", table{{stimulusID, ids}}); err != nil {
			return nil, err
		}
		names = append([]string{"stimulus_ids.csv"}, names...)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.Path, r.What = s.target, fmt.Sprintf("%d stimuli, %s", files.rows, files.what)
	return r, s.commitInto(names)
}

// open reads what a file holds by its extension.
func (q DumpRequest) open(ctx context.Context, r *Result) (*dumpFiles, func(), error) {
	switch strings.ToLower(filepath.Ext(q.Path)) {
	case ".nc", ".nc4", ".cdf":
		return q.fromNetCDF(ctx, r)
	case ".npz":
		return q.fromNPZ(ctx, r)
	case ".mat":
		return q.fromMATLAB(ctx, r)
	case ".h5", ".hdf5", ".hdf", ".nwb":
		return q.fromHDF5(ctx, r)
	case ".npy":
		return q.fromNPY(ctx, r)
	}
	content, formats := "activations", ".nc, .npz, .h5, .mat or .npy"
	if q.recordings {
		content, formats = "recordings", ".npy, .npz, .mat, .h5 or .nwb"
	}
	return nil, nil, bad(q.Path, "is not a known format of "+content, "name a file "+formats)
}

// stimuli returns the stimulus of each row. The rows of the dump's other arrays
// must be in the same order.
func (q DumpRequest) stimuli(ctx context.Context, files *dumpFiles, r *Result) ([]string, error) {
	set, err := loadSet(q.Home, q.StimulusSet)
	if err != nil && (hasSet(q.Home, q.StimulusSet) || q.ByPosition) {
		return nil, err
	}
	ids, array, nameErr := q.names(ctx, files, set, r)
	if nameErr != nil {
		return nil, nameErr
	}
	files.noteIgnored(q.Path, array, r)
	if ids == nil {
		if err != nil {
			return nil, err
		}
		if ids, err = q.byPosition(files, set, r); err != nil {
			return nil, err
		}
	}
	if len(ids) != files.rows {
		return nil, bad(q.Path, fmt.Sprintf("has %d rows, but %d stimulus ids", files.rows, len(ids)), "")
	}
	if err := checkUnique(q.Path, stimulusID, ids); err != nil {
		return nil, err
	}
	switch {
	case set == nil:
		r.note("the data home has no stimulus set %s; the stimuli of %s are not checked", q.StimulusSet, q.Path)
	default:
		extra, missing := without(ids, set.IDs), without(set.IDs, ids)
		if len(extra) == len(ids) {
			return nil, &stimuli.AlignmentError{Path: q.Path, What: fmt.Sprintf("names no stimulus of the stimulus set %s, but", q.StimulusSet), IDs: ids,
				Remedy: "name the stimulus set that the model saw", Known: set.IDs}
		}
		if len(extra) > 0 {
			r.note("%s: %d stimuli are not in the stimulus set %s (%s)", q.Path, len(extra), q.StimulusSet, few(extra))
		}
		if len(missing) > 0 {
			r.note("%s: lacks %d stimuli of the stimulus set %s (%s)", q.Path, len(missing), q.StimulusSet, few(missing))
		}
	}
	return ids, q.checkOrder(ctx, ids, set)
}

// byPosition returns the ids of rows in the order of the stimulus set.
func (q DumpRequest) byPosition(files *dumpFiles, set *stimuli.StimulusSet, r *Result) ([]string, error) {
	if len(set.IDs) != files.rows {
		remedy := "name another stimulus set, or put stimulus_ids.csv or file_names.txt into the file's folder"
		if files.transposed == len(set.IDs) {
			remedy = "its last dimension has as many: save the transpose, stimuli × features"
		}
		return nil, bad(q.Path, fmt.Sprintf("has %d rows and does not name their stimuli, and the stimulus set %s has %d stimuli", files.rows, q.StimulusSet, len(set.IDs)), remedy)
	}
	if q.ByPosition {
		r.note("%s: its rows are read in the order of %s, by position", q.Path, set.Table.Path)
	} else {
		r.note("%s: does not name its stimuli; its rows are assumed to be in the order of %s", q.Path, set.Table.Path)
	}
	return set.IDs, nil
}

func hasSet(home stimuli.Home, id string) bool {
	_, err := os.Stat(home.StimulusSetPath(id))
	return err == nil
}

// checkOrder returns an error if the rows are in another order than those of the
// arrays that the dump has.
func (q DumpRequest) checkOrder(ctx context.Context, ids []string, set *stimuli.StimulusSet) error {
	dir := filepath.Join(q.Model, q.StimulusSet)
	source := filepath.Join(dir, "stimulus_ids.csv")
	arrays, _ := filepath.Glob(filepath.Join(dir, "*.npy"))
	var order []string
	switch _, err := os.Stat(source); {
	case err == nil:
		t, err := stimuli.ReadTableContext(ctx, source, len(ids))
		if err != nil {
			return err
		}
		if order, err = t.Column(stimulusID); err != nil {
			return err
		}
	case len(arrays) > 0 && set != nil:
		order, source = set.IDs, set.Table.Path
	default:
		return nil
	}
	if !slices.Equal(order, ids) {
		return bad(q.Path, fmt.Sprintf("has its stimuli in another order than the arrays in %s (by %s)", dir, source), "import it into another --model, or import all layers again")
	}
	return nil
}

// layerName returns the name of a layer's file, without the slashes of a path.
func layerName(name string, r *Result) (string, error) {
	plain := strings.NewReplacer("/", "_", `\`, "_").Replace(strings.Trim(name, "/"))
	if plain != name && strings.Trim(name, "/") != plain {
		r.note("the layer %s is called %s", name, plain)
	}
	return plain, stimuli.SafeID(plain)
}

// layerFiles returns the file name of each layer.
func layerFiles(path string, layers []string, r *Result) ([]string, error) {
	var names []string
	for _, l := range layers {
		name, err := layerName(l, r)
		if err != nil {
			return nil, err
		}
		if slices.Contains(names, name) {
			return nil, bad(path, fmt.Sprintf("has two layers that would be called %q", name), "import each with --layer")
		}
		names = append(names, name)
	}
	return names, nil
}

func stem(path string) string {
	base := filepath.Base(path)
	return strings.TrimSuffix(base, filepath.Ext(base))
}
