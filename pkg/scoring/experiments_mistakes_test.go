package scoring

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

const experimentsGolden = "../../testdata/golden/experiments"

// Mistakes in what the metrics of single experiments read are invalid data, named with the
// file, the row or the column, and a remedy.
func TestExperimentsMistakes(t *testing.T) {
	const (
		delta      = "animals-accuracy_delta_f"
		value      = "search-value_delta_halves"
		tasks      = "forms-task_consistency_halves"
		confusion  = "forms-confusion_similarity_halves"
		occluded   = "occluded-condition_accuracy"
		alone      = "vernier-threshold"
		elevation  = "vernier-threshold_elevation"
		animals    = "home/stimuli/animals/stimuli.csv"
		search     = "home/stimuli/search/stimuli.csv"
		forms      = "home/assemblies/forms.people/trials.csv"
		thresholds = "home/assemblies/vernier.people/thresholds.csv"
		vernier    = "home/stimuli/vernier/stimuli.csv"
	)
	replace := func(pairs ...string) func(string) string { return strings.NewReplacer(pairs...).Replace }
	add := func(lines string) func(string) string { return func(s string) string { return s + lines } }
	definition := func(id string) string { return "home/benchmarks/" + id + ".yaml" }
	var cases []mistake
	for _, c := range []mistake{
		{name: "no stimulus of changed", benchmark: delta, file: animals, change: replace(",f\n", ",x\n"), parts: []string{"stimuli.csv", "image_type", `"f"`, "o, w, x"}},
		{name: "no stimulus of baseline", benchmark: delta, file: animals, change: replace(",w\n", ",x\n"), parts: []string{"stimuli.csv", "image_type", `"w"`}},
		{name: "a value that is misspelt in the definition", benchmark: delta, file: definition(delta), change: replace("changed: f", "changed: g"), parts: []string{"stimuli.csv", `"g"`, "f, o, w"}},
		{name: "a column that is misspelt in the definition", benchmark: delta, file: definition(delta), change: replace("by: image_type", "by: image_tpye"), parts: []string{"image_tpye", "image_type"}},
		{name: "an empty value", benchmark: delta, file: animals, change: func(s string) string { return strings.Replace(s, ",w\n", ",\n", 1) }, parts: []string{"stimuli.csv:", "image_type"}},
		{name: "one subject", benchmark: delta, file: "home/assemblies/animals.people/trials.csv", change: onlyLines(",3,"), parts: []string{"trials.csv", "at least 2 subjects"}},
		{name: "a level without stimuli", benchmark: value, file: search, change: replace("first,5.0", "first,6.0"), parts: []string{"distractors", "no", "5", "exclude"}},
		{name: "a level that is no number", benchmark: value, file: search, change: replace(",5.0", ",five"), parts: []string{"distractors", "not numbers", `"five"`}},
		{name: "a level that is infinite", benchmark: value, file: search, change: replace(",5.0", ",Inf"), parts: []string{"distractors", `"Inf"`}},
		{name: "a single level", benchmark: value, file: search, change: replace(",5.0", ",1.0", ",11.0", ",1.0"), parts: []string{"distractors", "single level"}},
		{name: "no trials of a block", benchmark: value, file: "home/assemblies/search.people/trials.csv", change: onlyLines("first_"), parts: []string{"trials.csv", "block", `"second"`}},
		{name: "a task without stimuli", benchmark: tasks, file: forms, change: replace(",clutter\n", ",cluter\n"), parts: []string{"task", "no stimulus for these values", "cluter"}},
		{name: "trials without the task", benchmark: tasks, file: forms, change: replace("choice,task", "choice,kind"), parts: []string{"trials.csv", "task"}},
		{name: "one subject to halve", benchmark: confusion, file: forms, change: onlyLines(",n5,"), parts: []string{"at least 2", "ceiling as a value"}},
		{name: "trials without choices", benchmark: confusion, file: forms, change: correctInstead, parts: []string{"trials.csv", "column choice"}},
		{name: "a column of conditions that nobody has", benchmark: occluded, file: definition(occluded), change: replace("occluder_color]", "colour]"), parts: []string{`"colour"`, "stimuli.csv"}},
		{name: "a column twice", benchmark: value, file: search, change: replace("block,distractors", "block,block"), parts: []string{"block"}},
		{name: "a threshold of 0", benchmark: alone, file: thresholds, change: replace("2,vernier_only,80.25", "2,vernier_only,0"), parts: []string{"thresholds.csv:3", "not above 0", "empty"}},
		{name: "a negative threshold", benchmark: elevation, file: thresholds, change: replace("1,short2,160.0", "1,short2,-160.0"), parts: []string{"thresholds.csv:8", "not above 0"}},
		{name: "an infinite threshold", benchmark: alone, file: thresholds, change: replace("80.25", "Inf"), parts: []string{"thresholds.csv:3", "Inf"}},
		{name: "a threshold that is no number", benchmark: alone, file: thresholds, change: replace("80.25", "wide"), parts: []string{"thresholds.csv:3", "wide"}},
		{name: "a second threshold of a subject", benchmark: elevation, file: thresholds, change: add("5,short2,12\n"), parts: []string{"thresholds.csv:13", "another threshold"}},
		{name: "thresholds of two conditions", benchmark: alone, file: definition(alone), change: replace("exclude: {condition: [short2]}\n", ""), parts: []string{"thresholds.csv:", "another threshold", "exclude"}},
		{name: "no thresholds of changed", benchmark: elevation, file: thresholds, change: replace(",short2,", ",short3,"), parts: []string{"thresholds.csv", "condition", `"short2"`, "short3"}},
		{name: "no thresholds at all", benchmark: alone, file: thresholds, change: func(string) string { return "subject,condition,threshold\n1,vernier_only,\n2,vernier_only,\n" }, parts: []string{"thresholds.csv", "no subject"}},
		{name: "one threshold", benchmark: alone, file: thresholds, change: func(string) string { return "subject,condition,threshold\n1,vernier_only,12\n2,vernier_only,\n" }, parts: []string{"at least 2", "ceiling as a value"}},
		{name: "an offset that is no number", benchmark: alone, file: vernier, change: replace("vernier_only,220,", "vernier_only,far,"), parts: []string{"stimuli.csv", "offset_arcsec", `"far"`}},
		{name: "no column of thresholds", benchmark: alone, file: thresholds, change: replace("condition,threshold", "condition,acuity"), parts: []string{"thresholds.csv", "threshold"}},
	} {
		switch strings.Split(c.benchmark, "-")[0] {
		case "animals":
			c.model = "logit-net"
		case "vernier":
			c.model = "answer-net"
		}
		cases = append(cases, c)
	}
	checkMistakes(t, experimentsGolden, "feature-net", cases)
}

