package scoring

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// Store keeps results by what determines them; *results.Store is one.
type Store interface {
	// Hash is the hash of a file's content, Unchanged whether files that were
	// hashed are still the same.
	Hash(path string) (string, error)
	Unchanged(paths ...string) bool
	// Any says whether there may be a result about the same as k, of whatever.
	Any(k results.Key) bool
	Lookup(k results.Key) (result json.RawMessage, ok bool)
	Save(k results.Key, result any) error
	// Reject is told of a result that cannot be used.
	Reject(k results.Key, why error)
	// Changed says what changed since a result about the same was kept.
	Changed(k results.Key) string
}

// taskKey is what a task's result is kept under, and what that was made of.
type taskKey struct {
	results.Key
	dump     *stimuli.Dump
	compared map[string]string // hashes of the files compared with, by name
	inputs   []string          // files that a report lists as inputs
	files    []string          // all files hashed
}

// file is a file that determines a result.
type file struct{ name, path string }

// about is what the result of a task is about; what determines it is left out.
func (t *task) about(dump *stimuli.Dump) results.Key {
	return results.Key{Kind: results.Scores, Model: dump.ID, Benchmark: t.definition.Identifier, Layer: t.layer}
}

// keyOf makes the key of a task.
func (r *Runner) keyOf(dump *stimuli.Dump, t *task) (*taskKey, error) {
	d := t.definition
	definition, err := r.canonical(d)
	if err != nil {
		return nil, err
	}
	k := &taskKey{dump: dump, compared: make(map[string]string), Key: t.about(dump)}
	k.Of = map[string]string{"definition": definition, "algorithm": algorithm(d.Metric.Name)}
	if t.fitted {
		k.Of["read-out"] = fmt.Sprintf("%d, C %v", readoutVersion, readoutC)
	}
	if n := r.Intervals.Samples; n > 0 && (t.kind == metrics.KindBehavior || t.kind == metrics.KindConsistency) {
		k.Of["intervals"] = fmt.Sprintf("%d, %d samples, seed %d", intervalsVersion, n, r.Intervals.Seed)
	}
	compared, err := r.comparedFiles(t)
	if err != nil {
		return nil, err
	}
	for _, path := range compared {
		sum, err := r.hash(path)
		if err != nil {
			return nil, err
		}
		name := r.inputName(path)
		k.compared[name] = sum
		k.Of[name] = sum
	}
	k.inputs, k.files = slices.Clone(compared), slices.Clone(compared)
	var bins stimuli.TimeBins
	for _, p := range t.parts {
		if p.bin != nil {
			bins = append(bins, *p.bin)
		}
	}
	activations, err := r.activationFiles(dump, t, bins)
	if err != nil {
		return nil, err
	}
	if err := r.determine(k.Of, activations); err != nil {
		return nil, err
	}
	if red := dump.Reduction; red != nil && t.reads() {
		k.Of["reduction"] = reduction(red)
	}
	for _, f := range activations {
		k.files = append(k.files, f.path)
		if f.name == r.inputName(f.path) { // a stimulus set's
			k.inputs = append(k.inputs, f.path)
		}
	}
	if d.Source != "" && d.Source != benchmarks.Embedded {
		k.inputs = append(k.inputs, d.Source)
	}
	return k, nil
}

// canonical is a definition as one text, made once.
func (r *Runner) canonical(d *benchmarks.Definition) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if text, ok := r.canonicals[d]; ok {
		return text, nil
	}
	text, err := canonical(d)
	if err == nil {
		r.canonicals[d] = text
	}
	return text, err
}

func reduction(red *stimuli.Reduction) string {
	return fmt.Sprintf("%d, pca %d fitted on %s", reductionVersion, red.PCA, red.FitStimulusSet)
}

// determine adds the hashes of files to what determines a result.
func (r *Runner) determine(of map[string]string, files []file) error {
	for _, f := range files {
		sum, err := r.hash(f.path)
		if err != nil {
			return err
		}
		of[f.name] = sum
	}
	return nil
}

// reads says whether a task reads a layer's activations in a pass.
func (t *task) reads() bool {
	return t.fitted || t.kind != metrics.KindBehavior && t.kind != metrics.KindConsistency
}

// comparedFiles are the files of the recordings, trials or times.
func (r *Runner) comparedFiles(t *task) ([]string, error) {
	dir := r.Home.AssemblyPath(t.definition.Assembly)
	at := func(names ...string) []string {
		paths := []string{filepath.Join(dir, "assembly.yaml")}
		for _, name := range names {
			paths = append(paths, filepath.Join(dir, name))
		}
		return paths
	}
	switch t.kind {
	case metrics.KindBehavior, metrics.KindConsistency:
		return at("trials.csv"), nil
	case metrics.KindSolutionTime:
		return at("osts.csv"), nil
	}
	r.mu.Lock()
	files, ok := r.assemblies[dir]
	r.mu.Unlock()
	if ok {
		return files, nil
	}
	files = at("presentation.csv", "neuroid.csv", "values.npy")
	values, err := npy.Open(filepath.Join(dir, "values.npy"))
	if err != nil {
		return nil, err
	}
	defer values.Close()
	if len(values.Shape()) == 3 {
		files = append(files, filepath.Join(dir, "time_bin.csv"))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.assemblies[dir] = files
	return files, nil
}

// activationFiles are the files of a model that a task depends on, in time bins
// those given, and the stimulus sets that say which row is which.
func (r *Runner) activationFiles(dump *stimuli.Dump, t *task, bins stimuli.TimeBins) ([]file, error) {
	d := t.definition
	if t.kind == metrics.KindConsistency {
		path := dump.ResponsesFile(d.StimulusSet)
		return []file{{d.StimulusSet + "/" + filepath.Base(path), path}}, nil
	}
	sets := []string{d.StimulusSet}
	if t.fitted {
		sets = append(sets, d.FittingStimulusSet)
	}
	if dump.Reduction != nil && t.reads() {
		sets = append(sets, dump.Reduction.FitStimulusSet)
	}
	var files []file
	for _, set := range sets {
		stimuliFile := filepath.Join(r.Home.StimulusSetPath(set), "stimuli.csv")
		files = append(files, file{r.inputName(stimuliFile), stimuliFile})
		paths, err := dump.LayerFiles(set, t.layer, bins)
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			name, err := filepath.Rel(dump.Dir, path)
			if err != nil {
				return nil, err
			}
			files = append(files, file{"model/" + filepath.ToSlash(name), path})
		}
	}
	return files, nil
}
