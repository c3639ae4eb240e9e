package stimuli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// At how many degrees a dump was shown images: by model.yaml, else by the placement.
func TestShownAt(t *testing.T) {
	const placement = "stimulus_set: set\nsees: 8\nshown: 4\nbackground: [128, 128, 128]\nimages: 2\nchanged: 2\n"
	for name, x := range map[string]struct {
		settings, placement string
		sees, shown         float64
		recorded            bool
		want                string // the error
	}{
		"nothing":                      {"", "", 8, 0, false, ""},
		"sees":                         {"visual_degrees: {sees: 10}", "", 10, 0, false, ""},
		"shown":                        {"visual_degrees: {shown: {set: 3}}", "", 8, 3, true, ""},
		"shown another set":            {"visual_degrees: {shown: {other: 3}}", "", 8, 0, false, ""},
		"placement":                    {"", placement, 8, 4, true, ""},
		"both":                         {"visual_degrees: {shown: {set: 4}}", placement, 8, 4, true, ""},
		"each stimulus its own":        {"", strings.Replace(placement, "shown: 4", "shown: 0", 1), 8, 0, true, ""},
		"both, but they differ":        {"visual_degrees: {shown: {set: 3}}", placement, 8, 0, false, "says that the images of set were shown at 3 degrees, but"},
		"sees 0":                       {"identifier: m\nvisual_degrees:\n  sees: 0", "", 0, 0, false, "model.yaml:3: visual_degrees.sees is 0, but must be above 0 and at most 360"},
		"sees not a number":            {"visual_degrees: {sees: .nan}", "", 0, 0, false, "visual_degrees.sees is NaN"},
		"shown below 0":                {"visual_degrees: {shown: {set: -4}}", "", 0, 0, false, "model.yaml:1: visual_degrees.shown.set is -4"},
		"shown too large":              {"visual_degrees: {shown: {set: 361}}", "", 0, 0, false, "visual_degrees.shown.set is 361"},
		"unknown key":                  {"visual_degrees: {seen: 8}", "", 0, 0, false, `unknown key "seen"`},
		"placement of another set":     {"", strings.Replace(placement, "stimulus_set: set", "stimulus_set: other", 1), 8, 0, false, `is of the stimulus set "other"`},
		"placement with wrong degrees": {"", strings.Replace(placement, "shown: 4", "shown: -4", 1), 8, 0, false, "a size is -4"},
		"placement that is not YAML":   {"", "a: [", 8, 0, false, "placement.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range map[string]string{"model.yaml": x.settings, filepath.Join("set", PlacementFile): x.placement} {
				if text == "" {
					continue
				}
				path := filepath.Join(dir, file)
				if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			d, err := OpenDump(dir)
			shown, recorded := 0.0, false
			if err == nil {
				if d.VisualDegrees.Sees != x.sees {
					t.Errorf("sees %v, want %v", d.VisualDegrees.Sees, x.sees)
				}
				shown, recorded, err = d.ShownAt("set")
			}
			var file *FileError
			switch {
			case x.want != "":
				if !errors.As(err, &file) || !strings.Contains(err.Error(), x.want) {
					t.Errorf("got %v, want %s", err, x.want)
				}
			case err != nil || shown != x.shown || recorded != x.recorded:
				t.Errorf("got %v, %v, %v", shown, recorded, err)
			}
		})
	}
}
