package scoring

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// compactLab is a data home and a dump that is wide enough to become compact.
type compactLab struct {
	dir    string
	random *rand.Rand
	// factors are what both activations and recordings are made of, by stimulus set.
	factors map[string][][]float64
}

const labFactors = 6

func newCompactLab(t *testing.T) *compactLab {
	t.Helper()
	l := &compactLab{dir: t.TempDir(), random: rand.New(rand.NewPCG(1, 2)), factors: make(map[string][][]float64)}
	for set, n := range map[string]int{"a": 60, "fit": 36} {
		text := "stimulus_id,label\n"
		for i := range n {
			text += fmt.Sprintf("%s%03d,o%d\n", set, i, i%3)
		}
		write(t, filepath.Join(l.dir, "home/stimuli", set, "stimuli.csv"), text)
	}
	for set, n := range map[string]int{"a": 60, "fit": 36} {
		for range n {
			l.factors[set] = append(l.factors[set], l.normals(labFactors))
		}
	}
	return l
}

func (l *compactLab) home() benchmarks.Home {
	return benchmarks.Home{Dir: filepath.Join(l.dir, "home")}
}

func (l *compactLab) path(name string) string { return filepath.Join(l.dir, name) }

func (l *compactLab) normals(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = l.random.NormFloat64()
	}
	return out
}

// mix returns columns that are mixtures of a set's factors, and of noise.
func (l *compactLab) mix(set string, cols int, noise float64) []float64 {
	var out []float64
	weights := rand.New(rand.NewPCG(3, uint64(cols)))
	for range labFactors * cols {
		out = append(out, weights.NormFloat64())
	}
	w, all := out, []float64(nil)
	for _, f := range l.factors[set] {
		for j := range cols {
			v := noise * l.random.NormFloat64()
			for k, x := range f {
				v += x * w[j*labFactors+k]
			}
			all = append(all, v)
		}
	}
	return all
}

func (l *compactLab) array(t *testing.T, name string, rows int, values []float64) {
	t.Helper()
	single := make([]float32, len(values))
	for i, v := range values {
		single[i] = float32(v)
	}
	var b bytes.Buffer
	if err := npy.Write(&b, rows, len(values)/rows, single); err != nil {
		t.Fatal(err)
	}
	write(t, l.path(name), b.String())
}

// layer writes a layer to a stimulus set.
func (l *compactLab) layer(t *testing.T, set, name string, cols int) {
	l.array(t, filepath.Join("model", set, name+".npy"), len(l.factors[set]), l.mix(set, cols, 1))
}

// recordings writes an assembly of the given stimuli of set a.
func (l *compactLab) recordings(t *testing.T, name string, rows []int) {
	t.Helper()
	l.recordingsOf(t, "a", name, rows)
}

func (l *compactLab) recordingsOf(t *testing.T, set, name string, rows []int) {
	t.Helper()
	dir := "home/assemblies/" + name
	write(t, l.path(dir+"/assembly.yaml"), fmt.Sprintf("identifier: %s\nkind: neural\nstimulus_set: %s\n", name, set))
	const neuroids = 7
	values, presentations, all := []float64(nil), "stimulus_id\n", l.mix(set, neuroids, 2)
	for _, i := range rows {
		presentations += fmt.Sprintf("%s%03d\n", set, i)
		values = append(values, all[i*neuroids:(i+1)*neuroids]...)
	}
	l.array(t, dir+"/values.npy", len(rows), values)
	write(t, l.path(dir+"/presentation.csv"), presentations)
	text := "neuroid_id,region\n"
	for j := range neuroids {
		text += fmt.Sprintf("n%d,IT\n", j)
	}
	write(t, l.path(dir+"/neuroid.csv"), text)
}

func (l *compactLab) benchmark(t *testing.T, assembly string, info metrics.Info) string {
	t.Helper()
	id, metric := assembly+"-"+info.Name, info.Name
	if metric == "pls" {
		metric += ", components: 3" // as many as so few stimuli determine
	}
	write(t, l.path("home/benchmarks/"+id+".yaml"), fmt.Sprintf("identifier: %s\nversion: 1\nkind: neural\nregion: IT\nassembly: %s\nstimulus_set: a\nmetric: {name: %s}\n"+
		"cross_validation: {splits: 3, train_size: 0.8, seed: 1}\nceiling: {value: 0.9}\n", id, assembly, metric))
	return id
}

