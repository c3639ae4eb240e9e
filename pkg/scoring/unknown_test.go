package scoring

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

var shownObjects = []string{"airplane", "car", "dog", "knife"}

// choicesHome has the trials of three subjects on 40 stimuli; change alters a choice.
// Each is right but every fifth.
func choicesHome(t *testing.T, change func(subject, trial int, choice string) string) benchmarks.Home {
	t.Helper()
	var set, trials strings.Builder
	set.WriteString("stimulus_id\n")
	trials.WriteString("subject,stimulus_id,truth,choice\n")
	for i := range 40 {
		fmt.Fprintf(&set, "s%02d\n", i)
		for subject := range 3 {
			fmt.Fprintf(&trials, "p%d,s%02d,%s,%q\n", subject, i, shownObjects[i%4], change(subject, i, madeChoice(subject, i)))
		}
	}
	return dataHome(t, map[string]string{
		"stimuli/s/stimuli.csv":      set.String(),
		"assemblies/a/assembly.yaml": "kind: behavioral\nstimulus_set: s\n",
		"assemblies/a/trials.csv":    trials.String(),
		"benchmarks/b.yaml":          excluding,
	})
}

// madeChoice returns the choice of a subject, the model being the fourth.
func madeChoice(subject, trial int) string {
	if (trial+subject)%5 == 0 {
		return shownObjects[(trial+1)%4]
	}
	return shownObjects[trial%4]
}

func unchanged(_, _ int, choice string) string { return choice }

// respell returns a change of one name, of the first trials alone.
func respell(subject, trials int, from, to string) func(int, int, string) string {
	return func(s, trial int, choice string) string {
		if (subject < 0 || s == subject) && trial < trials && (choice == from || from == "") {
			return to
		}
		return choice
	}
}

// Choices by names that nobody has are counted, with the nearest name; many of them are
// an error unless the definition allows them.
func TestUnknownChoices(t *testing.T) {
	const model = 3
	for _, c := range []struct {
		name    string
		change  func(subject, trial int, choice string) string
		warning string // in the score
		failure string // unless the definition allows unknown choices
	}{
		{"all known", unchanged, "", ""},
		{"unanswered by the model", respell(model, 40, "car", "na"), "", ""},
		{"unanswered by subjects", respell(-1, 40, "car", "NA"), "", ""},
		{"a slip of the model", respell(model, 2, "car", "cra"), `1 of 40 choices of the model are none of the 4 objects of the trials: 1 "cra" (did you mean "car"?)`, ""},
		{"a blank", respell(model, 40, "dog", "dog "), "", `"dog " (did you mean "dog"?)`},
		{"case", respell(model, 40, "dog", "Dog"), "", `"Dog" (did you mean "dog"?)`},
		{"another spelling", respell(model, 40, "airplane", "aeroplane"), "", `"aeroplane" (did you mean "airplane"?)`},
		{"another word", respell(model, 40, "car", "automobile"), "", `"automobile"`},
		{"numbers for names", respell(model, 40, "", "3"), "", `responses.csv: 40 of 40 choices of the model are none of the 4 objects of the trials: 40 "3"`},
		{"a slip of a subject", respell(1, 4, "dog", "dgo"), `1 of 120 choices are none of the 4 objects of the trials: 1 "dgo" (did you mean "dog"?)`, ""},
		{"a subject by other names", respell(1, 40, "knife", "Xknife"), "", `trials.csv: 10 of 40 choices of subject "p1" are none of the 4 objects of the trials: 10 "Xknife" (did you mean "knife"?)`},
		{"all subjects by other names", respell(-1, 40, "knife", "Knife"), "", `"Knife" (did you mean "knife"?)`},
		// An object that no trial shows is a name that the others know.
		{"an object that is not shown", respell(-1, 40, "knife", "elephant"), "", ""},
	} {
		for _, allowed := range []bool{false, true} {
			home := choicesHome(t, c.change)
			if allowed {
				write(t, home.Dir+"/benchmarks/b.yaml", excluding+"allow_unknown_choices: true\n")
			}
			var responses strings.Builder
			responses.WriteString("stimulus_id,choice\n")
			for i := range 40 {
				fmt.Fprintf(&responses, "s%02d,%q\n", i, c.change(model, i, madeChoice(model, i)))
			}
			dump := t.TempDir()
			write(t, dump+"/s/responses.csv", responses.String())
			report, err := NewRunner(home, Options{Workers: 1}).Score(t.Context(), Request{Models: []string{dump}})
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			m := report.Models[0]
			if c.failure != "" && !allowed {
				if len(m.Failures) != 1 || !strings.Contains(m.Failures[0].Err.Error(), c.failure) || !strings.Contains(m.Failures[0].Err.Error(), "allow_unknown_choices: true") {
					t.Errorf("%s: %v", c.name, m.Failures)
				}
				continue
			}
			if len(m.Scores) != 1 {
				t.Errorf("%s, allowed %v: %v", c.name, allowed, m.Failures)
				continue
			}
			warnings := strings.Join(m.Scores[0].Warnings, "\n")
			if counted := c.warning != "" || c.failure != ""; !strings.Contains(warnings, c.warning) || counted != strings.Contains(warnings, "none of the 4 objects") {
				t.Errorf("%s, allowed %v: %q, want %q", c.name, allowed, warnings, c.warning)
			}
		}
	}
}

