package scoring

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// validated checks a definition in a data home.
func validated(t *testing.T, home, text string) *Validation {
	t.Helper()
	path := filepath.Join(t.TempDir(), "b.yaml")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	d, err := benchmarks.ReadDefinition(path)
	if err != nil {
		t.Fatal(err)
	}
	v, err := NewRunner(benchmarks.Home{Dir: home}, Options{Workers: 1}).Validate(context.Background(), d)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestValidateGolden(t *testing.T) {
	eachGolden(t, func(t *testing.T, dir string) {
		runner := NewRunner(benchmarks.Home{Dir: filepath.Join(dir, "home")}, Options{Workers: 1})
		definitions, errs := runner.Home.Definitions()
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		for _, d := range definitions {
			if d.Source == benchmarks.Embedded {
				continue
			}
			v, err := runner.Validate(context.Background(), d)
			if err != nil || !v.Valid() || !(v.Ceiling.Value > 0) {
				t.Errorf("%s: %v, %v, ceiling %v", d.Identifier, err, v.Errors(), v.Ceiling.Value)
			}
		}
	})
}

func TestValidationFacts(t *testing.T) {
	runner := NewRunner(benchmarks.Home{Dir: "../../testdata/golden/home"}, Options{Workers: 1})
	d, err := runner.Home.Definition("hvm-mini.V4-pls")
	if err != nil {
		t.Fatal(err)
	}
	v, err := runner.Validate(context.Background(), d)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprintln(v.Counts, v.Repetitions, v.MissingCells, v.Cells, v.Constant, v.Unreliable, *v.Splits, v.Classes.Column, len(v.Classes.Groups), v.Memory > 60<<20)
	if want := "{320 0 20 0 0 0 0 0 0} {10 10 10} 0 64000 [n001] [] {10 288 32} object_name 8 true\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	result, err := NewRunner(runner.Home, Options{Workers: 1}).ceiling(context.Background(), d)
	if err != nil || result.Ceiling.Value != v.Ceiling.Value {
		t.Errorf("ceiling %v, but of the ceiling command %v, %v", v.Ceiling.Value, result, err)
	}
}

const neuralDefinition = `identifier: b
kind: neural
assembly: hvm-mini.assembly
stimulus_set: hvm-mini
select: {region: IT}
metric: {name: pls}
cross_validation: {stratify: object_name}
`

const behavioralDefinition = `identifier: b
kind: behavioral
assembly: objectome-mini.private.assembly
stimulus_set: objectome-mini.private
fitting_stimulus_set: objectome-mini.public
fitting_label: image_label
metric: {name: i2n}
`

func TestValidateMistakes(t *testing.T) {
	for _, c := range []struct {
		name, text, from, to string
		check, want          string
	}{
		{"assembly", neuralDefinition, "assembly: hvm-mini.assembly", "assembly: hvm-mini.asembly", "assembly", `b.yaml:3: assembly: the data home ../../testdata/golden/home has no assembly "hvm-mini.asembly"; did you mean "hvm-mini.assembly"?`},
		{"stimulus set", neuralDefinition, "stimulus_set: hvm-mini", "stimulus_set: hvm", "stimulus set", `b.yaml:4: stimulus_set: the data home`},
		{"other set", neuralDefinition, "stimulus_set: hvm-mini", "stimulus_set: objectome-mini.public", "assembly", `b.yaml:4: names the stimulus set "objectome-mini.public", but the assembly`},
		{"region", neuralDefinition, "region: IT", "region: V1", "neuroids", `b.yaml:5: select: ../../testdata/golden/home/assemblies/hvm-mini.assembly/neuroid.csv: has no neuroids with region "V1"`},
		{"column", neuralDefinition, "region: IT", "area: IT", "neuroids", `b.yaml:5: select: `},
		{"stratify", neuralDefinition, "object_name}", "objectname}", "classes", `b.yaml:7: cross_validation.stratify: ../../testdata/golden/home/stimuli/hvm-mini/stimuli.csv:1: has no column "objectname"; did you mean "object_name"?`},
		{"class size", neuralDefinition, "object_name}", "stimulus_id}", "splits", `b.yaml:7: cross_validation.stratify: stimulus_id "stim_00000" has 1 stimulus`},
		{"size", neuralDefinition, "{stratify: object_name}", "{train_size: 0.001}", "splits", `b.yaml:7: cross_validation: 320 rows give 0 to train`},
		{"components", neuralDefinition, "{name: pls}", "{name: pls, components: 300}", "splits", `b.yaml:6: metric.components: 300 components are more`},
		{"kind", neuralDefinition, "hvm-mini.assembly", "objectome-mini.private.assembly", "assembly", `is a behavioral assembly where a neural one is needed`},
		{"kind of trials", behavioralDefinition, "objectome-mini.private.assembly", "hvm-mini.assembly", "assembly", `is a neural assembly where a behavioral one is needed`},
		{"label", behavioralDefinition, "image_label", "image_lable", "labels", `b.yaml:6: fitting_label: ../../testdata/golden/home/stimuli/objectome-mini.public/stimuli.csv:1: has no column "image_lable"; did you mean "image_label"?`},
		{"labels", behavioralDefinition, "fitting_label: image_label", "fitting_label: stimulus_id", "labels", `has no stimuli labelled thing00, thing01`},
		{"fitting set", behavioralDefinition, "objectome-mini.public", "objectome-mini.publik", "fitting set", `b.yaml:5: fitting_stimulus_set: the data home`},
		{"columns", behavioralDefinition, "i2n}", "error_consistency}", "trials", `trials.csv:1: has no column "subject"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(c.text, c.from, c.to, 1)
			if c.name == "columns" {
				text = strings.Replace(strings.Replace(text, "fitting_stimulus_set: objectome-mini.public\n", "", 1), "fitting_label: image_label\n", "", 1)
			}
			v := validated(t, "../../testdata/golden/home", text)
			at := slices.IndexFunc(v.Checks, func(check Check) bool { return check.Status == StatusFailed })
			if at < 0 || v.Checks[at].Name != c.check || !strings.Contains(v.Checks[at].Err.Error(), c.want) {
				t.Errorf("checks %+v, want %s failed with %q", v.Checks, c.check, c.want)
			}
			if v.Ceiling.Value == v.Ceiling.Value {
				t.Error("has a ceiling all the same")
			}
		})
	}
}

// smallHome writes a data home with one assembly of two neuroids, one stimulus
// in each line of trials: stimulus,repetition.
func smallHome(t *testing.T, trials []string, values []float64) string {
	t.Helper()
	home := t.TempDir()
	write := func(path, text string) {
		t.Helper()
		path = filepath.Join(home, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("stimuli/hvm-mini/stimuli.csv", "stimulus_id,object_name\na,x\nb,x\nc,y\nd,y\n")
	write("assemblies/hvm-mini.assembly/assembly.yaml", "kind: neural\nstimulus_set: hvm-mini\n")
	write("assemblies/hvm-mini.assembly/presentation.csv", "stimulus_id,repetition\n"+strings.Join(trials, "\n")+"\n")
	write("assemblies/hvm-mini.assembly/neuroid.csv", "neuroid_id,region\nn1,IT\nn2,IT\n")
	write("assemblies/hvm-mini.assembly/values.npy", npyText([]int{len(trials), 2}, values))
	return home
}

func TestValidateRecordings(t *testing.T) {
	text := strings.Replace(neuralDefinition, "{stratify: object_name}", "{train_size: 0.5, stratify: object_name}", 1)
	text = strings.Replace(text, "{name: pls}", "{name: pls, components: 1}", 1)
	nan := nan()
	for _, c := range []struct {
		name   string
		trials []string
		values []float64
		status Status
		check  string
		want   string
	}{
		{"missing cells", []string{"a,0", "b,0", "c,0", "d,0", "a,1", "b,1", "c,1", "d,1"},
			[]float64{1, 2, 2, 1, 3, 5, 4, 4, 1, 1, 2, nan, 3, 3, 5, 4}, StatusWarning, "responses", "1 of 16 single-trial responses are missing"},
		{"uneven", []string{"a,0", "b,0", "c,0", "d,0", "a,1", "b,1", "c,1", "d,1", "a,2"},
			[]float64{1, 2, 2, 1, 3, 5, 4, 4, 1, 1, 2, 1, 3, 3, 5, 4, 1, 1}, StatusWarning, "repetitions", "2 to 3 (median 2) a stimulus: stimuli with fewer"},
		{"one repetition", []string{"a,0", "b,0", "c,0", "d,0"}, []float64{1, 2, 3, 4, 5, 6, 7, 8}, StatusFailed, "repetitions", "b.yaml:1: the ceiling needs two repetitions at least, but the recordings have 1"},
		{"unknown stimulus", []string{"a,0", "b,0", "c,0", "e,0", "a,1", "b,1", "c,1", "e,1"},
			[]float64{1, 2, 2, 1, 3, 5, 4, 4, 1, 1, 2, 1, 3, 3, 5, 4}, StatusFailed, "stimuli", `names 1 stimulus id ("e") not in `},
		{"infinite", []string{"a,0", "b,0", "c,0", "d,0", "a,1", "b,1", "c,1", "d,1"},
			[]float64{1, 2, 2, 1, 3, 5, 4, 4, 1, 1, 2, inf(), 3, 3, 5, 4}, StatusFailed, "ceiling", `infinite response of neuroid "n2" to stimulus "b"`},
		{"unreliable", []string{"a,0", "b,0", "c,0", "d,0", "a,1", "b,1", "c,1", "d,1"},
			[]float64{1, 4, 2, 3, 3, 2, 4, 0, 1, 1, 2, 2, 3, 3, 5, 6}, StatusWarning, "neuroids", "1 of 2 have no ceiling above 0 (n2)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := validated(t, smallHome(t, c.trials, c.values), text)
			if !slices.ContainsFunc(v.Checks, func(check Check) bool {
				return check.Name == c.check && check.Status == c.status && strings.Contains(check.Finding, c.want)
			}) {
				t.Errorf("checks %+v, want %s %s with %q", v.Checks, c.check, c.status, c.want)
			}
		})
	}
}
