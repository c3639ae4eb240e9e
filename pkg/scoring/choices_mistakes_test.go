package scoring

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

const choicesGolden = "../../testdata/golden/choices"

// Mistakes in definitions, lists, trials, stimulus sets and dumps of choices are invalid
// data, named with a remedy, in validation as well unless the dump is at fault.
func TestChoicesMistakes(t *testing.T) {
	const (
		trials  = "home/assemblies/toys.humans/trials.csv"
		set     = "home/stimuli/toys/stimuli.csv"
		top1    = "toys-top1"
		by      = "toys-accuracy_distance_by"
		given   = "toys-accuracy_distance_given"
		list    = "tools-top1_own"
		listCSV = "home/benchmarks/tools-choices.csv"
		model   = "prob-net"
	)
	replace := func(pairs ...string) func(string) string { return strings.NewReplacer(pairs...).Replace }
	checkMistakes(t, choicesGolden, model, []mistake{
		{name: "choices that are in no list", benchmark: by, file: trials, change: func(s string) string { return strings.Replace(s, ",chair,0.3", ",chiar,0.3", 1) }, parts: []string{"trials.csv", "not in the list geirhos16", "chiar", "allow_unknown_choices"}},
		{name: "an empty condition", benchmark: by, file: trials, change: replace(",0.3\n", ",\n"), parts: []string{"trials.csv:", `"" in condition`, "exclude"}},
		{name: "NaN in the condition", benchmark: by, file: trials, change: replace(",0.3\n", ",NaN\n"), parts: []string{"trials.csv:", `"NaN" in condition`}},
		{name: "an empty subject", benchmark: by, file: trials, change: replace(",subject-03,", ",,"), parts: []string{"trials.csv:", "empty subject"}},
		{name: "no column condition", benchmark: by, file: "home/benchmarks/" + by + ".yaml", change: replace("by: condition", "by: contrast"), parts: []string{`no column "contrast"`, "trials.csv", "stimuli.csv"}},
		{name: "one subject", benchmark: by, file: trials, change: onlySubject, parts: []string{"at least 2", "ceiling as a value"}},
		{name: "a condition without trials", benchmark: by, file: "home/benchmarks/" + by + ".yaml", change: func(s string) string { return s + "exclude: {condition: [0.05, 0.15, 0.3, 0.9, 1, 0.5, 0.1]}\n" }, parts: []string{"exclude", "only trials that are excluded"}},
		{name: "an unknown truth column", benchmark: top1, file: "home/benchmarks/" + top1 + ".yaml", change: replace("truth: object", "truth: objcet"), parts: []string{"toys-top1.yaml:", `no column "objcet"`, `"object"`}},
		{name: "a stimulus set without the truth", benchmark: top1, file: set, change: replace("stimulus_id,object", "stimulus_id,thing"), parts: []string{"truth", `no column "object"`}},
		{name: "an empty truth", benchmark: top1, file: set, change: replace(",truck,", ",,"), parts: []string{"stimuli.csv", "empty object"}},
		{name: "a truth that the list lacks", benchmark: top1, file: set, change: replace(",truck,", ",lorry,"), parts: []string{"lorry", "geirhos16"}},
		{name: "excluded by no column", benchmark: "toys-top1_hard", file: "home/benchmarks/toys-top1_hard.yaml", change: replace("exclude: {condition", "exclude: {contrast"), parts: []string{"exclude", "contrast"}},
		{name: "all stimuli excluded", benchmark: "toys-top1_hard", file: set, change: func(s string) string { return "stimulus_id,object,condition\ntoys_063,truck,0.9\n" }, parts: []string{"exclude", "only stimuli that are excluded"}},
		{name: "a list with an index beyond ImageNet", benchmark: list, model: "logit-net", file: listCSV, change: replace("Pan,8\n", "Pan,1000\n"), parts: []string{"tools-choices.csv:", "1000", "from 0 to 999"}},
		{name: "a list with a negative index", benchmark: list, model: "logit-net", file: listCSV, change: replace("Pan,8\n", "Pan,-1\n"), parts: []string{"tools-choices.csv:", "-1"}},
		{name: "a list with a choice without classes", benchmark: list, model: "logit-net", file: listCSV, change: replace("Pan,8\n", "Pan,\n"), parts: []string{"tools-choices.csv:", `"Pan" without a class`}},
		{name: "a list without a choice", benchmark: list, model: "logit-net", file: listCSV, change: replace("Pan,8\n", ""), parts: []string{"Pan", "tools-choices"}},
		{name: "a list that repeats a class", benchmark: list, model: "logit-net", file: listCSV, change: replace("Pan,8\n", "Pan,8\nPan,8\n"), parts: []string{"repeats the index 8", `"Pan"`}},
		{name: "a list without rows", benchmark: list, model: "logit-net", file: listCSV, change: func(string) string { return "choice,index\n" }, parts: []string{"has no rows"}},
		{name: "a list without a column", benchmark: list, model: "logit-net", file: listCSV, change: replace("choice,index", "choice,class"), parts: []string{`no column "index"`}},
		{name: "a missing list", benchmark: list, model: "logit-net", file: "home/benchmarks/" + list + ".yaml", change: replace("tools-choices.csv", "other.csv"), parts: []string{"choices", "other.csv"}},
		{name: "two lists of one name", benchmark: top1, file: "home/benchmarks/geirhos16.csv", change: func(string) string { return "choice,index\n" }, parts: []string{"two lists are named geirhos16", "rename"}},
		{name: "a list named as an embedded one", benchmark: list, model: "logit-net", file: "home/benchmarks/" + list + ".yaml", change: replace("tools-choices.csv", "scialom12.csv"), parts: []string{"two lists are named scialom12"}},
		{name: "probabilities without a choice", benchmark: top1, dump: true, file: "models/prob-net/toys/choices.csv", change: replace("truck", "lorry"), parts: []string{"choices.csv", "truck"}},
		{name: "correct in other words", benchmark: given, file: trials, change: correctColumn("yes"), parts: []string{"trials.csv:", `"yes" in correct`, "1 or 0"}},
		{name: "two truths of a stimulus", benchmark: given, file: trials, change: func(s string) string { return s + "toys_037,subject-99,dog,dog,0.3\n" }, parts: []string{"trials.csv:", "toys_037", "an earlier line"}},
	})
}

