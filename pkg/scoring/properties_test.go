package scoring

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// What is wrong with the stimuli, the recorded neurons, the definition or the dump of a
// property is an error that names the file, the row if there is one, and the remedy.
func TestPropertyMistakes(t *testing.T) {
	const (
		size    = "home/stimuli/v1-size/stimuli.csv"
		neuroid = "home/assemblies/v1.properties/neuroid.csv"
		yaml    = "home/benchmarks/v1.V1-surround_diameter.yaml"
	)
	lines := func(edit func(lines []string) []string) func(string) string {
		return func(s string) string {
			return strings.Join(edit(strings.Split(strings.TrimSuffix(s, "\n"), "\n")), "\n") + "\n"
		}
	}
	replace := func(old, new string) func(string) string {
		return func(s string) string { return strings.Replace(s, old, new, 1) }
	}
	column := func(name, cell string) func(string) string {
		return lines(func(lines []string) []string {
			at := -1
			for i, line := range lines {
				cells := strings.Split(line, ",")
				for k := range cells {
					if i == 0 && cells[k] == name {
						at = k
					}
				}
				if i > 0 {
					cells[at] = cell
				}
				lines[i] = strings.Join(cells, ",")
			}
			return lines
		})
	}
	for name, c := range map[string]struct {
		file string
		edit func(string) string // nil removes the file
		want []string
	}{
		"row missing":           {size, lines(func(l []string) []string { return append(l[:9:9], l[10:]...) }), []string{"v1-size/stimuli.csv", "has 0 stimuli with radius", "list each combination"}},
		"row twice":             {size, lines(func(l []string) []string { return append(l, replace("size00000", "again")(l[1])) }), []string{"stimuli.csv:650", "repeats the combination", "line 2"}},
		"row that fits no grid": {size, lines(func(l []string) []string { return append(l, "new,0.5,0.5,1.0,0.7,3,17,45") }), []string{"v1-size/stimuli.csv", "list each combination"}},
		"column missing":        {size, replace("radius", "size"), []string{"stimuli.csv:1", `no column "radius"`}},
		"no number":             {size, replace("0.10511205190671431", "small"), []string{"stimuli.csv:2", `"small"`, "write numbers"}},
		"empty cell":            {size, replace("0.10511205190671431", ""), []string{"stimuli.csv:2", "radius", "fill in"}},
		"negative radius":       {size, replace("0.10511205190671431", "-1"), []string{"stimuli.csv:2", "above 0"}},
		"position varies":       {size, replace("size00001,0.5", "size00001,0.7"), []string{"stimuli.csv:3", "position_y", "one position"}},
		"one radius":            {size, column("radius", "1"), []string{"v1-size/stimuli.csv"}},
		"several blank images":  {"home/stimuli/v1-blank/stimuli.csv", func(s string) string { return s + "other,12\n" }, []string{"v1-blank/stimuli.csv:3", "one blank image"}},
		"property missing":      {neuroid, replace("surround_diameter", "surround"), []string{"neuroid.csv:1", `no column "surround_diameter"`}},
		"property empty":        {neuroid, column("surround_diameter", ""), []string{"neuroid.csv:1", "no value of surround_diameter"}},
		"property a text":       {neuroid, column("surround_diameter", "wide"), []string{"neuroid.csv:2", `"wide"`}},
		"property infinite":     {neuroid, column("surround_diameter", "inf"), []string{"neuroid.csv:2", "finite"}},
		"no blank set named":    {yaml, replace("blank: v1-blank, ", ""), []string{"surround_diameter.yaml:6", "no set of the role blank"}},
		"sets without roles":    {yaml, replace("{stimuli: v1-size, blank: v1-blank, receptive_field: v1-receptive_field, orientation: v1-orientation}", "v1-size"), []string{"surround_diameter.yaml:6", "role"}},
		"train and test":        {yaml, replace("blank: v1-blank", "train: v1-blank, blank: v1-blank"), []string{"surround_diameter.yaml:6", "nothing to train"}},
		"unknown property":      {yaml, replace("property: surround_diameter", "property: diameter"), []string{"surround_diameter.yaml", "diameter"}},
		"bins not ascending":    {yaml, replace("[0.0625, 0.125", "[0.125, 0.0625"), []string{"surround_diameter.yaml:7", "ascending"}},
		"ceiling of trials":     {yaml, replace("{name: property, seed: 0}", "{name: internal_consistency}"), []string{"surround_diameter.yaml:8", "internal_consistency"}},
		"split":                 {yaml, func(s string) string { return s + "cross_validation: {splits: 3}\n" }, []string{"not cross-validated"}},
		"no blank in the dump":  {"models/gabor-net/v1-blank", nil, []string{"gabor-net", `"v1-blank"`, "dump"}},
		"no layer on blank":     {"models/gabor-net/v1-blank/conv.npy", nil, []string{"gabor-net", "v1-blank"}},
		"no ids in the dump":    {"models/gabor-net/v1-size/stimulus_ids.csv", replace("size00004\n", ""), []string{"v1-size"}},
	} {
		t.Run(name, func(t *testing.T) {
			checkMistake(t, "../../testdata/golden/property", "gabor-net", "v1.V1-surround_diameter", c.file, c.edit, c.want)
		})
	}
}

// checkMistake scores a benchmark of a golden folder once a file of it is edited, or removed,
// and wants an error with some texts.
func checkMistake(t *testing.T, golden, model, benchmark, file string, edit func(string) string, want []string) {
	t.Helper()
	dir := copyFolder(t, golden)
	path := filepath.Join(dir, file)
	if edit == nil {
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
	} else {
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		after := edit(string(before))
		if after == string(before) {
			t.Fatal("the edit changes nothing")
		}
		if err := os.WriteFile(path, []byte(after), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	runner := NewRunner(benchmarks.Home{Dir: filepath.Join(dir, "home")}, Options{Workers: 1})
	report, err := runner.Score(context.Background(), Request{Models: []string{filepath.Join(dir, "models", model)}, Benchmarks: []string{benchmark}})
	if err == nil {
		for _, f := range report.Models[0].Failures {
			err = f.Err
		}
	}
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range want {
		if !strings.Contains(filepath.ToSlash(err.Error()), part) {
			t.Errorf("error %q lacks %q", err, part)
		}
	}
}
