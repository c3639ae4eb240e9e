package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// recipe has the fields of the documentation's workflow that its test runs.
type recipe struct {
	Jobs map[string]struct {
		Steps []struct{ Uses, Run string }
	}
}

// The workflow of the documentation judges a pack from a fresh clone. The submitter's folder
// and the host's share nothing but the repository, in which a pull request is a reference.
func TestRecipeOfHiddenBenchmarks(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil || runtime.GOOS == "windows" {
		t.Skip("the recipe is for git and a POSIX shell")
	}
	page, err := os.ReadFile("../../docs/hidden-benchmarks.md")
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```yaml\n(# .github/workflows.*?)```").FindSubmatch(page)
	if block == nil {
		t.Fatal("the page has no workflow")
	}
	var workflow recipe
	if err := yaml.Unmarshal(block[1], &workflow); err != nil {
		t.Fatal(err)
	}
	data, err := filepath.Abs("../../testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	try := func(folder, script string) (string, error) {
		c := exec.Command("sh", "-e", "-c", script)
		c.Dir = filepath.Join(dir, folder)
		c.Env = append(os.Environ(), "NUMBER=7", "SUBMITTER=ann", "BRAINSCORE_DATA="+filepath.Join(data, "home"), "BRAINSCORE_RESULTS="+filepath.Join(dir, "results"),
			"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_AUTHOR_NAME=x", "GIT_AUTHOR_EMAIL=x", "GIT_COMMITTER_NAME=x", "GIT_COMMITTER_EMAIL=x")
		out, err := c.CombinedOutput()
		return string(out), err
	}
	sh := func(folder, script string) string {
		t.Helper()
		out, err := try(folder, script)
		if err != nil {
			t.Fatalf("%s\n%v: %s", script, err, out)
		}
		return out
	}
	// The host's repository, and a pull request with a pack, a script and a pack of another name.
	sh("", "git init --quiet --bare repository && git clone --quiet repository host 2>&1")
	sh("host", "brainscore benchmarks manifest hvm-mini.IT-ridge hvm-mini.IT-rdm --kernel portable --output manifest.json && printf 'identifier: hidden\nof: ceiled\nmean: [hvm-mini.IT-ridge, hvm-mini.IT-rdm]\n' > board.yaml && git add . && git commit --quiet -m start && git push --quiet origin HEAD")
	sh("", "git clone --quiet repository submitter")
	sh("submitter", fmt.Sprintf("export BRAINSCORE_DATA=none; mkdir submissions && brainscore pack %s --for manifest.json --output submissions/mini-net.zip --quiet && cp manifest.json 'submissions/a b.zip' && echo 'touch ran' > submissions/x.sh && git add . && git commit --quiet -m pack && git push --quiet origin HEAD:refs/pull/7/head",
		filepath.Join(data, "models", "mini-net")))
	sh("", "git clone --quiet repository runner")
	ran := 0
	for _, step := range workflow.Jobs["judge"].Steps {
		if step.Run != "" {
			sh("runner", step.Run)
			ran++
		}
	}
	if ran != 4 {
		t.Errorf("the workflow has %d steps", ran)
	}
	sh("", "git clone --quiet repository board")
	board := sh("board", "cat site/board.md; ls site scores; git ls-files")
	for _, want := range []string{"mini-net", "hidden", "hvm-mini.IT-ridge", "0.7178", "scores/mini-net.json", "site/index.html"} {
		if !strings.Contains(board, want) {
			t.Errorf("no %s in %s", want, board)
		}
	}
	for _, not := range []string{"a b", "x.sh", ".zip", "ran\n"} {
		if strings.Contains(board, not) {
			t.Errorf("%q in %s", not, board)
		}
	}
	// The name of a pack that has a score is taken.
	sh("", "git clone --quiet repository again")
	if out, err := try("again", workflow.Jobs["judge"].Steps[1].Run); err == nil || !strings.Contains(out, "no new pack: add submissions/NAME.zip") {
		t.Errorf("%v: %s", err, out)
	}
	// A model has one score, whatever its pack is called.
	sh("submitter", "mv submissions/mini-net.zip submissions/other.zip && git add . && git commit --quiet -m other && git push --quiet --force origin HEAD:refs/pull/7/head")
	sh("", "git clone --quiet repository other")
	steps := workflow.Jobs["judge"].Steps
	sh("other", steps[1].Run+steps[2].Run)
	if out, err := try("other", steps[3].Run); err == nil || !strings.Contains(out, `model "mini-net"`) || !strings.Contains(out, "scores/other.json") {
		t.Errorf("%v: %s", err, out)
	}
	if left := sh("", "git -C repository show HEAD:scores/other.json 2>&1 || true"); !strings.Contains(left, "exist") {
		t.Errorf("a second score of a model is kept: %s", left)
	}
	if text := sh("board", "cat scores/mini-net.json"); strings.Contains(text, "neuroid_id") {
		t.Errorf("neuroids are given back: %s", text)
	}
}
