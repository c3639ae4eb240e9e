package benchmarks

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A column may be missing from data of the same name as the published ones.
func TestMissingColumns(t *testing.T) {
	for name, c := range map[string]struct {
		definition, stimuli, trials, want string
	}{
		"all":               {"truth: object\nchoices: geirhos16\nmetric: {name: accuracy}\n", "stimulus_id,object\n", "", ""},
		"the truth":         {"truth: object\nmetric: {name: accuracy}\n", "stimulus_id,truth\n", "", "column object of stimulus set s"},
		"a byte order mark": {"truth: object\nmetric: {name: accuracy}\n", "\ufeffobject,stimulus_id\r\n", "", ""},
		"two":               {"truth: object\nmetric: {name: shape_bias, texture: other}\n", "stimulus_id\n", "", "column object of stimulus set s, column other of stimulus set s"},
		"no table":          {"truth: object\nmetric: {name: accuracy}\n", "", "", ""},
		"of trials":         {"assembly: a\nmetric: {name: accuracy_distance, by: [day, level]}\n", "stimulus_id,level\n", "stimulus_id,day\n", ""},
		"of neither":        {"assembly: a\nmetric: {name: accuracy_distance, by: [day, level]}\n", "stimulus_id\n", "stimulus_id,day\n", "column level of stimulus set s"},
		"of the set alone":  {"assembly: a\ntruth: object\nmetric: {name: task_consistency, by: task}\n", "stimulus_id,object\n", "stimulus_id,task\n", "column task of stimulus set s"},
	} {
		home := Home{Dir: t.TempDir()}
		for path, text := range map[string]string{home.StimulusSetPath("s") + "/stimuli.csv": c.stimuli, home.AssemblyPath("a") + "/trials.csv": c.trials} {
			if text == "" {
				continue
			}
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		d, err := ParseDefinition("b.yaml", []byte("identifier: b\nkind: behavioral\nstimulus_set: s\n"+c.definition))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := strings.Join(home.MissingColumns(d), ", "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
