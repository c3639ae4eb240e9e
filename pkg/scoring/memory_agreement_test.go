package scoring

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/internal/thorough"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// The memory of a score is the same figure in a dry run, an inspection and a validation,
// for every kind of data: a dry run's, of one layer. An inspection reports it, and a
// validation, which knows no layer, at least as much.
func TestMemoryAgrees(t *testing.T) {
	for _, folder := range thorough.OneIn(2, ".", "neural", "choices", "domains", "experiments", "factors", "property", "reduction", "time", "triplets") {
		dir := filepath.Join("../../testdata/golden", folder)
		home := benchmarks.Home{Dir: filepath.Join(dir, "home")}
		models, err := filepath.Glob(filepath.Join(dir, "models", "*"))
		if err != nil || len(models) == 0 {
			t.Fatalf("no models in %s: %v", dir, err)
		}
		inspected, validated := 0, 0
		for _, model := range models {
			inspected += checkInspectedMemory(t, home, model)
		}
		runner := NewRunner(home, Options{Workers: 2})
		definitions, _ := home.Definitions()
		for _, d := range definitions {
			if len(home.Missing(d)) > 0 || d.Source == benchmarks.Embedded {
				continue
			}
			data, _, err := kindOf(d)
			if err != nil {
				t.Fatal(err)
			}
			v := &Validation{Definition: d, Ceiling: metrics.None()}
			for _, part := range d.Parts() {
				c := &validator{runner: runner, d: part, v: &Validation{}}
				c.memory(data)
				v.Memory = max(v.Memory, c.v.Memory)
			}
			for _, model := range models {
				dry, err := runner.DryRun(Request{Models: []string{model}, Benchmarks: []string{d.Identifier}, AllLayers: true, Present: true})
				if err != nil {
					continue // the model does not have the stimulus set
				}
				for _, p := range dry.Reads {
					if p.Err != nil || p.read.spans != nil {
						continue // a layer in time that is read whole is longer than one layer
					}
					if validated++; v.Memory < p.Memory {
						t.Errorf("%s: validation tells of %d bytes, a dry run of %s of %d", d.Identifier, v.Memory, p.Layer, p.Memory)
					}
				}
			}
		}
		if inspected == 0 || validated == 0 {
			t.Errorf("%s: %d arrays and %d readings were compared", folder, inspected, validated)
		}
	}
}

// checkInspectedMemory compares what an inspection tells of each layer with dry runs, and
// returns how many were compared.
func checkInspectedMemory(t *testing.T, home benchmarks.Home, model string) (compared int) {
	t.Helper()
	in, err := Inspect(t.Context(), home, model, 2)
	if err != nil {
		t.Fatal(err)
	}
	runner := NewRunner(home, Options{Workers: 2})
	committed, err := runner.DryRun(Request{Models: []string{model}})
	if err != nil {
		t.Fatal(err)
	}
	all, err := runner.DryRun(Request{Models: []string{model}, AllLayers: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range in.Dump.Sets {
		for _, l := range set.Layers {
			key := arrayKey{set.StimulusSet, l.Layer, l.Bin}
			want := largestRead(committed, key)
			if want == 0 {
				want = largestRead(all, key)
			}
			compared++
			if l.MemoryBytes != want {
				t.Errorf("%s: an inspection tells of %d bytes for %v, a dry run of %d", model, l.MemoryBytes, key, want)
			}
			if least := leastMemory(l.Array.Rows, l.Array.Features); want > 0 && want < least && !slices.Contains(stimuli.ChoiceTables, l.Layer) {
				t.Errorf("%s: %d bytes for %v, but at least %d", model, want, key, least)
			}
			if table := slices.Contains(stimuli.ChoiceTables, l.Layer); (l.MemoryAtLeast > 0) != (want == 0) && !table {
				t.Errorf("%s: at least %d bytes beside %d for %v", model, l.MemoryAtLeast, want, key)
			}
		}
	}
	return compared
}

func largestRead(dry *DryRun, key arrayKey) (memory int64) {
	for _, p := range dry.Reads {
		if slices.Contains(p.read.arrays(), key) {
			memory = max(memory, p.Memory)
		}
	}
	return memory
}

// What a score needs at least is below what one needs that is known, and holds the
// program and the Gram matrix.
func TestLeastMemory(t *testing.T) {
	const mib = 1 << 20
	for _, c := range []struct{ stimuli, features, low, high int64 }{
		{2560, 25088, 90 * mib, 160 * mib},
		{2560, 1 << 20, 90 * mib, 160 * mib}, // does not grow with features
		{100, 10, processBytes, processBytes*11/10 + mib},
		{30000, 1 << 20, 3600 * mib, 4200 * mib}, // a triangle
		{30000, 30000, 7000 * mib, 8200 * mib},
	} {
		if got := leastMemory(int(c.stimuli), int(c.features)); got < c.low || got > c.high {
			t.Errorf("%d stimuli × %d features take %d bytes", c.stimuli, c.features, got)
		}
	}
}