// mistake is a change of a file of a golden folder after which a benchmark cannot be scored.
type mistake struct {
	name, benchmark, model string
	file                   string
	change                 func(text string) string
	parts                  []string // of the message
	dump                   bool     // the dump is at fault
}

// checkMistakes wants an error about data, with what each case says, from scoring and from
// validation, which does not read dumps.
func checkMistakes(t *testing.T, golden, model string, cases []mistake) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := copyFolder(t, golden)
			path := filepath.Join(dir, filepath.FromSlash(c.file))
			if _, err := os.Stat(path); err == nil {
				alter(t, path, c.change)
			} else {
				write(t, path, c.change(""))
			}
			check := func(how, message string) {
				for _, part := range c.parts {
					if !strings.Contains(message, part) {
						t.Errorf("%s: %q does not say %q", how, message, part)
					}
				}
			}
			runner := NewRunner(benchmarks.Home{Dir: filepath.Join(dir, "home")}, Options{Workers: 1})
			d, err := runner.Home.Definition(c.benchmark)
			if err != nil {
				t.Fatal(err)
			}
			if !c.dump {
				v, err := runner.Validate(context.Background(), d)
				if err != nil {
					t.Fatal(err)
				}
				if len(v.Errors()) == 0 {
					t.Error("it is valid")
				} else {
					check("validated", v.Errors()[0].Error())
				}
			}
			if c.model == "" {
				c.model = model
			}
			report, err := runner.Score(context.Background(), Request{Models: []string{filepath.Join(dir, "models", c.model)}, Benchmarks: []string{c.benchmark}})
			if err != nil || len(report.Models[0].Failures) != 1 {
				t.Fatalf("%+v, %v", report, err)
			}
			failure := report.Models[0].Failures[0].Err
			check("scored", failure.Error())
			if data := (interface{ DataError() bool })(nil); !errors.As(failure, &data) || !data.DataError() {
				t.Errorf("%v is not an error about data", failure)
			}
		})
	}
}

