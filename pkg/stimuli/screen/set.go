package screen

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/internal/fsutil"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// DegreesColumn is the column of a stimulus set with the size of each stimulus.
const DegreesColumn = "degrees"

// fileColumns are the columns that may name the file of each image.
var fileColumns = []string{"filename", "image_file_name", "file_name", "stimulus_path_within_store"}

// Request asks for the images of a stimulus set on the screen of a model.
type Request struct {
	Set *stimuli.StimulusSet
	// Images is the folder with the images, Output the one that they are written to.
	Images, Output string
	// Sees is the size of the screen in degrees of visual angle. Shown is the size at
	// which the stimuli were shown, 0 if the column DegreesColumn states it.
	Sees, Shown float64
}

// Result describes what was written.
type Result struct {
	Images  int // that were written
	Changed int // that are not copies
}

// ImagesDir returns the folder of a stimulus set's images in a data home.
func ImagesDir(home stimuli.Home, set string) string {
	return filepath.Join(home.StimulusSetPath(set), "images")
}

// PlaceSet writes the images under their names and, in stimuli.PlacementFile, what was
// done. If an image cannot be placed, it leaves the folder as it was. Of a folder that
// exists, it replaces the files one by one and writes stimuli.PlacementFile last.
func PlaceSet(ctx context.Context, r Request) (Result, error) {
	if err := stimuli.CheckDegrees(r.Sees); err != nil {
		return Result{}, fmt.Errorf("the degrees that the model sees are %w", err)
	}
	shown, err := r.shown()
	if err != nil {
		return Result{}, err
	}
	files, err := r.files()
	if err != nil {
		return Result{}, err
	}
	_, err = os.Stat(r.Output)
	exists := err == nil
	parent := r.Output
	if !exists {
		parent = filepath.Dir(filepath.Clean(r.Output))
	}
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return Result{}, fmt.Errorf("writing %s: %w", parent, fsutil.Reason(err))
	}
	temporary, err := os.MkdirTemp(parent, ".place-*.tmp")
	if err != nil {
		return Result{}, fmt.Errorf("writing %s: %w", parent, fsutil.Reason(err))
	}
	defer os.RemoveAll(temporary)
	staged := filepath.Join(temporary, "images") // with the permissions of any new folder
	p, err := r.place(ctx, files, shown, staged)
	if err != nil {
		return Result{}, err
	}
	if exists {
		err = moveInto(r.Output, staged, files)
	} else if err = os.Rename(staged, r.Output); err != nil {
		err = fmt.Errorf("writing %s: %w", r.Output, fsutil.Reason(err))
	} else {
		err = fsutil.SyncDir(parent)
	}
	return Result{p.Images, p.Changed}, err
}

// place writes the images and the placement to a folder.
func (r Request) place(ctx context.Context, files []string, shown []float64, dir string) (stimuli.Placement, error) {
	var changed atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, file := range files {
		g.Go(func() error {
			content, isNew, err := placeFile(ctx, filepath.Join(r.Images, file), shown[i], r.Sees)
			if err != nil {
				return err
			}
			if isNew {
				changed.Add(1)
			}
			target := filepath.Join(dir, file)
			if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
				return fmt.Errorf("writing %s: %w", filepath.Join(r.Output, filepath.Dir(file)), fsutil.Reason(err))
			}
			return fsutil.WriteFile(target, 0o666, func(w io.Writer) error {
				_, err := w.Write(content)
				return err
			})
		})
	}
	if err := g.Wait(); err != nil {
		return stimuli.Placement{}, err
	}
	p := stimuli.Placement{StimulusSet: r.Set.ID, Sees: r.Sees, Shown: r.Shown, Background: []int{int(gray.R), int(gray.G), int(gray.B)}, Images: len(files), Changed: int(changed.Load())}
	return p, stimuli.WritePlacement(filepath.Join(dir, stimuli.PlacementFile), p)
}

