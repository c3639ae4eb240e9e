package scoring

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// recordingsHome has recordings of stimuli with a column kind of three classes,
// each shown so often, in time bins.
func recordingsHome(t *testing.T, region string, repetitions int, bins ...int) benchmarks.Home {
	const n, neuroids = 48, 3
	presentation, stimuli := "stimulus_id,repetition\n", "stimulus_id,serial,kind\n"
	neuroid := "neuroid_id," + region + "\na,X\nb,X\nc,\"Y: y\"\n"
	var values []float64
	for i := range n {
		stimuli += fmt.Sprintf("s%02d,%d,k%d\n", i, i, i%3)
		for r := range repetitions {
			presentation += fmt.Sprintf("s%02d,%d\n", i, r)
			for j := range neuroids * max(1, len(bins)/2) {
				values = append(values, float64((i*7+j*3)%11)+0.1*float64((i*r+j)%5))
			}
		}
	}
	shape := []int{n * repetitions, neuroids}
	files := map[string]string{
		"stimuli/set one/stimuli.csv":     stimuli,
		"assemblies/lab/assembly.yaml":    "kind: neural\nstimulus_set: set one\n",
		"assemblies/lab/presentation.csv": presentation,
		"assemblies/lab/neuroid.csv":      neuroid,
	}
	if len(bins) > 0 {
		shape = append(shape, len(bins)/2)
		text := "time_bin_start,time_bin_end\n"
		for i := 0; i < len(bins); i += 2 {
			text += fmt.Sprintf("%d,%d\n", bins[i], bins[i+1])
		}
		files["assemblies/lab/time_bin.csv"] = text
	}
	files["assemblies/lab/values.npy"] = npyText(shape, values)
	return dataHome(t, files)
}

func TestDraftNeural(t *testing.T) {
	for name, c := range map[string]struct {
		home    benchmarks.Home
		request DraftRequest
		want    []string
	}{
		"largest region":   {recordingsHome(t, "region", 4), DraftRequest{}, []string{"identifier: lab.X-pls ", "select: {region: X}  # the recordings have X (2), Y: y (1)", "stratify: kind, seed: 1}  # 3 classes: k0 (16), k1 (16), k2 (16)", "internal_consistency", `stimulus_set: "set one"`, "components: 25}"}},
		"named region":     {recordingsHome(t, "region", 2), DraftRequest{Region: "Y: y"}, []string{`identifier: "lab.Y: y-pls" `, `select: {region: "Y: y"}`}},
		"no regions":       {recordingsHome(t, "area", 2), DraftRequest{}, []string{"identifier: lab-pls ", "# select: {COLUMN: VALUE}  # keeps neuroids by a column of neuroid.csv: neuroid_id, area"}},
		"region elsewhere": {recordingsHome(t, "area", 2), DraftRequest{Region: "IT"}, []string{"identifier: lab.IT-pls ", "region: IT "}},
		"in time":          {recordingsHome(t, "region", 2, 50, 70, 70, 90), DraftRequest{}, []string{"time_window: [50, 90]  # the mean over 2 time bins"}},
		"with a gap":       {recordingsHome(t, "region", 2, 50, 70, 80, 90), DraftRequest{}, []string{"time: per_bin  # each of 2 time bins"}},
		"one bin":          {recordingsHome(t, "region", 2, 70, 170), DraftRequest{}, []string{"select: {region: X}"}},
		"similarity":       {recordingsHome(t, "region", 2), DraftRequest{Metric: "rdm"}, []string{"identifier: lab.X-rdm ", "metric: {name: rdm}"}},
	} {
		c.request.Assembly = "lab"
		id, text, err := Draft(context.Background(), c.home, c.request)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s lacks %s:\n%s", name, want, text)
			}
		}
		checkDraft(t, name, c.home, id, text)
	}
}

