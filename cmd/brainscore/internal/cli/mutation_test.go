package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/brainscore-go/brainscore/internal/text"
)

// The test of mutated inputs changes an input of each format and runs the command that
// reads it. A failure names its seed:
//
//	go test ./cmd/brainscore/internal/cli -run Mutated -seed 17 -cases 1 -v
//
// runs that mutation again; -cases 3000 runs thousands.
var (
	firstSeed = flag.Uint64("seed", 1, "seed of the first mutation; each further one takes the next")
	caseCount = flag.Int("cases", 0, "number of mutations (0: the usual number)")
)

// TestMutatedInputs checks that a command on a mutated input ends soon, within memory,
// in success or in an error about the data that can be printed; and that an input of
// the same content gives the same output.
func TestMutatedInputs(t *testing.T) {
	count := 100
	if *caseCount > 0 {
		count = *caseCount
	}
	origin, clean := t.TempDir(), t.TempDir()
	inputs := prepareLab(t, origin, clean)
	type baseline struct {
		outcome
		files map[string]string
	}
	baselines := map[int]baseline{}
	codes := map[int]int{}
	for i := range count {
		seed := *firstSeed + uint64(i)
		r := rand.New(rand.NewPCG(seed, 0))
		which := int(seed % uint64(len(inputs)))
		m := inputs[which]
		data, err := os.ReadFile(filepath.Join(clean, m.file))
		if err != nil {
			t.Fatal(err)
		}
		base, ok := baselines[which]
		if !ok {
			if base.outcome, base.files = runMutant(t, m, write(m, data)); base.code != exitDone {
				t.Fatalf("%q without a change: %+v", m.command, base)
			}
			baselines[which] = base
		}
		mutant := mutate(r, m.file, data)
		if r.IntN(8) == 0 {
			mutant = data
		}
		got, files := runMutant(t, m, write(m, mutant))
		codes[got.code]++
		problem := judge(got)
		switch {
		case problem != "":
		case bytes.Equal(mutant, data) && (got != base.outcome || !maps.Equal(files, base.files)):
			problem = fmt.Sprintf("the same file gives another outcome: %+v", base)
		case filepath.Ext(m.file) == ".npz" && differ(files, base.files) != "": // it has checksums
			problem = "an archive that was changed gives another " + differ(files, base.files)
		case filepath.Ext(m.file) == ".zip" && !bytes.Equal(mutant, data) && got.code == exitDone:
			problem = "a pack that was changed is taken"
		case strings.HasSuffix(m.file, ".compact.npz") && got.code == exitDone && got.out != base.out:
			problem = fmt.Sprintf("inner products that were changed give another outcome: %+v", base)
		case m.same && r.IntN(3) == 0:
			if e := equivalent(r, m.file, mutant); e != nil {
				if other, same := runMutant(t, m, write(m, e)); other.code != got.code || got.code == exitDone && other.out != got.out || !maps.Equal(files, same) {
					problem = fmt.Sprintf("the same content in %.600q gives another outcome: %+v", e, other)
				}
			}
		}
		restore(t, clean, m.file)
		if problem != "" {
			t.Errorf("seed %d: %s, %q: %s\n%.1500q\nthe file is %.600q", seed, m.file, m.command, problem, got.err+got.out, mutant)
		}
	}
	t.Logf("exit codes %v", codes)
}

// differ returns the first file that is in both, but not the same.
func differ(a, b map[string]string) string {
	for _, path := range slices.Sorted(maps.Keys(a)) {
		if content, ok := b[path]; ok && content != a[path] {
			return path
		}
	}
	return ""
}

// TestMissingInputs runs the commands without their inputs, and with an empty file or
// a folder in place of each.
func TestMissingInputs(t *testing.T) {
	origin, clean := t.TempDir(), t.TempDir()
	inputs := prepareLab(t, origin, clean)
	for _, m := range inputs {
		for what, replace := range map[string]func(string) error{
			"no file":  os.Remove,
			"no bytes": func(path string) error { return os.Truncate(path, 0) },
			"a folder": func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o777)) },
		} {
			got, _ := runMutant(t, m, func() error { return replace(filepath.FromSlash(m.file)) })
			if err := os.RemoveAll(filepath.FromSlash(m.file)); err != nil {
				t.Fatal(err)
			}
			restore(t, clean, m.file)
			if strings.HasPrefix(m.file, "kept/") && what == "a folder" && got.code == exitFailed {
				continue // nothing can be kept there
			}
			if problem := judge(got); problem != "" {
				t.Errorf("%s in place of %s, %q: %s\n%.1500q", what, m.file, m.command, problem, got.err+got.out)
			}
		}
	}
}

// prepareLab writes the lab into a folder, makes that the working directory, and keeps
// a copy.
func prepareLab(t *testing.T, origin, clean string) []mutable {
	t.Helper()
	inputs := writeLab(t, origin)
	t.Chdir(origin)
	keepScores(t)
	entry := findEntry(t)
	for i := range inputs {
		inputs[i].file = strings.Replace(inputs[i].file, "kept/ENTRY", entry, 1)
	}
	if err := os.CopyFS(clean, os.DirFS(origin)); err != nil {
		t.Fatal(err)
	}
	return inputs
}

