package scoring

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

func TestInspect(t *testing.T) {
	golden := "../../testdata/golden"
	home := benchmarks.Home{Dir: filepath.Join(golden, "home")}
	for path, want := range map[string]string{
		"models/mini-net":                                 IsDump,
		"models/mini-net/hvm-mini":                        IsDump,
		"models/mini-net/model.yaml":                      IsDump,
		"models/mini-net/hvm-mini/fc.npy":                 IsArray,
		"home":                                            IsHome,
		"home/assemblies/hvm-mini.assembly":               IsAssembly,
		"time/home/assemblies/solve.osts":                 IsAssembly,
		"home/stimuli/hvm-mini":                           IsStimulusSet,
		"home/stimuli/hvm-mini/stimuli.csv":               IsTable,
		"home/benchmarks/hvm-mini.IT-pls.yaml":            IsBenchmark,
		"../../pkg/benchmarks/composites/cosyne2019.yaml": IsComposite,
	} {
		in, err := Inspect(t.Context(), home, filepath.Join(golden, path), 2)
		if err != nil || in.Is != want || len(in.Errs) > 0 {
			t.Errorf("%s: %+v, %v, want a %s", path, in, err, want)
			continue
		}
		if _, err := json.Marshal(in); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, path := range []string{"models", "nowhere", "expected.json", "."} {
		if in, err := Inspect(t.Context(), home, filepath.Join(golden, path), 2); err == nil {
			t.Errorf("%s: %+v, want an error", path, in)
		}
	}
}

func TestHomeAround(t *testing.T) {
	for path, want := range map[string]string{
		"home/assemblies/a":               "home",
		"home/assemblies/a/assembly.yaml": "home",
		"home/benchmarks/b.yaml":          "home",
		"home/stimuli/s/":                 "home",
		"models/m/s/l.npy":                "",
	} {
		home, ok := HomeAround(path)
		if home.Dir != want || ok != (want != "") {
			t.Errorf("home around %s is %q, %v, want %q", path, home.Dir, ok, want)
		}
	}
}