// readout writes a benchmark of two-way choices, by a read-out that is fitted on fit.
func (l *compactLab) readout(t *testing.T) string {
	t.Helper()
	write(t, l.path("home/assemblies/choices/assembly.yaml"), "identifier: choices\nkind: behavioral\nstimulus_set: a\n")
	text := "stimulus_id,truth,choice,sample_obj,dist_obj\n"
	for i := 0; i < 60; i += 2 {
		for k := range 8 {
			truth, other := fmt.Sprintf("o%d", i%3), fmt.Sprintf("o%d", (i+1+k%2)%3)
			choice := truth
			if l.random.Float64() < .3 {
				choice = other
			}
			text += fmt.Sprintf("a%03d,%s,%s,%s,%s\n", i, truth, choice, truth, other)
		}
	}
	write(t, l.path("home/assemblies/choices/trials.csv"), text)
	write(t, l.path("home/benchmarks/choices-i2n.yaml"), "identifier: choices-i2n\nversion: 1\nkind: behavioral\nregion: behavior\nassembly: choices\nstimulus_set: a\n"+
		"fitting_stimulus_set: fit\nfitting_label: label\nmetric: {name: i2n, skip_missing: true}\n")
	return "choices-i2n"
}

// document returns the document of scores of a model, and its failures.
func (l *compactLab) document(t *testing.T, model string, options Options, names ...string) (string, []benchmarks.Failure) {
	t.Helper()
	var failures []benchmarks.Failure
	report, err := NewRunner(l.home(), options).Score(t.Context(), Request{Models: []string{l.path(model)}, Benchmarks: names})
	if err != nil {
		t.Fatal(err)
	}
	failures, report.Models[0].Failures = report.Models[0].Failures, nil
	text, err := json.MarshalIndent(results.NewDocument(*report, "", ""), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text), failures
}

// difference returns the first line in which two texts differ.
func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d is %s, not %s", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, not %d", len(g), len(w))
}

