package benchmarks

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

const neural = `identifier: b
kind: neural
assembly: a
stimulus_set: s
metric: {name: pls}
`

// registered gives the name of a metric of that kind, or skips the test where
// none is registered.
func registered(t *testing.T, kind metrics.Kind) string {
	t.Helper()
	for _, info := range metrics.List() {
		if info.Kind == kind {
			return info.Name
		}
	}
	t.Skipf("there is no metric of kind %s", kind)
	return ""
}

func behavioral(metric string) string {
	return fmt.Sprintf("identifier: b\nkind: behavioral\nassembly: a\nstimulus_set: s\nmetric: {name: %s}\n", metric)
}

func TestParseDefinitionDefaults(t *testing.T) {
	d, err := ParseDefinition("home/b.yaml", []byte(neural))
	if err != nil {
		t.Fatal(err)
	}
	want := &Definition{
		Identifier: "b", Version: 1, Kind: KindNeural, Assembly: Source("a"), StimulusSet: Source("s"),
		Metric:          MetricDefinition{Name: "pls"},
		CrossValidation: &CrossValidation{Splits: 10, TrainSize: 0.9, Stratify: "object_name", Seed: 1},
		Ceiling:         &CeilingDef{Name: InternalConsistency, Splits: 10, Seed: 1},
		Score:           "explained_variance", Source: "home/b.yaml",
	}
	if !reflect.DeepEqual(d, want) {
		t.Errorf("got  %+v\nwant %+v", d, want)
	}
	if _, err := d.NewMetric(); err != nil {
		t.Error(err)
	}
}

func TestParseDefinitionWhole(t *testing.T) {
	d, err := ParseDefinition("x.IT-pls.yaml", []byte(`identifier: x.IT-pls
version: 4
kind: neural
region: IT
parent: IT
assembly: x
select: {region: IT, animal: 4}
stimulus_set: hvm
time: per_bin
metric: {name: pls, components: 12}
cross_validation: {splits: 3, test_size: 0.2, seed: 0}
ceiling: {value: 0.79}
score: ratio
reference: {title: T, doi: 10.1/2, year: 2021, url: "https://x"}
`))
	if err != nil {
		t.Fatal(err)
	}
	value := 0.79
	want := &Definition{
		Identifier: "x.IT-pls", Version: 4, Kind: KindNeural, Region: "IT", Parent: "IT", Assembly: Source("x"),
		Select: map[string]stimuli.Condition{"region": stimuli.Is("IT"), "animal": stimuli.Is("4")}, StimulusSet: Source("hvm"), Time: PerBin,
		Metric:          MetricDefinition{Name: "pls", Options: map[string]any{"components": 12}},
		CrossValidation: &CrossValidation{Splits: 3, TestSize: 0.2},
		Ceiling:         &CeilingDef{Value: &value}, Score: "ratio",
		Reference: &Reference{Title: "T", DOI: "10.1/2", Year: 2021, URL: "https://x"},
		Source:    "x.IT-pls.yaml",
	}
	if !reflect.DeepEqual(d, want) {
		t.Errorf("got  %+v\nwant %+v", d, want)
	}
	if got, want := d.CrossValidation.Plan(), (metrics.SplitPlan{Splits: 3, TestSize: 0.2}); got != want {
		t.Errorf("plan is %+v, want %+v", got, want)
	}
}