// Without repetitions, a draft has no ceiling, names what is missing, and cannot be scored
// on until the ceiling is given.
func TestDraftWithoutRepetitions(t *testing.T) {
	unnumbered := recordingsHome(t, "region", 3)
	table := filepath.Join(unnumbered.AssemblyPath("lab"), "presentation.csv")
	text, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	write(t, table, strings.Replace(string(text), "repetition", "run", 1))
	for name, c := range map[string]struct {
		home     benchmarks.Home
		metric   string
		want     string
		warnings string // of validation, once a ceiling of 1 is given
	}{
		"one presentation":          {recordingsHome(t, "region", 1), "ridge", "# ceiling: {value: ...}  # MISSING: with one presentation of each stimulus it cannot be estimated", "ceiling"},
		"one presentation, rdm":     {recordingsHome(t, "region", 1), "rdm", "# ceiling: {value: ...}  # MISSING:", "ceiling"},
		"one presentation, in time": {recordingsHome(t, "region", 1, 50, 70, 70, 90), "pls", "# ceiling: {value: ...}  # MISSING:", "ceiling"},
		"presentations, no numbers": {unnumbered, "pls", "# ceiling: {name: internal_consistency}  # MISSING: stimuli have up to 3 presentations, but presentation.csv does not number them: add the column repetition", "repetitions repetitions ceiling"},
	} {
		id, text, err := Draft(context.Background(), c.home, DraftRequest{Assembly: "lab", Metric: c.metric})
		if err != nil || !strings.Contains(string(text), c.want) || strings.Contains(string(text), "\nceiling") {
			t.Errorf("%s: %v, want %s:\n%s", name, err, c.want, text)
			continue
		}
		path := filepath.Join(c.home.BenchmarksDir(), id+".yaml")
		validate := func(text string) *Validation {
			write(t, path, text)
			d, err := c.home.Definition(id)
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, text)
			}
			v, err := NewRunner(c.home, Options{Workers: 1}).Validate(context.Background(), d)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return v
		}
		if validate(string(text)).Valid() {
			t.Errorf("%s: valid without a ceiling", name)
		}
		v := validate(string(text) + "ceiling: {value: 1}\nscore: ratio\n")
		var got []string
		for _, check := range v.Checks {
			if check.Status == StatusWarning && (check.Name == "repetitions" || check.Name == "ceiling") {
				got = append(got, check.Name)
			}
		}
		if strings.Join(got, " ") != c.warnings || !v.Valid() {
			t.Errorf("%s: with a ceiling of 1, %v, warnings of %v, want %s", name, v.Errors(), got, c.warnings)
		}
	}
}

// checkDraft validates a draft in the folder of its home. If the data have no repetitions,
// the ceiling that the draft asks for is given.
func checkDraft(t *testing.T, name string, home benchmarks.Home, id string, text []byte) {
	t.Helper()
	path := filepath.Join(home.BenchmarksDir(), id+".yaml")
	write(t, path, strings.Replace(string(text), "# ceiling: {value: ...}  # MISSING:", "ceiling: {value: 0.8}  #", 1))
	d, err := home.Definition(id)
	if err != nil {
		t.Errorf("%s: %v\n%s", name, err, text)
		return
	}
	v, err := NewRunner(home, Options{Workers: 1}).Validate(context.Background(), d)
	if err != nil || !v.Valid() || len(d.Warnings) > 0 {
		t.Errorf("%s: %v, %v, %v\n%s", name, err, v.Errors(), d.Warnings, text)
	}
}