func (l *compactLab) compact(t *testing.T, output string, names ...string) *Compacted {
	t.Helper()
	made, err := Compact(t.Context(), l.home(), Options{Workers: 2}, CompactRequest{Model: l.path("model"), Output: l.path(output), Benchmarks: names})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// columnsOf returns the metrics on recordings that take columns, or a Gram matrix of each
// layer that a layer is joined of, and the others.
func columnsOf(t *testing.T) (columns, products []metrics.Info) {
	t.Helper()
	for _, info := range metrics.List() {
		if info.Kind != metrics.KindMapping && info.Kind != metrics.KindSimilarity {
			continue
		}
		if info.Needs.Columns || info.Needs.Bands {
			columns = append(columns, info)
		} else {
			products = append(products, info)
		}
	}
	if len(columns) < 3 || len(products) < 6 {
		t.Fatalf("%d metrics take columns, %d do not", len(columns), len(products))
	}
	return columns, products
}

// Scores of a compact dump are those of the dump, with the hashes of its activations: of
// every metric that takes inner products, on all stimuli and on some, of layers that are
// joined, and of read-outs.
func TestCompactScoresAreThoseOfTheDump(t *testing.T) {
	l := newCompactLab(t)
	var all, some []int
	for i := range 60 {
		if all = append(all, i); i%3 > 0 {
			some = append(some, i)
		}
	}
	l.recordings(t, "rec", all)
	l.recordings(t, "part", some)
	columns, products := columnsOf(t)
	var names, refused []string
	for _, info := range products {
		names = append(names, l.benchmark(t, "rec", info), l.benchmark(t, "part", info))
	}
	names = append(names, l.readout(t))
	l.recordingsOf(t, "fit", "test", all[:36])
	write(t, l.path("home/benchmarks/two-sets.yaml"), "identifier: two-sets\nversion: 1\nkind: neural\nregion: IT\nassembly: {train: rec, test: test}\nstimulus_set: {train: a, test: fit}\n"+
		"metric: {name: ridge}\nceiling: {value: 0.9}\n")
	names = append(names, "two-sets")
	for _, info := range columns {
		refused = append(refused, l.benchmark(t, "rec", info))
	}
	// The activations to fit are few enough to stay as they are.
	const wide = stream.MaxHeld/40 + 101
	for _, set := range []string{"a", "fit"} {
		l.layer(t, set, "wide", wide)
		l.layer(t, set, "small", 300)
		l.layer(t, set, "narrow", 20)
	}
	for _, c := range []struct{ settings, layer string }{
		{"identifier: net\ncommitments: {IT: wide, behavior: wide}\n", "wide"},
		{"commitments: {IT: [wide, small], behavior: [narrow, wide]}\nmetadata: {family: x}\n", "wide+small"},
	} {
		write(t, l.path("model/model.yaml"), c.settings)
		output := "compact of " + c.layer
		made := l.compact(t, output)
		for _, layer := range made.Layers {
			if (layer.Kept == "") != (layer.Layer == "wide" && layer.StimulusSet == "a") || layer.Kept == "" && layer.After >= layer.Before {
				t.Errorf("%+v", layer)
			}
		}
		if !slices.Equal(slices.Sorted(slices.Values(made.Columns)), slices.Sorted(slices.Values(refused))) {
			t.Errorf("%q take columns, not %q", made.Columns, refused)
		}
		for _, workers := range []int{2, 1} {
			if workers == 1 && testing.Short() {
				continue
			}
			want, failures := l.document(t, "model", Options{Workers: workers}, names...)
			if len(failures) > 0 {
				t.Fatalf("%+v", failures)
			}
			got, failures := l.document(t, output, Options{Workers: workers}, names...)
			if got != want || len(failures) > 0 {
				t.Fatalf("%s, %d workers: %s; %+v", c.layer, workers, difference(got, want), failures)
			}
		}
		_, failures := l.document(t, output, Options{Workers: 2}, refused...)
		if len(failures) != len(refused) {
			t.Errorf("%d of %d metrics on columns fail", len(failures), len(refused))
		}
		for _, f := range failures {
			if text := f.Err.Error(); !strings.Contains(text, "takes the activations themselves") || !strings.Contains(text, "score the dump") {
				t.Errorf("%s: %v", f.Benchmark, f.Err)
			}
		}
	}
	if exists, _ := filepath.Glob(l.path(".*")); len(exists) > 0 {
		t.Errorf("%q remain", exists)
	}
}

// New recordings of all stimuli are scored on a compact dump that knew nothing of them, and
// those of some of the stimuli end in an error; so do changes of the file.
func TestCompactMeetsNewData(t *testing.T) {
	l := newCompactLab(t)
	l.layer(t, "a", "wide", stream.MaxHeld/60+100)
	l.compact(t, "compact")
	var all []int
	for i := range 60 {
		all = append(all, 59-i)
	}
	_, products := columnsOf(t)
	l.recordings(t, "rec", all)
	l.recordings(t, "part", all[3:])
	whole, part := l.benchmark(t, "rec", products[0]), l.benchmark(t, "part", products[0])
	want, _ := l.document(t, "model", Options{}, whole)
	write(t, l.path("compact/model.yaml"), "identifier: model\n")
	if got, failures := l.document(t, "compact", Options{}, whole); got != want {
		t.Errorf("%s; %+v", difference(got, want), failures)
	}
	_, failures := l.document(t, "compact", Options{}, part)
	if len(failures) != 1 || !strings.Contains(failures[0].Err.Error(), "no inner products of just these 57 stimuli of a (it has those of 60)") {
		t.Errorf("%+v", failures)
	}
	if _, failures := l.document(t, "compact", Options{Kernel: "another"}, whole); len(failures) != 1 || !strings.Contains(failures[0].Err.Error(), "--kernel another") {
		t.Errorf("%+v", failures)
	}
	if metrics.Kernel() != metrics.PortableKernel {
		defer func() {
			if err := metrics.UseKernel(""); err != nil {
				t.Fatal(err)
			}
		}()
		if err := metrics.UseKernel(metrics.PortableKernel); err != nil {
			t.Fatal(err)
		}
		if got, _ := l.document(t, "compact", Options{}, whole); !strings.Contains(got, "and all else of portable: a score") {
			t.Errorf("no warning of another kernel in %s", got)
		}
	}
	path := l.path("compact/a/wide.compact.npz")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[1000] ^= 1
	write(t, path, string(data))
	if _, failures := l.document(t, "compact", Options{}, whole); len(failures) != 1 || !strings.Contains(failures[0].Err.Error(), "write it again with brainscore compact") {
		t.Errorf("%+v", failures)
	}
}

// Layers are compared with each other by their inner products as by their activations, and
// kept results follow the file of inner products.
func TestCompactSimilarity(t *testing.T) {
	l := newCompactLab(t)
	for _, layer := range []string{"one", "two"} {
		l.layer(t, "a", layer, stream.MaxHeld/60+len(layer)*100)
	}
	l.layer(t, "a", "three", 50)
	write(t, l.path("model/model.yaml"), "identifier: net\n")
	l.compact(t, "compact")
	for _, metric := range metrics.PairwiseNames() {
		var of [2]string
		for i, model := range []string{"model", "compact"} {
			s, err := NewRunner(l.home(), Options{Workers: 2}).Similarities(t.Context(), SimilarityRequest{Models: []string{l.path(model)}, Metric: metric})
			if err != nil || len(s.Failures) > 0 {
				t.Fatalf("%s: %v, %+v", metric, err, s)
			}
			of[i] = fmt.Sprintf("%v %v %q %+v", s.Values, s.Distances, s.Warnings, s.Inputs)
		}
		if of[0] != of[1] {
			t.Errorf("%s: %s\nnot\n%s", metric, of[1], of[0])
		}
	}
}

// A warning about stimuli with the same activations, or with none, is that of the dump.
func TestCompactRowsAlike(t *testing.T) {
	l := newCompactLab(t)
	cols := stream.MaxHeld/60 + 300
	values := l.mix("a", cols, 1)
	copy(values[cols:4*cols], slices.Repeat(values[:cols], 3))
	clear(values[55*cols:])
	l.array(t, "model/a/wide.npy", 60, values)
	write(t, l.path("model/model.yaml"), "identifier: net\n")
	var rows []int
	for i := range 60 {
		rows = append(rows, i)
	}
	l.recordings(t, "rec", rows)
	_, products := columnsOf(t)
	name := l.benchmark(t, "rec", products[slices.IndexFunc(products, func(i metrics.Info) bool { return i.Name == "pls" })])
	l.compact(t, "compact")
	want, _ := l.document(t, "model", Options{}, name)
	got, failures := l.document(t, "compact", Options{}, name)
	if !strings.Contains(want, "are all 0: did the program") || got != want && len(failures) == 0 {
		t.Errorf("%s; %+v", difference(got, want), failures)
	}
}

// A run that is stopped, or that finds a layer it cannot read, leaves no folder.
func TestCompactLeavesNothing(t *testing.T) {
	l := newCompactLab(t)
	cols := stream.MaxHeld/60 + 100
	values := l.mix("a", cols, 1)
	for name, c := range map[string]struct {
		spoil   func()
		stopped bool
		want    string
	}{
		"stopped":       {func() {}, true, "canceled"},
		"not a number":  {func() { values[70] = math.NaN() }, false, "holds NaN"},
		"no stimulus":   {func() { write(t, l.path("model/a/stimulus_ids.csv"), "stimulus_id\nx\n") }, false, "lists 1 stimuli"},
		"of components": {func() { write(t, l.path("model/model.yaml"), "reduction: {pca: 5, fit_stimulus_set: fit}\n") }, false, "score the dump itself"},
	} {
		c.spoil()
		l.array(t, "model/a/wide.npy", 60, values)
		ctx, stop := context.WithCancel(t.Context())
		if c.stopped {
			stop()
		}
		_, err := Compact(ctx, l.home(), Options{}, CompactRequest{Model: l.path("model"), Output: l.path("made/too/out")})
		stop()
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if exists, _ := filepath.Glob(l.path("made")); len(exists) > 0 {
			t.Errorf("%s: %q remain", name, exists)
		}
		values[70] = 0
		for _, name := range []string{"model/a/stimulus_ids.csv", "model/model.yaml"} {
			if err := os.Remove(l.path(name)); err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
		}
	}
	l.layer(t, "a", "wide", cols)
	l.compact(t, "made/too/out") // with the folders above it
}