func TestParseDefinitionVariants(t *testing.T) {
	for name, c := range map[string]struct {
		yaml  string
		check func(d *Definition) bool
	}{
		"region of select": {neural + "select: {region: V4}", func(d *Definition) bool { return d.Region == "V4" }},
		"cross-validation filled": {neural + "cross_validation: {splits: 3}", func(d *Definition) bool {
			return d.CrossValidation.Plan() == plan(3, 0.9, 0, 1) && d.CrossValidation.Stratify == ""
		}},
		"test size alone": {neural + "cross_validation: {test_size: 0.5}", func(d *Definition) bool {
			return d.CrossValidation.Plan() == plan(10, 0, 0.5, 1) && d.CrossValidation.Stratify == ""
		}},
		"sizes that leave rows": {neural + "cross_validation: {train_size: 0.5, test_size: 0.25, seed: 4294967295}", func(d *Definition) bool {
			return d.CrossValidation.Plan() == plan(10, 0.5, 0.25, 4294967295) && d.CrossValidation.Stratify == ""
		}},
		"sizes to one": {neural + "cross_validation: {train_size: 0.9, test_size: 0.1}", func(d *Definition) bool {
			return d.CrossValidation.Plan() == plan(10, 0.9, 0.1, 1) && d.CrossValidation.Stratify == ""
		}},
		"fixed split":  {neural + "cross_validation: {train: {set: a}, test: {set: 2}}", func(d *Definition) bool { return d.CrossValidation.Splits == 1 && d.CrossValidation.Test["set"] == "2" }},
		"ceiling seed": {neural + "ceiling: {seed: 0}", func(d *Definition) bool { return *d.Ceiling == CeilingDef{Name: InternalConsistency, Splits: 10} }},
		"ceiling splits": {neural + "ceiling: {name: internal_consistency, splits: 3}", func(d *Definition) bool {
			return *d.Ceiling == CeilingDef{Name: InternalConsistency, Splits: 3, Seed: 1}
		}},
		"score raw": {neural + "score: raw", func(d *Definition) bool { return d.Score == "raw" }},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := ParseDefinition("b.yaml", []byte(c.yaml))
			if err != nil {
				t.Fatal(err)
			}
			if !c.check(d) || len(d.Warnings) > 0 {
				t.Errorf("got %+v, cross-validation %+v, ceiling %+v", d, d.CrossValidation, d.Ceiling)
			}
		})
	}
}

func plan(splits int, train, test float64, seed uint32) metrics.SplitPlan {
	return metrics.SplitPlan{Splits: splits, TrainSize: train, TestSize: test, Seed: seed}
}

func TestParseDefinitionBehavioral(t *testing.T) {
	choice := registered(t, metrics.KindBehavior)
	d, err := ParseDefinition("b.yaml", []byte(behavioral(choice)+"fitting_stimulus_set: f\nfitting_label: l"))
	if err != nil {
		t.Fatal(err)
	}
	if d.Region != "behavior" || d.Score != "" || d.Ceiling != nil || d.CrossValidation != nil {
		t.Errorf("got %+v", d)
	}
}

// The usual score of a metric that compares trial by trial is the ratio to the ceiling
// among subjects, unless the metric has a form of its own.
func TestParseDefinitionConsistency(t *testing.T) {
	for _, info := range metrics.List() {
		if info.Kind != metrics.KindConsistency || requiresOptions(info) {
			continue
		}
		d, err := ParseDefinition("b.yaml", []byte(behavioral(info.Name)))
		if err != nil {
			t.Fatal(err)
		}
		if want := cmp.Or(info.Score, metrics.Ratio); d.Score != string(want) || d.Ceiling != nil {
			t.Errorf("%s: got %+v", info.Name, d)
		}
	}
	registered(t, metrics.KindConsistency)
}

func requiresOptions(info metrics.Info) bool {
	return slices.ContainsFunc(info.Options, func(o metrics.Option) bool { return o.Example != "" })
}

