package benchmarks

import (
	"context"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// overwrite replaces bytes of a file, from its end where the offset is below 0.
func overwrite(t *testing.T, path string, offset int64, with []byte) (restore func()) {
	t.Helper()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	after := append([]byte(nil), before...)
	if offset < 0 {
		offset += int64(len(after))
	}
	copy(after[offset:], with)
	if err := os.WriteFile(path, after, 0o666); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.WriteFile(path, before, 0o666); err != nil {
			t.Fatal(err)
		}
	}
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
	mendRecordings := overwrite(t, filepath.Join(dir, "home/assemblies/hvm-mini.assembly/values.npy"), -4, infinite)
	mendLayer := overwrite(t, filepath.Join(model, "hvm-mini/fc.npy"), -8, binary.LittleEndian.AppendUint64(nil, math.Float64bits(math.NaN())))
	runner := NewRunner(Home{filepath.Join(dir, "home")}, 2)
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

// TestRecordingsStopTheirLayer wants a layer not to be read on where nothing is left
// to compare it with, and that not to count as a run that was stopped.
func TestRecordingsStopTheirLayer(t *testing.T) {
	dir := copyFolder(t, "../../testdata/golden")
	model := filepath.Join(dir, "models/mini-net")
	overwrite(t, filepath.Join(dir, "home/assemblies/hvm-mini.assembly/values.npy"), -4, infinite)
	runner := NewRunner(Home{filepath.Join(dir, "home")}, 2)
	report, err := runner.Score(context.Background(), Request{Models: []string{model}, Benchmarks: []string{"hvm-mini.IT-rdm", "objectome-mini-i2n"}, AllLayers: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Models[0].Scores) == 0 {
		t.Error("what does not use these recordings has no score")
	}
	for _, f := range report.Models[0].Failures {
		if !strings.Contains(f.Err.Error(), "infinite response") {
			t.Errorf("told %q", f.Err)
		}
	}
}
