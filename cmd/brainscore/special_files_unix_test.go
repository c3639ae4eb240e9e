//go:build unix

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/cli"
)

// specialFiles put something at a path that must not be read: a pipe, whose writer never
// comes, a device without end, and a file of a terabyte.
var specialFiles = map[string]func(path string) error{
	"a pipe":   func(path string) error { return syscall.Mkfifo(path, 0o600) },
	"a device": func(path string) error { return os.Symlink("/dev/zero", path) },
	"a huge file": func(path string) error {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			return err
		}
		return os.Truncate(path, 1<<40)
	},
	"a folder": func(path string) error { return os.Mkdir(path, 0o700) },
}

// Every file that a command reads whole is a regular file of a bounded size: anything
// else ends the command with a message that names it.
func TestSpecialFiles(t *testing.T) {
	golden, err := filepath.Abs("../../testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	choices, err := filepath.Abs("../../testdata/geirhos2021")
	if err != nil {
		t.Fatal(err)
	}
	const score = "score M --data H --benchmark hvm-mini.IT-cka"
	const consistency = "score CM --data C --benchmark Geirhos2021edge-error_consistency"
	for _, c := range []struct {
		file    string // relative to the folder of the test
		command string
	}{
		{file: "plan.json", command: "batch status FILE"},
		{file: "plan.json", command: "batch run FILE"},
		{file: "plan.json", command: "batch merge FILE --output OUT"},
		{file: "plan.json", command: "batch submit FILE --slurm --shards 2 --dry-run"},
		{file: "registry.csv", command: "data list --data H --registry FILE"},
		{file: "registry.csv", command: "data fetch x --data H --registry FILE"},
		{file: "scores.json", command: "leaderboard FILE"},
		{file: "scores.json", command: "analyze FILE"},
		{file: "scores.json", command: "report FILE --output OUT.html"},
		{file: "scores.json", command: "plot layers FILE --output OUT.svg"},
		{file: "scores.json", command: "compare FILE FILE#x"},
		{file: "table.csv", command: "leaderboard --table FILE"},
		{file: "composite.yaml", command: "leaderboard --table TABLE --composite FILE"},
		{file: "composite.yaml", command: score + " --composite FILE"},
		{file: "set.csv", command: "import stimuli FILE --id x --data H"},
		{file: "a.nc", command: "import assembly FILE --id x --stimulus-set hvm-mini --data H"},
		{file: "a.nc", command: "import activations FILE --model OUT --stimulus-set hvm-mini --data H"},
		{file: "a.h5", command: "import activations FILE --model OUT --stimulus-set hvm-mini --data H"},
		{file: "a.mat", command: "import activations FILE --model OUT --stimulus-set hvm-mini --data H"},
		{file: "a.npz", command: "import activations FILE --model OUT --stimulus-set hvm-mini --data H"},
		{file: "a.npy", command: "import activations FILE --model OUT --stimulus-set hvm-mini --data H"},
		{file: "trials.csv", command: "import choices FILE --id x --stimulus-set y --data H"},
		{file: "responses.csv", command: "import responses FILE --model OUT --stimulus-set hvm-mini --data H"},
		{file: "H/stimuli/hvm-mini/stimuli.csv", command: score},
		{file: "H/assemblies/hvm-mini.assembly/assembly.yaml", command: score},
		{file: "H/assemblies/hvm-mini.assembly/presentation.csv", command: score},
		{file: "H/assemblies/hvm-mini.assembly/neuroid.csv", command: score},
		{file: "H/benchmarks/hvm-mini.IT-cka.yaml", command: score},
		{file: "M/model.yaml", command: score},
		{file: "M/hvm-mini/stimulus_ids.csv", command: score},
		{file: "H/assemblies/hvm-mini.assembly/presentation.csv", command: "inspect H/assemblies/hvm-mini.assembly"},
		{file: "H/assemblies/hvm-mini.assembly/presentation.csv", command: "export hvm-mini.assembly --data H --output OUT.npz"},
		{file: "H/assemblies/hvm-mini.assembly/neuroid.csv", command: "benchmarks validate hvm-mini.IT-cka --data H"},
		{file: "H/assemblies/hvm-mini.assembly/neuroid.csv", command: "ceiling hvm-mini.IT-pls --data H"},
		{file: "C/assemblies/Geirhos2021edge/trials.csv", command: consistency},
		{file: "CM/Geirhos2021edge/responses.csv", command: consistency},
		{file: "OM/objectome-mini.private/choices.csv", command: "score OM --data H --benchmark objectome-mini-i2n"},
		{file: "table.csv", command: "inspect FILE"},
		{file: "b.yaml", command: "inspect FILE"},
		{file: "b.yaml", command: "benchmarks validate FILE --data H"},
	} {
		for what, put := range specialFiles {
			t.Run(c.command+" "+filepath.Base(c.file)+" is "+what, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				for name, from := range map[string]string{"H": golden + "/home", "M": golden + "/models/mini-net", "C": choices + "/home", "CM": choices + "/models/alexnet", "OM": golden + "/models/objectome-mini-readout"} {
					if strings.HasPrefix(c.file, name+"/") || strings.Contains(" "+c.command+" ", " "+name) {
						if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(from)); err != nil {
							t.Fatal(err)
						}
					}
				}
				if err := os.WriteFile(filepath.Join(dir, "TABLE"), []byte("model,v4\na,1\n"), 0o600); err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(dir, c.file)
				_ = os.Remove(path)
				if err := put(path); err != nil {
					t.Skip(err)
				}
				var words []string
				for _, w := range strings.Fields(c.command) {
					w = strings.ReplaceAll(w, "FILE", path)
					for _, name := range []string{"H", "M", "C", "CM", "OM", "OUT", "OUT.html", "OUT.svg", "OUT.npz", "TABLE"} {
						if w == name || strings.HasPrefix(w, name+"/") {
							w = filepath.Join(dir, w)
							break
						}
					}
					words = append(words, w)
				}
				if code, said := runWithin(t, words); code != 3 || !strings.Contains(said, filepath.Base(c.file)) {
					t.Errorf("%q: code %d\n%s", words, code, said)
				}
			})
		}
	}
}