// judge returns what is wrong with the outcome of a mutant, or "".
func judge(got outcome) string {
	lower := strings.ToLower(got.out)
	switch {
	case got.code == exitFailed && strings.Contains(got.err, "results are missing: run their shards again"): // of a plan of more
	case got.code != exitDone && got.code != exitData:
		return fmt.Sprintf("exit code %d", got.code)
	case got.code != exitDone && strings.TrimSpace(got.err) == "":
		return "no message"
	case text.SafeLines(got.err) != got.err:
		return "a message cannot be printed"
	case len(got.err) > 20000:
		return fmt.Sprintf("a message of %d bytes", len(got.err))
	case strings.Contains(got.err, "runtime error") || strings.Contains(got.err, "goroutine ") || strings.Contains(got.err, "%!"):
		return "a message of Go's"
	case strings.Contains(lower, ",inf") || strings.Contains(lower, ",-inf") || strings.Contains(lower, ",+inf"):
		return "an infinite figure"
	}
	return judgeScores(got)
}

// judgeScores returns what is wrong with a table of scores, or "".
func judgeScores(got outcome) string {
	rows, err := csv.NewReader(strings.NewReader(got.out)).ReadAll()
	if err != nil || len(rows) == 0 || !slices.Contains(rows[0], "raw_error") {
		return "" // another output
	}
	raw, score, warnings := slices.Index(rows[0], "raw"), slices.Index(rows[0], "score"), slices.Index(rows[0], "warnings")
	for _, row := range rows[1:] {
		if (row[raw] == "" || row[score] == "") && row[warnings] == "" {
			return "a figure is missing without a reason"
		}
		if v, err := strconv.ParseFloat(cmp.Or(row[raw], "0"), 64); err != nil || math.Abs(v) > 1+1e-9 {
			return "a raw score above 1"
		}
	}
	return ""
}

// The limits of one command on small inputs.
const (
	mutantTime   = 10 * time.Second
	mutantMemory = 512 << 20
)

// runMutant changes an input and runs its command. It also returns the files that the
// command wrote.
func runMutant(t *testing.T, m mutable, change func() error) (got outcome, files map[string]string) {
	t.Helper()
	if err := change(); err != nil {
		t.Fatal(err)
	}
	outputs := []string{"new", "new.html", "new.svg", "new.json", "new.npz", "new.zip", "home/stimuli/new", "home/assemblies/new"}
	for _, made := range outputs {
		if err := os.RemoveAll(made); err != nil {
			t.Fatal(err)
		}
	}
	defer func() {
		if p := recover(); p != nil {
			got, files = outcome{-1, "", fmt.Sprintf("panic: %v\n%s", p, debug.Stack())}, nil
		}
	}()
	ctx, stop := context.WithTimeout(t.Context(), 6*mutantTime)
	defer stop()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	got = try(ctx, newDeps(), m.command...)
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > mutantMemory {
		return outcome{-1, "", fmt.Sprintf("allocates %d MiB", used>>20)}, nil
	}
	if took > mutantTime {
		return outcome{-1, "", fmt.Sprintf("takes %v", took)}, nil
	}
	return got, contents(t, outputs)
}

// contents returns the files that a command wrote, by path, except pages and figures.
func contents(t *testing.T, outputs []string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, made := range outputs {
		err := filepath.WalkDir(made, func(path string, e fs.DirEntry, err error) error {
			if err != nil || !slices.Contains([]string{".csv", ".json", ".npy"}, filepath.Ext(path)) {
				return err
			}
			content, err := os.ReadFile(path)
			files[path] = string(content)
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	return files
}

// write returns a change that writes an input.
func write(m mutable, data []byte) func() error {
	return func() error { return os.WriteFile(filepath.FromSlash(m.file), data, 0o666) }
}

// restore undoes the change of an input.
func restore(t *testing.T, clean, file string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(clean, file))
	if err == nil {
		err = os.WriteFile(filepath.FromSlash(file), data, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// keepScores writes the documents, the folder of results, the plan, the manifest, the pack
// and the compact dump that the lab's commands read.
func keepScores(t *testing.T) {
	t.Helper()
	for _, line := range []string{
		"score net --data home --benchmark ridge --benchmark rdm --benchmark i2n --benchmark consistency --results kept --format json --output scores.json --quiet",
		"score net --data home --benchmark rdm --benchmark ridge --format json --output other.json --quiet",
		"batch plan net --data home --benchmark ridge --benchmark rdm --results kept --output plan.json",
		"benchmarks manifest ridge rdm i2n --data home --output manifest.json",
		"pack net --for manifest.json --output net.zip --quiet",
		"compact wide --data home --output compact --quiet",
	} {
		if got := try(t.Context(), newDeps(), strings.Fields(line)...); got.code != exitDone {
			t.Fatalf("%s: %+v", line, got)
		}
	}
	if err := os.RemoveAll("wide"); err != nil { // it is large
		t.Fatal(err)
	}
}

// findEntry returns the path of a kept score of ridge.
func findEntry(t *testing.T) (entry string) {
	t.Helper()
	found := errors.New("found")
	err := filepath.WalkDir("kept", func(path string, e fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".json" && strings.Contains(path, "ridge") {
			entry = path
			return found
		}
		return err
	})
	if !errors.Is(err, found) {
		t.Fatalf("there is no kept score: %v", err)
	}
	return filepath.ToSlash(entry)
}