func TestLoners(t *testing.T) {
	repeat := func(n int, name string) []string { return slices.Repeat([]string{name}, n) }
	for _, c := range []struct {
		name   string
		labels []string
		wanted []string
		want   []stimuli.Group
	}{
		{"none", slices.Concat(repeat(3, "dog"), repeat(3, "cat")), nil, nil},
		{"one stimulus of a class", slices.Concat(repeat(30, "dog"), []string{"dgog", "boat"}), nil, []stimuli.Group{{Name: "dgog", Count: 1}}},
		{"an object of the trials", slices.Concat(repeat(3, "dog"), []string{"dgog"}), []string{"dgog"}, nil},
		{"case", slices.Concat(repeat(3, "dog"), repeat(2, "Dog")), nil, []stimuli.Group{{Name: "Dog", Count: 2}}},
		{"case of an object", slices.Concat(repeat(2, "dog"), repeat(3, "Dog")), []string{"dog"}, []stimuli.Group{{Name: "Dog", Count: 3}}},
		{"a class each", []string{"cat", "cap", "can"}, nil, nil},
	} {
		if u := findLoners("labels", c.labels, c.wanted); !slices.Equal(u.names, c.want) {
			t.Errorf("%s: %v, want %v", c.name, u.names, c.want)
		}
	}
}

// A misspelt label of the fitting stimuli, or choice between two objects, is counted, and
// many are an error.
func TestMisspeltLabelsAndChoices(t *testing.T) {
	for _, c := range []struct {
		name    string
		labels  []string // of fitting stimuli 0 …
		choices []string // of trials 0 …
		warning string
		failure string
	}{
		{"none", nil, nil, "", ""},
		{"one label that is near none", []string{"ox"}, nil, "", ""},
		{"one of 40", []string{"elefant"}, nil, `1 of 40 labels of fitting stimuli look misspelt: 1 "elefant" (did you mean "elephant"?)`, ""},
		{"many labels", []string{"elefant", "", "elephannt", "", "Elephant"}, nil, "", `stimuli.csv: 3 of 40 labels of fitting stimuli look misspelt`},
		{"one choice", nil, []string{"elefant"}, `1 of 40 choices are none of the 2 objects of the trials: 1 "elefant" (did you mean "elephant"?)`, ""},
		{"many choices", nil, []string{"elefant", "", "elefant", "", "elefant"}, "", `trials.csv: 3 of 40 choices are none of the 2 objects of the trials: 3 "elefant"`},
		{"unanswered", nil, []string{"na", "", "na", "", "na"}, "3 of 40 trials chose neither", ""},
	} {
		pick := func(changed []string, i int) string {
			if i < len(changed) && changed[i] != "" {
				return changed[i]
			}
			return []string{"elephant", "cat"}[i%2]
		}
		set, fit, trials := "stimulus_id\n", "stimulus_id,label\n", "stimulus_id,truth,sample_obj,dist_obj,choice\n"
		for i := range 40 {
			truth, other := pick(nil, i), pick(nil, i+1)
			set += fmt.Sprintf("s%02d\n", i)
			fit += fmt.Sprintf("f%02d,%s\n", i, pick(c.labels, i))
			trials += fmt.Sprintf("s%02d,%s,%s,%s,%s\n", i, truth, truth, other, pick(c.choices, i))
		}
		home := dataHome(t, map[string]string{
			"stimuli/s/stimuli.csv":      set,
			"stimuli/f/stimuli.csv":      fit,
			"assemblies/a/assembly.yaml": "kind: behavioral\nstimulus_set: s\n",
			"assemblies/a/trials.csv":    trials,
		})
		for _, allowed := range []bool{false, true} {
			text := "identifier: b\nkind: behavioral\nassembly: a\nstimulus_set: s\nfitting_stimulus_set: f\nfitting_label: label\nmetric: {name: i2n}\n"
			if allowed {
				text += "allow_unknown_choices: true\n"
			}
			d, err := benchmarks.ParseDefinition("b.yaml", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			roundTrip(t, d)
			opened, err := choicesKind{}.open(t.Context(), NewRunner(home, Options{Workers: 1}).loader, &binEvaluation{evaluation: &evaluation{definition: d, reading: readsFitting}, definition: d})
			if c.failure != "" && !allowed {
				var file *stimuli.FileError
				if !errors.As(err, &file) || !strings.Contains(err.Error(), c.failure) {
					t.Errorf("%s: %v", c.name, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s, allowed %v: %v", c.name, allowed, err)
				continue
			}
			warnings := strings.Join(opened.(*choices).warnings(), "\n")
			if !strings.Contains(warnings, c.warning) || c.warning == "" && c.failure == "" && warnings != "" {
				t.Errorf("%s, allowed %v: %q, want %q", c.name, allowed, warnings, c.warning)
			}
			v := validated(t, home.Dir, text)
			if !strings.Contains(fmt.Sprint(v.Checks), c.warning) {
				t.Errorf("%s: validate reports %v", c.name, v.Checks)
			}
		}
	}
}

// A truth of one stimulus that is near another object, and that nobody chose, is named.
func TestMisspeltTruth(t *testing.T) {
	home := choicesHome(t, unchanged)
	path := filepath.Join(home.Dir, "assemblies/a/trials.csv")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, strings.ReplaceAll(string(text), ",s07,knife,", ",s07,knive,"))
	d, err := benchmarks.ParseDefinition("b.yaml", []byte(excluding))
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewRunner(home, Options{Workers: 1}).loader.subjectChoices(d)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{`1 of 40 truths of stimuli look misspelt: 1 "knive" (did you mean "knife"?)`}; !slices.Equal(c.doubts, want) {
		t.Errorf("%q, want %q", c.doubts, want)
	}
}
