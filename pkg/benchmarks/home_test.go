package benchmarks

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestResolveHome(t *testing.T) {
	for name, c := range map[string]struct {
		flag string
		env  map[string]string
		want string
	}{
		"flag":     {"d", map[string]string{"BRAINSCORE_DATA": "e", "XDG_DATA_HOME": "/x", "HOME": "/h"}, "d"},
		"variable": {"", map[string]string{"BRAINSCORE_DATA": "e", "XDG_DATA_HOME": "/x", "HOME": "/h"}, "e"},
		"XDG":      {"", map[string]string{"XDG_DATA_HOME": "/x", "HOME": "/h"}, "/x/brainscore"},
		"relative": {"", map[string]string{"XDG_DATA_HOME": "x", "HOME": "/h"}, "/h/.local/share/brainscore"},
		"HOME":     {"", map[string]string{"HOME": "/h"}, "/h/.local/share/brainscore"},
	} {
		t.Run(name, func(t *testing.T) {
			h, err := ResolveHome(c.flag, func(key string) string { return c.env[key] })
			if err != nil || h.Dir != filepath.FromSlash(c.want) {
				t.Errorf("got %q, %v, want %q", h.Dir, err, c.want)
			}
		})
	}
	_, err := ResolveHome("", func(string) string { return "" })
	var e *HomeError
	if !errors.As(err, &e) || !strings.Contains(err.Error(), "--data DIR") {
		t.Errorf("got %v", err)
	}
}

func TestHomeCheck(t *testing.T) {
	dir := t.TempDir()
	if err := (Home{dir}).Check(); err != nil {
		t.Error(err)
	}
	file := filepath.Join(dir, "file")
	write(t, file, "")
	for _, bad := range []string{filepath.Join(dir, "none"), file} {
		var e *HomeError
		if err := (Home{bad}).Check(); !errors.As(err, &e) {
			t.Errorf("Check of %s is %v", bad, err)
		}
	}
}

func TestHomePaths(t *testing.T) {
	h := Home{"d"}
	got := []string{h.StimulusSetPath("s"), h.AssemblyPath("a"), h.BenchmarksDir()}
	want := []string{filepath.Join("d", "stimuli", "s"), filepath.Join("d", "assemblies", "a"), filepath.Join("d", "benchmarks")}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// homeOf writes definitions into a new data home.
func homeOf(t *testing.T, files map[string]string) Home {
	t.Helper()
	h := Home{t.TempDir()}
	for name, text := range files {
		write(t, filepath.Join(h.BenchmarksDir(), name), text)
	}
	return h
}

func named(identifier string) string {
	return strings.Replace(neural, "identifier: b", "identifier: "+identifier, 1)
}

func identifiers(definitions []*Definition) (ids []string) {
	for _, d := range definitions {
		if d.Source != Embedded {
			ids = append(ids, d.Identifier)
		}
	}
	return ids
}

func TestDefinitions(t *testing.T) {
	h := homeOf(t, map[string]string{
		"z.yaml":       named("z"),
		"a.yml":        named("a"),
		"bad.yaml":     "identifier: [",
		"one.yaml":     named("same"),
		"two.yaml":     named("same"),
		".hidden.yaml": "not: read",
		"notes.txt":    "not read",
		"large.yaml":   "#" + strings.Repeat("x", 2<<20),
	})
	if err := os.Mkdir(filepath.Join(h.BenchmarksDir(), "folder.yaml"), 0o777); err != nil {
		t.Fatal(err)
	}
	definitions, errs := h.Definitions()
	if got, want := identifiers(definitions), []string{"a", "z"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	text := errors.Join(errs...).Error()
	for _, want := range []string{"bad.yaml:1: not YAML", `the benchmark "same" is defined by several files: `, "one.yaml", "two.yaml", "folder.yaml: is a folder, not a file", "large.yaml: the file is larger"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
	if len(errs) != 4 {
		t.Errorf("got %d errors:\n%s", len(errs), text)
	}
	var duplicate *DuplicateError
	if !errors.As(errors.Join(errs...), &duplicate) || len(duplicate.Files) != 2 {
		t.Errorf("got %+v", duplicate)
	}
}

func TestDefinition(t *testing.T) {
	h := homeOf(t, map[string]string{"hvm.IT-pls.yaml": named("hvm.IT-pls"), "bad.yaml": "identifier: [", "one.yaml": named("same"), "two.yaml": named("same")})
	if d, err := h.Definition("hvm.IT-pls"); err != nil || d.Identifier != "hvm.IT-pls" || d.Shadows {
		t.Errorf("got %+v, %v", d, err)
	}
	_, err := h.Definition("hvm.IT-plz")
	var unknown *UnknownBenchmarkError
	if !errors.As(err, &unknown) || unknown.Nearest != "hvm.IT-pls" || unknown.Unusable != 2 {
		t.Errorf("got %v", err)
	}
	var file *FileError
	if _, err := h.Definition("bad"); !errors.As(err, &file) {
		t.Errorf("got %v, not the error of the file", err)
	}
	var duplicate *DuplicateError
	if _, err := h.Definition("same"); !errors.As(err, &duplicate) {
		t.Errorf("got %v", err)
	}
}

func TestNoDefinitions(t *testing.T) {
	for _, h := range []Home{{t.TempDir()}, {filepath.Join(t.TempDir(), "none")}, {}} {
		definitions, errs := h.Definitions()
		if len(identifiers(definitions)) > 0 || len(errs) > 0 {
			t.Errorf("%q: got %v, %v", h.Dir, identifiers(definitions), errs)
		}
	}
}

// The home's definitions stand in for embedded ones of their identifier, also those that
// cannot be used.
func TestHomeStandsInForEmbedded(t *testing.T) {
	const replaced, broken, kept = "MajajHong2015public.IT-pls", "MajajHong2015public.V4-pls", "Baker2022frankenstein-accuracy_delta"
	h := homeOf(t, map[string]string{replaced + ".yaml": named(replaced), broken + ".yaml": "identifier: [", "own.yaml": named("own")})
	byID := map[string]*Definition{}
	all, errs := h.Definitions()
	for _, d := range all {
		byID[d.Identifier] = d
	}
	if len(errs) != 1 || byID[broken] != nil {
		t.Errorf("errors %v, the broken one is %+v", errs, byID[broken])
	}
	for id, want := range map[string]struct {
		source  string
		shadows bool
	}{replaced: {filepath.Join(h.BenchmarksDir(), replaced+".yaml"), true}, "own": {filepath.Join(h.BenchmarksDir(), "own.yaml"), false}, kept: {Embedded, false}} {
		one, err := h.Definition(id)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range []*Definition{one, byID[id]} {
			if d == nil || d.Source != want.source || d.Shadows != want.shadows {
				t.Errorf("%s is %+v", id, d)
			}
		}
	}
}

func TestUnreadableDefinition(t *testing.T) {
	h := homeOf(t, map[string]string{"b.yaml": neural})
	file := filepath.Join(h.BenchmarksDir(), "b.yaml")
	if err := os.Chmod(file, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile(file); err == nil {
		t.Skip("this user may read all files")
	}
	_, err := h.Definition("b")
	if err == nil || !strings.Contains(err.Error(), "b.yaml: cannot be read: permission denied") {
		t.Errorf("got %v", err)
	}
}
