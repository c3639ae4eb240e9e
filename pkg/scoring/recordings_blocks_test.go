package scoring

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sbinet/npyio/npy"
	"gonum.org/v1/gonum/mat"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// voxels are recordings of many neuroids and a layer, of one assembly or of two to train and
// to test on, the second with its neuroids in another order.
type voxels struct {
	stimuli, repetitions int
	fixed                bool
	features             int                     // 30 if it is 0
	change               func(values *mat.Dense) // of the first assembly
	text                 string                  // of the definition
}

const voxelCount = metrics.BlockNeuroids + 200

// write writes the home and the model into a folder.
func (v voxels) write(t *testing.T, dir string) (home benchmarks.Home, model string) {
	t.Helper()
	home, model = benchmarks.Home{Dir: filepath.Join(dir, "home")}, filepath.Join(dir, "model")
	r := rand.New(rand.NewPCG(1, 2))
	names := []string{"a"}
	if v.fixed {
		names = append(names, "b")
	}
	for k, name := range names {
		var ids, shown, neuroids strings.Builder
		for i := range v.stimuli {
			fmt.Fprintf(&ids, "%s%03d\n", name, i)
		}
		for repetition := range v.repetitions {
			for i := range v.stimuli {
				fmt.Fprintf(&shown, "%s%03d,%d\n", name, i, repetition)
			}
		}
		order := r.Perm(voxelCount)
		if k == 0 {
			slices.Sort(order)
		}
		for _, j := range order {
			fmt.Fprintf(&neuroids, "n%04d,%g\n", j, .5+.4*float64(j%7)/7)
		}
		write(t, filepath.Join(home.Dir, "stimuli", name, "stimuli.csv"), "stimulus_id\n"+ids.String())
		write(t, filepath.Join(model, name, "stimulus_ids.csv"), "stimulus_id\n"+ids.String())
		folder := filepath.Join(home.Dir, "assemblies", name)
		write(t, filepath.Join(folder, "assembly.yaml"), fmt.Sprintf("identifier: %s\nkind: neural\nstimulus_set: %s\n", name, name))
		write(t, filepath.Join(folder, "presentation.csv"), "stimulus_id,repetition\n"+shown.String())
		write(t, filepath.Join(folder, "neuroid.csv"), "neuroid_id,reliability\n"+neuroids.String())
		values := mat.NewDense(v.stimuli*v.repetitions, voxelCount, nil)
		layer := mat.NewDense(v.stimuli, cmp.Or(v.features, 30), nil)
		for _, m := range []*mat.Dense{values, layer} {
			for i := range m.RawMatrix().Data {
				m.RawMatrix().Data[i] = r.NormFloat64()
			}
		}
		if k == 0 && v.change != nil {
			v.change(values)
		}
		for path, m := range map[string]*mat.Dense{filepath.Join(folder, "values.npy"): values, filepath.Join(model, name, "layer.npy"): layer} {
			write(t, path, "")
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := npy.Write(f, m); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	sources := "assembly: a\nstimulus_set: a\ncross_validation: {splits: 2, train_size: 0.8, seed: 1}\n"
	if v.fixed {
		sources = "assembly: {train: a, test: b}\nstimulus_set: {train: a, test: b}\n"
	}
	for _, metric := range []string{"ridge", "linear"} {
		write(t, filepath.Join(home.Dir, "benchmarks", metric+".yaml"), fmt.Sprintf("identifier: %s\nkind: neural\nregion: IT\nmetric: {name: %s}\n%s%s", metric, metric, sources, v.text))
	}
	return home, model
}

// TestRecordingsInBlocks compares scores of recordings that are read in blocks of neuroids
// with those of recordings that are held.
func TestRecordingsInBlocks(t *testing.T) {
	const column, halves = "ceiling: {column: reliability}\n", "ceiling: {name: internal_consistency}\n"
	for name, c := range map[string]struct {
		voxels
		held    bool   // in any case
		problem string // that scores fail for
	}{
		"one assembly":   {voxels: voxels{stimuli: 40, repetitions: 2, text: column}},
		"train and test": {voxels: voxels{stimuli: 40, repetitions: 1, text: column, fixed: true}},
		"value":          {voxels: voxels{stimuli: 30, repetitions: 1, text: "ceiling: {value: 0.5}\n"}},
		"some neuroids":  {voxels: voxels{stimuli: 30, repetitions: 1, text: column + "select: {reliability: {above: 0.7}}\n"}, held: true}, // too few are left
		"constant neuroids": {voxels: voxels{stimuli: 30, repetitions: 1, text: column, change: func(m *mat.Dense) {
			for i := range 30 {
				m.Set(i, 7, 3)
				m.Set(i, voxelCount-1, 0)
			}
		}}},
		"a missing trial": {voxels: voxels{stimuli: 30, repetitions: 2, text: column, change: func(m *mat.Dense) { m.Set(3, voxelCount-2, math.NaN()) }}},
		"no trial": {voxels: voxels{stimuli: 30, repetitions: 1, text: column, change: func(m *mat.Dense) { m.Set(3, voxelCount-2, math.NaN()) }},
			problem: `no trial for .* first stimulus "a003" with neuroid "n1222"`},
		"an infinite response": {voxels: voxels{stimuli: 30, repetitions: 1, text: column, change: func(m *mat.Dense) { m.Set(3, voxelCount-2, math.Inf(1)) }},
			problem: `infinite response of neuroid "n1222" to stimulus "a003"`},
		"an infinite response in a half": {voxels: voxels{stimuli: 30, repetitions: 2, text: halves, change: func(m *mat.Dense) { m.Set(3, voxelCount-2, math.Inf(1)) }},
			problem: `infinite response of neuroid "n1222" to stimulus "a003"`},
		"halves of trials":        {voxels: voxels{stimuli: 30, repetitions: 4, text: halves}},
		"halves of test trials":   {voxels: voxels{stimuli: 30, repetitions: 3, text: halves, fixed: true}},
		"halves of each stimulus": {voxels: voxels{stimuli: 30, repetitions: 3, text: "ceiling: {name: predictor_consistency}\n"}},
		"halves without trials": {voxels: voxels{stimuli: 30, repetitions: 2, text: halves, change: func(m *mat.Dense) {
			for j := range 5 {
				m.Set(3, 200*j, math.NaN())
			}
		}}},
		"halves that hardly vary": {voxels: voxels{stimuli: 30, repetitions: 2, text: halves, change: func(m *mat.Dense) {
			rows, columns := m.Dims()
			for i := range rows {
				for j := range columns {
					m.Set(i, j, float64(i/2%2*j%2)) // the first halves alone, or none
				}
			}
		}}},
		"no halves":              {voxels: voxels{stimuli: 30, repetitions: 1, text: halves}, problem: "1 repetition"},
		"stimuli without trials": {voxels: voxels{stimuli: 30, repetitions: 2, text: column + "missing: drop\n"}, held: true},
	} {
		t.Run(name, func(t *testing.T) {
			home, model := c.write(t, t.TempDir())
			var documents, ceilings [2]string
			for i, held := range []int{heldResponses, 0} {
				runner := NewRunner(home, Options{Workers: 2})
				runner.loader.held = held
				report, err := runner.Score(context.Background(), Request{Models: []string{model}})
				if err != nil {
					t.Fatal(err)
				}
				if c.problem != "" {
					for _, f := range report.Models[0].Failures {
						if !regexp.MustCompile(c.problem).MatchString(f.Err.Error()) {
							t.Errorf("%s: %v", f.Benchmark, f.Err)
						}
					}
					if len(report.Models[0].Scores) > 0 {
						t.Error("it has scores")
					}
					continue
				}
				blocks := false
				for _, rec := range runner.loader.recordings {
					blocks = blocks || rec.blocks != nil
				}
				if want := held == 0 && !c.held; blocks != want {
					t.Errorf("recordings are read in blocks: %v, want %v", blocks, want)
				}
				text, err := json.Marshal(results.NewDocument(*report, "", ""))
				if err != nil {
					t.Fatal(err)
				}
				documents[i] = string(text)
				// Of recordings that are held, halves of trials alone are computed in blocks.
				definition, err := home.Definition("ridge")
				if err != nil {
					t.Fatal(err)
				}
				rec, err := runner.loader.loadRecordings(context.Background(), definition, nil)
				if err != nil {
					t.Fatal(err)
				}
				ceilings[i] = fmt.Sprint(rec.ceiling, rec.groups[0].neuroidCeilings, rec.groups[0].warnings)
			}
			if documents[0] != documents[1] {
				t.Error("other scores if recordings are read in blocks")
			}
			if ceilings[0] != ceilings[1] {
				t.Errorf("ceilings of halves in blocks:\n%.300s, want\n%.300s", ceilings[1], ceilings[0])
			}
		})
	}
}
