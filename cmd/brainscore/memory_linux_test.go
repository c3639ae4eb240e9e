package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/internal/thorough"
)

// memoryVariable asks for the large shapes too, which take hours, 10 GB of memory and as
// much room in the folder for temporary files.
const memoryVariable = "BRAINSCORE_TEST_MEMORY"

// memoryShapes are recordings on which each mapping and similarity metric is measured, and
// all together.
var memoryShapes = []memoryCase{
	{name: "tiny", stimuli: 50, features: 10, neuroids: 5},
	{name: "few neuroids", stimuli: 640, features: 2000, neuroids: 6, whole: true},
	{name: "noise", stimuli: 400, features: 1000, neuroids: 6, noise: true, rounding: true, whole: true},
	{name: "primal", stimuli: 1500, features: 300, neuroids: 100, large: true},
	{name: "square", stimuli: 1200, features: 1000, neuroids: 20, large: true},
	{name: "deficient", stimuli: 1200, features: 1200, neuroids: 20, rank: 700, rounding: true, large: true},
	{name: "many neuroids", stimuli: 400, features: 500, neuroids: 3000, large: true},
	{name: "offset", stimuli: 1000, features: 1500, neuroids: 20, offset: 1000, large: true},
	{name: "dependent", stimuli: 800, features: 1000, neuroids: 20, rank: 300, scale: 1e4, rounding: true, large: true},
	{name: "dependent and few", stimuli: 500, features: 120, neuroids: 20, rank: 60, scale: 1e4, rounding: true, whole: true},
	{name: "wide", stimuli: 500, features: 40000, neuroids: 50, large: true},
	{name: "tall", stimuli: 6000, features: 100, neuroids: 50, large: true},
	{name: "usual", stimuli: 2560, features: 4096, neuroids: 168, large: true},
	{name: "very wide", stimuli: 2560, features: 100000, neuroids: 168, splits: 2, large: true},
	{name: "widest", stimuli: 50, features: 100000, neuroids: 10, large: true},
	{name: "most neuroids", stimuli: 1000, features: 1000, neuroids: 10000, splits: 2, large: true},
	{name: "deficient and large", stimuli: 2560, features: 3000, neuroids: 168, rank: 1500, splits: 2, large: true, rounding: true},
	{name: "large", stimuli: 8000, features: 1000, neuroids: 50, splits: 2, large: true},
	{name: "narrow and tall", stimuli: 20000, features: 10, neuroids: 10, splits: 2, large: true},
	{name: "tallest", stimuli: 20000, features: 500, neuroids: 10, splits: 1, large: true},
}

// The metrics on recordings.
var (
	mappingMetrics = []string{"name: pls, components: 5", "name: ridge", "name: ridgecv", "name: banded_ridge", "name: linear", "name: neuron_to_neuron",
		"name: reverse_pls, components: 5", "name: reverse_ridge", "name: reverse_ridgecv", "name: reverse_linear", "name: reverse_neuron_to_neuron"}
	similarityMetrics = []string{"name: cka", "name: rdm", "name: procrustes", "name: cca, alpha: 0.5", "name: svcca", "name: rdm, compare: whitened_pearson"}
	memoryMetrics     = slices.Concat(mappingMetrics, similarityMetrics)
)

// memoryChoices are scores on choices and times.
var memoryChoices = []memoryCase{
	{name: "trials", data: twoWayChoices, metrics: []string{"name: i2n, skip_missing: true", "name: i1, skip_missing: true", "name: o2, skip_missing: true"}, stimuli: 200, trials: 20000},
	{name: "more trials", data: twoWayChoices, metrics: []string{"name: i2n, skip_missing: true", "name: i1, skip_missing: true", "name: o2, skip_missing: true"}, stimuli: 2000, trials: 300000, large: true},
	{name: "a million trials", data: twoWayChoices, metrics: []string{"name: i2n, skip_missing: true"}, stimuli: 2000, trials: 1000000, large: true},
	{name: "read-out", data: fittedChoices, metrics: []string{"name: i2n, skip_missing: true"}, stimuli: 200, features: 500, fit: 800, trials: 20000},
	{name: "wide read-out", data: fittedChoices, metrics: []string{"name: i2n, skip_missing: true"}, stimuli: 600, features: 20000, fit: 2000, trials: 300000, large: true},
	{name: "subjects", data: subjectChoices, metrics: []string{"name: error_consistency"}, stimuli: 200, trials: 4000},
	{name: "many subjects", data: subjectChoices, metrics: []string{"name: error_consistency"}, stimuli: 10000, trials: 300000, large: true},
	{name: "a million choices", data: subjectChoices, metrics: []string{"name: error_consistency"}, stimuli: 20000, trials: 1000000, large: true},
	{name: "triplets", data: triplets, metrics: []string{"name: odd_one_out"}, stimuli: 500, features: 1000, trials: 20000},
	{name: "more triplets", data: triplets, metrics: []string{"name: odd_one_out, similarity: pearson"}, stimuli: 1800, features: 1000, trials: 200000, large: true},
	{name: "a million triplets", data: triplets, metrics: []string{"name: odd_one_out"}, stimuli: 1800, features: 1000, trials: 1000000, large: true},
	{name: "solution times", data: solutionTimes, metrics: []string{"name: ost"}, stimuli: 400, features: 600, bins: 3, whole: true},
	{name: "more solution times", data: solutionTimes, metrics: []string{"name: ost"}, stimuli: 1300, features: 3000, bins: 3, splits: 10, large: true},
}

