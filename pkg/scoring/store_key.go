package scoring

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// evaluationKey is what the result of an evaluation is kept under, and what that was
// made of.
type evaluationKey struct {
	results.Key
	dump     *stimuli.Dump
	compared map[string]string // hashes of the files compared with, by name
	inputs   []string          // files that a report lists as inputs
	files    []string          // all files hashed
}

// file is a file that determines a result.
type file struct{ name, path string }

// subject returns what the result of an evaluation is about, without what determines
// it.
func (e *evaluation) subject(dump *stimuli.Dump) results.Key {
	return results.Key{Kind: results.Scores, Model: dump.ID, Benchmark: e.definition.Identifier, Layer: e.layer}
}

// keyOf returns the key of an evaluation.
func (k *keeper) keyOf(ctx context.Context, dump *stimuli.Dump, e *evaluation) (*evaluationKey, error) {
	d := e.definition
	definition, err := k.canonical(d)
	if err != nil {
		return nil, err
	}
	key := &evaluationKey{dump: dump, compared: make(map[string]string), Key: e.subject(dump)}
	info, err := metrics.Lookup(d.Metric.Name)
	if err != nil {
		return nil, err
	}
	key.Of = map[string]string{"definition": definition, "algorithm": algorithm(info, k.options.Kernel)}
	if e.reading == readsFitting {
		key.Of["read-out"] = fmt.Sprintf("%d, C %v", readoutVersion, readoutC)
	}
	if n := k.options.Intervals.Samples; n > 0 && (info.Intervals == metrics.OfMetric || info.Intervals == metrics.OfSubjectsAndStimuli) {
		key.Of["intervals"] = fmt.Sprintf("%d, %d samples, seed %d", intervalsVersion, n, k.options.Intervals.Seed)
	}
	if d.Choices != "" && d.ChoiceListPath() == "" { // the program's, which a later version may change
		list, err := d.ChoiceList()
		if err != nil {
			return nil, err
		}
		key.Of["choices"] = list.Hash()
	}
	if kernel := k.options.Kernel; kernel != "" {
		key.Of["kernel"] = kernel
	}
	var compared []string
	for _, part := range d.Parts() {
		files, err := e.data.files(k.loader, part)
		if err != nil {
			return nil, err
		}
		for _, path := range files {
			if !slices.Contains(compared, path) {
				compared = append(compared, path)
			}
		}
	}
	for _, path := range compared {
		sum, err := k.inputs.hash(ctx, path)
		if err != nil {
			return nil, err
		}
		name := k.inputs.name(path)
		key.compared[name] = sum
		key.Of[name] = sum
	}
	key.inputs, key.files = slices.Clone(compared), slices.Clone(compared)
	bins := slices.Clone(e.spans)
	for _, b := range e.bins {
		if b.bin != nil {
			bins = append(bins, *b.bin)
		}
	}
	activations, err := k.activationFiles(dump, e, bins)
	if err != nil {
		return nil, err
	}
	if err := k.addHashes(ctx, key.Of, activations); err != nil {
		return nil, err
	}
	if r := dump.Reduction; r != nil && e.reading != readsTable {
		key.Of["reduction"] = reductionText(r)
	}
	for _, f := range activations {
		key.files = append(key.files, f.path)
		if f.name == k.inputs.name(f.path) { // a stimulus set's
			key.inputs = append(key.inputs, f.path)
		}
	}
	if d.Source != "" && d.Source != benchmarks.Embedded {
		key.inputs = append(key.inputs, d.Source)
	}
	return key, nil
}

// canonical returns a definition as one text, which is made once.
func (k *keeper) canonical(d *benchmarks.Definition) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if text, ok := k.canonicals[d]; ok {
		return text, nil
	}
	text, err := canonical(d)
	if err == nil {
		k.canonicals[d] = text
	}
	return text, err
}

func reductionText(r *stimuli.Reduction) string {
	return fmt.Sprintf("%d, pca %d fitted on %s", reductionVersion, r.PCA, r.FitStimulusSet)
}

// addHashes adds the hashes of files to what determines a result.
func (k *keeper) addHashes(ctx context.Context, of map[string]string, files []file) error {
	for _, f := range files {
		sum, err := k.inputs.hash(ctx, f.path)
		if err != nil {
			return err
		}
		of[f.name] = sum
	}
	return nil
}

// activationFiles lists the files of a model that an evaluation depends on, in time
// those of the given bins, and the stimulus sets that tell which row is which.
func (k *keeper) activationFiles(dump *stimuli.Dump, e *evaluation, bins stimuli.TimeBins) ([]file, error) {
	d := e.definition
	if e.reading == readsTable && e.layer == stimuli.ResponsesLayer {
		path := dump.ResponsesFile(d.StimulusSet.Name())
		return []file{{d.StimulusSet.Name() + "/" + filepath.Base(path), path}}, nil
	}
	sets := slices.Clone(d.StimulusSet.Names)
	if e.reading == readsFitting {
		sets = append(sets, d.FittingSets()...)
	}
	if dump.Reduction != nil && e.reading != readsTable {
		sets = append(sets, dump.Reduction.FitStimulusSet)
	}
	var files []file
	for _, path := range dump.CompactFiles(d.StimulusSet.Names, e.layer, d.FittingSets()) {
		name, err := filepath.Rel(dump.Dir, path)
		if err != nil {
			return nil, err
		}
		files = append(files, file{"model/" + filepath.ToSlash(name), path})
	}
	for _, set := range sets {
		stimuliFile := filepath.Join(k.loader.home.StimulusSetPath(set), "stimuli.csv")
		files = append(files, file{k.inputs.name(stimuliFile), stimuliFile})
		paths, err := dump.LayerFiles(set, e.layer, bins)
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
