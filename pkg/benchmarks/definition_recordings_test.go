package benchmarks

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const recordings = `identifier: b
kind: neural
assembly: {train: a, test: c}
stimulus_set: {train: s, test: t}
metric: {name: ridge}
`

// What a definition of several assemblies, subjects and bounds writes is what it reads.
func TestDefinitionsOfRecordings(t *testing.T) {
	const dir = "../../testdata/golden/neural/home/benchmarks"
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil || len(files) < 40 {
		t.Fatalf("%d definitions in %s: %v", len(files), dir, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d, err := ParseDefinition(file, data)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		text, err := d.YAML()
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseDefinition(file, text)
		if err != nil {
			t.Errorf("%s: written as\n%s%v", file, text, err)
			continue
		}
		if !reflect.DeepEqual(d, again) {
			t.Errorf("%s: %+v, written and read %+v", file, d, again)
		}
	}
}

func TestDefinitionsOfRecordingsMistakes(t *testing.T) {
	for _, c := range []struct{ name, from, to, part string }{
		{"no test", "{train: a, test: c}", "{train: a}", "b.yaml:3: assembly names no test"},
		{"an unknown side", "{train: a, test: c}", "{train: a, tset: c}", `did you mean "test"?`},
		{"a list beside a pair", "{train: s, test: t}", "[s, t]", "b.yaml:4: stimulus_set is not of the form of assembly"},
		{"one set for two assemblies", "{train: s, test: t}", "s", "b.yaml:4: stimulus_set is not of the form of assembly"},
		{"a list for a mapping", "assembly: {train: a, test: c}\nstimulus_set: {train: s, test: t}", "assembly: [a, c]\nstimulus_set: [s, t]", "the metric ridge is a mapping"},
		{"an empty list", "{train: a, test: c}", "[]", "assembly is an empty list"},
		{"a pair for a similarity", "{name: ridge}", "{name: cka}", "the metric cka has nothing to train"},
		{"an assembly twice", "assembly: {train: a, test: c}\nstimulus_set: {train: s, test: t}\nmetric: {name: ridge}", "assembly: [a, a]\nstimulus_set: [s, s]\nmetric: {name: cka}", "names one twice"},
		{"splits beside a fixed one", "metric:", "cross_validation: {splits: 10}\nmetric:", "b.yaml:5: the assemblies of train and test stimuli are the split"},
		{"an unknown bound", "metric:", "select: {nc: {over: 30}}\nmetric:", `unknown key "over" in select.nc`},
		{"a bound of text", "metric:", "select: {nc: {above: many}}\nmetric:", `select.nc.above is the text "many", but must be a number`},
		{"no bound", "metric:", "select: {nc: {}}\nmetric:", "select.nc has no bound"},
		{"bounds that nothing meets", "metric:", "select: {nc: {above: 30, below: 30}}\nmetric:", "no number meets {above: 30, below: 30}"},
		{"an infinite bound", "metric:", "select: {nc: {above: .inf}}\nmetric:", "select.nc.above is +Inf"},
		{"no value", "metric:", "select: {nc: []}\nmetric:", "select.nc lists no value"},
		{"a ceiling that equals", "metric:", "select_ceiling: 0.7\nmetric:", "b.yaml:5: select_ceiling is 0.7, but a ceiling is a number"},
		{"a ceiling to select by that neuroids lack", "metric:", "select_ceiling: {above: 0.7}\nceiling: {value: 1}\nmetric:", "select_ceiling needs a ceiling of each neuroid"},
		{"another way to miss", "metric:", "missing: dorp\nmetric:", `did you mean "drop"?`},
		{"no subject", "metric:", "per: ''\nmetric:", "per is empty"},
		{"another time", "metric:", "time: flatt\nmetric:", `did you mean "flat"?`},
		{"a range without neuroids in time", "metric:", "time_range: [0, 600]\nmetric:", "time_range is given without time: flat"},
		{"a range that ends first", "metric:", "time: flat\ntime_range: [600, 0]\nmetric:", "time_range holds [600 0]"},
		{"subjects in one mapping over time", "metric:", "time: spanned\nper: subject\nmetric:", "per and time: spanned cannot be combined"},
		{"a metric that spans no time", "assembly: {train: a, test: c}\nstimulus_set: {train: s, test: t}\nmetric: {name: ridge}", "assembly: a\nstimulus_set: s\ntime: spanned\nmetric: {name: reverse_pls}", "which the metric reverse_pls cannot be"},
		{"an unknown ceiling", "metric:", "ceiling: {name: internal_consistancy}\nmetric:", `did you mean "internal_consistency"?`},
		{"another part of the ceiling", "metric:", "ceiling: {name: internal_consistency, of: tset}\nmetric:", `did you mean "test"?`},
		{"the test of one assembly", "assembly: {train: a, test: c}\nstimulus_set: {train: s, test: t}", "assembly: a\nstimulus_set: s\nceiling: {name: internal_consistency, of: test}", "has no test stimuli of its own"},
		{"a percentage of trials", "metric:", "ceiling: {name: internal_consistency, percent: true}\nmetric:", "a ceiling internal_consistency has no percent"},
		{"splits of a column", "metric:", "ceiling: {column: nc, splits: 3}\nmetric:", "a ceiling of a column has no splits"},
		{"another average", "metric:", "ceiling: {column: nc, average: middle}\nmetric:", `unknown ceiling.average "middle"`},
		{"another bound of subjects", "assembly: {train: a, test: c}\nstimulus_set: {train: s, test: t}\nmetric: {name: ridge}", "assembly: a\nstimulus_set: s\nmetric: {name: rdm}\nceiling: {name: leave_one_subject_out, bound: uper}", `did you mean "upper"?`},
		{"subjects of a mapping", "metric:", "ceiling: {name: between_subjects}\nmetric:", "between_subjects compares subjects with each other, but the metric is ridge"},
		{"an exception to nothing", "assembly: {train: a, test: c}\nstimulus_set: {train: s, test: t}", "assembly: a\nstimulus_set: s\ncross_validation: {except: 0}", "except is given without apart"},
		{"another order", "assembly: {train: a, test: c}\nstimulus_set: {train: s, test: t}", "assembly: a\nstimulus_set: s\ncross_validation: {order: stimulusset}", `did you mean "stimulus_set"?`},
		{"penalties of text", "{name: ridge}", "{name: ridgecv, alphas: [1, two]}", "alphas"},
		{"an unknown option", "{name: ridge}", "{name: ridgecv, alpha: 1}", `did you mean "alphas"?`},
		{"choices with two assemblies", "kind: neural", "kind: behavioral", "several assemblies are for recordings"},
	} {
		text := strings.Replace(recordings, c.from, c.to, 1)
		if text == recordings {
			t.Fatalf("%s changes nothing", c.name)
		}
		_, err := ParseDefinition("b.yaml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%s: %v, want %s", c.name, err, c.part)
		}
	}
}
