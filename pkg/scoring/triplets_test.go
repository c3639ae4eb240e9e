package scoring

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

const tripletGolden = "../../testdata/golden/triplets"

// Mistakes in trials are named by file and line, as they are validated and scored.
func TestTripletMistakes(t *testing.T) {
	const first = "p0,thing_00,thing_01,thing_02,thing_00\n"
	for _, c := range []struct{ name, trials, part string }{
		{"no column", "subject,first,second,choice\np0,thing_00,thing_01,thing_00\n", `trials.csv:1: has no column "third"`},
		{"an empty stimulus", first + "p0,thing_00,,thing_02,thing_00\n", "trials.csv:3: has an empty second"},
		{"a stimulus twice", first + "p0,thing_00,thing_01,thing_00,thing_01\n", "trials.csv:3: shows a stimulus twice"},
		{"another choice", first + "p0,thing_00,thing_01,thing_02,thing_03\n", `trials.csv:3: has the choice "thing_03", which is none of its stimuli`},
		{"no choice", first + "p0,thing_00,thing_01,thing_02,\n", `trials.csv:3: has the choice "", which is none of its stimuli`},
		{"an unknown stimulus", first + "p0,thing_00,thing_01,thing_99,thing_99\n", "thing_99"},
		{"no trials", "", "has no rows"},
	} {
		dir := copyFolder(t, tripletGolden)
		trials := c.trials
		if !strings.HasPrefix(trials, "subject") {
			trials = "subject,first,second,third,choice\n" + trials
		}
		write(t, filepath.Join(dir, "home", "assemblies", "things-mini.triplets", "trials.csv"), trials)
		runner := NewRunner(benchmarks.Home{Dir: filepath.Join(dir, "home")}, Options{Workers: 1})
		d, err := runner.Home.Definition("things-mini-dot")
		if err != nil {
			t.Fatal(err)
		}
		v, err := runner.Validate(context.Background(), d)
		if err != nil || !strings.Contains(fmt.Sprint(v.Errors()), c.part) {
			t.Errorf("%s: validated with %v, %v, want %q", c.name, v.Errors(), err, c.part)
		}
		report, err := runner.Score(context.Background(), Request{Models: []string{filepath.Join(dir, "models", "triplet-net")}, Benchmarks: []string{d.Identifier}})
		if err != nil || len(report.Models[0].Failures) != 1 || !strings.Contains(report.Models[0].Failures[0].Err.Error(), c.part) {
			t.Errorf("%s: scored as %+v, %v, want %q", c.name, report, err, c.part)
		}
	}
}

// A given ceiling stands for that among the subjects, which one subject has not.
func TestTripletsOfOneSubject(t *testing.T) {
	for definition, want := range map[string]struct {
		ceiling  float64
		warnings int
	}{"": {warnings: 2}, "ceiling: {value: 0.8}\n": {ceiling: 0.8}} {
		dir := copyFolder(t, tripletGolden)
		home := benchmarks.Home{Dir: filepath.Join(dir, "home")}
		path := filepath.Join(home.BenchmarksDir(), "things-mini-dot.yaml")
		alter(t, path, func(text string) string { return text + definition + "exclude: {subject: [p1, p2, p3, p4]}\n" })
		report, err := NewRunner(home, Options{Workers: 1}).Score(context.Background(), Request{Models: []string{filepath.Join(dir, "models", "triplet-net")}, Benchmarks: []string{"things-mini-dot"}, Layers: []string{"logits"}})
		if err != nil || len(report.Models[0].Scores) != 1 {
			t.Fatal(report, err)
		}
		s := report.Models[0].Scores[0]
		got := s.Ceiling.Value
		if want.ceiling == 0 && got == got || want.ceiling > 0 && (got != want.ceiling || s.Ceiled.Value != s.Raw.Value/got) || len(s.Warnings) != want.warnings || s.Counts.Subjects != 1 {
			t.Errorf("%q: %+v", definition, s)
		}
	}
}
