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

// DumpRequest asks for files in a model's dump.
type DumpRequest struct {
	Home        stimuli.Home
	Path        string
	Model       string // the dump's folder, made where it is missing
	StimulusSet string
	Layer       string // names the layer, or chooses one of the file's; "" for all
	ByPosition  bool   // take rows in the order of the stimulus set, whatever the file says
	Force       bool
	Progress    Progress
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

// stage starts the dump's folder of the stimulus set, which may be there with
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

// dumpFiles are the files of an import, still to be written.
type dumpFiles struct {
	names  []string // of files or folders in the stimulus set's folder
	layers []string // in the file
	rows   int
	// transposed is the length of the last dimension, 0 where that is unknown.
	transposed int
	named      []*rowNames // what may say which stimulus each row is
	odd        []string    // what else the file holds
	called     string      // "dataset" or "array": what the file's parts are
	what       string
	write      func(s *staging) error
}

// leftOut notes the parts of the file that are neither features nor their rows'
// names.
func (f *dumpFiles) leftOut(path, names string, r *Result) {
	var odd []string
	names, _, _ = strings.Cut(names, "[") // a column of it
	for _, name := range f.odd {
		if name != names {
			odd = append(odd, name)
		}
	}
	if len(odd) > 0 {
		r.note("%s: %d %s(s) that are no features are left out (%s)", path, len(odd), f.called, few(odd))
	}
}

// Activations adds layers, or class probabilities, to a model's dump. Their
// stimuli are those of the file, else those of the stimulus set in its order.
func Activations(ctx context.Context, q DumpRequest) (*Result, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	var read func(context.Context, *Result) (*dumpFiles, func(), error)
	switch strings.ToLower(filepath.Ext(q.Path)) {
	case ".nc", ".nc4", ".cdf":
		read = q.fromNetCDF
	case ".npz":
		read = q.fromNPZ
	case ".h5", ".hdf5", ".hdf", ".mat":
		read = q.fromHDF5
	case ".npy":
		read = q.fromNPY
	default:
		return nil, bad(q.Path, "is of no known kind of activations", "give a file .nc, .npz, .h5, .mat or .npy")
	}
	r := &Result{}
	files, release, err := read(ctx, r)
	if err != nil {
		return nil, err
	}
	defer release()
	ids, err := q.stimuli(files, r)
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
	// The rows' names go first: arrays without them would be taken to be in
	// another order.
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

// stimuli returns which stimulus each row is, and checks that the dump agrees.
func (q DumpRequest) stimuli(files *dumpFiles, r *Result) ([]string, error) {
	set, err := loadSet(q.Home, q.StimulusSet)
	if err != nil && (hasSet(q.Home, q.StimulusSet) || q.ByPosition) {
		return nil, err
	}
	ids, array, nameErr := q.names(files, set, r)
	if nameErr != nil {
		return nil, nameErr
	}
	files.leftOut(q.Path, array, r)
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
		r.note("the data home has no stimulus set %s; the stimuli of %s are taken as they are", q.StimulusSet, q.Path)
	default:
		extra, lacking := without(ids, set.IDs), without(set.IDs, ids)
		if len(extra) == len(ids) {
			remedy := "name the stimulus set that the model saw"
			if how := stimuli.Spelling(ids, set.IDs); how != "" {
				remedy = how + ": write the ids alike"
			}
			return nil, &stimuli.AlignmentError{Path: q.Path, What: fmt.Sprintf("has no stimulus of the stimulus set %s, but", q.StimulusSet), IDs: ids, Remedy: remedy}
		}
		if len(extra) > 0 {
			r.note("%s: %d stimuli are not in the stimulus set %s (%s)", q.Path, len(extra), q.StimulusSet, few(extra))
		}
		if len(lacking) > 0 {
			r.note("%s: lacks %d stimuli of the stimulus set %s (%s)", q.Path, len(lacking), q.StimulusSet, few(lacking))
		}
	}
	return ids, q.checkOrder(ids, set)
}

// byPosition takes the rows in the order of the stimulus set.
func (q DumpRequest) byPosition(files *dumpFiles, set *stimuli.StimulusSet, r *Result) ([]string, error) {
	if len(set.IDs) != files.rows {
		remedy := "name another stimulus set, or put stimulus_ids.csv or file_names.txt beside the file"
		if files.transposed == len(set.IDs) {
			remedy = "its last dimension has as many: save the transpose, stimuli × features"
		}
		return nil, bad(q.Path, fmt.Sprintf("has %d rows and does not name their stimuli, and the stimulus set %s has %d stimuli", files.rows, q.StimulusSet, len(set.IDs)), remedy)
	}
	if q.ByPosition {
		r.note("%s: its rows are taken in the order of %s, by position", q.Path, set.Table.Path)
	} else {
		r.note("%s: does not name its stimuli; its rows are taken to be in the order of %s", q.Path, set.Table.Path)
	}
	return set.IDs, nil
}

func hasSet(home stimuli.Home, id string) bool {
	_, err := os.Stat(home.StimulusSetPath(id))
	return err == nil
}

// checkOrder wants the rows in the order of the arrays that the dump has.
func (q DumpRequest) checkOrder(ids []string, set *stimuli.StimulusSet) error {
	dir := filepath.Join(q.Model, q.StimulusSet)
	given := filepath.Join(dir, "stimulus_ids.csv")
	arrays, _ := filepath.Glob(filepath.Join(dir, "*.npy"))
	var have []string
	switch _, err := os.Stat(given); {
	case err == nil:
		t, err := stimuli.ReadTable(given)
		if err != nil {
			return err
		}
		if have, err = t.Column(stimulusID); err != nil {
			return err
		}
	case len(arrays) > 0 && set != nil:
		have, given = set.IDs, set.Table.Path
	default:
		return nil
	}
	if !slices.Equal(have, ids) {
		return bad(q.Path, fmt.Sprintf("has its stimuli in another order than the arrays in %s (by %s)", dir, given), "import it into another --model, or import all layers again")
	}
	return nil
}

// layerName is the name of a layer's file; paths in names are no folders.
func layerName(name string, r *Result) (string, error) {
	plain := strings.NewReplacer("/", "_", `\`, "_").Replace(strings.Trim(name, "/"))
	if plain != name && strings.Trim(name, "/") != plain {
		r.note("the layer %s is called %s", name, plain)
	}
	return plain, stimuli.SafeID(plain)
}

// layerFiles gives each layer its file name.
func layerFiles(path string, layers []string, r *Result) ([]string, error) {
	var names []string
	for _, l := range layers {
		name, err := layerName(l, r)
		if err != nil {
			return nil, err
		}
		if slices.Contains(names, name) {
			return nil, bad(path, fmt.Sprintf("has two layers that would be called %q", name), "import them one by one with --layer")
		}
		names = append(names, name)
	}
	return names, nil
}

func stem(path string) string {
	base := filepath.Base(path)
	return strings.TrimSuffix(base, filepath.Ext(base))
}