// onlySubject keeps the trials of one subject.
func onlySubject(text string) string {
	var kept []string
	for i, line := range strings.Split(text, "\n") {
		if i == 0 || strings.Contains(line, ",subject-03,") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n") + "\n"
}

// correctColumn adds a column correct of one value.
func correctColumn(value string) func(string) string {
	return func(text string) string {
		lines := strings.Split(strings.TrimSpace(text), "\n")
		for i := range lines[1:] {
			lines[i+1] += "," + value
		}
		lines[0] += ",correct"
		return strings.Join(lines, "\n")
	}
}

// Names of columns decide what logits are choices of.
func TestLogitsByClasses(t *testing.T) {
	classes := func(name func(column int) string) string {
		lines := []string{"class"}
		for column := range benchmarks.ImageNetClasses {
			lines = append(lines, name(column))
		}
		return strings.Join(lines, "\n") + "\n"
	}
	list, err := (&benchmarks.Definition{Choices: benchmarks.ImageNet, Source: benchmarks.Embedded}).ChoiceList()
	if err != nil {
		t.Fatal(err)
	}
	scialom, err := (&benchmarks.Definition{Choices: "scialom12", Source: benchmarks.Embedded}).ChoiceList()
	if err != nil {
		t.Fatal(err)
	}
	others := slices.DeleteFunc(slices.Clone(scialom.Choices), func(name string) bool { return name == "banana" })
	synset := func(column int) string { return list.Choices[column] }
	score := func(t *testing.T, change func(dir string)) (*benchmarks.Result, error) {
		dir := copyFolder(t, choicesGolden)
		change(dir)
		report, err := NewRunner(benchmarks.Home{Dir: filepath.Join(dir, "home")}, Options{Workers: 1}).Score(context.Background(), Request{
			Models: []string{filepath.Join(dir, "models", "logit-net")}, Benchmarks: []string{"tools-top1"}})
		if err != nil {
			return nil, err
		}
		if m := report.Models[0]; len(m.Failures) > 0 {
			return nil, m.Failures[0].Err
		}
		return &report.Models[0].Scores[0], nil
	}
	plain, err := score(t, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	write := func(text string) func(dir string) {
		return func(dir string) { write(t, filepath.Join(dir, "models/logit-net/tools/classes.csv"), text) }
	}
	named, err := score(t, write(classes(synset)))
	if err != nil || named.Raw.Value != plain.Raw.Value {
		t.Errorf("by synsets in their order: %+v, %v, want %v", named, err, plain.Raw.Value)
	}
	for part, text := range map[string]string{
		"unknown class": classes(func(column int) string {
			if column == 7 {
				return "n9999"
			}
			return synset(column)
		}),
		`no class of the choice "Banana"`: classes(func(column int) string {
			if at := slices.Index(scialom.Indices("Banana"), column); at >= 0 {
				return others[at]
			}
			return synset(column)
		}),
	} {
		if _, err := score(t, write(text)); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("error %v, want %q", err, part)
		}
	}
	// Without a list, columns are named by the choices.
	byName := func(dir string) {
		names := []string{"Banana", "Beanie", "Binoculars", "Boot", "Bowl", "Cup", "Glasses", "Pan", "Sewing machine", "Truck"}
		write(classes(func(column int) string {
			if column < len(names) {
				return names[column]
			}
			return synset(column)
		}))(dir)
		alter(t, filepath.Join(dir, "home/benchmarks/tools-top1.yaml"), func(text string) string { return strings.Replace(text, "choices: scialom12\n", "", 1) })
	}
	if s, err := score(t, byName); err != nil || s.Layer != "logits" {
		t.Errorf("by names: %+v, %v", s, err)
	}
}
