package imports

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// DumpRequest asks for files in a model's dump.
type DumpRequest struct {
	Home        benchmarks.Home
	Path        string
	Model       string // the dump's folder, made where it is missing
	StimulusSet string
	Layer       string // names the layer, or chooses one of the file's; "" for all
	Force       bool
	Progress    Progress
}

func (q DumpRequest) check() error {
	if err := benchmarks.SafeID(q.StimulusSet); err != nil {
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
	names []string // of files or folders in the stimulus set's folder
	rows  int
	ids   []string // nil where the file has none
	what  string
	write func(s *staging) error
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
	case ".h5", ".hdf5", ".hdf":
		read = q.fromHDF5
	case ".npy":
		read = q.fromNPY
	default:
		return nil, bad(q.Path, "is of no known kind of activations", "give a file .nc, .npz, .h5 or .npy")
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

// stimuli says which stimulus each row is, and that the dump agrees.
func (q DumpRequest) stimuli(files *dumpFiles, r *Result) ([]string, error) {
	set, err := loadSet(q.Home, q.StimulusSet)
	ids := files.ids
	if ids == nil {
		if err != nil {
			return nil, err
		}
		if len(set.IDs) != files.rows {
			return nil, bad(q.Path, fmt.Sprintf("has %d rows and does not name their stimuli, and the stimulus set %s has %d stimuli", files.rows, q.StimulusSet, len(set.IDs)),
				"name another stimulus set, or put stimulus_ids.csv or file_names.txt beside the file")
		}
		r.note("%s: does not name its stimuli; its rows are taken to be in the order of %s", q.Path, set.Table.Path)
		ids = set.IDs
	}
	if len(ids) != files.rows {
		return nil, bad(q.Path, fmt.Sprintf("has %d rows, but %d stimulus ids", files.rows, len(ids)), "")
	}
	if err := checkUnique(q.Path, stimulusID, ids); err != nil {
		return nil, err
	}
	switch {
	case err != nil && !hasSet(q.Home, q.StimulusSet):
		r.note("the data home has no stimulus set %s; the stimuli of %s are taken as they are", q.StimulusSet, q.Path)
	case err != nil:
		return nil, err
	default:
		extra, lacking := without(ids, set.IDs), without(set.IDs, ids)
		if len(extra) == len(ids) {
			return nil, &stimuli.AlignmentError{Path: q.Path, What: fmt.Sprintf("has no stimulus of the stimulus set %s, but", q.StimulusSet), IDs: ids, Remedy: "name the stimulus set that the model saw"}
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

func hasSet(home benchmarks.Home, id string) bool {
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
	return plain, benchmarks.SafeID(plain)
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

// fromNPY takes an array as it is.
func (q DumpRequest) fromNPY(ctx context.Context, r *Result) (*dumpFiles, func(), error) {
	f, err := npy.Open(q.Path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	name := q.Layer
	if name == "" {
		name = stem(q.Path)
	}
	names, err := layerFiles(q.Path, []string{name}, r)
	if err != nil {
		return nil, nil, err
	}
	out := &dumpFiles{names: []string{names[0] + ".npy"}, rows: f.Rows(), what: "layer " + names[0]}
	if out.ids, err = q.idsBeside(); err != nil {
		return nil, nil, err
	}
	out.write = func(s *staging) error {
		return s.write(out.names[0], func(to *os.File) error {
			from, err := os.Open(q.Path)
			if err != nil {
				return bad(q.Path, "cannot be read", reason(err).Error())
			}
			defer from.Close()
			return copyAll(ctx, to, from, q.Progress.start(q.Path, f.Bytes()))
		})
	}
	return out, func() {}, nil
}

// copyAll copies a file in parts.
func copyAll(ctx context.Context, to io.Writer, from io.Reader, progress func(int64)) error {
	buffer := make([]byte, 1<<20)
	var done int64
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := from.Read(buffer)
		if _, e := to.Write(buffer[:n]); e != nil {
			return e
		}
		done += int64(n)
		progress(done)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// idsBeside reads the rows' names from stimulus_ids.csv, or from thingsvision's
// file_names.txt, beside an array.
func (q DumpRequest) idsBeside() ([]string, error) {
	path := filepath.Join(filepath.Dir(q.Path), "stimulus_ids.csv")
	if _, err := os.Stat(path); err == nil {
		t, err := stimuli.ReadTable(path)
		if err != nil {
			return nil, err
		}
		return t.Column(stimulusID)
	}
	path = filepath.Join(filepath.Dir(q.Path), "file_names.txt")
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, bad(path, "cannot be read", reason(err).Error())
	}
	var names []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" {
			names = append(names, line)
		}
	}
	return q.idsOfFiles(names), nil
}

// idsOfFiles takes image files' names for stimulus ids: as they are where the
// stimulus set knows them so, else without folder and extension.
func (q DumpRequest) idsOfFiles(names []string) []string {
	set, err := loadSet(q.Home, q.StimulusSet)
	if err == nil && len(without(names, set.IDs)) == 0 {
		return names
	}
	var ids []string
	for _, n := range names {
		ids = append(ids, stem(filepath.ToSlash(strings.ReplaceAll(n, `\`, "/"))))
	}
	return ids
}
