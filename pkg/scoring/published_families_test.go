package scoring

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// toy lays out small data for a published benchmark on choices, with the columns that its
// definition names, and a model that sees some of what is there.
type toy struct {
	d      *benchmarks.Definition
	home   benchmarks.Home
	model  string
	rng    *rand.Rand
	labels []string
}

const toyStimuli = 96

// labelsOf returns choices of the list that a definition names, or of its read-out.
func (y *toy) labelsOf(t *testing.T) []string {
	if y.d.Choices == "" {
		return []string{"left", "right"}
	}
	list, err := y.d.ChoiceList()
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(slices.Values(list.Choices[:4]))
}

// option returns an option of the metric as text.
func (y *toy) option(name string) string {
	if v, ok := y.d.Metric.Options[name]; ok {
		return fmt.Sprint(v)
	}
	return ""
}

// column returns the value of a column for a stimulus.
func (y *toy) column(name string, i int) string {
	switch name {
	case y.d.Truth, "truth", y.d.FittingLabel:
		return y.labels[i%len(y.labels)]
	case y.option("texture"):
		return y.labels[(i+1)%len(y.labels)]
	case y.option("x"):
		return strconv.Itoa(10 * (1 + i/2%12))
	case "task":
		return []string{"control-control", "clutter-heavy", "occluder-fewlarge-low"}[i/4%3]
	case y.option("by"):
		return y.conditions()[i/48]
	}
	return "v" + strconv.Itoa(i/4%3)
}

// conditions lists the values of the column by: two of stimuli, then others of people.
func (y *toy) conditions() []string {
	if only := y.option("only"); only != "" {
		return slices.Concat([]string{only}, y.d.PartNames())
	}
	return []string{y.option("baseline"), y.option("changed")}
}

// columns lists the columns of the stimulus set.
func (y *toy) columns() []string {
	names := []string{"truth", y.d.Truth, y.option("texture"), y.option("x")}
	if by, ok := y.d.Metric.Options["by"].([]any); ok {
		for _, name := range by {
			names = append(names, fmt.Sprint(name))
		}
	} else {
		names = append(names, y.option("by"))
	}
	for name := range y.d.Exclude {
		names = append(names, name)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == "" })
	slices.Sort(names)
	return slices.Compact(names)
}

func (y *toy) table(columns []string, rows int, cell func(column string, row int) string) string {
	text := strings.Join(columns, ",") + "\n"
	for row := range rows {
		var cells []string
		for _, name := range columns {
			cells = append(cells, cell(name, row))
		}
		text += strings.Join(cells, ",") + "\n"
	}
	return text
}

// lay writes the data and the dump.
func (y *toy) lay(t *testing.T) {
	cell := func(name string, i int) string {
		if name == "stimulus_id" {
			return fmt.Sprintf("s%02d", i)
		}
		return y.column(name, i)
	}
	write(t, filepath.Join(y.home.StimulusSetPath(y.d.StimulusSet.Name()), "stimuli.csv"), y.table(append([]string{"stimulus_id"}, y.columns()...), toyStimuli, cell))
	y.dump(t, y.d.StimulusSet.Name(), "layer", 12)
	if y.d.Choices != "" {
		y.dump(t, y.d.StimulusSet.Name(), "logits", benchmarks.ImageNetClasses)
	}
	for _, set := range y.d.FittingSets() {
		write(t, filepath.Join(y.home.StimulusSetPath(set), "stimuli.csv"), y.table([]string{"stimulus_id", y.d.FittingLabel}, toyStimuli, cell))
		y.dump(t, set, "layer", 12)
	}
	if y.d.Assembly.None() {
		return
	}
	dir := y.home.AssemblyPath(y.d.Assembly.Name())
	write(t, filepath.Join(dir, "assembly.yaml"), "kind: behavioral\nstimulus_set: "+y.d.StimulusSet.Name()+"\n")
	file, columns, people, rows := "trials.csv", []string{"subject", "stimulus_id", "truth", "choice"}, 8, 8*toyStimuli
	switch y.d.Metric.Name {
	case "odd_one_out":
		columns, rows = []string{"first", "second", "third", "choice"}, 200
	case "task_consistency":
		columns = append(columns, "task")
	case "threshold", "threshold_elevation":
		file, columns, people, rows = "thresholds.csv", []string{"subject", "condition", "threshold"}, 6, 6*len(y.conditions())
	}
	write(t, filepath.Join(dir, file), y.table(columns, rows, func(name string, row int) string {
		switch name {
		case "subject":
			return strconv.Itoa(1 + row%people)
		case "stimulus_id":
			return cell(name, row/people)
		case "truth":
			return y.column(name, row/people)
		case "choice":
			if file == "trials.csv" && columns[0] == "first" {
				return cell("stimulus_id", (row*5+7)%toyStimuli)
			}
			if i := row / people; y.rng.Float64() < .7-.2*float64(i/48) {
				return y.column("truth", i)
			}
			return y.labels[y.rng.IntN(len(y.labels))]
		case "task":
			return []string{"control", "clutter_heavy", "occlusion_few_large_blobs_low"}[row/people/4%3]
		case "condition":
			return y.conditions()[row/people]
		case "threshold":
			return strconv.Itoa(40 + 5*(row%people) + 30*(row/people))
		}
		return cell("stimulus_id", (row*5+map[string]int{"first": 1, "second": 4, "third": 7}[name])%toyStimuli)
	}))
}

