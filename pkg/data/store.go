package data

import (
	"context"
	"crypto/sha1"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/internal/fsutil"
	"github.com/brainscore-go/brainscore/internal/infile"
)

// Importer converts a published file to a folder of a data home. Its home is a
// temporary one, from which the folder is moved into place after success, so it
// need not clean up when it fails. Notes are lines to print.
type Importer interface {
	// ImportStimuli writes home/stimuli/id.
	ImportStimuli(ctx context.Context, home, csvPath, id string) (notes []string, err error)
	// ImportAssembly writes home/assemblies/id, of kind neural or behavioral.
	// The stimuli.csv of its stimulus set is in home/stimuli.
	ImportAssembly(ctx context.Context, home, ncPath, id, stimulusSet, kind string) (notes []string, err error)
}

// Store fetches published data into a data home, by a cache in it:
//
//	HOME/cache/files/<start of SHA-1>/<file>  as published, checked; <file>.part is incomplete
//	HOME/cache/staging/<kind>-<id>/           an unfinished import
//	HOME/cache/locks/<kind>-<id>.lock         held while a process works on an object
//
// A folder that it installs holds source.json, which describes its source.
type Store struct {
	Dir      string // the data home
	Registry *Registry
	Importer Importer // nil: files are only downloaded
	Mirror   string   // base URL in place of the public store's
	From     string   // folder to copy files from instead of the network
	MaxSize  int64    // of a file that is downloaded, in bytes; 0 means 64 MiB for a table, 16 GiB for recordings, 32 GiB for images
	Images   bool     // fetch the images of stimulus sets too

	// Idle is the time after which an idle connection is aborted; 0 means 30 s.
	Idle time.Duration
	// Retries is the number of further tries; negative means none, 0 means 3.
	Retries int
	// Wait is the time before the first retry; it doubles before each further one.
	// 0 means 0.5 s.
	Wait time.Duration

	// Log, if set, is called with lines to print.
	Log func(line string)
	// Progress, if set, is called when a download starts; the function that it
	// returns is called with the bytes done.
	Progress func(label string, bytes int64) func(done int64)
}

func (s *Store) log(format string, args ...any) {
	if s.Log != nil {
		s.Log(fmt.Sprintf(format, args...))
	}
}

func (s *Store) idle() time.Duration {
	if s.Idle > 0 {
		return s.Idle
	}
	return 30 * time.Second
}

func (s *Store) retries() int {
	if s.Retries == 0 {
		return 3
	}
	return max(0, s.Retries)
}

func (s *Store) wait() time.Duration {
	if s.Wait > 0 {
		return s.Wait
	}
	return 500 * time.Millisecond
}

// longestWait is the maximum time between two tries.
const longestWait = 8 * time.Second

func (s *Store) cached(f File) string {
	return filepath.Join(s.Dir, "cache", "files", f.SHA1[:12], f.Name)
}

func (s *Store) installed(o Object) string { return filepath.Join(s.Dir, o.Kind.folder(), o.ID) }

func objectKey(o Object) string { return o.Kind.folder() + "-" + o.ID }

func (s *Store) staging(o Object) string {
	return filepath.Join(s.Dir, "cache", "staging", objectKey(o))
}

// Sweep removes the unfinished imports of processes that were killed.
func (s *Store) Sweep() {
	staged, err := os.ReadDir(filepath.Join(s.Dir, "cache", "staging"))
	if err != nil {
		return
	}
	for _, e := range staged {
		l := newLock(filepath.Join(s.Dir, "cache", "locks", e.Name()+".lock"))
		if ok, err := l.TryLock(); ok && err == nil {
			_ = os.RemoveAll(filepath.Join(s.Dir, "cache", "staging", e.Name()))
			_ = l.Unlock()
		}
	}
}

// newLock returns a lock that all users of a shared home can take.
func newLock(path string) *flock.Flock { return flock.New(path, flock.SetPermissions(0o666)) }

func (s *Store) lockPath(o Object) string {
	return filepath.Join(s.Dir, "cache", "locks", objectKey(o)+".lock")
}

// lock keeps other processes off an object until unlock is called.
func (s *Store) lock(ctx context.Context, o Object) (unlock func(), err error) {
	path := s.lockPath(o)
	for waiting := false; ctx.Err() == nil; {
		if err := makeFolder(filepath.Dir(path)); err != nil {
			return nil, err
		}
		l := newLock(path)
		ok, err := l.TryLock()
		if err == nil && !ok {
			if !waiting {
				s.log("%s: waiting for another process that works on it", o.ID)
			}
			waiting = true
			_, err = l.TryLockContext(ctx, 100*time.Millisecond)
		}
		switch {
		case errors.Is(err, fs.ErrNotExist): // another process has pruned the folder
		case err != nil:
			return nil, fmt.Errorf("locking %s: %w", o.ID, err)
		case isAt(path, l):
			return func() { _ = l.Unlock() }, nil
		default: // another process has removed the file, whose lock is of no use
			_ = l.Unlock()
		}
	}
	return nil, fmt.Errorf("locking %s: %w", o.ID, ctx.Err())
}

// isAt reports whether a lock is of the file that has the path.
func isAt(path string, l *flock.Flock) bool {
	locked, err := l.Stat()
	if err != nil {
		return false
	}
	info, err := os.Stat(path)
	return err == nil && os.SameFile(locked, info)
}

