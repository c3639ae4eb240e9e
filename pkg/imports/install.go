package imports

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/brainscore-go/brainscore/internal/fsutil"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// ExistsError reports that the target of an import exists.
type ExistsError struct{ Path string }

func (e *ExistsError) Error() string { return e.Path + ": exists already" }

// staging is a folder under construction.
type staging struct {
	dir    string // where it is built
	target string // where it will be
	force  bool
	// release unlocks the folder, so that a sweep may remove it.
	release func()
}

// stage starts the folder parent/name. Its contents go to dir until commit;
// discard must be called in any case.
func stage(parent, name string, force bool) (*staging, error) {
	target := filepath.Join(parent, name)
	if err := vacant(target, force); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return nil, fmt.Errorf("making %s: %w", parent, fsutil.Reason(err))
	}
	sweep(parent)
	for {
		// No identifier starts with a dot.
		base := filepath.Join(parent, fmt.Sprintf(".%.100s.%08x", name, rand.Uint32()))
		release, err := lockFolder(base+lockSuffix, name)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		err = os.Mkdir(base+buildSuffix, 0o777)
		if err != nil {
			release()
		}
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("writing in %s: %w", parent, fsutil.Reason(err))
		}
		return &staging{base + buildSuffix, target, force, release}, nil
	}
}

// checkAssembly returns the stimulus set of a new assembly, and an error if its id cannot
// be one or is taken.
func checkAssembly(home stimuli.Home, id, set string, force bool) (*stimuli.StimulusSet, error) {
	if err := stimuli.SafeID(id); err != nil {
		return nil, err
	}
	if err := vacant(home.AssemblyPath(id), force); err != nil {
		return nil, err
	}
	return loadSet(home, set)
}

// vacant returns an *ExistsError if a path exists, unless force is set.
func vacant(path string, force bool) error {
	_, err := os.Lstat(path)
	if err == nil && !force {
		return &ExistsError{path}
	}
	return nil
}

// path returns the path of a file in the folder under construction.
func (s *staging) path(name string) string { return filepath.Join(s.dir, name) }

// discard removes the folder under construction, if it was not committed.
func (s *staging) discard() {
	_ = os.RemoveAll(s.dir)
	s.release()
}

// commit moves the folder to its target in one step.
func (s *staging) commit() error {
	if err := fsutil.SyncDir(s.dir); err != nil {
		return err
	}
	if err := vacant(s.target, s.force); err != nil {
		return err
	}
	if _, err := os.Lstat(s.target); err == nil {
		// The old folder gets the hidden name, so discard removes it.
		if err := fsutil.Exchange(s.dir, s.target); err != nil {
			return fmt.Errorf("replacing %s: %w", s.target, fsutil.Reason(err))
		}
	} else if err := os.Rename(s.dir, s.target); err != nil {
		return fmt.Errorf("writing %s: %w", s.target, fsutil.Reason(err))
	}
	return fsutil.SyncDir(filepath.Dir(s.target))
}

// commitInto moves the named files into the target, in the given order, each in
// one step. The target may exist and hold other files.
func (s *staging) commitInto(names []string) error {
	if _, err := os.Lstat(s.target); errors.Is(err, fs.ErrNotExist) {
		return s.commit()
	}
	for _, name := range names {
		if err := vacant(filepath.Join(s.target, name), s.force); err != nil {
			return err
		}
	}
	for _, name := range names {
		to := filepath.Join(s.target, name)
		if info, err := os.Lstat(to); err == nil && info.IsDir() {
			if err := fsutil.Exchange(s.path(name), to); err != nil {
				return fmt.Errorf("replacing %s: %w", to, fsutil.Reason(err))
			}
			continue
		}
		if err := os.Rename(s.path(name), to); err != nil {
			return fmt.Errorf("writing %s: %w", to, fsutil.Reason(err))
		}
	}
	return fsutil.SyncDir(s.target)
}

// write creates a file of the folder by a function and flushes it to the disk.
func (s *staging) write(name string, fill func(*os.File) error) error {
	return createFile(s.path(name), fill)
}

func createFile(path string, fill func(*os.File) error) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, fsutil.Reason(err))
	}
	err = fill(f)
	if err == nil {
		if err = f.Sync(); err != nil {
			err = fmt.Errorf("writing %s: %w", path, fsutil.Reason(err))
		}
	}
	if e := f.Close(); err == nil && e != nil {
		err = fmt.Errorf("writing %s: %w", path, fsutil.Reason(e))
	}
	return err
}

// bad reports a file that cannot be imported.
func bad(path, what, remedy string) error {
	return &stimuli.FileError{Path: path, What: what, Remedy: remedy}
}
