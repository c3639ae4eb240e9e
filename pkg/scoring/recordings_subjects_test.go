package scoring

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// subjectsHome is a data home of two subjects with a train and a test assembly.
type subjectsHome map[string]string

const (
	subjectsDefinition = `identifier: b
kind: neural
region: IT
assembly: {train: a.train, test: a.test}
stimulus_set: {train: s-train, test: s-test}
select: {nc: {above: 30}}
per: subject
metric: {name: ridge}
ceiling: {name: internal_consistency}
`
	subjectsNeuroids = "neuroid_id,subject,nc,word\n1,p,40,a\n2,p,50,b\n1,q,60,c\n2,q,70,d\n"
)

func newSubjectsHome() subjectsHome {
	h := subjectsHome{
		"benchmarks/b.yaml":                  subjectsDefinition,
		"assemblies/a.train/assembly.yaml":   "kind: neural\nstimulus_set: s-train\n",
		"assemblies/a.test/assembly.yaml":    "kind: neural\nstimulus_set: s-test\n",
		"assemblies/a.train/neuroid.csv":     subjectsNeuroids,
		"assemblies/a.test/neuroid.csv":      subjectsNeuroids,
		"assemblies/a.train/values.npy":      npyText([]int{6, 4}, wave(24, 1)),
		"assemblies/a.test/values.npy":       npyText([]int{8, 4}, wave(32, 2)),
		"assemblies/a.test/presentation.csv": "stimulus_id,repetition\nx,0\nx,1\ny,0\ny,1\nz,0\nz,1\nw,0\nw,1\n",
		"stimuli/s-test/stimuli.csv":         "stimulus_id\nw\nx\ny\nz\n",
		"models/m/s-test/fc.npy":             npyText([]int{4, 3}, wave(12, 3)),
		"models/m/s-train/fc.npy":            npyText([]int{6, 3}, wave(18, 4)),
	}
	train := "stimulus_id\n"
	for i := range 6 {
		train += fmt.Sprintf("t%d\n", i)
	}
	h["assemblies/a.train/presentation.csv"], h["stimuli/s-train/stimuli.csv"] = train, train
	return h
}

// wave returns numbers that differ.
func wave(n int, of float64) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = of*float64(i%7) - float64(i*i%5)
	}
	return values
}

// with replaces parts of a file.
func (h subjectsHome) with(file string, replaced ...string) subjectsHome {
	h[file] = strings.NewReplacer(replaced...).Replace(h[file])
	return h
}

// errors scores the model and returns the errors of its scores.
func (h subjectsHome) score(t *testing.T) (*benchmarks.Report, error) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range h {
		write(t, filepath.Join(dir, name), content)
	}
	runner := NewRunner(benchmarks.Home{Dir: dir}, Options{Workers: 2})
	report, err := runner.Score(context.Background(), Request{Models: []string{filepath.Join(dir, "models/m")}, Benchmarks: []string{"b"}, AllLayers: true})
	if err != nil {
		return nil, err
	}
	for _, f := range report.Models[0].Failures {
		return nil, f.Err
	}
	return report, nil
}

func TestSubjects(t *testing.T) {
	report, err := newSubjectsHome().score(t)
	if err != nil {
		t.Fatal(err)
	}
	r := report.Models[0].Scores[0]
	if len(r.Subjects) != 2 || r.Subjects[0].Subject != "p" || r.Counts.Subjects != 2 || r.Counts.Neuroids != 4 || r.Counts.Stimuli != 10 {
		t.Errorf("%+v of %+v", r.Subjects, r.Counts)
	}
	if want := []string{"p/1", "p/2", "q/1", "q/2"}; strings.Join(r.NeuroidIDs, " ") != strings.Join(want, " ") {
		t.Errorf("neuroids %v", r.NeuroidIDs)
	}
}

// A percentage above 100 counts as 100, with a warning.
func TestClippedPercentage(t *testing.T) {
	h := newSubjectsHome().with("benchmarks/b.yaml", "ceiling: {name: internal_consistency}", "ceiling: {column: nc, percent: true}")
	for _, file := range []string{"assemblies/a.train/neuroid.csv", "assemblies/a.test/neuroid.csv"} {
		h.with(file, ",60,", ",260,", ",70,", ",170,")
	}
	report, err := h.score(t)
	if err != nil {
		t.Fatal(err)
	}
	r := report.Models[0].Scores[0]
	if q := r.Subjects[1]; q.Subject != "q" || q.Ceiling.Value != 1 {
		t.Errorf("subject %s has the ceiling %v, want q and 1", q.Subject, q.Ceiling.Value)
	}
	const want = `2 of the 4 ceilings in the column "nc" are above 100 percent, up to 260, and count as 100`
	if !slices.Contains(r.Warnings, want) {
		t.Errorf("warnings %q, want %q", r.Warnings, want)
	}
}