// A definition on choices names what it needs, and nothing else.
func TestParseDefinitionChoices(t *testing.T) {
	const top1 = "identifier: b\nkind: behavioral\nstimulus_set: s\nmetric: {name: accuracy}\n"
	d, err := ParseDefinition("b.yaml", []byte(top1+"truth: object\nchoices: geirhos16\nexclude: {condition: [0.9]}\n"))
	if err != nil || !d.Assembly.None() || d.Truth != "object" || d.Choices != "geirhos16" || d.Score != "ratio" || d.Region != "behavior" {
		t.Errorf("got %+v, %v", d, err)
	}
	for _, c := range []struct{ name, text, part string }{
		{"no truth", top1, "the key truth is missing"},
		{"an empty truth", top1 + "truth: ''\n", "truth is empty"},
		{"an unknown list", top1 + "truth: t\nchoices: geirhos61\n", `did you mean "geirhos16"?`},
		{"a list in another folder", top1 + "truth: t\nchoices: ../own.csv\n", "is a path"},
		{"no assembly", strings.Replace(behavioral("error_consistency"), "assembly: a\n", "", 1), "the key assembly is missing"},
		{"truth of recordings", neural + "truth: t\n", "truth names a column of right answers"},
		{"choices of recordings", neural + "choices: geirhos16\n", "takes none"},
		{"no chance", top1 + "truth: t\nscore: above_chance\n", "needs the score of a guess"},
		{"a seed of the ceiling", top1 + "truth: t\nceiling: {name: internal_consistency}\n", "is a ceiling of recordings"},
		{"an unknown option", strings.Replace(top1, "accuracy}", "accuracy, by: x}", 1) + "truth: t\n", `unknown option`},
		{"a list of nothing", strings.Replace(behavioral("accuracy_distance"), "accuracy_distance}", "accuracy_distance, by: []}", 1), "option by"},
		{"a column twice", strings.Replace(behavioral("accuracy_distance"), "accuracy_distance}", "accuracy_distance, by: [a, a]}", 1), "different"},
	} {
		var typed *FileError
		if _, err := ParseDefinition("b.yaml", []byte(c.text)); !errors.As(err, &typed) || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.part)
		}
	}
	for _, score := range []string{"ratio_squared", "above_chance"} {
		if _, err := ParseDefinition("b.yaml", []byte(behavioral("odd_one_out")+"score: "+score+"\nceiling: {value: 0.67}\n")); err != nil {
			t.Errorf("%s: %v", score, err)
		}
	}
}

func TestParseDefinitionSimilarity(t *testing.T) {
	text := strings.Replace(neural, "pls", registered(t, metrics.KindSimilarity), 1)
	d, err := ParseDefinition("b.yaml", []byte(text))
	if err != nil || d.CrossValidation != nil {
		t.Errorf("got %+v, %v", d, err)
	}
	d, err = ParseDefinition("b.yaml", []byte(text+"cross_validation: {splits: 3}"))
	if err != nil || d.CrossValidation.TestSize != 0.9 || d.CrossValidation.TrainSize != 0 {
		t.Errorf("got %+v, %v", d, err)
	}
}