// onlyLines keeps the heading and the lines that contain a text.
func onlyLines(part string) func(string) string {
	return func(text string) string {
		lines := strings.SplitAfter(text, "\n")
		return lines[0] + strings.Join(slices.DeleteFunc(lines[1:], func(line string) bool { return !strings.Contains(line, part) }), "")
	}
}

// correctInstead replaces the choices of forms.people by whether they were right.
func correctInstead(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		cells := strings.Split(line, ",")
		switch {
		case i == 0:
			cells[3] = "correct"
		case cells[2] == cells[3]:
			cells[3] = "1"
		default:
			cells[3] = "0"
		}
		lines[i] = strings.Join(cells, ",")
	}
	return strings.Join(lines, "\n") + "\n"
}

// TestTaskTable compares tasks of people with stimuli of other values, by a table beside the
// definition.
func TestTaskTable(t *testing.T) {
	const benchmark = "forms-task_consistency_halves"
	const same = "task,value\nblobs,blobs\nclutter,clutter\ncontrol,control\ndeletion,deletion\nhigh,high\nlow,low\n"
	score := func(table string) (*benchmarks.Result, error) {
		dir := copyFolder(t, experimentsGolden)
		alter(t, filepath.Join(dir, "home", "benchmarks", benchmark+".yaml"), func(s string) string {
			return strings.Replace(s, "by: task}", "by: task, tasks: tasks.csv}", 1)
		})
		write(t, filepath.Join(dir, "home", "benchmarks", "tasks.csv"), table)
		runner := NewRunner(benchmarks.Home{Dir: filepath.Join(dir, "home")}, Options{Workers: 1})
		report, err := runner.Score(context.Background(), Request{Models: []string{filepath.Join(dir, "models", "feature-net")}, Benchmarks: []string{benchmark}})
		if err != nil {
			t.Fatal(err)
		}
		if f := report.Models[0].Failures; len(f) > 0 {
			return nil, f[0].Err
		}
		return &report.Models[0].Scores[0], nil
	}
	want, err := score(same)
	if err != nil {
		t.Fatal(err)
	}
	if !near(want.Ceiling.Value, 0.9836642506409141, 1e-12) {
		t.Errorf("the ceiling is %v", want.Ceiling.Value)
	}
	shared, err := score(strings.NewReplacer("deletion,deletion", "deletion,blobs", "high,high", "high,low").Replace(same) + "never shown,control\n")
	if err != nil {
		t.Fatal(err)
	}
	if shared.Raw.Value == want.Raw.Value || shared.Ceiling.Value != want.Ceiling.Value {
		t.Errorf("with shared stimuli: raw %v, ceiling %v; without %v, %v", shared.Raw.Value, shared.Ceiling.Value, want.Raw.Value, want.Ceiling.Value)
	}
	if text := strings.Join(shared.Warnings, "\n"); !strings.Contains(text, "73 of 220 stimuli are ignored") {
		t.Errorf("warnings %q", text)
	}
	for name, c := range map[string]struct{ table, contains string }{
		"a task without a row":    {strings.Replace(same, "low,low\n", "", 1), "low"},
		"a value of no stimulus":  {strings.Replace(same, "low,low", "low,lo", 1), "low"},
		"a task twice":            {same + "low,high\n", `tasks.csv:8: repeats the task "low"`},
		"an empty value":          {strings.Replace(same, "low,low", "low,", 1), "tasks.csv:7"},
		"no column value":         {strings.Replace(same, "task,value", "task,stimuli", 1), `no column "value"`},
		"no rows but the heading": {"task,value\n", "no stimulus for these values"},
	} {
		if _, err := score(c.table); err == nil || !strings.Contains(err.Error(), c.contains) {
			t.Errorf("%s: error %v, want %s", name, err, c.contains)
		}
	}
}

