package scoring

import (
	"context"
	"encoding/binary"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// endWith replaces the last bytes of a file until mend.
func endWith(t *testing.T, path string, bytes []byte) (mend func()) {
	t.Helper()
	var before string
	alter(t, path, func(s string) string {
		before = s
		return s[:len(s)-len(bytes)] + string(bytes)
	})
	return func() { alter(t, path, func(string) string { return before }) }
}

// infinite is a response in the recordings' single precision.
var infinite = binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(math.Inf(1))))

// TestRecordingsAreReadBeside wants what is wrong with recordings, which are read
// while the layer is, to be told whatever is wrong with the layer; and a runner that
// has seen it to take them once they are mended.
func TestRecordingsAreReadBeside(t *testing.T) {
	dir := copyFolder(t, "../../testdata/golden")
	model := filepath.Join(dir, "models/mini-net")
	request := Request{Models: []string{model}, Benchmarks: []string{"hvm-mini.IT-pls", "hvm-mini.IT-neuron_to_neuron"}, Layers: []string{"fc"}}
	mendRecordings := endWith(t, filepath.Join(dir, "home/assemblies/hvm-mini.assembly/values.npy"), infinite)
	mendLayer := endWith(t, filepath.Join(model, "hvm-mini/fc.npy"), binary.LittleEndian.AppendUint64(nil, math.Float64bits(math.NaN())))
	runner := NewRunner(benchmarks.Home{Dir: filepath.Join(dir, "home")}, Options{Workers: 2})
	failures := func(runner *Runner) (told []string) {
		t.Helper()
		report, err := runner.Score(context.Background(), request)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range report.Models[0].Failures {
			told = append(told, f.Err.Error())
		}
		return told
	}
	for range 10 {
		told := failures(runner)
		if len(told) != 2 || !strings.Contains(told[0], "infinite response") || told[0] != told[1] {
			t.Fatalf("told %q", told)
		}
	}
	mendRecordings()
	told := failures(runner)
	if len(told) != 2 || !strings.Contains(told[0], "holds NaN for stimulus") || told[0] != told[1] {
		t.Fatalf("told %q of the layer", told)
	}
	mendLayer()
	if told := failures(runner); len(told) != 0 {
		t.Fatalf("told %q of what is mended", told)
	}
}

// TestRecordingsStopTheirLayer wants what recordings cannot be used for to fail with
// them, and the reading that this stops not to stop the run.
func TestRecordingsStopTheirLayer(t *testing.T) {
	dir := copyFolder(t, "../../testdata/golden")
	model := filepath.Join(dir, "models/mini-net")
	endWith(t, filepath.Join(dir, "home/assemblies/hvm-mini.assembly/values.npy"), infinite)
	runner := NewRunner(benchmarks.Home{Dir: filepath.Join(dir, "home")}, Options{Workers: 2})
	runner.Progress = func(string, int64) func(int64) {
		time.Sleep(100 * time.Millisecond) // the recordings are sooner than the layer
		return func(int64) {}
	}
	report, err := runner.Score(context.Background(), Request{Models: []string{model}, Benchmarks: []string{"hvm-mini.IT-rdm", "objectome-mini-i2n"}, AllLayers: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Models[0].Scores) == 0 {
		t.Error("what does not use these recordings has no score")
	}
	if len(report.Models[0].Failures) == 0 {
		t.Error("nothing has failed")
	}
	for _, f := range report.Models[0].Failures {
		if !strings.Contains(f.Err.Error(), "infinite response") {
			t.Errorf("told %q", f.Err)
		}
	}
}
