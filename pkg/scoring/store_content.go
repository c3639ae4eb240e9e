package scoring

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

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
