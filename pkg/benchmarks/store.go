package benchmarks

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

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

// recalled is what the store has of a task.
type recalled struct {
	result  *Result
	content string // of a table of choices or probabilities
	name    string // of that in inputs
}

// file is a file that determines a result.
type file struct{ name, path string }

// keyOf makes the key of a task.
func (r *Runner) keyOf(dump *stimuli.Dump, t *task) (*taskKey, error) {
	d := t.definition
	definition, err := r.canonical(d)
	if err != nil {
		return nil, err
	}
	k := &taskKey{dump: dump, compared: make(map[string]string), Key: results.Key{
		Kind: results.Scores, Model: dump.ID, Benchmark: d.Identifier, Layer: t.layer,
		Of: map[string]string{"definition": definition, "algorithm": algorithm(d.Metric.Name)},
	}}
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
	if d.Source != "" && d.Source != Embedded {
		k.inputs = append(k.inputs, d.Source)
	}
	return k, nil
}

// canonical is a definition as one text, made once.
func (r *Runner) canonical(d *Definition) (string, error) {
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

// recallAll looks up every task of the plans and tells what has to be scored
// again and why.
func (r *Runner) recallAll(ctx context.Context, plans []*modelPlan) error {
	if r.Store == nil {
		return nil
	}
	type found struct {
		plan *modelPlan
		task *task
		note string
	}
	var all []*found
	for _, p := range plans {
		for _, t := range p.tasks {
			all = append(all, &found{plan: p, task: t})
		}
	}
	looking, inner := errgroup.WithContext(ctx)
	looking.SetLimit(max(4, r.Workers))
	var mu sync.Mutex
	there := 0
	for _, f := range all {
		looking.Go(func() error {
			if err := inner.Err(); err != nil {
				return err
			}
			key, err := r.keyOf(f.plan.dump, f.task)
			if err != nil {
				return nil // the score itself fails and says why
			}
			f.task.key = key
			if ok, err := r.recall(f.task); err != nil {
				return err
			} else if ok {
				mu.Lock()
				there++
				mu.Unlock()
			} else {
				f.note = r.Store.Changed(key.Key)
			}
			return nil
		})
	}
	if err := looking.Wait(); err != nil {
		return err
	}
	for _, f := range all {
		if f.note != "" {
			r.log("%s: scored again: %s", f.task.key, f.note)
		}
	}
	if there > 0 {
		r.log("%d of %d scores are among the results already", there, len(all))
	}
	return ctx.Err()
}

// recall looks up one task.
func (r *Runner) recall(t *task) (bool, error) {
	body, ok := r.Store.Lookup(t.key.Key)
	if !ok {
		return false, nil
	}
	kept, err := decodeResult(body)
	if err != nil {
		r.Store.Reject(t.key.Key, err)
		return false, nil
	}
	t.recalled = &recalled{result: kept.result(), content: kept.Content,
		name: t.key.Model + "/" + t.definition.StimulusSet + "/" + t.layer}
	return true, r.addInput(t.key.inputs...)
}

// note notes a recalled table of choices or probabilities as an input.
func (r *Runner) note(t *task) {
	if t.recalled.content != "" {
		r.noteContent(t.recalled.name, t.recalled.content)
	}
}

// finished saves the result of a task whose last part is done, and ends the run
// where a failure is to.
func (r *Runner) finished(t *part) error {
	if t.recalled != nil {
		return nil
	}
	if t.err != nil && r.StopAtFailure {
		return &stopError{t.err}
	}
	if t.key == nil || !t.complete() {
		return nil
	}
	if !r.Store.Unchanged(t.key.files...) {
		r.log("%s: its files changed while it was scored, so the result is not kept", t.key)
		return nil
	}
	out, err := t.outcome()
	if err != nil {
		return nil
	}
	return r.Store.Save(t.key.Key, encodeResult(out, t.parts[0].content))
}

// stopError is the failure of a score that ends the run.
type stopError struct{ error }

func (e *stopError) Unwrap() error { return e.error }

// complete says whether all parts of a task have their result.
func (t *task) complete() bool {
	return !slices.ContainsFunc(t.parts, func(p *part) bool { return p.err != nil || p.result == nil })
}

// keptContent is the hash of activations as it is kept.
type keptContent struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

// keysOf are the keys of parts, nil where one has none.
func keysOf[V any](data map[*part]V) []*taskKey {
	var keys []*taskKey
	for t := range data {
		if t.key == nil {
			return nil
		}
		keys = append(keys, t.key)
	}
	return keys
}

// contentKey is what the hash of a pass's activations is kept under. It is of
// the stimuli of all benchmarks of the pass.
func (r *Runner) contentKey(p *pass, keys []*taskKey) (k results.Key, files []string, err error) {
	t := p.parts[0].task
	dump := keys[0].dump
	k = results.Key{Kind: results.Contents, Model: dump.ID, Layer: p.key.layer, Of: map[string]string{
		"pass": fmt.Sprintf("set %q, fitted on %q, bin %q", p.key.set, p.key.fitSet, p.key.bin),
		"hash": fmt.Sprint(contentVersion),
	}}
	if dump.Reduction != nil {
		k.Of["reduction"] = reduction(dump.Reduction)
	}
	var bins stimuli.TimeBins
	if p.bin != nil {
		bins = stimuli.TimeBins{*p.bin}
	}
	activations, err := r.activationFiles(dump, t, bins)
	if err != nil {
		return k, nil, err
	}
	for _, f := range activations {
		files = append(files, f.path)
	}
	for _, key := range keys {
		for name, sum := range key.compared {
			k.Of[name] = sum
		}
		files = append(files, key.files...)
	}
	return k, files, r.determine(k.Of, activations)
}

// recallContent finds the hash of a pass's activations.
func (r *Runner) recallContent(p *pass, keys []*taskKey) (*keptContent, bool) {
	if len(keys) == 0 {
		return nil, false
	}
	k, _, err := r.contentKey(p, keys)
	if err != nil {
		return nil, false
	}
	body, ok := r.Store.Lookup(k)
	if !ok {
		return nil, false
	}
	var c keptContent
	if err := json.Unmarshal(body, &c); err != nil || c.Name == "" {
		r.Store.Reject(k, fmt.Errorf("it is no hash of activations: %w", os.ErrInvalid))
		return nil, false
	}
	return &c, true
}

// keepContent saves the hash of a pass's activations, once they are read.
func (r *Runner) keepContent(p *pass, keys []*taskKey, name string) error {
	if len(keys) == 0 {
		return nil
	}
	k, files, err := r.contentKey(p, keys)
	if err != nil || !r.Store.Unchanged(files...) {
		return nil
	}
	r.mu.Lock()
	sum := r.inputs[name]
	r.mu.Unlock()
	return r.Store.Save(k, keptContent{name, sum})
}

// nothingLeft says whether the store has all that a pass would give; the hash
// of its activations is then an input.
func (r *Runner) nothingLeft(p *pass, keys []*taskKey) bool {
	for _, t := range p.parts {
		if t.err == nil && t.recalled == nil {
			return false
		}
	}
	c, ok := r.recallContent(p, keys)
	if ok {
		r.noteContent(c.Name, c.SHA256)
	}
	return ok
}

// settled says whether the store has all that a group of passes would give.
func (r *Runner) settled(g group) bool {
	if r.Store == nil {
		return false
	}
	var contents []*keptContent
	for _, p := range g {
		keys := make(map[*part]bool)
		for _, t := range p.parts {
			if t.recalled == nil {
				return false
			}
			keys[t] = true
		}
		if !p.parts[0].reads() {
			continue
		}
		c, ok := r.recallContent(p, keysOf(keys))
		if !ok {
			return false
		}
		contents = append(contents, c)
	}
	for _, c := range contents {
		r.noteContent(c.Name, c.SHA256)
	}
	for _, p := range g {
		for _, t := range p.parts {
			r.note(t.task)
		}
	}
	return true
}
