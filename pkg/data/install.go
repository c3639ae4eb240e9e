package data

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/internal/infile"
)

// manifestName is the file in an installed folder that describes its source.
const manifestName = "source.json"

// manifest is the content of source.json.
type manifest struct {
	Schema     int               `json:"schema"`
	Identifier string            `json:"identifier"`
	File       string            `json:"file"` // as published
	SHA1       string            `json:"sha1"`
	Files      map[string]string `json:"files"` // name in the folder → SHA-1
}

// install imports a published file into a staging home and moves the resulting
// folder into place in one step.
func (s *Store) install(ctx context.Context, o Object, path string) error {
	staging := s.staging(o)
	defer os.RemoveAll(staging)
	if err := os.MkdirAll(staging, 0o777); err != nil {
		return err
	}
	var notes []string
	var err error
	if len(o.Parts) > 0 {
		notes, err = s.join(ctx, o, staging)
	} else if o.Kind == StimulusSet {
		notes, err = s.Importer.ImportStimuli(ctx, staging, path, o.ID)
	} else if err = s.copyStimuli(ctx, staging, o.StimulusSet); err == nil {
		notes, err = s.Importer.ImportAssembly(ctx, staging, path, o.ID, o.StimulusSet, o.DataKind())
	}
	if err != nil {
		return err
	}
	for _, n := range notes {
		s.log("%s", n)
	}
	made := filepath.Join(staging, o.Kind.folder(), o.ID)
	if _, err := writeManifest(ctx, made, o, o.Table); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	target := s.installed(o)
	if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
		return err
	}
	return os.Rename(made, target)
}

// copyStimuli copies the stimulus set of an assembly into a staging home.
func (s *Store) copyStimuli(ctx context.Context, staging, set string) error {
	name := filepath.Join("stimuli", set, "stimuli.csv")
	if err := os.MkdirAll(filepath.Join(staging, "stimuli", set), 0o777); err != nil {
		return err
	}
	err := copyFile(ctx, filepath.Join(s.Dir, name), filepath.Join(staging, name))
	if errors.Is(err, fs.ErrNotExist) {
		return &fileerr.Error{Path: filepath.Join(s.Dir, name), What: "is missing; fetch the stimulus set first"}
	}
	return err
}

// hashFolder returns the SHA-1 of all files in a folder but source.json, by their
// names.
func hashFolder(ctx context.Context, dir string) (map[string]string, error) {
	sums := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Name() == manifestName {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err == nil {
			sums[filepath.ToSlash(name)], err = hashFile(ctx, path)
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return sums, err
}

// manifestLimit leaves room for the most files that an archive may hold.
var manifestLimit = infile.Limit{Bytes: 128 << 20, What: "a list of fetched files", Remedy: "fetch the data again"}

func readManifest(dir string) (*manifest, error) {
	path := filepath.Join(dir, manifestName)
	var m manifest
	err := infile.ReadJSON(context.Background(), path, manifestLimit, &m)
	if _, unreadable := errors.AsType[*fileerr.Error](err); unreadable {
		return nil, err
	}
	if err != nil {
		return nil, fileerr.Wrap(path, "is damaged", err)
	}
	return &m, nil
}

// check returns an error if a file of the manifest is missing from a folder, or, if
// content is set, has other content.
func (m *manifest) check(ctx context.Context, dir string, content bool) error {
	for _, name := range slices.Sorted(maps.Keys(m.Files)) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if !filepath.IsLocal(name) {
			return &fileerr.Error{Path: filepath.Join(dir, manifestName), What: fmt.Sprintf("names a file outside its folder: %q", name)}
		}
		if !content {
			if _, err := os.Stat(path); err != nil {
				return &fileerr.Error{Path: path, What: "is missing", Remedy: "brainscore data rm it, then fetch it again"}
			}
			continue
		}
		sum, err := hashFile(ctx, path)
		if errors.Is(err, fs.ErrNotExist) {
			return &fileerr.Error{Path: path, What: "is missing"}
		} else if err != nil {
			return err
		}
		if sum != m.Files[name] {
			return &fileerr.Error{Path: path, What: "was changed since it was installed"}
		}
	}
	return nil
}

// State is the state of an object in a data home.
type State string

// The states of objects.
const (
	StateInstalled State = "installed"
	StateYours     State = "installed, not fetched" // a folder of that name
	StateCached    State = "downloaded"
	StateAbsent    State = "absent"
)

// State returns the state of an object without reading its files.
func (s *Store) State(o Object) State {
	if _, err := os.Stat(s.installed(o)); err == nil {
		if _, err := os.Stat(filepath.Join(s.installed(o), manifestName)); err == nil {
			return StateInstalled
		}
		return StateYours
	}
	for _, f := range o.files() {
		if _, err := os.Stat(s.cached(f)); err == nil && f.Name == o.Table.Name {
			return StateCached
		}
	}
	return StateAbsent
}

// Verify reads an object's files, in the cache and installed, and returns the
// number of those that are as published. The error joins one about each other.
func (s *Store) Verify(ctx context.Context, o Object) (valid int, err error) {
	var errs []error
	for _, f := range o.files() {
		path := s.cached(f)
		sum, err := hashFile(ctx, path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			errs = append(errs, err)
		case sum != f.SHA1:
			errs = append(errs, &fileerr.Error{Path: path, What: fmt.Sprintf("has the SHA-1 %s, but %s was published", sum, f.SHA1)})
		default:
			valid++
		}
	}
	verify := func(dir, published string) {
		m, err := readManifest(dir)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			errs = append(errs, err)
		case m.SHA1 != published:
			errs = append(errs, &fileerr.Error{Path: dir, What: "was made of another version than the registry has"})
		default:
			if err := m.check(ctx, dir, true); err != nil {
				errs = append(errs, err)
			} else {
				valid += len(m.Files)
			}
		}
	}
	verify(s.installed(o), o.Table.SHA1)
	if o.Images != nil {
		verify(s.imagesDir(o), o.Images.SHA1)
	}
	return valid, errors.Join(errs...)
}

// Remove removes an object from the home and the cache, and reports whether it
// found anything. A folder that was not fetched is removed only by force.
func (s *Store) Remove(ctx context.Context, o Object, force bool) (bool, error) {
	unlock, err := s.lock(ctx, o)
	if err != nil {
		return false, err
	}
	defer unlock()
	state := s.State(o)
	if state == StateYours && !force {
		return false, &fileerr.Error{Path: s.installed(o), What: "was not fetched, so it is not removed without --force"}
	}
	found := state != StateAbsent
	if state == StateInstalled || state == StateYours {
		// Move the folder first, so that it is never seen half-removed.
		staging := s.staging(o)
		if err := errors.Join(os.RemoveAll(staging), os.MkdirAll(filepath.Dir(staging), 0o777), os.Rename(s.installed(o), staging)); err != nil {
			return found, err
		}
	}
	errs := []error{os.RemoveAll(s.staging(o))}
	for _, f := range o.files() {
		for _, path := range []string{s.cached(f), s.cached(f) + ".part"} {
			switch err := os.Remove(path); {
			case err == nil:
				found = true
			case !errors.Is(err, fs.ErrNotExist):
				errs = append(errs, err)
			}
		}
		_ = os.Remove(filepath.Dir(s.cached(f))) // fails unless it is empty
	}
	return found, errors.Join(errs...)
}