func TestParseDefinitionMistakes(t *testing.T) {
	without := func(key string) string {
		var kept []string
		for line := range strings.Lines(neural) {
			if !strings.HasPrefix(line, key+":") {
				kept = append(kept, line)
			}
		}
		return strings.Join(kept, "")
	}
	replace := func(old, new string) string { return strings.Replace(neural, old, new, 1) }
	for name, c := range map[string]struct{ yaml, want string }{
		"unknown key":              {neural + "regoin: IT", `b.yaml:6: unknown key "regoin"; did you mean "region"? (the known keys are identifier,`},
		"unknown key in a group":   {neural + "cross_validation: {split: 3}", `b.yaml:6: unknown key "split" in cross_validation; did you mean "splits"?`},
		"no identifier":            {without("identifier"), "b.yaml:1: the key identifier is missing; add identifier: NAME"},
		"empty identifier":         {replace("identifier: b", "identifier: \"\""), `identifier "" is empty`},
		"identifier with slash":    {replace("identifier: b", "identifier: ../b"), `b.yaml:1: identifier "../b" holds a path separator; name it by`},
		"identifier with control":  {replace("identifier: b", `identifier: "a\u0007"`), "holds a character that does not print"},
		"no degrees":               {neural + "visual_degrees: 0", "b.yaml:6: visual_degrees is 0, but must be above 0 and at most 360; give the size at which the stimuli were shown, as 8"},
		"many degrees":             {neural + "visual_degrees: 361", "b.yaml:6: visual_degrees is 361"},
		"degrees not a number":     {neural + "visual_degrees: .nan", "b.yaml:6: visual_degrees is NaN"},
		"version 0":                {neural + "version: 0", "b.yaml:6: version is 0; count versions from 1"},
		"no kind":                  {without("kind"), "the key kind is missing; add kind: neural or kind: behavioral"},
		"unknown kind":             {replace("neural", "neuronal"), `b.yaml:2: unknown kind "neuronal"; did you mean "neural"? (known: neural, behavioral, property)`},
		"no assembly":              {without("assembly"), "the key assembly is missing"},
		"assembly out of the home": {replace("assembly: a", "assembly: ../../etc"), `b.yaml:3: assembly "../../etc" holds a path separator`},
		"no stimulus set":          {without("stimulus_set"), "the key stimulus_set is missing"},
		"stimulus set ..":          {replace("stimulus_set: s", "stimulus_set: .."), `b.yaml:4: stimulus_set ".." begins with a dot`},
		"no metric":                {without("metric"), "the key metric is missing; add metric: {name: NAME}"},
		"metric without name":      {replace("{name: pls}", "{components: 3}"), "b.yaml:5: the key metric.name is missing"},
		"metric as a word":         {replace("{name: pls}", "pls"), `metric is the text "pls", but must be keys with values; write them as name: value`},
		"unknown metric":           {replace("{name: pls}", "\n  name: plz"), `b.yaml:6: unknown metric "plz": did you mean "pls"?`},
		"unknown option":           {replace("{name: pls}", "\n  name: pls\n  component: 3"), `b.yaml:7: unknown option of metric pls "component": did you mean "components"?`},
		"bad option":               {replace("{name: pls}", "\n  name: pls\n  components: many"), "b.yaml:7: option components is many, but must be a whole number of at least 1"},
		"option is a list":         {replace("pls}", "pls, components: [1]}"), "b.yaml:5: option components is [1], but must be a whole number"},
		"metric of another kind":   {replace("kind: neural", "kind: behavioral"), "b.yaml:5: the metric pls is for neural benchmarks, but kind is behavioral; set kind: neural"},
		"select of behavior":       {replace("kind: neural", "kind: behavioral") + "select: {region: IT}", "b.yaml:6: select keeps neuroids, but the benchmark is behavioral"},
		"time of behavior":         {replace("kind: neural", "kind: behavioral") + "time: per_bin", "b.yaml:6: time is for recordings, but the benchmark is behavioral"},
		"center of a mapping":      {neural + "center: true", "b.yaml:6: center subtracts the neuroids' means, which the metric pls does not depend on; remove it"},
		"center of behavior":       {replace("kind: neural", "kind: behavioral") + "center: true", "b.yaml:6: center is for neuroids, but the benchmark is behavioral"},
		"center not a truth":       {neural + "center: subject", "b.yaml:6: center is"},
		"unknown time":             {neural + "time: perbin", `b.yaml:6: unknown time "perbin"; did you mean "per_bin"?`},
		"fitting set alone":        {neural + "fitting_stimulus_set: f", "b.yaml:6: fitting_stimulus_set is given without fitting_label"},
		"fitting label alone":      {neural + "fitting_label: f", "b.yaml:6: fitting_label is given without fitting_stimulus_set"},
		"fitting of recordings":    {neural + "fitting_label: f\nfitting_stimulus_set: x", "b.yaml:7: fitting_stimulus_set is for read-outs of choices, but the benchmark is neural"},
		"fitting set unsafe":       {neural + "fitting_label: f\nfitting_stimulus_set: /x", `fitting_stimulus_set "/x" holds a path separator`},
		"no splits":                {neural + "cross_validation: {splits: 0}", "b.yaml:6: splits is 0, but must be from 1 to 100000"},
		"too many splits":          {neural + "cross_validation: {splits: 1000000}", "splits is 1000000, but must be from 1 to 100000"},
		"train size one":           {neural + "cross_validation:\n  train_size: 1", "b.yaml:7: train_size is 1, but must be between 0 and 1; give the share of stimuli"},
		"train size 0":             {neural + "cross_validation: {train_size: 0}", "train_size is 0, but must be between 0 and 1"},
		"test size NaN":            {neural + "cross_validation: {test_size: .nan}", "test_size is NaN, but must be between 0 and 1"},
		"sizes above one":          {neural + "cross_validation: {train_size: 0.9, test_size: 0.2}", "train_size 0.9 and test_size 0.2 together exceed 1; leave one of them out"},
		"negative seed":            {neural + "cross_validation: {seed: -1}", "cross_validation.seed is the number -1, but must be a whole number from 0 to 4294967295"},
		"train without test":       {neural + "cross_validation: {train: {set: a}}", "b.yaml:6: train and test go together"},
		"empty test":               {neural + "cross_validation: {train: {set: a}, test: {}}", "train and test go together"},
		"fixed and size":           {neural + "cross_validation:\n  train: {set: a}\n  test: {set: b}\n  train_size: 0.5", "b.yaml:9: train_size is given, but train and test fix the split"},
		"fixed and splits":         {neural + "cross_validation: {train: {set: a}, test: {set: b}, splits: 3}", "splits is 3, but train and test fix one split"},
		"unknown ceiling":          {neural + "ceiling: {name: internal-consistency}", `b.yaml:6: unknown ceiling.name "internal-consistency"; did you mean "internal_consistency"?`},
		"ceiling of both":          {neural + "ceiling: {name: internal_consistency, value: 0.5}", "b.yaml:6: the ceiling has a value, but also a name, column, splits or seed; keep one of them"},
		"empty ceiling":            {neural + "ceiling: {}", "b.yaml:6: the ceiling has neither a name nor a column nor a value"},
		"ceiling of zero":          {neural + "ceiling: {value: 0}", "the ceiling's value is 0, but must be a number above 0"},
		"endless ceiling":          {neural + "ceiling: {value: .inf}", "the ceiling's value is +Inf"},
		"no ceiling":               {neural + "ceiling: {value: .nan}", "the ceiling's value is NaN"},
		"ceiling splits":           {neural + "ceiling: {splits: 0}", "splits is 0, but must be from 1"},
		"unknown score":            {neural + "score: explained-variance", `b.yaml:6: unknown score "explained-variance"; did you mean "explained_variance"?`},
		"not YAML":                 {"identifier: [", "b.yaml:1: not YAML"},
		"empty":                    {"", "b.yaml: the file is empty"},
		"all at once":              {"kind: x\nversion: 0\n", "b.yaml:1: the key identifier is missing; add identifier: NAME, the file's name without .yaml\nb.yaml:1: unknown kind \"x\"; give one of neural, behavioral, property\nb.yaml:1: the key assembly"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := ParseDefinition("b.yaml", []byte(c.yaml))
			var typed *FileError
			if !errors.As(err, &typed) || d != nil {
				t.Fatalf("got %+v, %v", d, err)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %v", err, c.want)
			}
		})
	}
}

