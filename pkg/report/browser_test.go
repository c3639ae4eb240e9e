//go:build browser

package report

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/brainscore-go/brainscore/internal/hostile"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/observers/observerstest"
)

// requiredVariable, set to anything, makes it an error that there is no browser.
const requiredVariable = "BRAINSCORE_BROWSER_REQUIRED"

// TestBrowser opens reports in headless Chromium, by the tests in
// testdata/browser. It needs chromium, node and npm, which fetches
// playwright-core and axe-core of the versions in package-lock.json.
func TestBrowser(t *testing.T) {
	lacking := t.Skipf
	if os.Getenv(requiredVariable) != "" {
		lacking = t.Fatalf
	}
	chromium := os.Getenv("CHROMIUM")
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); chromium == "" && err == nil {
			chromium = path
		}
	}
	if chromium == "" {
		lacking("there is no Chromium: install it, or name it by $CHROMIUM")
	}
	for _, name := range []string{"node", "npm"} {
		if _, err := exec.LookPath(name); err != nil {
			lacking("there is no %s, which the browser's tests are run by", name)
		}
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/browser")); err != nil {
		t.Fatal(err)
	}
	run := func(name string, args ...string) ([]byte, error) {
		c := exec.CommandContext(t.Context(), name, args...)
		c.Dir = dir
		c.Env = append(os.Environ(), "CHROMIUM="+chromium, "REPORTS="+dir)
		return c.CombinedOutput()
	}
	if out, err := run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"); err != nil {
		lacking("npm could not fetch what the tests need: %v\n%s", err, out)
	}
	ties := newData(t)
	addText(t, ties, "model,v4,IT,behavior\nb,0.3,0.5,0.4\na,0.5,0.4,0.3\ntop,0.6,0.6,0.6\nd,0.1,0.1,0.1\ne,0.1,,\n")
	if err := ties.AddResults("r.json", []benchmarks.ModelResult{{Model: "net", Failures: []benchmarks.Failure{{Benchmark: "bench", Layer: "fc", Err: errors.New("lost")}}}}); err != nil {
		t.Fatal(err)
	}
	for name, page := range map[string]string{
		"published.html": write(t, published(t)), "many.html": write(t, many(t, 300, 20, 168)), "some.html": write(t, many(t, 30, 8, 40)), "hostile.html": write(t, hostileNames(t)), "ties.html": write(t, ties), "tree.html": write(t, treeData(t)),
		"answers.html":         writeAnswers(t, published(t), observerstest.Answers("net-", 15, 5, 8), observerstest.Answers("one-", 15, 5, 1)),
		"hostile-answers.html": writeAnswers(t, hostileNames(t), observerstest.Answers(hostile.Texts[0], 3, 2, 3), observerstest.Answers(hostile.Texts[1], 2, 0, 1)),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(page), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	out, err := run("node", "--test", "--test-reporter=spec", "--test-concurrency=1", "report.test.mjs")
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
	// For a look at the pages and prints that were tested.
	if keep := os.Getenv("BRAINSCORE_BROWSER_KEEP"); keep != "" {
		if err := os.RemoveAll(filepath.Join(dir, "node_modules")); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(keep, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
	}
}