// memoryRuns are runs of other forms.
var memoryRuns = []memoryCase{
	{name: "float64", data: recordings, metrics: []string{"name: ridge"}, stimuli: 1000, features: 3000, neuroids: 50, double: true, whole: true},
	{name: "four layers", data: recordings, metrics: []string{"name: pls, components: 5"}, stimuli: 800, features: 1000, neuroids: 50, layers: 4, whole: true},
	{name: "four layers, one by one", data: recordings, metrics: []string{"name: pls, components: 5"}, stimuli: 800, features: 1000, neuroids: 50, layers: 4, words: []string{"--jobs", "1"}, whole: true},
	{name: "four layers in 90 MB", data: recordings, metrics: []string{"name: pls, components: 5"}, stimuli: 800, features: 1000, neuroids: 50, layers: 4, words: []string{"--memory", "90MB"}},
	{name: "kept", data: recordings, metrics: []string{"name: ridge"}, stimuli: 1000, features: 1200, neuroids: 50, words: []string{"--results", "results"}, whole: true},
	{name: "reduced", data: recordings, metrics: []string{"name: ridge"}, stimuli: 600, features: 5000, neuroids: 50, fit: 900, whole: true},
	{name: "time bins", data: recordings, metrics: []string{"name: ridge"}, stimuli: 500, features: 1000, neuroids: 200, bins: 4},
	{name: "by subject", data: recordings, metrics: []string{"name: rdm"}, stimuli: 800, features: 1000, neuroids: 60, subjects: 6, whole: true},
	{name: "rdm of many subjects", data: recordings, metrics: []string{"name: rdm"}, stimuli: 1500, features: 200, neuroids: 100, subjects: 20, large: true},
	{name: "cka of many subjects", data: recordings, metrics: []string{"name: cka"}, stimuli: 1500, features: 200, neuroids: 100, subjects: 20, whole: true},
	{name: "procrustes of many subjects", data: recordings, metrics: []string{"name: procrustes"}, stimuli: 2500, features: 200, neuroids: 100, subjects: 20, large: true},
	{name: "cca of many subjects", data: recordings, metrics: []string{"name: cca, alpha: 0.5"}, stimuli: 1500, features: 200, neuroids: 100, subjects: 20, large: true},
	{name: "svcca of many subjects", data: recordings, metrics: []string{"name: svcca"}, stimuli: 1500, features: 200, neuroids: 100, subjects: 20, large: true},
	{name: "ridge by subject", data: recordings, metrics: []string{"name: ridge"}, stimuli: 2000, features: 800, neuroids: 60, subjects: 3, splits: 1, whole: true},
	{name: "ridge by subject, several splits", data: recordings, metrics: []string{"name: ridge"}, stimuli: 1200, features: 600, neuroids: 60, subjects: 3, splits: 6, whole: true},
	{name: "ridgecv by subject", data: recordings, metrics: []string{"name: ridgecv"}, stimuli: 1600, features: 600, neuroids: 60, subjects: 3, splits: 1, whole: true},
	{name: "ridgecv by subject, several splits", data: recordings, metrics: []string{"name: ridgecv"}, stimuli: 800, features: 300, neuroids: 60, subjects: 3, splits: 6, whole: true},
	{name: "two layers joined", data: recordings, metrics: []string{"name: banded_ridge"}, stimuli: 700, features: 1500, neuroids: 60, layers: 2, words: []string{"--layer", "layer0+layer1"}, command: []string{"score"}, whole: true},
	{name: "two layers by neuroid", data: recordings, metrics: []string{"name: banded_ridge, alpha_per: neuroid"}, stimuli: 500, features: 1500, neuroids: 60, layers: 2, words: []string{"--layer", "layer0+layer1"}, command: []string{"score"}, whole: true},
	{name: "parts by neuroid", data: recordings, metrics: []string{"name: banded_ridge, alpha_per: neuroid"}, stimuli: 500, features: 900, neuroids: 300, layers: 2, command: []string{"partition", "--benchmark", "b0"}, models: []string{"model:layer0", "model:layer1"}, large: true},
	{name: "parts of two layers", data: recordings, metrics: []string{"name: ridge"}, stimuli: 700, features: 1500, neuroids: 60, layers: 2, command: []string{"partition", "--benchmark", "b0"}, models: []string{"model:layer0", "model:layer1"}, whole: true},
	{name: "parts of few neuroids", data: recordings, metrics: []string{"name: ridge"}, stimuli: 1000, features: 300, neuroids: 3, layers: 2, command: []string{"partition", "--benchmark", "b0"}, models: []string{"model:layer0", "model:layer1"}, whole: true},
	{name: "parts of many neuroids", data: recordings, metrics: []string{"name: ridge"}, stimuli: 400, features: 900, neuroids: 3000, layers: 2, command: []string{"partition", "--benchmark", "b0"}, models: []string{"model:layer0", "model:layer1"}, large: true},
	{name: "parts of three layers", data: recordings, metrics: []string{"name: ridge"}, stimuli: 700, features: 1500, neuroids: 60, layers: 3, command: []string{"partition", "--benchmark", "b0", "--option", "ratios=[0.1]"}, models: []string{"model:layer0", "model:layer1", "model:layer2"}, large: true},
	{name: "triangle", data: recordings, metrics: []string{"name: ridge"}, stimuli: 6000, features: 6100, neuroids: 100, splits: 1, train: .98, large: true},
	{name: "triangle by subject", data: recordings, metrics: []string{"name: ridge"}, stimuli: 6000, features: 6100, neuroids: 60, subjects: 2, splits: 1, train: .98, large: true},
	{name: "triangle of pls", data: recordings, metrics: []string{"name: pls, components: 5"}, stimuli: 6000, features: 6100, neuroids: 100, splits: 1, train: .98, large: true},
	{name: "triangle, several splits", data: recordings, metrics: []string{"name: ridge"}, stimuli: 6000, features: 6100, neuroids: 60, splits: 4, train: .9, rounding: true, large: true},
	{name: "voxels in blocks", data: recordings, metrics: []string{"name: ridge"}, stimuli: 2000, features: 300, neuroids: 12000, splits: 2, large: true},
	{name: "many voxels in blocks", data: recordings, metrics: []string{"name: linear"}, stimuli: 3000, features: 1200, neuroids: 20000, splits: 1, large: true},
	{name: "few stimuli", data: recordings, metrics: []string{"name: pls, components: 25"}, stimuli: 250, features: 1000, neuroids: 5000, splits: 10, train: .9, whole: true},
	{name: "intervals", data: recordings, metrics: []string{"name: pls, components: 5"}, stimuli: 500, features: 1000, neuroids: 50, words: []string{"--ci"}, whole: true},
}