// What is wrong with recordings of several subjects is an error that names the file, the
// value and the remedy.
func TestSubjectMistakes(t *testing.T) {
	const definition, train, test = "benchmarks/b.yaml", "assemblies/a.train/neuroid.csv", "assemblies/a.test/neuroid.csv"
	column := func(changes ...string) func(h subjectsHome) {
		return func(h subjectsHome) {
			h.with(definition, "ceiling: {name: internal_consistency}", "ceiling: {column: nc, percent: true}").with(definition, changes...)
		}
	}
	both := func(change func(h subjectsHome), replaced ...string) func(h subjectsHome) {
		return func(h subjectsHome) {
			if change != nil {
				change(h)
			}
			h.with(train, replaced...).with(test, replaced...)
		}
	}
	for _, c := range []struct {
		name   string
		change func(h subjectsHome)
		parts  []string // of the error
	}{
		{"a neuroid of the train assembly alone", func(h subjectsHome) { h.with(test, "2,q,70", "3,q,70") }, []string{"a.test/neuroid.csv", "q/2", "same neuroids"}},
		{"a neuroid of the test assembly alone", func(h subjectsHome) { h.with(train, "2,q,70", "2,q,20") }, []string{"a.train/neuroid.csv", "q/2", "same neuroids"}},
		{"a subject without neuroids", both(nil, ",60,", ",30,", ",70,", ",30,"), []string{"neuroid.csv", `"q"`, "above: 30", "loosen"}},
		{"no neuroid at all", func(h subjectsHome) { h.with(definition, "above: 30", "above: 300") }, []string{"neuroid.csv", "above: 300", "nc is from 40 to 70"}},
		{"a threshold on text", func(h subjectsHome) { h.with(definition, "nc: {", "word: {") }, []string{"neuroid.csv:2", `"a"`, "word", "write numbers"}},
		{"a column that is missing", func(h subjectsHome) { h.with(definition, "nc: {", "nx: {") }, []string{"neuroid.csv", `"nx"`, `did you mean "nc"?`}},
		{"an empty subject", both(nil, "1,q,", "1,,"), []string{"neuroid.csv:4", "empty subject", "fill in"}},
		{"no column of subjects", func(h subjectsHome) { h.with(definition, "per: subject", "per: subjekt") }, []string{"neuroid.csv", `did you mean "subject"?`}},
		{"ids that repeat", func(h subjectsHome) { h.with(definition, "per: subject\n", "") }, []string{"neuroid.csv", "repeats 2", "per: COLUMN"}},
		{"an empty test set", func(h subjectsHome) {
			h["assemblies/a.test/presentation.csv"], h["assemblies/a.test/values.npy"] = "stimulus_id,repetition\n", npyText([]int{0, 4}, nil)
		}, []string{"a.test"}},
		{"stimuli of another set", func(h subjectsHome) { h.with(definition, "test: s-test", "test: s-train") }, []string{"b.yaml:5", `"s-train"`, "s-test"}},
		{"a column ceiling of zeros", both(column("select: {nc: {above: 30}}\n", ""), ",40,", ",0,", ",50,", ",0,", ",60,", ",0,", ",70,", ",0,"), []string{"neuroid.csv", "ceiling 0", "nc", "above 0"}},
		{"a percentage without percent", both(column(", percent: true", "")), []string{"neuroid.csv:2", "40", "at most 1", "percent: true"}},
		{"shares with percent", both(column("select: {nc: {above: 30}}\n", ""), ",40,", ",0.4,", ",50,", ",1,", ",60,", ",0.6,", ",70,", ",0.7,"), []string{"neuroid.csv", "largest is 1", "remove percent: true"}},
		{"a column ceiling of text", column("column: nc", "column: word"), []string{"neuroid.csv:2", `"a"`, "word"}},
		{"a column ceiling without numbers", both(column("select: {nc: {above: 30}}\n", ""), ",40,", ",,", ",50,", ",nan,"), []string{"neuroid.csv", "no number", "nc"}},
		{"the root of a negative number", both(column("select: {nc: {above: 30}}\n", "", "percent: true", "root: true"), ",40,", ",-1,"), []string{"neuroid.csv:2", "-1", "root"}},
		{"no repetitions", func(h subjectsHome) {
			h.with("assemblies/a.test/presentation.csv", "x,1", "x,0", "y,1", "y,0", "z,1", "z,0", "w,1", "w,0")
		}, []string{"a.test/presentation.csv", "two at least"}},
		{"a stimulus missing for one neuroid", func(h subjectsHome) {
			values := wave(24, 1)
			values[5] = nan()
			h["assemblies/a.train/values.npy"] = npyText([]int{6, 4}, values)
		}, []string{"a.train", `"t1"`, `"p/2"`, "missing: drop"}},
		{"a subject without test stimuli", func(h subjectsHome) {
			values := wave(32, 2)
			for i := range values {
				if i%4 > 1 {
					values[i] = nan()
				}
			}
			h["assemblies/a.test/values.npy"] = npyText([]int{8, 4}, values)
		}, []string{"a.test", `"q"`, "no stimulus"}},
		{"no common stimuli", func(h subjectsHome) {
			values := wave(32, 2)
			for i := range values {
				if (i%4 > 1) == (i < 16) {
					values[i] = nan()
				}
			}
			h["assemblies/a.test/values.npy"] = npyText([]int{8, 4}, values)
			h.with(definition, "assembly: {train: a.train, test: a.test}", "assembly: a.test", "stimulus_set: {train: s-train, test: s-test}", "stimulus_set: s-test",
				"{name: ridge}", "{name: cka}", "{name: internal_consistency}", "{name: between_subjects}")
		}, []string{"a.test", "no stimulus that all 2", "own"}},
		{"a dump without the train stimuli", func(h subjectsHome) { delete(h, "models/m/s-train/fc.npy") }, []string{`"s-train"`}},
		{"a ceiling that none has", func(h subjectsHome) { h.with(definition, "per:", "select_ceiling: {above: 0.99999}\nper:") }, []string{"neuroid.csv", "select_ceiling", "lower"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newSubjectsHome()
			c.change(h)
			_, err := h.score(t)
			if err == nil {
				t.Fatal("no error")
			}
			for _, part := range c.parts {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%v does not contain %q", err, part)
				}
			}
			var data interface{ DataError() bool }
			if !errors.As(err, &data) || !data.DataError() {
				t.Errorf("%v is not an error of the data", err)
			}
			if _, ok := errors.AsType[*fileerr.Error](err); !ok {
				t.Logf("%T", err)
			}
		})
	}
}
