package scoring

import (
	"context"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/brainscore-go/brainscore/internal/thorough"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// storeRun scores a golden folder with a store and counts the passes.
type storeRun struct {
	report   *benchmarks.Report
	passes   int
	said     []string
	warnings []string
}

func scoreStored(t *testing.T, dir, store string) storeRun {
	t.Helper()
	models, err := filepath.Glob(filepath.Join(dir, "models", "*"))
	if err != nil || len(models) == 0 {
		t.Fatalf("no models in %s: %v", dir, err)
	}
	var run storeRun
	var passes atomic.Int64
	runner := NewRunner(benchmarks.Home{Dir: filepath.Join(dir, "home")}, Options{Workers: 2})
	runner.Progress = func(string, int64) func(int64) { passes.Add(1); return func(int64) {} }
	var told sync.Mutex
	runner.Log = func(line string) {
		told.Lock()
		defer told.Unlock()
		run.said = append(run.said, line)
	}
	if store != "" {
		s, err := results.Open(store)
		if err != nil {
			t.Fatal(err)
		}
		s.Warn = func(line string) {
			told.Lock()
			defer told.Unlock()
			run.warnings = append(run.warnings, line)
		}
		defer s.Close()
		runner.Store = s
	}
	run.report, err = runner.Score(context.Background(), Request{Models: models, AllLayers: true})
	if err != nil {
		t.Fatal(err)
	}
	run.passes = int(passes.Load())
	return run
}

// shown is a report as text, every figure in full.
func shown(r *benchmarks.Report) string {
	var b strings.Builder
	for _, m := range r.Models {
		fmt.Fprintln(&b, m.Model, m.Notes, m.Failures)
		for _, s := range m.Scores {
			s.SplitNeuroids, s.Parts, s.Targets = nil, nil, 0 // not kept
			fmt.Fprintf(&b, "%#v\n", s)
		}
	}
	fmt.Fprintln(&b, r.Inputs)
	return b.String()
}

func same(t *testing.T, what string, got, want *benchmarks.Report) {
	t.Helper()
	if a, b := shown(got), shown(want); a != b {
		t.Errorf("%s: the report differs from one without a store", what)
		la, lb := strings.Split(a, "\n"), strings.Split(b, "\n")
		for i := range min(len(la), len(lb)) {
			if la[i] != lb[i] {
				t.Logf("got  %.600s\nwant %.600s", la[i], lb[i])
				break
			}
		}
	}
}

func entries(t *testing.T, store, kind string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(store, kind), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// TestStoreChangesNoReport scores with an empty store, a full one, and ones that
// lack some of the results at random.
func TestStoreChangesNoReport(t *testing.T) {
	eachGolden(t, func(t *testing.T, folder string) {
		if long := []string{"neural", "golden", "time", "geirhos2021"}; !thorough.Asked() && slices.Contains(long, filepath.Base(folder)) {
			t.Skip("its scores take long, each several times")
		}
		store := t.TempDir()
		want := scoreAll(t, folder)
		same(t, "empty store", scoreStored(t, folder, store).report, want)
		full := scoreStored(t, folder, store)
		same(t, "full store", full.report, want)
		failed := 0 // what fails is not kept, and is tried again
		for _, m := range full.report.Models {
			failed += len(m.Failures)
		}
		if full.passes > failed {
			t.Errorf("%d passes where all but %d scores were there", full.passes, failed)
		}
		rng := rand.New(rand.NewPCG(1, 2))
		rounds := 5
		if !thorough.Asked() || len(entries(t, store, results.Scores)) > 100 {
			rounds = 1 // they are slow
		}
		for range rounds {
			removed := 0
			for _, kind := range []string{results.Scores, results.Contents} {
				if _, err := os.Stat(filepath.Join(store, kind)); err != nil {
					continue
				}
				for _, path := range entries(t, store, kind) {
					if rng.IntN(3) == 0 {
						removed++
						os.Remove(path)
					}
				}
			}
			same(t, fmt.Sprintf("%d removed", removed), scoreStored(t, folder, store).report, want)
		}
	})
}

// listening is a store that tells which files it hashes.
type listening struct {
	*results.Store
	hashed func(path string)
}

func (s listening) Hash(ctx context.Context, path string) (string, error) {
	s.hashed(path)
	return s.Store.Hash(ctx, path)
}

// TestFirstRunHashesAsItReads wants a layer that was never scored to be hashed
// right before it is read, while the system still has its content at hand.
func TestFirstRunHashesAsItReads(t *testing.T) {
	s, err := results.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var order []string
	note := func(what, path string) {
		mu.Lock()
		defer mu.Unlock()
		line := what + " " + strings.TrimSuffix(filepath.Base(path), ".npy")
		if layer := strings.HasSuffix(line, " conv") || strings.HasSuffix(line, " fc"); layer && !slices.Contains(order, line) {
			order = append(order, line)
		}
	}
	score := func() {
		runner := NewRunner(benchmarks.Home{Dir: "../../testdata/golden/home"}, Options{Workers: 1})
		runner.Store = listening{s, func(path string) { note("hash", path) }}
		runner.Progress = func(label string, _ int64) func(int64) { note("read", label); return func(int64) {} }
		_, err = runner.Score(context.Background(), Request{Models: []string{"../../testdata/golden/models/mini-net"}, AllLayers: true, Benchmarks: []string{"hvm-mini.IT-rdm"}})
		if err != nil {
			t.Fatal(err)
		}
	}
	score()
	if got := strings.Join(order, ", "); got != "hash conv, read conv, hash fc, read fc" {
		t.Errorf("the first time %s", got)
	}
	order = nil
	score()
	for _, what := range order {
		if strings.HasPrefix(what, "read") {
			t.Errorf("the second time %q", order)
		}
	}
}

// TestResultsOfAnotherRunAreTaken puts the results there after the lookup at the
// start, as a run at the same time may.
func TestResultsOfAnotherRunAreTaken(t *testing.T) {
	golden := "../../testdata/golden"
	request := Request{Models: []string{golden + "/models/mini-net"}, AllLayers: true, Benchmarks: []string{"hvm-mini.IT-rdm"}}
	dir := t.TempDir()
	run := func(before func()) (*benchmarks.Report, int) {
		s, err := results.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		passes := 0
		runner := NewRunner(benchmarks.Home{Dir: golden + "/home"}, Options{Workers: 1})
		runner.Store = s
		runner.Progress = func(string, int64) func(int64) {
			if passes++; passes == 1 {
				before()
			}
			return func(int64) {}
		}
		report, err := runner.Score(context.Background(), request)
		if err != nil {
			t.Fatal(err)
		}
		return report, passes
	}
	var other *benchmarks.Report
	report, passes := run(func() { other, _ = run(func() {}) })
	if passes != 1 {
		t.Errorf("%d layers were read, though another run had read all but the first", passes)
	}
	same(t, "beside another run", report, other)
}

func TestKeptResultIsExact(t *testing.T) {
	want := &benchmarks.Result{Benchmark: "b", Version: 2, Kernel: "avx2", Counts: benchmarks.Counts{Stimuli: 3}}
	want.Raw = metrics.Estimate{Value: 1.0 / 3, Error: math.NaN(), Splits: []float64{5e-324, math.Copysign(0, -1), math.Inf(-1), math.MaxFloat64}}
	want.Neuroids, want.Warnings, want.Side = []float64{}, []string{}, metrics.Primal
	want.CeilingBounds, want.Angles = []float64{0.1, 0.3}, []float64{1.25, math.NaN()}
	want.Counts.Counted, want.Property = 2, metrics.PropertyFigures{Counted: 2, Affine: []float64{1, -.5}, Values: []float64{math.NaN(), 3}}
	want.TimeBins = []benchmarks.TimeBinResult{{Start: 70, End: 90, Raw: metrics.None()}}
	want.Subjects = []benchmarks.SubjectResult{{Subject: "m1", Raw: metrics.None(), Neuroids: 3, Alphas: []float64{1e-8}}}
	want.Resampled = &metrics.Resampled{Stimuli: []float64{0.1, math.NaN()}, Both: []float64{0.3, 0.2}, Without: [][]float64{{0.5, math.NaN(), 0.4}}, Pairs: [][]float64{{0.6, math.NaN()}}}
	s, err := results.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	k := results.Key{Kind: results.Scores, Model: "m", Benchmark: "b", Layer: "l"}
	if err := s.Save(k, encodeResult(want, "")); err != nil {
		t.Fatal(err)
	}
	body, _ := s.Lookup(k)
	kept, err := decodeResult(body)
	if err != nil {
		t.Fatal(err)
	}
	got := kept.result()
	// %#v prints the address of a pointer.
	for _, of := range []func(r *benchmarks.Result) any{func(r *benchmarks.Result) any { return *r.Resampled }, func(r *benchmarks.Result) any {
		plain := *r
		plain.Resampled = nil
		return plain
	}} {
		if a, b := fmt.Sprintf("%#v", of(got)), fmt.Sprintf("%#v", of(want)); a != b {
			t.Errorf("kept as %s\nwas %s", a, b)
		}
	}
	// Parts and Targets are for the scoring alone. Clusters are not kept: each run names those that it asks for.
	if reflect.TypeFor[benchmarks.Result]().NumField() != 15 || reflect.TypeFor[metrics.Score]().NumField() != 13 {
		t.Error("a result has other fields than keptResult knows")
	}
}