func TestDraftBehavioral(t *testing.T) {
	times := "stimulus_id,truth,i1,ost\n"
	stimuli := "stimulus_id\n"
	for i := range 40 {
		times += fmt.Sprintf("s%02d,o%d,0.5,%d\n", i, i%2, 100+i)
		stimuli += fmt.Sprintf("s%02d\n", i)
	}
	ost := dataHome(t, map[string]string{
		"stimuli/s/stimuli.csv":      stimuli,
		"assemblies/a/assembly.yaml": "kind: behavioral\nstimulus_set: s\n",
		"assemblies/a/osts.csv":      times,
	})
	for name, c := range map[string]struct {
		home benchmarks.Home
		id   string
		want string
	}{
		"consistency":    {trialsHome(t), "a", "# exclude: {condition: [VALUE]}  # leaves out trials; conditions 0 (12), 0.30 (12), True (12), cr (12)"},
		"choices":        {homeWithout(t, "../../testdata/golden/home"), "objectome-mini.private.assembly", "metric: {name: i2n}"},
		"solution times": {ost, "a", "cross_validation: {splits: 10, test_size: 0.1, seed: 1}"},
	} {
		id, text, err := Draft(context.Background(), c.home, DraftRequest{Assembly: c.id})
		if err != nil || !strings.Contains(string(text), c.want) {
			t.Errorf("%s: %v\n%s", name, err, text)
			continue
		}
		if c.home.Dir == ost.Dir {
			checkNeedsCeiling(t, c.home, id, text)
		}
		checkDraft(t, name, c.home, id, text)
	}
}

// checkNeedsCeiling checks that a draft is invalid as it is, and that validation doubts a
// ceiling of 1.
func checkNeedsCeiling(t *testing.T, home benchmarks.Home, id string, text []byte) {
	t.Helper()
	for _, c := range []struct {
		ceiling string
		want    Status
	}{
		{"# ceiling: {value: ...}", StatusFailed},
		{"ceiling: {value: 1}", StatusWarning},
		{"ceiling: {value: 0.8}", StatusOK},
	} {
		write(t, filepath.Join(home.BenchmarksDir(), id+".yaml"), strings.Replace(string(text), "# ceiling: {value: ...}", c.ceiling, 1))
		d, err := home.Definition(id)
		if err != nil {
			t.Errorf("%s: %v", c.ceiling, err)
			continue
		}
		v, err := NewRunner(home, Options{Workers: 1}).Validate(context.Background(), d)
		if err != nil {
			t.Fatal(err)
		}
		var last Check
		for _, check := range v.Checks {
			if check.Name == "ceiling" {
				last = check
			}
		}
		if last.Status != c.want {
			t.Errorf("%s: ceiling %s: %s, want %s", c.ceiling, last.Status, last.Finding, c.want)
		}
		if v.Valid() != (c.want != StatusFailed) {
			t.Errorf("%s: valid is %v", c.ceiling, v.Valid())
		}
	}
}

func TestDraftMistakes(t *testing.T) {
	home := recordingsHome(t, "region", 2)
	write(t, filepath.Join(home.AssembliesDir(), "bare", "assembly.yaml"), "kind: behavioral\nstimulus_set: set one\n")
	write(t, filepath.Join(home.AssembliesDir(), "bare", "trials.csv"), "stimulus_id,choice\ns00,x\n")
	write(t, filepath.Join(home.AssembliesDir(), "other", "assembly.yaml"), "kind: behavioral\nstimulus_set: set one\n")
	write(t, filepath.Join(home.AssembliesDir(), "other", "trials.csv"), "subject,stimulus_id,choice\np1,s00,x\n")
	write(t, filepath.Join(home.AssembliesDir(), "lost", "assembly.yaml"), "kind: neural\nstimulus_set: none\n")
	for _, c := range []struct {
		request DraftRequest
		want    string
	}{
		{DraftRequest{Assembly: "lap"}, `has no assembly "lap"; did you mean "lab"?`},
		{DraftRequest{Assembly: "../lab"}, "holds a path separator"},
		{DraftRequest{Assembly: "lab", Region: "Z"}, `has no neuroids with region "Z"`},
		{DraftRequest{Assembly: "lab", Metric: "plz"}, `unknown metric "plz"`},
		{DraftRequest{Assembly: "lab", Metric: "i2n"}, "holds nothing that the metric i2n compares with; take one of "},
		{DraftRequest{Assembly: "bare"}, "has neither columns truth, sample_obj and dist_obj nor columns subject and truth"},
		{DraftRequest{Assembly: "other"}, "nor a column truth"},
		{DraftRequest{Assembly: "lost"}, "stimuli.csv: is missing"},
	} {
		if _, _, err := Draft(context.Background(), home, c.request); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c.request, err)
		}
	}
}