func TestParseDefinitionBehavioralMistakes(t *testing.T) {
	text := behavioral(registered(t, metrics.KindBehavior))
	for name, c := range map[string]struct{ yaml, want string }{
		"cross-validated":      {text + "cross_validation: {splits: 2}", "is not cross-validated; remove it"},
		"internal consistency": {text + "ceiling: {name: internal_consistency}", "b.yaml:6: internal_consistency is a ceiling of recordings, but the benchmark is behavioral"},
		"ceiling splits":       {text + "ceiling: {splits: 3}", "internal_consistency is a ceiling of recordings"},
		"neural":               {strings.Replace(text, "kind: behavioral", "kind: neural", 1), "is for behavioral benchmarks, but kind is neural; set kind: behavioral, or take one of"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseDefinition("b.yaml", []byte(c.yaml))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %v", err, c.want)
			}
		})
	}
}

func TestParseDefinitionWrapsMetricErrors(t *testing.T) {
	_, err := ParseDefinition("b.yaml", []byte(strings.Replace(neural, "pls", "plz", 1)))
	var unknown *metrics.UnknownError
	if !errors.As(err, &unknown) || unknown.Name != "plz" {
		t.Errorf("got %v", err)
	}
	_, err = ParseDefinition("b.yaml", []byte(strings.Replace(neural, "pls", "pls, components: 0", 1)))
	var option *metrics.OptionError
	if !errors.As(err, &option) || option.Option != "components" {
		t.Errorf("got %v", err)
	}
}

