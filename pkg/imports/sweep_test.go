package imports

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// names lists a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

// What a process that was killed has left goes; what one is at, what is young
// and not known to be anybody's, and what is no import's stays.
func TestSweep(t *testing.T) {
	home := stimuli.Home{Dir: t.TempDir()}
	parent := home.AssembliesDir()
	alive, err := stage(parent, "x", false)
	if err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-48 * time.Hour)
	for _, name := range []string{
		".dead.0000000a.tmp/values.npy", ".dead.0000000a.lock", ".early.0000000b.lock", ".old.0000000c.tmp/values.npy",
		".young.0000000d.tmp/values.npy", ".notes", ".mine.tmp/values.npy", "dead/values.npy",
	} {
		writeFile(t, filepath.Join(parent, name), "")
		if err := os.Chtimes(filepath.Dir(filepath.Join(parent, name)), long, long); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Now()
	if err := os.Chtimes(filepath.Join(parent, ".young.0000000d.tmp"), now, now); err != nil {
		t.Fatal(err)
	}
	Sweep(home)
	want := []string{filepath.Base(alive.dir), filepath.Base(alive.dir[:len(alive.dir)-len(buildSuffix)]) + lockSuffix, ".mine.tmp", ".notes", ".young.0000000d.tmp", "dead"}
	slices.Sort(want)
	if got := names(t, parent); !slices.Equal(got, want) {
		t.Errorf("%v are left, want %v", got, want)
	}
	writeFile(t, alive.path("values.npy"), "")
	if err := alive.commit(); err != nil {
		t.Fatal(err)
	}
	alive.discard()
	// The next import does so too.
	writeFile(t, filepath.Join(parent, ".dead.0000000a.lock"), "")
	next, err := stage(parent, "y", false)
	if err != nil {
		t.Fatal(err)
	}
	next.discard()
	want = []string{".mine.tmp", ".notes", ".young.0000000d.tmp", "dead", "x"}
	if got := names(t, parent); !slices.Equal(got, want) {
		t.Errorf("%v are left, want %v", got, want)
	}
}

// Where folders are replaced by two renames and the process was killed between
// them, what was there comes back.
func TestSweepPutsBack(t *testing.T) {
	for name, c := range map[string]struct{ files, want []string }{
		"before the second": {[]string{".a.0000000a.tmp.0000000b.old/was", ".a.0000000a.tmp/is"}, []string{"a", "a/was"}},
		"after it":          {[]string{".a.0000000a.tmp.0000000b.old/was", "a/is"}, []string{"a", "a/is"}},
		"another's":         {[]string{".b.0000000c.tmp.0000000b.old/was", ".a.0000000a.tmp/is"}, []string{".b.0000000c.tmp.0000000b.old", ".b.0000000c.tmp.0000000b.old/was"}},
		"of a layer":        {[]string{".a.0000000a.tmp/layer.0000000b.old/was", "a/other"}, []string{"a", "a/layer", "a/layer/was", "a/other"}},
		"of a new layer":    {[]string{".a.0000000a.tmp/layer.0000000b.old/was", "a/layer/is"}, []string{"a", "a/layer", "a/layer/is"}},
	} {
		parent := t.TempDir()
		for _, path := range c.files {
			writeFile(t, filepath.Join(parent, path), "")
		}
		writeFile(t, filepath.Join(parent, ".a.0000000a.lock"), " a") // named after the locked byte
		sweep(parent)
		var got []string
		err := filepath.WalkDir(parent, func(path string, _ os.DirEntry, err error) error {
			if name, _ := filepath.Rel(parent, path); name != "." {
				got = append(got, filepath.ToSlash(name))
			}
			return err
		})
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, %v, want %v", name, got, err, c.want)
		}
	}
}

// A lock that is lockSuffix names its folder to readers with a handle of their own,
// and is gone once it is released, on Windows too.
func TestHeldLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), ".x.0000000a"+lockSuffix)
	release, err := lockFolder(path, "x")
	if err != nil {
		t.Fatal(err)
	}
	if name, err := readTarget(path); err != nil || name != "x" {
		t.Errorf("the lock names %q (%v), want x", name, err)
	}
	if _, err := lockFolder(path, "x"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a lock that exists is taken again: %v", err)
	}
	release()
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the lock is still there: %v", err)
	}
}