// dump writes a layer whose first feature grows with the second label, the more the
// larger x is.
func (y *toy) dump(t *testing.T, set, layer string, features int) {
	values := make([]float64, toyStimuli*features)
	for k := range values {
		values[k] = y.rng.NormFloat64()
	}
	for i := range toyStimuli {
		x, err := strconv.ParseFloat(y.column(y.option("x"), i), 64)
		if err != nil || slices.Contains(y.d.FittingSets(), set) {
			x = 120
		}
		if i%2 == 1 {
			values[i*features] += x / 30
		}
	}
	write(t, filepath.Join(y.model, set, layer+".npy"), npyText([]int{toyStimuli, features}, values))
}

// One benchmark of each family and metric validates and scores on data with the columns
// that it names; the others differ in the values of a list.
func TestPublishedFamilies(t *testing.T) {
	done := map[string]bool{}
	for _, d := range published(t) {
		family := d.Family() + " " + d.Metric.Name
		if d.Kind != benchmarks.KindBehavioral || done[family] || d.Metric.Name == "i2n" || d.Metric.Name == "ost" || d.Metric.Name == "readout_accuracy" || strings.HasPrefix(family, "ImageNet-C") {
			continue
		}
		done[family] = true
		dir := t.TempDir()
		y := &toy{d: d, home: benchmarks.Home{Dir: filepath.Join(dir, "home")}, model: filepath.Join(dir, "net"), rng: rand.New(rand.NewPCG(1, 2))}
		y.labels = y.labelsOf(t)
		y.lay(t)
		r := NewRunner(y.home, Options{Workers: 1})
		v, err := r.Validate(context.Background(), d)
		if err != nil || !v.Valid() {
			t.Errorf("%s: %v, %v", d.Identifier, err, v.Errors())
			continue
		}
		layer := "layer"
		if d.Choices != "" {
			layer = "logits"
		}
		report, err := r.Score(context.Background(), Request{Models: []string{y.model}, Benchmarks: []string{d.Identifier}, Layers: []string{layer}})
		if err != nil || len(report.Models[0].Scores) != 1 {
			t.Errorf("%s: %v, %+v", d.Identifier, err, report)
			continue
		}
		if s := report.Models[0].Scores[0]; math.IsNaN(s.Raw.Value) || math.IsNaN(s.Ceiling.Value) || math.IsNaN(s.Ceiled.Value) {
			t.Errorf("%s: raw %v, ceiling %v, score %v, %v", d.Identifier, s.Raw.Value, s.Ceiling.Value, s.Ceiled.Value, s.Warnings)
		}
		if missing := y.home.MissingColumns(d); len(missing) > 0 {
			t.Errorf("%s lacks %v", d.Identifier, missing)
		}
	}
	if len(done) != 20 {
		t.Errorf("%d families and metrics: %v", len(done), done)
	}
}