func TestParseDefinitionWarnsOfFileName(t *testing.T) {
	d, err := ParseDefinition("dir/other.yaml", []byte(neural))
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Warnings) != 1 || !strings.Contains(d.Warnings[0], `dir/other.yaml:1: the identifier "b" differs from the file's name "other.yaml"`) {
		t.Errorf("got %q", d.Warnings)
	}
}

// testdataDefinitions lists the definitions of all test data.
func testdataDefinitions(t testing.TB) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir("../../testdata", func(path string, _ os.DirEntry, err error) error {
		if filepath.Ext(path) == ".yaml" && filepath.Base(filepath.Dir(path)) == "benchmarks" {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("no definitions in testdata: %v", err)
	}
	return files
}

func TestParseTestdata(t *testing.T) {
	for _, file := range testdataDefinitions(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d, err := ParseDefinition(file, data)
		var unknown *metrics.UnknownError
		if errors.As(err, &unknown) && unknown.What == "metric" {
			if _, known := metrics.Lookup(unknown.Name); known == nil {
				t.Errorf("%s: %s is known, but not found", file, unknown.Name)
			}
			continue // a metric that this version does not have
		}
		if err != nil {
			t.Error(err)
		} else if len(d.Warnings) > 0 {
			t.Errorf("%s: %q", file, d.Warnings)
		} else {
			roundTrip(t, d)
		}
	}
}

// roundTrip writes a definition and reads it again.
func roundTrip(t *testing.T, d *Definition) {
	t.Helper()
	data, err := yaml.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseDefinition(d.Source, data)
	if err != nil || !reflect.DeepEqual(again, d) {
		t.Errorf("got %+v, %v, want %+v, by\n%s", again, err, d, data)
	}
}

func TestRoundTrip(t *testing.T) {
	for _, more := range []string{
		"", "version: 3\ntime: per_bin\nselect: {region: 4, day: 2020-01-02}\nparent: no",
		"ceiling: {value: 0.79}\nscore: raw", "ceiling: {seed: 0}",
		"cross_validation: {test_size: 0.1, seed: 0}", "cross_validation: {train: {a: 1}, test: {a: 2}, seed: 3}",
		"reference: {title: 'x: y', year: 2021}",
	} {
		d, err := ParseDefinition("b.yaml", []byte(neural+more))
		if err != nil {
			t.Fatal(err)
		}
		roundTrip(t, d)
	}
}

func FuzzParseDefinition(f *testing.F) {
	for _, file := range testdataDefinitions(f) {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(neural + "cross_validation: {train: {set: a}, test: {set: b}}\nceiling: {value: 1e-300}"))
	f.Add([]byte("metric: {name: pls, <<: {a: b}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := ParseDefinition("b.yaml", data)
		var typed *FileError
		if err != nil && !errors.As(err, &typed) {
			t.Fatalf("%v is not a *FileError", err)
		}
		if err != nil {
			return
		}
		r, _ := d.rulesOf()
		for _, id := range []string{d.Identifier, d.Assembly.Name(), d.StimulusSet.Name()} {
			if id == "" && r.SetAlone && d.Identifier != "" && !d.StimulusSet.None() {
				continue // the assembly
			}
			if err := stimuli.SafeID(id); err != nil {
				t.Error(err)
			}
		}
		if cv := d.CrossValidation; cv != nil && cv.Splits < 1 || d.Kind == KindNeural && d.Ceiling == nil {
			t.Errorf("got %+v", d)
		}
	})
}
