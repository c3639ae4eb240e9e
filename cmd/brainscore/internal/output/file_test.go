package output

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

func render(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// folderHolds checks the names in a folder: no temporary file may remain.
func folderHolds(t *testing.T, folder string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("folder holds %q, want %q", got, want)
	}
}

func TestWriteFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "scores.json")
	var stdout bytes.Buffer
	for _, content := range []string{"one", "two"} {
		if err := Check(path); err != nil {
			t.Fatal(err)
		}
		if err := Write(t.Context(), path, &stdout, render(content)); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(path); string(got) != content {
			t.Errorf("file holds %q, want %q", got, content)
		}
	}
	if stdout.Len() > 0 {
		t.Errorf("standard output got %q", stdout.String())
	}
	folderHolds(t, folder, "scores.json")
}

func TestWriteStdout(t *testing.T) {
	t.Chdir(t.TempDir())
	var stdout bytes.Buffer
	if err := errors.Join(Check(Stdout), Write(t.Context(), Stdout, &stdout, render("x"))); err != nil {
		t.Fatal(err)
	}
	if stdout.String() != "x" {
		t.Errorf("standard output got %q", stdout.String())
	}
	folderHolds(t, ".")
}

func TestWriteKeepsPermissionsAndLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("permissions and links are those of Unix")
	}
	folder := t.TempDir()
	path, link := filepath.Join(folder, "a"), filepath.Join(folder, "link")
	if err := errors.Join(os.WriteFile(path, nil, 0o640), os.Chmod(path, 0o604), os.Symlink("a", link)); err != nil {
		t.Fatal(err)
	}
	if err := Write(t.Context(), link, nil, render("x")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o604 || info.Size() != 1 {
		t.Errorf("file is %v %v", info, err)
	}
	if to, err := os.Readlink(link); to != "a" {
		t.Errorf("the link leads to %q, %v", to, err)
	}

	// A new file has the permissions of any new file of the process.
	plain, ours := filepath.Join(folder, "plain"), filepath.Join(folder, "ours")
	if err := errors.Join(os.WriteFile(plain, nil, 0o666), Write(t.Context(), ours, nil, render("x"))); err != nil {
		t.Fatal(err)
	}
	want, _ := os.Stat(plain)
	if got, _ := os.Stat(ours); got.Mode() != want.Mode() {
		t.Errorf("mode %v, want %v", got.Mode(), want.Mode())
	}
}

func TestWriteLeavesNothingOnFailure(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "scores.json")
	if err := os.WriteFile(path, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	var stdout bytes.Buffer
	errRender := errors.New("cannot render")
	half := func(w io.Writer) error { io.WriteString(w, "half"); return errRender }
	for _, p := range []string{path, Stdout} {
		if err := Write(t.Context(), p, &stdout, half); !errors.Is(err, errRender) {
			t.Errorf("error %v", err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	interrupted := func(w io.Writer) error { cancel(); return render("half")(w) }
	for _, p := range []string{path, Stdout} {
		if err := Write(ctx, p, &stdout, interrupted); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	}
	if got, _ := os.ReadFile(path); string(got) != "old" || stdout.Len() > 0 {
		t.Errorf("file holds %q, standard output %q", got, stdout.String())
	}
	folderHolds(t, folder, "scores.json")
}

func TestWriteRefuses(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, want string }{
		{folder, "writing " + folder + ": it is a folder"},
		{filepath.Join(folder, "missing", "x"), "missing"},
		{filepath.Join(file, "x"), "not a directory"},
		{"", "no output file named"},
	} {
		for what, err := range map[string]error{"Check": Check(c.path), "Write": Write(t.Context(), c.path, nil, render("x"))} {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s(%q): error %v, want %q in it", what, c.path, err, c.want)
			}
		}
	}
	folderHolds(t, folder, "file")
}

func TestWriteUnwritableFolder(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root writes anywhere")
	}
	folder := filepath.Join(t.TempDir(), "locked")
	if err := os.Mkdir(folder, 0o500); err != nil {
		t.Fatal(err)
	}
	err := Check(filepath.Join(folder, "x"))
	if !errors.Is(err, os.ErrPermission) {
		t.Errorf("error %v", err)
	}
}

func TestWriteFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("no /dev/full here")
	}
	defer full.Close()
	err = Write(t.Context(), "/dev/full", nil, render("x"))
	if !errors.Is(err, syscall.ENOSPC) || !strings.HasPrefix(err.Error(), "writing /dev/full: ") {
		t.Errorf("to a file: %v", err)
	}
	err = Write(t.Context(), Stdout, full, render("x"))
	if !errors.Is(err, syscall.ENOSPC) || !strings.HasPrefix(err.Error(), "writing standard output: ") {
		t.Errorf("to standard output: %v", err)
	}
	if info, err := os.Stat("/dev/full"); err != nil || info.Mode().IsRegular() {
		t.Error("the device was replaced")
	}
}
