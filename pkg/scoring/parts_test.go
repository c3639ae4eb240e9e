package scoring

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sbinet/npyio/npy"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// acuity is a benchmark of one read-out for each of three fitting sets.
const acuity = `identifier: %s
kind: behavioral
assembly: vernier.people
stimulus_set: vernier
fitting_stimulus_set: lines.%s
fitting_label: side
truth: side
metric: {name: threshold, by: condition, only: vernier_only, subjects_with: short2, x: offset_arcsec, required_accuracy: 0.55}
%s`

// withLines adds to the golden experiments a layer that sees which side a line is on, the
// better the further it is, and sets of lines of three lengths to fit a read-out on.
func withLines(t *testing.T) (home benchmarks.Home, model string) {
	dir := copyFolder(t, experimentsGolden)
	home, model = benchmarks.Home{Dir: filepath.Join(dir, "home")}, filepath.Join(dir, "models", "line-net")
	set, err := stimuli.LoadStimulusSet(home.StimulusSetPath("vernier"))
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(5, 6))
	see := func(set string, sides, offsets []string, noise float64) {
		values := make([][2]float64, len(sides))
		for i, side := range sides {
			x, _ := stimuli.Number(offsets[i])
			if side == "left" {
				x = -x
			}
			values[i] = [2]float64{x/100 + noise*random.NormFloat64(), random.NormFloat64()}
		}
		path := filepath.Join(model, set, "eye.npy")
		write(t, path, "")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := npy.Write(f, values); err != nil {
			t.Fatal(err)
		}
	}
	sides, _ := set.Table.Column("side")
	offsets, _ := set.Table.Column("offset_arcsec")
	see("vernier", sides, offsets, .6)
	for k, length := range []string{"short", "middle", "long"} {
		rows := []string{"stimulus_id,side"}
		var sides, offsets []string
		for i := range 40 {
			side := [2]string{"left", "right"}[i%2]
			rows = append(rows, fmt.Sprintf("%s%02d,%s", length, i, side))
			sides, offsets = append(sides, side), append(offsets, "100")
		}
		write(t, filepath.Join(home.StimulusSetPath("lines."+length), "stimuli.csv"), strings.Join(rows, "\n")+"\n")
		see("lines."+length, sides, offsets, .3+float64(k))
	}
	return home, model
}

// A benchmark that is the mean over parts has the mean of what they have as benchmarks of
// their own, each ceiled score at most 1.
func TestMeanOverParts(t *testing.T) {
	home, model := withLines(t)
	names := []string{"short", "middle", "long"}
	add := func(id, set, more string) {
		write(t, filepath.Join(home.BenchmarksDir(), id+".yaml"), fmt.Sprintf(acuity, id, set, more))
	}
	for _, name := range names {
		add(name, name, "")
	}
	add("acuity", "{length}", "mean_over: {length: [short, middle, long]}\n")
	store, err := results.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	request := Request{Models: []string{model}, Benchmarks: append(names, "acuity"), AllLayers: true}
	report, err := NewRunner(home, Options{Workers: 2, Store: store}).Score(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	scores := report.Models[0].Scores
	if len(report.Models[0].Failures) > 0 || len(scores) != 4 {
		t.Fatalf("%d scores, failures %v", len(scores), report.Models[0].Failures)
	}
	whole, raw, ceiling, ceiled := scores[3], 0.0, 0.0, 0.0
	for i, part := range scores[:3] {
		if !(part.Raw.Value > 0) || part.Counts.Subjects != 6 || part.Raw.Value == scores[(i+1)%3].Raw.Value {
			t.Errorf("part %s: raw %v, %d subjects", part.Benchmark, part.Raw.Value, part.Counts.Subjects)
		}
		raw, ceiling, ceiled = raw+part.Raw.Value/3, ceiling+part.Ceiling.Value/3, ceiled+math.Min(part.Ceiled.Value, 1)/3
		if whole.Raw.Splits[i] != part.Raw.Value {
			t.Errorf("split %d is %v, but part %s has %v", i, whole.Raw.Splits[i], part.Benchmark, part.Raw.Value)
		}
	}
	for _, c := range [][2]float64{{whole.Raw.Value, raw}, {whole.Ceiling.Value, ceiling}, {whole.Ceiled.Value, ceiled}} {
		if !near(c[0], c[1], 1e-12) {
			t.Errorf("the mean is %v, but that of its parts %v", c[0], c[1])
		}
	}
	above := false
	for _, part := range scores[:3] {
		above = above || part.Ceiled.Value > 1
	}
	if warned := strings.Contains(strings.Join(whole.Warnings, "\n"), "counts as 1 in the mean"); warned != above {
		t.Errorf("a part is above 1: %v; warnings %q", above, whole.Warnings)
	}

	runner := NewRunner(home, Options{Workers: 1, Store: store})
	collected, missing, err := runner.Batch(request).Collect(t.Context())
	if err != nil || len(missing) > 0 || collected.Models[0].Scores[3].Raw.Value != whole.Raw.Value {
		t.Errorf("collected: %v, missing %v", err, missing)
	}
	tasks, _, err := runner.Batch(request).Tasks()
	if err != nil {
		t.Fatal(err)
	}
	ids := map[TaskID]bool{}
	for _, task := range tasks {
		ids[task.ID()] = true
	}
	if want := (TaskID{"line-net", "vernier", "lines.{length}", "eye"}); len(ids) != 4 || !ids[want] {
		t.Errorf("tasks %v, want four, one of them %v", tasks, want)
	}
	d, err := home.Definition("acuity")
	if err != nil {
		t.Fatal(err)
	}
	alone, err := runner.ceiling(t.Context(), d)
	if err != nil || !near(alone.Ceiling.Value, whole.Ceiling.Value, 1e-12) {
		t.Errorf("without a model: the ceiling %v, error %v", alone.Ceiling.Value, err)
	}
	if v, err := runner.Validate(t.Context(), d); err != nil || !v.Valid() || !near(v.Ceiling.Value, whole.Ceiling.Value, 1e-12) {
		t.Errorf("validated: %+v, error %v", v.Checks, err)
	}
	if err := os.RemoveAll(home.StimulusSetPath("lines.middle")); err != nil {
		t.Fatal(err)
	}
	if missing := home.Missing(d); len(missing) != 1 || missing[0] != "stimulus set lines.middle" {
		t.Errorf("missing %q, want the set of the second part", missing)
	}
}
