package imports

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Properties become a column each of the neurons' table, in whatever order the axes are; a
// missing value is an empty cell.
func TestProperties(t *testing.T) {
	for _, file := range []string{"properties.nc", "properties_transposed.nc"} {
		home := newHome(t)
		r, err := Assembly(t.Context(), AssemblyRequest{Home: home, Path: files + file, ID: "v1", StimulusSet: "small"})
		if err != nil || r.What != "2 properties of 3 neurons" {
			t.Fatal(file, r, err)
		}
		if got := string(read(t, home.AssembliesDir(), "v1/neuroid.csv")); got != "neuroid_id,region,bandwidth,max_dc\nc,V1,0.5,12\na,V1,,3.25\nb,V1,0.75,\n" {
			t.Errorf("%s: %q", file, got)
		}
		if got := string(read(t, home.AssembliesDir(), "v1/assembly.yaml")); !strings.Contains(got, "kind: property") || !strings.Contains(got, "stimulus_set: small") {
			t.Errorf("%s: %q", file, got)
		}
	}
}

func TestPropertyFileMistakes(t *testing.T) {
	for file, want := range map[string]string{
		"properties_counts.nc":  "properties_counts.nc: holds properties as <i4; write them as floating-point numbers",
		"properties_unnamed.nc": "properties_unnamed.nc: has no coordinate neuronal_property",
	} {
		home := newHome(t)
		_, err := Assembly(t.Context(), AssemblyRequest{Home: home, Path: files + file, ID: "v1", StimulusSet: "small"})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", file, err, want)
		}
		if _, err := os.Stat(filepath.Join(home.AssembliesDir(), "v1")); err == nil {
			t.Errorf("%s is there all the same", file)
		}
	}
}
