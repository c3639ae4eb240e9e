package fsutil

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// names lists a folder, so that tests see files left behind.
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

func TestWriteFile(t *testing.T) {
	failure := errors.New("no more")
	for _, c := range []struct {
		name  string
		old   string // content before; empty if there is no file
		perm  fs.FileMode
		write func(io.Writer) error
		want  string
		err   error
	}{
		{"a new file", "", 0, text("new"), "new", nil},
		{"an old file", "old", 0, text("new"), "new", nil},
		{"permissions", "old", 0o640, text("new"), "new", nil},
		{"an empty file", "old", 0, text(""), "", nil},
		{"a failure", "old", 0, func(w io.Writer) error { return errors.Join(text("half")(w), failure) }, "old", failure},
		{"a failure of a new file", "", 0, func(io.Writer) error { return failure }, "", failure},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "file.txt")
		if c.old != "" {
			if err := os.WriteFile(path, []byte(c.old), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := WriteFile(path, c.perm, c.write); !errors.Is(err, c.err) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.err)
		}
		got, err := os.ReadFile(path)
		if c.old == "" && c.err != nil {
			if !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s: the file exists", c.name)
			}
			continue
		}
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %q (%v), want %q", c.name, got, err, c.want)
		}
		if info, err := os.Stat(path); err == nil && c.perm != 0 && runtime.GOOS != "windows" && info.Mode().Perm() != c.perm {
			t.Errorf("%s: permissions %v, want %v", c.name, info.Mode().Perm(), c.perm)
		}
		if all := names(t, dir); !slices.Equal(all, []string{"file.txt"}) {
			t.Errorf("%s: the folder holds %q", c.name, all)
		}
	}
}

// The name of the temporary file fits where that of the file does.
func TestWriteFileOfLongName(t *testing.T) {
	path := filepath.Join(t.TempDir(), strings.Repeat("n", 250))
	if err := WriteFile(path, 0, text("x")); err != nil {
		t.Error(err)
	}
}

func TestWriteFileWithoutFolder(t *testing.T) {
	if err := WriteFile(filepath.Join(t.TempDir(), "none", "file"), 0, text("x")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, want that the folder does not exist", err)
	}
}

func TestSyncDir(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{dir, filepath.Join(dir, "none")} {
		if err := SyncDir(path); err != nil {
			t.Errorf("SyncDir(%q): %v", path, err)
		}
	}
}

func TestExchange(t *testing.T) {
	for name, swap := range map[string]func(from, to string) error{"Exchange": Exchange, "exchangeByRename": exchangeByRename} {
		dir := t.TempDir()
		from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
		for _, p := range []string{from, to} {
			if err := errors.Join(os.Mkdir(p, 0o777), os.WriteFile(filepath.Join(p, "name"), []byte(filepath.Base(p)), 0o666)); err != nil {
				t.Fatal(err)
			}
		}
		if err := swap(from, to); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for p, want := range map[string]string{from: "to", to: "from"} {
			if got, err := os.ReadFile(filepath.Join(p, "name")); err != nil || string(got) != want {
				t.Errorf("%s: %s holds %q (%v), want %q", name, p, got, err, want)
			}
		}
		if all := names(t, dir); len(all) != 2 {
			t.Errorf("%s: the folder holds %q", name, all)
		}
		// If the new content cannot be moved, the old one is put back.
		if err := swap(filepath.Join(dir, "none"), to); err == nil {
			t.Errorf("%s: a folder that does not exist is exchanged", name)
		}
		if got, _ := os.ReadFile(filepath.Join(to, "name")); string(got) != "from" {
			t.Errorf("%s: the old content is lost", name)
		}
	}
}

func TestReason(t *testing.T) {
	cause := errors.New("cause")
	for _, err := range []error{cause, &fs.PathError{Op: "open", Path: "x", Err: cause}, &os.LinkError{Op: "rename", Old: "x", New: "y", Err: cause}} {
		if got := Reason(err); got != cause {
			t.Errorf("Reason(%v) = %v", err, got)
		}
	}
}
