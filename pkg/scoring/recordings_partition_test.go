package scoring

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/internal/thorough"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// partitionOptions are those of tests, with few combinations.
var partitionOptions = metrics.Options{"ratios": []any{.1}, "alphas": []any{1e-3, .1}}

// divide divides the variance of a benchmark among layers, with some draws.
func divide(t *testing.T, home benchmarks.Home, workers int, benchmark string, bands ...PartitionBand) (*Partition, error) {
	t.Helper()
	return NewRunner(home, Options{Workers: workers}).Partition(t.Context(), PartitionRequest{Bands: bands, Benchmark: benchmark, Options: partitionOptions, Intervals: metrics.Resampling{Samples: 100, Seed: 1}})
}

// figuresOf are all figures of a partition, as text.
func figuresOf(p *Partition) string {
	return fmt.Sprint(p.Parts, p.Models, p.Explainable, p.NeuroidExplainable, p.Warnings)
}

// The parts of each neuroid and of their means add up to what all layers explain, whichever
// models the layers are of and however many workers there are.
func TestPartition(t *testing.T) {
	home := benchmarks.Home{Dir: "../../testdata/golden/home"}
	model := modelWith(t, "identifier: net\ncommitments: {IT: conv}\n")
	other := modelWith(t, "identifier: other\n")
	conv, fc := PartitionBand{model, "conv"}, PartitionBand{model, "fc"}
	two, err := divide(t, home, 1, "hvm-mini.IT-ridge", conv, fc)
	if err != nil {
		t.Fatal(err)
	}
	for name, bands := range map[string][]PartitionBand{
		"three workers": {conv, fc},
		"two models":    {conv, {other, "fc"}},
		"committed":     {{Model: model}, fc},
	} {
		if name == "two models" && !thorough.Asked() {
			continue // joined layers of two follow
		}
		got, err := divide(t, home, 3, "hvm-mini.IT-ridge", bands...)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if figuresOf(got) != figuresOf(two) {
			t.Errorf("%s: %s, want %s", name, figuresOf(got), figuresOf(two))
		}
	}
	three, err := divide(t, home, 2, "hvm-mini.IT-ridge", conv, fc, PartitionBand{other, "both"})
	if err != nil {
		t.Fatal(err)
	}
	joined, err := divide(t, home, 2, "hvm-mini.IT-ridge", conv, fc, PartitionBand{other, "conv+fc"})
	if err != nil {
		t.Fatal(err)
	}
	if figuresOf(joined) != figuresOf(three) {
		t.Errorf("joined layers: %s, a file of both: %s", figuresOf(joined), figuresOf(three))
	}
	for _, p := range []*Partition{two, three} {
		all := p.Models[len(p.Models)-1]
		sums, mean := make([]float64, len(p.NeuroidIDs)), 0.0
		for _, part := range p.Parts {
			mean += part.Value
			for j, v := range part.Neuroids {
				sums[j] += v
			}
			if !(part.Interval.Low <= part.Value && part.Value <= part.Interval.High) {
				t.Errorf("part %v: %v is outside its interval %v", part.Bands, part.Value, part.Interval)
			}
		}
		for j, v := range all.Neuroids {
			if d := math.Abs(sums[j] - v); !(d < 1e-12) {
				t.Errorf("%d layers: the parts of neuroid %d add up to %v, all explain %v", len(p.Bands), j, sums[j], v)
			}
		}
		if d := math.Abs(mean - all.Value); !(d < 1e-12) {
			t.Errorf("%d layers: the parts add up to %v, all explain %v", len(p.Bands), mean, all.Value)
		}
		sum, whole := 0.0, 0.0
		for j, v := range all.Neuroids {
			sum, whole = sum+v, whole+p.NeuroidExplainable[j]
		}
		if d := math.Abs(all.Ceiled - sum/whole); !(d < 1e-12) || !(math.Abs(p.Explainable-whole/float64(len(sums))) < 1e-12) {
			t.Errorf("%d layers: %v of the explainable variance, want %v", len(p.Bands), all.Ceiled, sum/whole)
		}
	}
	// Ceilings are those of the benchmark's own scores.
	report, err := NewRunner(home, Options{Workers: 2}).Score(t.Context(), Request{Models: []string{model}, Benchmarks: []string{"hvm-mini.IT-ridge"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := report.Models[0].Scores[0].NeuroidCeilings; !slices.Equal(got, two.NeuroidExplainable) {
		t.Errorf("explainable %v, ceilings %v", two.NeuroidExplainable, got)
	}
}

// Each subject's neuroids are explained by models of their own, on its splits; means are of
// all neuroids.
func TestPartitionBySubject(t *testing.T) {
	dir := t.TempDir()
	h := newSubjectsHome()
	h["models/m/s-test/conv.npy"], h["models/m/s-train/conv.npy"] = npyText([]int{4, 2}, wave(8, 5)), npyText([]int{6, 2}, wave(12, 6))
	for name, content := range h {
		write(t, filepath.Join(dir, name), content)
	}
	m := filepath.Join(dir, "models/m")
	p, err := divide(t, benchmarks.Home{Dir: dir}, 2, "b", PartitionBand{m, "fc"}, PartitionBand{m, "conv"})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.NeuroidIDs) != 4 || p.Splits != 1 || p.Stimuli != 10 {
		t.Errorf("%d neuroids, %d splits, %d stimuli", len(p.NeuroidIDs), p.Splits, p.Stimuli)
	}
	all := p.Models[2]
	for j := range p.NeuroidIDs {
		if sum := p.Parts[0].Neuroids[j] + p.Parts[1].Neuroids[j] + p.Parts[2].Neuroids[j]; !(math.Abs(sum-all.Neuroids[j]) < 1e-12) {
			t.Errorf("neuroid %d: parts add up to %v, all explain %v", j, sum, all.Neuroids[j])
		}
	}
}

func TestPartitionMistakes(t *testing.T) {
	home := benchmarks.Home{Dir: "../../testdata/golden/home"}
	model := modelWith(t, "identifier: net\n")
	// A model with other stimuli, and one without some.
	short := modelWith(t, "identifier: short\n")
	ids, err := os.ReadFile(filepath.Join(short, "hvm-mini", "stimulus_ids.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(ids)), "\n")
	lines[3] = "elsewhere"
	write(t, filepath.Join(short, "hvm-mini", "stimulus_ids.csv"), strings.Join(lines, "\n")+"\n")
	for name, x := range map[string]struct {
		benchmark string
		second    PartitionBand
		want      string
	}{
		"other stimuli":    {"hvm-mini.IT-ridge", PartitionBand{short, "fc"}, "has no rows (by "},
		"an unknown layer": {"hvm-mini.IT-ridge", PartitionBand{model, "fd"}, "has no layer fd for hvm-mini.IT-ridge; it has both, conv, fc"},
		"one twice":        {"hvm-mini.IT-ridge", PartitionBand{model + "/", "conv"}, "is given the layer conv twice; name layers that differ"},
		"no commitment":    {"hvm-mini.IT-ridge", PartitionBand{Model: model}, "commits no layer to the region IT; name a layer, as "},
		"no such dump":     {"hvm-mini.IT-ridge", PartitionBand{model + "x", "fc"}, "is missing; name the folder of a model dump"},
		"a similarity":     {"hvm-mini.IT-cka", PartitionBand{model, "fc"}, "has the metric cka of kind similarity; name a benchmark of a mapping"},
		"choices":          {"objectome-mini.i1", PartitionBand{model, "fc"}, ""},
		"no benchmark":     {"hvm-mini.IT-rigde", PartitionBand{model, "fc"}, "hvm-mini.IT-ridge"},
	} {
		_, err := divide(t, home, 1, x.benchmark, PartitionBand{model, "conv"}, x.second)
		if err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: error %v, want %s", name, err, x.want)
		}
	}
	runner := NewRunner(home, Options{Workers: 1, Memory: 10 << 20})
	_, err = runner.Partition(t.Context(), PartitionRequest{Bands: []PartitionBand{{model, "conv"}, {model, "fc"}}, Benchmark: "hvm-mini.IT-ridge"})
	var memory *MemoryError
	if !errors.As(err, &memory) {
		t.Errorf("in 10 MiB: error %v, want a *MemoryError", err)
	}
}

// The score of layers of two models together, with its penalties and ceilings, is that of a model
// that is committed to both, also by subject.
func TestPartitionScores(t *testing.T) {
	home := bandedHome(t)
	const subjects = "hvm-mini.IT-subjects"
	definition, err := os.ReadFile(filepath.Join(home.Dir, "benchmarks", "hvm-mini.IT-banded.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(home.Dir, "benchmarks", subjects+".yaml"), strings.Replace(string(definition), "hvm-mini.IT-banded", subjects, 1)+"per: animal\n")
	one, other := modelWith(t, "identifier: net\ncommitments: {IT: [conv, fc]}\n"), modelWith(t, "identifier: other\n")
	for _, benchmark := range []string{"hvm-mini.IT-banded", subjects} {
		report, err := NewRunner(home, Options{Workers: 2}).Score(t.Context(), Request{Models: []string{one}, Benchmarks: []string{benchmark}})
		if err != nil || len(report.Models[0].Scores) != 1 {
			t.Fatalf("%v: %v", err, report.Models[0].Failures)
		}
		request := PartitionRequest{Bands: []PartitionBand{{one, "conv"}, {other, "fc"}}, Benchmark: benchmark, Score: true, Intervals: metrics.Resampling{Samples: 20, Seed: 1}}
		p, err := NewRunner(home, Options{Workers: 2}).Partition(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		figures := func(r benchmarks.Result) string {
			return fmt.Sprint(r.Metric, r.Raw, r.Ceiling, r.Ceiled, r.Alphas, r.Neuroids, r.NeuroidIDs, r.NeuroidCeilings, r.Subjects, r.Counts, r.Warnings)
		}
		if got, want := figures(*p.Score), figures(report.Models[0].Scores[0]); got != want {
			t.Errorf("%s: %s, want %s", benchmark, got, want)
		}
		if p.Score.Layer != "net/conv + other/fc" {
			t.Errorf("the layers are named %s", p.Score.Layer)
		}
	}
}
