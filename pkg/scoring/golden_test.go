package scoring

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// golden is one entry of an expected.json.
type golden struct {
	Model, Benchmark, Layer string
	Raw, Ceiling, Score     *figure
	Alphas                  []float64
	Neuroids                []*float64
}

type figure struct {
	Value, Error *float64
	Splits       []float64
}

func readGolden(t *testing.T, path string) []golden {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var cases []golden
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatalf("%s holds no cases", path)
	}
	return cases
}

// scoreAll scores every layer of all models in a golden folder.
func scoreAll(t *testing.T, dir string) *benchmarks.Report {
	t.Helper()
	models, err := filepath.Glob(filepath.Join(dir, "models", "*"))
	if err != nil || len(models) == 0 {
		t.Fatalf("no models in %s: %v", dir, err)
	}
	runner := NewRunner(benchmarks.Home{Dir: filepath.Join(dir, "home")}, Options{Workers: 2})
	report, err := runner.Score(context.Background(), Request{Models: models, AllLayers: true})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// tolerance is that of testdata/golden/README.md.
func tolerance(metric string, fitted bool) float64 {
	switch {
	case fitted:
		return 1e-5
	case metric == "pls", metric == "ridgecv":
		return 1e-7
	case metric == "linear", metric == "ost":
		return 1e-6
	default:
		return 1e-9
	}
}

func TestGolden(t *testing.T) { eachGolden(t, checkGolden) }

// eachGolden tests every folder of testdata with a data home, models and the figures
// expected of them.
func eachGolden(t *testing.T, test func(t *testing.T, dir string)) {
	t.Helper()
	const root = "../../testdata"
	var dirs []string
	for _, pattern := range []string{"*/expected.json", "*/*/expected.json"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		dirs = append(dirs, found...)
	}
	if len(dirs) < 4 {
		t.Fatalf("only %d folders of %s have an expected.json: %v", len(dirs), root, dirs)
	}
	for _, path := range dirs {
		dir := filepath.Dir(path)
		name, err := filepath.Rel(root, dir)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.ToSlash(name), func(t *testing.T) { test(t, dir) })
	}
}

func checkGolden(t *testing.T, dir string) {
	report := scoreAll(t, dir)
	got := make(map[string]benchmarks.Result)
	for _, m := range report.Models {
		for _, f := range m.Failures {
			t.Errorf("%s: %s %s: %v", m.Model, f.Benchmark, f.Layer, f.Err)
		}
		for _, s := range m.Scores {
			got[m.Model+" "+s.Benchmark+" "+s.Layer] = s
		}
	}
	for _, want := range readGolden(t, filepath.Join(dir, "expected.json")) {
		name := want.Model + " " + want.Benchmark + " " + want.Layer
		r, ok := got[name]
		if !ok {
			t.Errorf("%s is not scored", name)
			continue
		}
		info, err := metrics.Lookup(r.Metric)
		if err != nil {
			t.Fatal(err)
		}
		exactly := 1e-9 // ceilings
		within := tolerance(r.Metric, info.Kind == metrics.KindBehavior && r.Layer != stimuli.ProbabilitiesLayer)
		if strings.HasSuffix(dir, "geirhos2021") {
			within, exactly = 1e-12, 1e-12 // real choices: sums of counts
		}
		check := func(what string, got float64, want *float64, within float64) {
			if want != nil && !(math.Abs(got-*want) <= within) {
				t.Errorf("%s %s: %.12g, want %.12g within %g", name, what, got, *want, within)
			}
		}
		if want.Raw != nil {
			check("raw", r.Raw.Value, want.Raw.Value, within)
			check("raw error", r.Raw.Error, want.Raw.Error, within)
			for i, v := range want.Raw.Splits {
				check(fmt.Sprintf("raw split %d", i), r.Raw.Splits[i], &v, within)
			}
		}
		if want.Ceiling != nil {
			check("ceiling", r.Ceiling.Value, want.Ceiling.Value, exactly)
			check("ceiling error", r.Ceiling.Error, want.Ceiling.Error, exactly)
			for i, v := range want.Ceiling.Splits {
				check(fmt.Sprintf("ceiling split %d", i), r.Ceiling.Splits[i], &v, exactly)
			}
		}
		if want.Score != nil {
			check("score", r.Ceiled.Value, want.Score.Value, within)
			check("score error", r.Ceiled.Error, want.Score.Error, within)
		}
		if len(want.Alphas) > 0 && !slices.EqualFunc(r.Alphas, want.Alphas, func(a, b float64) bool { return math.Abs(a-b) < 1e-9*b }) {
			t.Errorf("%s alphas: %v, want %v", name, r.Alphas, want.Alphas)
		}
		for j, v := range want.Neuroids {
			if v == nil {
				if !math.IsNaN(r.Neuroids[j]) {
					t.Errorf("%s neuroid %d: %v, want none", name, j, r.Neuroids[j])
				}
				continue
			}
			check(fmt.Sprintf("neuroid %d", j), r.Neuroids[j], v, within)
		}
	}
}

// Every assembly of the golden folders can be inspected and drafted, and the draft is
// valid: so is that of each kind of data.
func TestDraftGolden(t *testing.T) {
	eachGolden(t, func(t *testing.T, dir string) {
		home := homeWithout(t, filepath.Join(dir, "home"))
		assemblies, err := home.Assemblies()
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range assemblies {
			in, err := Inspect(home, home.AssemblyPath(id))
			if err != nil || len(in.Problems) > 0 || in.Assembly == nil || in.Assembly.Stimuli == 0 && !slices.Contains(in.Assembly.Table.Columns, "threshold") {
				t.Errorf("%s: inspected as %+v, %v", id, in, err)
			}
			draft, text, err := Draft(context.Background(), home, DraftRequest{Assembly: id})
			if err != nil {
				t.Errorf("%s: %v", id, err)
				continue
			}
			checkDraft(t, id, home, draft, text)
		}
	})
}

// Every kind of data has a golden case.
func TestGoldenKinds(t *testing.T) {
	missing := map[string]bool{}
	for _, d := range DataKinds() {
		missing[d.Name] = true
	}
	eachGolden(t, func(t *testing.T, dir string) {
		home := benchmarks.Home{Dir: filepath.Join(dir, "home")}
		for _, c := range readGolden(t, filepath.Join(dir, "expected.json")) {
			d, err := home.Definition(c.Benchmark)
			if err != nil {
				t.Fatal(err)
			}
			data, _, err := kindOf(d)
			if err != nil {
				t.Fatal(err)
			}
			delete(missing, data.data().Name)
		}
	})
	if len(missing) > 0 {
		t.Errorf("no golden folder has a case of %v", missing)
	}
}
