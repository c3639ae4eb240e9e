package scoring

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// bandedHome returns a copy of the golden home with a benchmark of banded_ridge.
func bandedHome(t *testing.T) benchmarks.Home {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../testdata/golden/home")); err != nil {
		t.Fatal(err)
	}
	definition, err := os.ReadFile(filepath.Join(dir, "benchmarks", "hvm-mini.IT-ridgecv.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("hvm-mini.IT-ridgecv", "hvm-mini.IT-banded", "ridgecv", "banded_ridge", "splits: 10, train", "splits: 2, train").Replace(string(definition))
	write(t, filepath.Join(dir, "benchmarks", "hvm-mini.IT-banded.yaml"), text)
	return benchmarks.Home{Dir: dir}
}

// A joined layer has a penalty for each layer that it is joined of, whether a region is
// committed to it or it is named, beside other benchmarks or alone; a file of both has one.
func TestBandedRidgeOnJoinedLayers(t *testing.T) {
	home := bandedHome(t)
	figures := func(settings string, workers int, layer string, more ...string) (text string, alphas int) {
		request := Request{Models: []string{modelWith(t, settings)}, Benchmarks: append(more, "hvm-mini.IT-banded")}
		if layer != "" {
			request.Layers = []string{layer}
		}
		report, err := NewRunner(home, Options{Workers: workers}).Score(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range report.Models[0].Failures {
			t.Fatalf("%s: %v", f.Benchmark, f.Err)
		}
		for _, s := range report.Models[0].Scores {
			if s.Benchmark == "hvm-mini.IT-banded" {
				return fmt.Sprint(s.Layer, s.Raw, s.Ceiled, s.Alphas, s.Counts.Features, s.Warnings), len(s.Alphas)
			}
		}
		t.Fatal("no score")
		return "", 0
	}
	const committed = "commitments: {IT: [conv, fc]}\n"
	want, alphas := figures(committed, 1, "")
	if alphas != 4 {
		t.Errorf("%d penalties in 2 splits of two layers: %s", alphas, want)
	}
	for name, got := range map[string]func() (string, int){
		"three workers":          func() (string, int) { return figures(committed, 3, "") },
		"named":                  func() (string, int) { return figures("identifier: net\n", 2, "conv+fc") },
		"beside ridgecv and cka": func() (string, int) { return figures(committed, 2, "", "hvm-mini.IT-ridgecv", "hvm-mini.IT-cka") },
	} {
		if text, _ := got(); text != want {
			t.Errorf("%s: %s, want %s", name, text, want)
		}
	}
	if _, alphas := figures("identifier: net\n", 2, "both"); alphas != 2 {
		t.Errorf("%d penalties in 2 splits of one layer", alphas)
	}
}

func TestJoinedLayersByName(t *testing.T) {
	home := bandedHome(t)
	for name, x := range map[string]struct{ settings, layer, want string }{
		"an unknown part": {"identifier: net\n", "conv+fb", `has no layer conv+fb for hvm-mini.IT-banded: it has both, conv, fc`},
		"a part twice":    {"identifier: net\n", "fc+fc", `has no layer fc+fc for hvm-mini.IT-banded`},
		"no part":         {"identifier: net\n", "fc+", `has no layer fc+ for hvm-mini.IT-banded`},
		"reduced":         {"reduction: {pca: 5, fit_stimulus_set: hvm-mini}\n", "conv+fc", "reduces the features of the layers of conv+fc together, and banded_ridge compares these one by one: remove the reduction from model.yaml"},
	} {
		report, err := NewRunner(home, Options{Workers: 1}).Score(t.Context(), Request{Models: []string{modelWith(t, x.settings)}, Benchmarks: []string{"hvm-mini.IT-banded"}, Layers: []string{x.layer}})
		if err == nil {
			for _, f := range report.Models[0].Failures {
				err = f.Err
			}
		}
		if err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), "; ", ": "), x.want) {
			t.Errorf("%s: error %v, want %s", name, err, x.want)
		}
	}
}
