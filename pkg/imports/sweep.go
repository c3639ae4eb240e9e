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

// A folder under construction, .NAME.NUMBER.tmp, has a lock, .NAME.NUMBER.lock,
// which its process holds and which names the target. A folder whose lock is free
// was left by a process that was killed.
const (
	buildSuffix = ".tmp"
	lockSuffix  = ".lock"
)

var (
	// leftover matches both.
	leftover = regexp.MustCompile(`^\..+\.[0-9a-f]{8}\.(tmp|lock)$`)
	// displaced matches the old folder while two renames replace it.
	displaced = regexp.MustCompile(`^(.+)\.[0-9a-f]{8}\.old$`)
)

// lockFolder creates the lock of a folder under construction. On file systems
// without locks it creates none. It returns fs.ErrExist if the name is taken.
func lockFolder(path, target string) (release func(), err error) {
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
	// A sweep may have removed the file before it was locked.
	locked, err := l.Stat()
	current, errCurrent := os.Stat(path)
	if !ok || errors.Join(err, errCurrent) != nil || !os.SameFile(locked, current) {
		_ = l.Unlock()
		return none, fs.ErrExist
	}
	if err := writeTarget(path, target); err != nil {
		release()
		return none, nil
	}
	return release, nil
}

// targetOffset is the offset of the target's name in a lock file. The lock is on
// the first byte, which Windows lets nobody else read or write.
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
// take a lock that is about to be removed. Windows cannot remove an open file.
func removeLocked(l *flock.Flock) {
	if runtime.GOOS == "windows" {
		_ = l.Unlock()
		_ = os.Remove(l.Path())
		return
	}
	_ = os.Remove(l.Path())
	_ = l.Unlock()
}

// Sweep removes the unfinished folders of imports that were killed in a data home.
func Sweep(home stimuli.Home) {
	sweep(home.StimuliDir())
	sweep(home.AssembliesDir())
}

// sweep removes the unfinished folders of imports that were killed in a folder.
func sweep(parent string) {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return
	}
	for _, e := range entries {
		path := filepath.Join(parent, e.Name())
		switch ext := filepath.Ext(path); {
		case !leftover.MatchString(e.Name()):
		case ext == lockSuffix && e.Type().IsRegular():
			clear(strings.TrimSuffix(path, lockSuffix))
		case ext == buildSuffix && e.IsDir():
			// Without locks its age decides.
			_, err := os.Lstat(strings.TrimSuffix(path, buildSuffix) + lockSuffix)
			info, errInfo := e.Info()
			if errors.Is(err, fs.ErrNotExist) && errInfo == nil && time.Since(info.ModTime()) > 24*time.Hour {
				_ = os.RemoveAll(path)
			}
		}
	}
}

// clear removes a folder under construction if nobody holds it.
func clear(base string) {
	l := flock.New(base+lockSuffix, flock.SetFlag(os.O_RDWR))
	if ok, err := l.TryLock(); !ok || err != nil {
		return
	}
	defer l.Unlock()
	name, err := readTarget(base + lockSuffix)
	if err != nil {
		return
	}
	dir, parent := base+buildSuffix, filepath.Dir(base)
	if filepath.IsLocal(name) {
		target := filepath.Join(parent, name)
		restore(parent, filepath.Base(dir), target)
		restore(dir, "", target)
	}
	if os.RemoveAll(dir) == nil {
		removeLocked(l)
	}
}

// restore moves displaced folders or files of a folder back, unless their
// replacement exists. If name is given, it names the folder that was to
// replace the target as a whole; else the displaced are files in the target.
func restore(folder, name, target string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	for _, e := range entries {
		m := displaced.FindStringSubmatch(e.Name())
		if m == nil || name != "" && m[1] != name {
			continue
		}
		to := target
		if name == "" {
			to = filepath.Join(target, m[1])
		}
		from := filepath.Join(folder, e.Name())
		if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			_ = os.Rename(from, to)
		} else if err == nil {
			_ = os.RemoveAll(from)
		}
	}
}