// similarityRuns are comparisons of layers with each other.
func similarityRuns() []memoryCase {
	var cases []memoryCase
	for _, words := range []string{"cka", "rdm", "rdm --option compare=whitened_pearson", "procrustes", "cca --option alpha=0.5", "svcca"} {
		command := append([]string{"similarity", "--metric"}, strings.Fields(words)...)
		run := memoryCase{data: recordings, metrics: []string{"name: cka"}, stimuli: 640, features: 2000, neuroids: 5, layers: 4, command: command, whole: words != "cka"}
		few, many, noise := run, run, run
		few.stimuli, few.features = 250, 240
		many.stimuli, many.features, many.large = 2560, 4096, true
		few.whole, noise.whole = true, words != "cka"
		noise.rank, noise.scale, noise.rounding = 300, 1e4, true
		run.name, few.name, many.name, noise.name = "layers/"+words, "few layers/"+words, "large layers/"+words, "dependent layers/"+words
		cases = append(cases, run, few, many, noise)
	}
	return cases
}

// memoryCases returns the cases.
func memoryCases() []memoryCase {
	var cases []memoryCase
	for _, shape := range memoryShapes {
		for _, metric := range memoryMetrics {
			c := shape
			name, _, _ := strings.Cut(strings.TrimPrefix(metric, "name: "), ",")
			c.name, c.data, c.metrics = shape.name+"/"+name, recordings, []string{metric}
			if c.name == "square/cca" {
				c.rounding = true // two of its directions hardly differ
			}
			cases = append(cases, c)
		}
		all := shape
		all.name, all.data, all.metrics, all.splitAll, all.whole = shape.name+"/all", recordings, memoryMetrics, true, false
		cases = append(cases, all)
	}
	return slices.Concat(cases, memoryChoices, answersCases(), memoryRuns, similarityRuns())
}