// TestTaskTableOutside wants a table beside the definition.
func TestTaskTableOutside(t *testing.T) {
	d := &benchmarks.Definition{Source: filepath.Join(t.TempDir(), "a.yaml")}
	for _, file := range []string{"../tasks.csv", "/etc/tasks.csv", "tables/tasks.csv", "..", ".", "missing.csv"} {
		if _, err := d.MatchTable("tasks", file); err == nil || !strings.Contains(err.Error(), filepath.Base(file)) {
			t.Errorf("%s: error %v", file, err)
		}
	}
}

// TestLabelsOfReadout wants the labels of the read-out in the ceiling too, if the trials do
// not show all.
func TestLabelsOfReadout(t *testing.T) {
	dir := copyFolder(t, experimentsGolden)
	const benchmark = "forms-confusion_similarity_halves"
	alter(t, filepath.Join(dir, "home", "benchmarks", benchmark+".yaml"), func(s string) string { return s + "exclude: {truth: [tree]}\n" })
	runner := NewRunner(benchmarks.Home{Dir: filepath.Join(dir, "home")}, Options{Workers: 1})
	d, err := runner.Home.Definition(benchmark)
	if err != nil {
		t.Fatal(err)
	}
	kind, _, err := kindOf(d)
	if err != nil {
		t.Fatal(err)
	}
	c, err := kind.(setChoicesKind).load(runner.loader, d)
	if err != nil {
		t.Fatal(err)
	}
	offered := 0
	in := c.input(nil)
	for _, is := range in.Offered {
		if is {
			offered++
		}
	}
	if offered != 5 {
		t.Errorf("%d of %q are labels, want 5", offered, in.Names)
	}
}

// TestExperimentsAreValid validates each benchmark of the golden folder.
func TestExperimentsAreValid(t *testing.T) {
	runner := NewRunner(benchmarks.Home{Dir: filepath.Join(experimentsGolden, "home")}, Options{Workers: 1})
	paths, err := filepath.Glob(filepath.Join(experimentsGolden, "home", "benchmarks", "*.yaml"))
	if err != nil || len(paths) < 10 {
		t.Fatalf("%d benchmarks, error %v", len(paths), err)
	}
	for _, path := range paths {
		d, err := runner.Home.Definition(strings.TrimSuffix(filepath.Base(path), ".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		v, err := runner.Validate(context.Background(), d)
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range v.Errors() {
			t.Errorf("%s: %v", d.Identifier, err)
		}
	}
}
