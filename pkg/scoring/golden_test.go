package scoring

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/mapping"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// golden is one entry of an expected.json.
type golden struct {
	Model, Benchmark, Layer string
	Raw, Ceiling, Score     *figure
	Alphas                  []float64
	Neuroids                []*float64
	Tolerance               *float64 // instead of that of the metric
	Distance                *float64
	Counts                  struct{ Stimuli, Neuroids *int }
	Subjects                []struct {
		Subject             string
		Raw, Ceiling, Score *float64
		Neuroids            *int
		Alpha               *float64
	}
	TimeBins []struct {
		Start, End, Raw, RawError, Ceiling, CeilingError, Score *float64
	} `json:"time_bins"`
}

type figure struct {
	Value, Error   *float64
	Splits, Bounds []float64
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

// scoreAll scores every layer of all models in a golden folder, once for all tests.
func scoreAll(t *testing.T, dir string) *benchmarks.Report {
	t.Helper()
	if report, ok := goldenReports.Load(dir); ok {
		return report.(*benchmarks.Report)
	}
	models, err := filepath.Glob(filepath.Join(dir, "models", "*"))
	if err != nil || len(models) == 0 {
		t.Fatalf("no models in %s: %v", dir, err)
	}
	runner := NewRunner(benchmarks.Home{Dir: filepath.Join(dir, "home")}, Options{Workers: 2})
	report, err := runner.Score(context.Background(), Request{Models: models, AllLayers: true})
	if err != nil {
		t.Fatal(err)
	}
	goldenReports.Store(dir, report)
	return report
}

var goldenReports sync.Map // what scoreAll returned, by folder

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
	cases := readGolden(t, filepath.Join(dir, "expected.json"))
	for _, m := range report.Models {
		for _, f := range m.Failures {
			if _, narrow := errors.AsType[*mapping.ComponentsError](f.Err); narrow && !expects(cases, f) {
				continue // a layer with fewer features than components
			}
			t.Errorf("%s: %s %s: %v", m.Model, f.Benchmark, f.Layer, f.Err)
		}
		for _, s := range m.Scores {
			got[m.Model+" "+s.Benchmark+" "+s.Layer] = s
		}
	}
	for _, want := range cases {
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
		if want.Tolerance != nil {
			within = *want.Tolerance
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
		checkParts(t, name, want, r, within)
		if r.Counts.Neuroids != len(r.Neuroids) && len(r.Neuroids) == 0 {
			want.Neuroids = nil // of features, which have no names
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

// expects reports whether a case is of the benchmark and layer that failed.
func expects(cases []golden, f benchmarks.Failure) bool {
	return slices.ContainsFunc(cases, func(c golden) bool { return c.Benchmark == f.Benchmark && c.Layer == f.Layer })
}

// checkParts checks the figures of subjects and time bins, and the bounds of a ceiling.
func checkParts(t *testing.T, name string, want golden, r benchmarks.Result, within float64) {
	t.Helper()
	check := func(what string, got float64, want *float64) {
		t.Helper()
		if want != nil && !(math.Abs(got-*want) <= within*max(1, math.Abs(*want))) {
			t.Errorf("%s %s: %.12g, want %.12g within %g", name, what, got, *want, within)
		}
	}
	if n := want.Counts.Neuroids; n != nil && r.Counts.Neuroids != *n {
		t.Errorf("%s: %d neuroids, want %d", name, r.Counts.Neuroids, *n)
	}
	if n := want.Counts.Stimuli; n != nil && want.Subjects == nil && r.Counts.Stimuli != *n {
		t.Errorf("%s: %d stimuli, want %d", name, r.Counts.Stimuli, *n)
	}
	if len(want.Subjects) > 0 && len(r.Subjects) != len(want.Subjects) {
		t.Errorf("%s: %d subjects, want %d", name, len(r.Subjects), len(want.Subjects))
		return
	}
	for i, w := range want.Subjects {
		s := r.Subjects[i]
		if s.Subject != w.Subject || w.Neuroids != nil && s.Neuroids != *w.Neuroids {
			t.Errorf("%s: subject %s with %d neuroids, want %s", name, s.Subject, s.Neuroids, w.Subject)
		}
		check(w.Subject+" raw", s.Raw.Value, w.Raw)
		check(w.Subject+" ceiling", s.Ceiling.Value, w.Ceiling)
		check(w.Subject+" score", s.Ceiled.Value, w.Score)
		if w.Alpha != nil && len(s.Alphas) == 1 {
			check(w.Subject+" alpha", s.Alphas[0], w.Alpha)
		}
	}
	if want.Ceiling != nil && len(want.Ceiling.Bounds) > 0 {
		for i, w := range want.Ceiling.Bounds {
			check(fmt.Sprintf("bound %d", i), r.CeilingBounds[i], &w)
		}
	}
	if want.Distance != nil {
		d, ok := r.Distance()
		if !ok {
			t.Errorf("%s has no distance", name)
		}
		check("distance", d, want.Distance)
	}
	if len(want.TimeBins) > 0 && len(r.TimeBins) != len(want.TimeBins) {
		t.Errorf("%s: %d time bins, want %d", name, len(r.TimeBins), len(want.TimeBins))
		return
	}
	for i, w := range want.TimeBins {
		b := r.TimeBins[i]
		check(fmt.Sprintf("start %d", i), b.Start, w.Start)
		check(fmt.Sprintf("raw of bin %d", i), b.Raw.Value, w.Raw)
		check(fmt.Sprintf("ceiling of bin %d", i), b.Ceiling.Value, w.Ceiling)
		check(fmt.Sprintf("score of bin %d", i), b.Ceiled.Value, w.Score)
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
			in, err := Inspect(t.Context(), home, home.AssemblyPath(id), 2)
			if err != nil || len(in.Problems) > 0 || in.Assembly == nil || in.Assembly.Stimuli == 0 && in.Assembly.Neuroids == 0 && !slices.Contains(in.Assembly.Table.Columns, "threshold") {
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