// TestMemoryForRounding checks that a score for which rounding asks for more memory than is
// allowed fails, and says so.
func TestMemoryForRounding(t *testing.T) {
	c := memoryCase{metrics: []string{"name: linear"}, stimuli: 400, features: 500, neuroids: 5, rank: 150, scale: 1e4, repetitions: 2, splits: 2, train: .8}
	dir := t.TempDir()
	recordings(t, c, dir)
	program := builtProgram(t, t.TempDir())
	var promise struct {
		PeakMemory int64 `json:"peak_memory"`
		AtMost     int64 `json:"peak_memory_at_most"`
	}
	words := []string{"score", "model", "--data", "home", "--all-layers", "--quiet", "--format", "json"}
	if err := json.Unmarshal(output(t, dir, program, append(words, "--dry-run")...), &promise); err != nil {
		t.Fatal(err)
	}
	allowed := func(bytes int64) (string, error) {
		run := exec.Command(program, append(words, "--memory", strconv.FormatInt(bytes, 10))...)
		run.Dir = dir
		out, err := run.CombinedOutput()
		return string(out), err
	}
	if out, err := allowed(promise.PeakMemory); err == nil || !strings.Contains(out, "where rounding of its inner products matters") {
		t.Errorf("with %d bytes: %v\n%s", promise.PeakMemory, err, out)
	}
	if out, err := allowed(promise.AtMost); err != nil {
		t.Errorf("with %d bytes: %v\n%s", promise.AtMost, err, out)
	}
}

// TestMemoryIsPromised checks, in processes of their own, that a score holds no more memory
// than a dry run reports, and that the dry run reports no more than half again what is
// held. Where rounding matters, the score holds no more than is reported for that.
func TestMemoryIsPromised(t *testing.T) {
	if testing.Short() {
		t.Skip("runs many processes")
	}
	program := builtProgram(t, t.TempDir())
	peak := filepath.Join(t.TempDir(), "peak")
	if out, err := exec.Command("go", "build", "-o", peak, "./testdata/peak").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var ratios []float64
	for _, c := range memoryCases() {
		t.Run(c.name, func(t *testing.T) {
			if c.large && os.Getenv(memoryVariable) == "" {
				t.Skip("large")
			}
			if c.whole && !thorough.Asked() && os.Getenv(memoryVariable) == "" {
				t.Skip("one of many")
			}
			c.repetitions, c.splits, c.train = cmp.Or(c.repetitions, 2), cmp.Or(c.splits, 4), cmp.Or(c.train, .8)
			dir := t.TempDir()
			c.data(t, c, dir)
			if c.command == nil {
				c.command = []string{"score", "--all-layers"}
			}
			if c.models == nil {
				c.models = []string{"model"}
			}
			words := slices.Concat(c.command, c.models, []string{"--data", "home", "--format", "json", "--quiet"}, c.words)
			var promise struct {
				PeakMemory int64 `json:"peak_memory"`
				AtMost     int64 `json:"peak_memory_at_most"`
			}
			if err := json.Unmarshal(output(t, dir, program, append(words, "--dry-run")...), &promise); err != nil {
				t.Fatal(err)
			}
			measured := output(t, dir, peak, append([]string{program}, words...)...)
			held, err := strconv.ParseInt(strings.TrimSpace(string(measured)), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			ratio := float64(promise.PeakMemory) / float64(held)
			ratios = append(ratios, ratio)
			line := fmt.Sprintf("%d × %d, %d neuroids, %d trials: promised %d MiB (at most %d), held %d MiB, %.2f", c.stimuli, c.features, c.neuroids, c.trials, promise.PeakMemory>>20, promise.AtMost>>20, held>>20, ratio)
			least := promise.PeakMemory
			if c.rounding {
				least = promise.AtMost
			}
			if held > least || ratio > 1.5 {
				t.Error(line)
			} else {
				t.Log(line)
			}
		})
	}
	if len(ratios) > 0 {
		slices.Sort(ratios)
		t.Logf("%d scores: promised over held from %.2f over %.2f to %.2f", len(ratios), ratios[0], ratios[len(ratios)/2], ratios[len(ratios)-1])
	}
}
