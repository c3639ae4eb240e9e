package imports

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// A folder under construction, .NAME.NUMBER.tmp, has beside it .NAME.NUMBER.lock,
// which its process holds and which names the folder that it will be. So what a
// process that was killed has left is told from what another is at.
const (
	unfinished = ".tmp"
	held       = ".lock"
)

var (
	// leftover matches them.
	leftover = regexp.MustCompile(`^\..+\.[0-9a-f]{8}\.(tmp|lock)$`)
	// displaced matches what was there before, while it is being replaced by two
	// renames.
	displaced = regexp.MustCompile(`^(.+)\.[0-9a-f]{8}\.old$`)
)

// hold creates the lock of a folder under construction. Where locks do not work
// there is none. fs.ErrExist says that the name is taken.
func hold(path, target string) (release func(), err error) {
	none := func() {}
	l := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_EXCL|os.O_RDWR), flock.SetPermissions(0o666))
	ok, err := l.TryLock()
	switch {
	case errors.Is(err, fs.ErrExist):
		return none, err
	case err != nil:
		_ = os.Remove(path)
		return none, nil
	}
	release = func() { removeLocked(l) }
	// A sweep may have come between.
	here, err := l.Stat()
	there, errThere := os.Stat(path)
	if !ok || errors.Join(err, errThere) != nil || !os.SameFile(here, there) {
		_ = l.Unlock()
		return none, fs.ErrExist
	}
	if err := writeTarget(path, target); err != nil {
		release()
		return none, nil
	}
	return release, nil
}

// targetOffset is where a lock names its folder. The lock is on the first byte,
// which Windows lets nobody else read or write.
const targetOffset = 1

func writeTarget(path, target string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt([]byte(target), targetOffset)
	return errors.Join(err, f.Close())
}

func readTarget(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	content, err := io.ReadAll(io.NewSectionReader(f, targetOffset, 1<<10))
	return string(content), err
}

// removeLocked removes the file of a lock and then unlocks it, so that nobody can
// take a lock that is about to go. Windows cannot remove an open file.
func removeLocked(l *flock.Flock) {
	if runtime.GOOS == "windows" {
		_ = l.Unlock()
		_ = os.Remove(l.Path())
		return
	}
	_ = os.Remove(l.Path())
	_ = l.Unlock()
}

// Sweep removes what imports that were killed have left in a data home.
func Sweep(home stimuli.Home) {
	sweep(home.StimuliDir())
	sweep(home.AssembliesDir())
}

// sweep removes what imports that were killed have left in a folder.
func sweep(parent string) {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return
	}
	for _, e := range entries {
		path := filepath.Join(parent, e.Name())
		switch ext := filepath.Ext(path); {
		case !leftover.MatchString(e.Name()):
		case ext == held && e.Type().IsRegular():
			clear(strings.TrimSuffix(path, held))
		case ext == unfinished && e.IsDir():
			// Where locks do not work its age has to do.
			_, err := os.Lstat(strings.TrimSuffix(path, unfinished) + held)
			info, errInfo := e.Info()
			if errors.Is(err, fs.ErrNotExist) && errInfo == nil && time.Since(info.ModTime()) > 24*time.Hour {
				_ = os.RemoveAll(path)
			}
		}
	}
}

// clear removes a folder under construction if nobody holds it.
func clear(base string) {
	l := flock.New(base+held, flock.SetFlag(os.O_RDWR))
	if ok, err := l.TryLock(); !ok || err != nil {
		return
	}
	defer l.Unlock()
	name, err := readTarget(base + held)
	if err != nil {
		return
	}
	dir, parent := base+unfinished, filepath.Dir(base)
	if filepath.IsLocal(name) {
		target := filepath.Join(parent, name)
		restore(parent, filepath.Base(dir), target)
		restore(dir, "", target)
	}
	if os.RemoveAll(dir) == nil {
		removeLocked(l)
	}
}

// restore puts back what was renamed away, unless what replaces it has come: the
// whole target, known by the name of the folder that was to replace it, or
// files in it.
func restore(in, of, target string) {
	entries, err := os.ReadDir(in)
	if err != nil {
		return
	}
	for _, e := range entries {
		m := displaced.FindStringSubmatch(e.Name())
		if m == nil || of != "" && m[1] != of {
			continue
		}
		to := target
		if of == "" {
			to = filepath.Join(target, m[1])
		}
		from := filepath.Join(in, e.Name())
		if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			_ = os.Rename(from, to)
		} else if err == nil {
			_ = os.RemoveAll(from)
		}
	}
}