// moveInto moves files and the placement to a folder. The placement that the folder has is
// removed first, since it is not that of all images meanwhile.
func moveInto(dir, staged string, files []string) error {
	done := filepath.Join(dir, stimuli.PlacementFile)
	if err := os.Remove(done); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("writing %s: %w", done, fsutil.Reason(err))
	}
	for _, file := range append(slices.Clone(files), stimuli.PlacementFile) {
		target := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
			return fmt.Errorf("writing %s: %w", filepath.Dir(target), fsutil.Reason(err))
		}
		if err := os.Rename(filepath.Join(staged, file), target); err != nil {
			return fmt.Errorf("writing %s: %w", target, fsutil.Reason(err))
		}
	}
	return fsutil.SyncDir(dir)
}

// shown returns the size of each stimulus.
func (r Request) shown() ([]float64, error) {
	all := make([]float64, len(r.Set.IDs))
	if !r.Set.Table.Has(DegreesColumn) {
		if err := stimuli.CheckDegrees(r.Shown); err != nil {
			return nil, fmt.Errorf("the degrees of the stimuli are %w", err)
		}
		for i := range all {
			all[i] = r.Shown
		}
		return all, nil
	}
	if r.Shown != 0 {
		return nil, &stimuli.FileError{Path: r.Set.Table.Path, Line: 1, What: "has a column " + DegreesColumn + ", but the size of the stimuli is given too", Remedy: "give one of them"}
	}
	cells, err := r.Set.Table.Column(DegreesColumn)
	if err != nil {
		return nil, err
	}
	for i, cell := range cells {
		all[i], err = strconv.ParseFloat(strings.TrimSpace(cell), 64)
		if err == nil {
			err = stimuli.CheckDegrees(all[i])
		}
		if err != nil {
			return nil, &stimuli.FileError{Path: r.Set.Table.Path, Line: r.Set.Table.Line(i), What: fmt.Sprintf("%s is %q", DegreesColumn, cell), Remedy: "give a number above 0 and at most 360"}
		}
	}
	return all, nil
}

// files returns the path of each stimulus' image within the folder of images: that a
// column names, or else the one that is called like the stimulus.
func (r Request) files() ([]string, error) {
	known := map[string]string{} // path by it, by its name, and by its name without extension
	err := filepath.WalkDir(r.Images, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
			return err
		}
		within, err := filepath.Rel(r.Images, path)
		if err != nil {
			return err
		}
		name := entry.Name()
		for _, key := range []string{filepath.ToSlash(within), name, strings.TrimSuffix(name, filepath.Ext(name))} {
			if _, ok := known[key]; !ok {
				known[key] = within
			}
		}
		return nil
	})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &stimuli.FileError{Path: r.Images, What: "is missing", Remedy: "put the images there, or fetch them by brainscore data fetch " + r.Set.ID + " --images", Err: err}
	case err != nil:
		return nil, fileerr.Unreadable(r.Images, err)
	}
	names := [][]string{}
	for _, column := range fileColumns {
		if r.Set.Table.Has(column) {
			cells, err := r.Set.Table.Column(column)
			if err != nil {
				return nil, err
			}
			names = append(names, cells)
		}
	}
	names = append(names, r.Set.IDs)
	files := make([]string, len(r.Set.IDs))
	owner := map[string]string{}
	var missing []string
	for i, id := range r.Set.IDs {
		for _, list := range names {
			if file, ok := known[list[i]]; ok {
				files[i] = file
				break
			}
		}
		switch first, twice := owner[files[i]]; {
		case files[i] == "":
			missing = append(missing, id)
		case twice:
			return nil, &stimuli.FileError{Path: filepath.Join(r.Images, files[i]), What: fmt.Sprintf("is the image of two stimuli, %s and %s", first, id), Remedy: "name each image like its stimulus_id, or in the column filename"}
		default:
			owner[files[i]] = id
		}
	}
	if len(missing) > 0 {
		return nil, &stimuli.FileError{Path: r.Images, What: fmt.Sprintf("has no images of %d of %d stimuli, as %s", len(missing), len(files), strings.Join(missing[:min(3, len(missing))], ", ")),
			Remedy: "name each image like its stimulus_id, or in the column filename of " + r.Set.Table.Path}
	}
	return files, nil
}
