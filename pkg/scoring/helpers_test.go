package scoring

import (
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

const neural = `identifier: b
kind: neural
assembly: a
stimulus_set: s
metric: {name: pls}
`

func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance }

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// roundTrip writes a definition and reads it again.
func roundTrip(t *testing.T, d *benchmarks.Definition) {
	t.Helper()
	data, err := yaml.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	again, err := benchmarks.ParseDefinition(d.Source, data)
	if err != nil || !reflect.DeepEqual(again, d) {
		t.Errorf("got %+v, %v, want %+v, by\n%s", again, err, d, data)
	}
}
