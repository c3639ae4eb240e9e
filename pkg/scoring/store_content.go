package scoring

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"

	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// keptContent is the hash of activations as it is kept.
type keptContent struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

// keysOf returns the keys of evaluations, nil where one has none.
func keysOf[V any](evaluations map[*binEvaluation]V) []*evaluationKey {
	var keys []*evaluationKey
	for e := range evaluations {
		if e.key == nil {
			return nil
		}
		keys = append(keys, e.key)
	}
	return keys
}

// contentKey returns what the hash of a reading's activations is kept under. These
// are to the stimuli of all benchmarks of the reading.
func (k *keeper) contentKey(ctx context.Context, read *layerRead, keys []*evaluationKey) (key results.Key, files []string, err error) {
	dump := keys[0].dump
	key = results.Key{Kind: results.Contents, Model: dump.ID, Layer: read.key.layer, Of: map[string]string{
		"pass": fmt.Sprintf("set %q, fitted on %q, bin %q", read.key.set, read.key.fitSet, read.key.bin),
		"hash": fmt.Sprint(contentVersion),
	}}
	if dump.Reduction != nil {
		key.Of["reduction"] = reductionText(dump.Reduction)
	}
	bins := read.spans
	if read.bin != nil {
		bins = stimuli.TimeBins{*read.bin}
	}
	activations, err := k.activationFiles(dump, read.evaluations[0].evaluation, bins)
	if err != nil {
		return key, nil, err
	}
	for _, f := range activations {
		files = append(files, f.path)
	}
	for _, one := range keys {
		maps.Copy(key.Of, one.compared)
		files = append(files, one.files...)
	}
	return key, files, k.addHashes(ctx, key.Of, activations)
}

// recallContent returns the kept hash of a reading's activations.
func (k *keeper) recallContent(ctx context.Context, read *layerRead, keys []*evaluationKey) (*keptContent, bool) {
	if len(keys) == 0 {
		return nil, false
	}
	key, _, err := k.contentKey(ctx, read, keys)
	if err != nil {
		return nil, false
	}
	body, ok := k.options.Store.Lookup(key)
	if !ok {
		return nil, false
	}
	var c keptContent
	if err := json.Unmarshal(body, &c); err != nil || c.Name == "" {
		k.options.Store.Reject(key, fmt.Errorf("it is not a hash of activations: %w", os.ErrInvalid))
		return nil, false
	}
	return &c, true
}

// keepContent saves the hash of a reading's activations.
func (k *keeper) keepContent(ctx context.Context, read *layerRead, targets targets, source *activations) error {
	keys := keysOf(targets)
	if len(keys) == 0 || source == nil {
		return nil
	}
	key, files, err := k.contentKey(ctx, read, keys)
	if err != nil || !k.options.Store.Unchanged(ctx, files...) {
		return nil
	}
	return k.save(key, keptContent{source.name, k.inputs.hashOf(source.name)})
}

// allKept reports whether the store has all that a reading would give; the hash of
// its activations is then recorded.
func (k *keeper) allKept(ctx context.Context, read *layerRead, targets targets) bool {
	for _, e := range read.evaluations {
		if e.reading == readsTable || e.err == nil && e.kept == nil {
			return false
		}
	}
	c, ok := k.recallContent(ctx, read, keysOf(targets))
	if ok {
		k.inputs.record(c.Name, c.SHA256)
	}
	return ok
}

// sequenceKept reports whether the store has all that a sequence of readings would
// give; what they depend on is then recorded.
func (k *keeper) sequenceKept(ctx context.Context, s binSequence) bool {
	if k.options.Store == nil {
		return false
	}
	var contents []*keptContent
	for _, read := range s {
		evaluations := make(map[*binEvaluation]bool)
		for _, e := range read.evaluations {
			if e.kept == nil {
				return false
			}
			evaluations[e] = true
		}
		if read.evaluations[0].reading == readsTable {
			continue
		}
		c, ok := k.recallContent(ctx, read, keysOf(evaluations))
		if !ok {
			return false
		}
		contents = append(contents, c)
	}
	for _, c := range contents {
		k.inputs.record(c.Name, c.SHA256)
	}
	for _, e := range s.evaluations() {
		k.recordTable(e)
	}
	return true
}
