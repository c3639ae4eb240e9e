package stimuli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCommitKeepsTheRest(t *testing.T) {
	for _, c := range []struct{ name, before, after string }{
		{"none", "", "commitments:\n  IT: fc\n  V4: \"12\"\nchosen:\n  IT: {benchmarks: [a, b], of: ceiled}\n"},
		{"comments", "# the model\nidentifier: net # its name\ncommitments:\n  # the best\n  IT: conv # by hand\n  behavior: fc\nmetadata: {family: resnet} # facts\n",
			"# the model\nidentifier: net # its name\ncommitments:\n  # the best\n  IT: fc # by hand\n  behavior: fc\n  V4: \"12\"\nmetadata: {family: resnet} # facts\nchosen:\n  IT: {benchmarks: [a, b], of: ceiled}\n"},
		{"null", "commitments:\nidentifier: net\n", "commitments:\n  IT: fc\n  V4: \"12\"\nidentifier: net\nchosen:\n  IT: {benchmarks: [a, b], of: ceiled}\n"},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "model.yaml")
		if c.before != "" {
			if err := os.WriteFile(path, []byte(c.before), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			d, err := OpenDump(dir)
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Commit(map[string][]string{"IT": {"fc"}, "V4": {"12"}}, map[string]Choice{"IT": {[]string{"a", "b"}, "ceiled"}}); err != nil {
				t.Fatal(err)
			}
			got, _ := os.ReadFile(path)
			if string(got) != c.after {
				t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.after)
			}
		}
		d, err := OpenDump(dir)
		if err != nil {
			t.Fatal(err)
		}
		if d.Commitments["V4"] != "12" || d.Chosen["IT"].Of != "ceiled" || len(d.Chosen["IT"].Benchmarks) != 2 {
			t.Errorf("%s: read back as %v, %v", c.name, d.Commitments, d.Chosen)
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "model.yaml"), []byte("commitments: [a]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (&Dump{Dir: dir}).Commit(map[string][]string{"IT": {"fc"}}, nil); err == nil {
		t.Error("a list was taken for commitments")
	}
	for _, layers := range []map[string][]string{{"IT": {"f\xffc"}}, {"I\x94T": {"fc"}}} {
		d := &Dump{Dir: t.TempDir()}
		if err := d.Commit(layers, nil); err == nil || !strings.Contains(err.Error(), "not UTF-8 text; rename the layer's file") {
			t.Errorf("%q: %v", layers, err)
		}
		if _, err := os.Stat(filepath.Join(d.Dir, "model.yaml")); err == nil {
			t.Errorf("%q are written", layers)
		}
	}
}