// runWithin runs a command that must end, and returns its exit code and all that it
// prints.
func runWithin(t *testing.T, words []string) (code int, said string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out, errs bytes.Buffer
	ended := make(chan int, 1)
	go func() { ended <- cli.Run(ctx, words, cli.Streams{In: strings.NewReader(""), Out: &out, Err: &errs}) }()
	select {
	case code := <-ended:
		return code, out.String() + errs.String()
	case <-ctx.Done():
		t.Fatalf("%q does not end", words)
		return 0, ""
	}
}

// A kept score that cannot be read is computed again, and hashes that cannot be read are
// ignored.
func TestSpecialFilesInResults(t *testing.T) {
	for what, put := range specialFiles {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			results := filepath.Join(t.TempDir(), "results")
			words := strings.Fields("score ../../testdata/golden/models/mini-net --data ../../testdata/golden/home --benchmark hvm-mini.IT-cka --quiet --results " + results)
			if code, said := runWithin(t, words); code != 0 {
				t.Fatalf("code %d: %s", code, said)
			}
			entries, _ := filepath.Glob(results + "/*/*/*/*/*.json")
			contents, _ := filepath.Glob(results + "/contents/*/*/*.json")
			index, _ := filepath.Glob(results + "/index/*.jsonl")
			if len(entries) == 0 {
				t.Fatal("no score was kept")
			}
			for _, path := range slices.Concat(entries, contents, index) {
				if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
				if err := put(path); err != nil {
					t.Skip(err)
				}
			}
			if code, said := runWithin(t, []string{"leaderboard", results}); code == 0 {
				t.Errorf("leaderboard: code %d: %s", code, said)
			}
			if code, said := runWithin(t, words); code != 0 && what != "a folder" {
				t.Errorf("code %d: %s", code, said)
			}
		})
	}
}