// makeFolder makes a folder with those above it, also while another process prunes these.
func makeFolder(dir string) (err error) {
	for range 10 {
		if err = os.MkdirAll(dir, 0o777); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return err
}

// prune removes the folders that a fetch that failed leaves empty, and its lock, which is
// held; the home too if it is new.
func (s *Store) prune(o Object, isNew bool) {
	cache := filepath.Join(s.Dir, "cache")
	var empty []string
	for _, f := range o.files() {
		empty = append(empty, filepath.Dir(s.cached(f)))
	}
	empty = append(empty, filepath.Join(cache, "files"), filepath.Join(cache, "staging"), s.lockPath(o), filepath.Join(cache, "locks"), cache)
	if isNew {
		empty = append(empty, s.Dir)
	}
	for _, path := range empty {
		_ = os.Remove(path) // fails unless it is empty
	}
}

// Fetch downloads and imports an object, completely or not at all. It does not
// change an object that is in the home already. A stimulus set must be fetched
// before the assemblies that were recorded with it.
func (s *Store) Fetch(ctx context.Context, o Object) (err error) {
	_, statErr := os.Stat(s.Dir)
	unlock, err := s.lock(ctx, o)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			s.prune(o, errors.Is(statErr, fs.ErrNotExist))
		}
		unlock()
	}()
	if err := os.RemoveAll(s.staging(o)); err != nil { // of a run that was killed
		return err
	}
	done, err := s.isInstalled(ctx, o)
	if !done && err == nil {
		done, err = s.fetchAndImport(ctx, o)
	}
	if err == nil && done && s.Images && o.Kind == StimulusSet {
		err = s.fetchImages(ctx, o)
	}
	return err
}

// fetchAndImport downloads and imports an object, and reports whether its folder is
// installed then.
func (s *Store) fetchAndImport(ctx context.Context, o Object) (installed bool, err error) {
	if o.Needs != "" {
		remedy := "import it by brainscore import " + map[Kind]string{StimulusSet: "stimuli FILE.csv", Assembly: "assembly FILE.nc"}[o.Kind] + " --id " + o.ID
		return false, &fileerr.Error{Path: o.ID, What: "cannot be fetched: it needs " + o.Needs, Remedy: remedy}
	}
	path := ""
	if len(o.Parts) == 0 {
		if path, err = s.ensureCached(ctx, o, o.Table); err != nil {
			return false, err
		}
	}
	if s.Importer == nil {
		s.log("%s: downloaded to %s", o.ID, path)
		return false, nil
	}
	if err := s.install(ctx, o, path); err != nil {
		return false, fmt.Errorf("importing %s: %w", o.ID, err)
	}
	s.log("%s: installed in %s", o.ID, s.installed(o))
	return true, nil
}

// isInstalled reports whether an object's folder exists.
func (s *Store) isInstalled(ctx context.Context, o Object) (bool, error) {
	dir := s.installed(o)
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	m, err := readManifest(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.log("%s: %s exists, was not fetched, and is not changed", o.ID, dir)
	case err != nil:
		return false, err
	case m.SHA1 != o.Table.SHA1:
		return false, &fileerr.Error{Path: dir, What: "was made of another version", Remedy: "brainscore data rm " + o.ID + ", then fetch it again"}
	default:
		if err := m.check(ctx, dir, false); err != nil {
			return false, err
		}
		s.log("%s: exists already", o.ID)
	}
	return true, nil
}

// ensureCached returns the path of a file in the cache. If the file is missing or
// damaged, it is copied from a folder or downloaded.
func (s *Store) ensureCached(ctx context.Context, o Object, f File) (string, error) {
	path := s.cached(f)
	sum, err := hashFile(ctx, path)
	switch {
	case err == nil && sum == f.SHA1:
		return path, nil
	case err == nil:
		s.log("%s: the cached file is damaged and is fetched again", f.Name)
		if err := os.Remove(path); err != nil {
			return "", err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return "", err
	}
	if err := makeFolder(filepath.Dir(path)); err != nil {
		return "", err
	}
	part := path + ".part"
	if s.From != "" {
		err = s.copyLocal(ctx, f, part)
	} else {
		err = s.download(ctx, o, f, part)
	}
	if err != nil {
		return "", err
	}
	return path, os.Rename(part, path)
}

// copyLocal copies a file from the folder of files already downloaded: one of its
// name, else any with its content.
func (s *Store) copyLocal(ctx context.Context, f File, target string) error {
	var named, others []string
	root, err := filepath.EvalSymlinks(s.From) // such a folder is often a link to a larger disk
	if err != nil {
		return fmt.Errorf("searching for %s in %s: %w; name the folder of files already downloaded by --from DIR", f.Name, s.From, fsutil.Reason(err))
	}
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && path != root:
			s.log("%v: not searched", err)
			return fs.SkipDir
		case err != nil:
			return err
		case e.IsDir() || filepath.Ext(path) != filepath.Ext(f.Name):
		case !regular(path):
		case e.Name() == f.Name:
			named = append(named, path)
		default:
			others = append(others, path)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("searching for %s: %w", f.Name, err)
	}
	for _, path := range append(named, others...) {
		sum, err := hashFile(ctx, path)
		if err != nil {
			return err
		}
		if sum == f.SHA1 {
			return copyFile(ctx, path, target)
		}
	}
	if len(named) > 0 {
		return &fileerr.Error{Path: named[0], What: fmt.Sprintf("is not the published file: its SHA-1 is not %s", f.SHA1)}
	}
	return &fileerr.Error{Path: s.From, What: fmt.Sprintf("has no file %s, nor one with its SHA-1 %s", f.Name, f.SHA1)}
}

// regular reports whether a path is of a regular file; others may have no end.
func regular(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func copyFile(ctx context.Context, from, to string) error {
	source, err := infile.Open(ctx, from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err = io.Copy(target, source); err == nil {
		err = target.Sync()
	}
	return errors.Join(err, target.Close())
}

// reader returns the error of its context once that is done.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

func hashFile(ctx context.Context, path string) (string, error) {
	f, err := infile.Open(ctx, path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha1.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}
