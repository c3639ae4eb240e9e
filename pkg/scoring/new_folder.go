package scoring

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

// newFolder is a folder under construction beside its place, to which commit moves it whole.
type newFolder struct {
	dir    string // where it is built
	target string
	made   []string // parents of the target that were missing, the outermost first
}

// startFolder starts a folder, which must not exist unless it is empty, and makes the parents
// that it lacks. discard must be called in any case.
func startFolder(path string) (*newFolder, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", path, fsutil.Reason(err))
	}
	f := &newFolder{target: absolute}
	info, err := os.Lstat(absolute)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("writing %s: %w", path, fsutil.Reason(err))
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, &stimuli.FileError{Path: path, What: "is a symbolic link", Remedy: "name a new folder"}
	case !info.IsDir():
		return nil, &stimuli.FileError{Path: path, What: "exists and is not a folder", Remedy: "name a new folder"}
	default:
		entries, err := os.ReadDir(absolute)
		if err != nil {
			return nil, fmt.Errorf("writing %s: %w", path, fsutil.Reason(err))
		}
		if len(entries) > 0 {
			return nil, &stimuli.FileError{Path: path, What: "exists and is not empty", Remedy: "name a new folder"}
		}
	}
	if err := f.makeParents(); err != nil {
		f.discard()
		return nil, fmt.Errorf("writing %s: %w", path, fsutil.Reason(err))
	}
	if f.dir, err = tempFolder(absolute); err != nil {
		f.discard()
		return nil, fmt.Errorf("writing %s: %w", path, fsutil.Reason(err))
	}
	return f, nil
}

// makeParents makes the parents of the target that are missing.
func (f *newFolder) makeParents() error {
	var missing []string
	for dir := filepath.Dir(f.target); ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		missing = append(missing, dir)
	}
	for i := len(missing) - 1; i >= 0; i-- {
		if err := os.Mkdir(missing[i], 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		f.made = append(f.made, missing[i])
	}
	return nil
}

// commit moves the folder to its place.
func (f *newFolder) commit() error {
	if err := os.Rename(f.dir, f.target); err != nil {
		return fmt.Errorf("writing %s: %w", f.target, fsutil.Reason(err))
	}
	f.dir, f.made = "", nil
	return fsutil.SyncDir(filepath.Dir(f.target))
}

// discard removes what was made, unless commit moved it.
func (f *newFolder) discard() {
	if f.dir != "" {
		os.RemoveAll(f.dir)
	}
	for i := len(f.made) - 1; i >= 0; i-- {
		os.Remove(f.made[i]) // not one that others have written to
	}
}

// tempFolder makes a folder beside a path.
func tempFolder(path string) (string, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(filepath.Dir(absolute), fmt.Sprintf(".%.100s.%08x.tmp", filepath.Base(absolute), rand.Uint32()))
	return dir, os.Mkdir(dir, 0o777)
}
