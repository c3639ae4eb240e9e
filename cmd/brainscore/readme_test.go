package main

import (
	"errors"
	"flag"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// consoleBlock is a command of the documentation with its output.
var consoleBlock = regexp.MustCompile("(?s)```console\n\\$ ([^\n]*)\n(.*?)```")

// shown holds the minimal number of commands that pages show with their output, so that
// a test that finds none fails.
var shown = map[string]int{"README.md": 1, "adding-recordings.md": 9, "data-home.md": 2, "hidden-benchmarks.md": 3, "many-models.md": 10, "partitioning.md": 1, "submitting-models.md": 4}

// The commands of the documentation print what it shows, on standard output.
// Published data come from testdata, under the published names.
func TestReadme(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the commands are for a POSIX shell")
	}
	data, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	public := standIns(t, data)
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("%d pages in docs: %v", len(pages), err)
	}
	for _, doc := range append(pages, "../../README.md") {
		t.Run(filepath.Base(doc), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(doc)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			if err := os.Symlink(data, filepath.Join(dir, "testdata")); err != nil {
				t.Fatal(err)
			}
			blocks := consoleBlock.FindAllStringSubmatch(string(text), -1)
			if len(blocks) < shown[filepath.Base(doc)] {
				t.Fatalf("%s shows %d commands", doc, len(blocks))
			}
			for _, block := range blocks {
				runBlock(t, dir, public, block[1], block[2])
			}
		})
	}
}

// runBlock runs a command in a folder and compares what it prints.
func runBlock(t *testing.T, dir string, env []string, command, want string) {
	t.Helper()
	if _, err := exec.LookPath("jq"); err != nil && strings.Contains(command, "| jq ") {
		t.Logf("jq is not here to run %s", command)
		return
	}
	sh := exec.Command("sh", "-c", strings.ReplaceAll(command, "go run ./cmd/brainscore", "brainscore"))
	sh.Dir = dir
	sh.Env = append(os.Environ(), env...)
	var stderr strings.Builder
	sh.Stderr = &stderr
	out, err := sh.Output()
	if err != nil {
		t.Errorf("$ %s\n%v: %s", command, err, &stderr)
		return
	}
	if err := sameNumbers(string(out), want); err != nil {
		t.Errorf("$ %s\nthe documentation shows something else than is printed: %v", command, err)
	}
}

// generated is a part of a page that a command prints, as Markdown.
var generated = regexp.MustCompile("(?s)<!-- (brainscore [^\n]*) -->\n(.*?)<!-- end -->")

var updateDocs = flag.Bool("update-docs", false, "write the generated parts of docs anew")

// Generated parts of the documentation are what their commands print; with
// -update-docs they are written anew.
func TestGeneratedDocs(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		written := generated.ReplaceAllStringFunc(string(text), func(part string) string {
			found++
			command := generated.FindStringSubmatch(part)[1]
			out, err := exec.Command("sh", "-c", command).Output()
			if err != nil {
				t.Fatalf("%s: %v", command, err)
			}
			return "<!-- " + command + " -->\n" + string(out) + "<!-- end -->"
		})
		if written == string(text) {
			continue
		}
		if !*updateDocs {
			t.Errorf("%s holds something else than its commands print; write it anew by -update-docs", page)
		} else if err := os.WriteFile(page, []byte(written), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if found == 0 {
		t.Error("no page has a generated part")
	}
}

// standIns serves small data under the names of published data, and returns the
// environment that makes the data commands use them.
func standIns(t *testing.T, testdata string) (env []string) {
	t.Helper()
	dir := t.TempDir()
	served := filepath.Join(dir, "brainio-brainscore")
	err := os.Mkdir(served, 0o777)
	for from, to := range map[string]string{
		"golden/home/stimuli/hvm-mini/stimuli.csv": "stimulus_hvm-public.csv",
		"brainio/assy_dicarlo_HvmMini.nc":          "assy_dicarlo_MajajHong2015_public.nc",
	} {
		if err == nil {
			err = copyFile(filepath.Join(testdata, from), filepath.Join(served, to))
		}
	}
	registry, errRegistry := registryOf(served)
	listed := filepath.Join(dir, "registry.csv")
	if err := errors.Join(err, errRegistry, os.WriteFile(listed, registry, 0o666)); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(&objectStore{dir: dir})
	t.Cleanup(server.Close)
	return []string{"BRAINSCORE_MIRROR=" + server.URL, "BRAINSCORE_REGISTRY=" + listed}
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o666)
}
