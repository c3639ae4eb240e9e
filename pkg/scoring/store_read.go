package scoring

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// Kept are scores that a store has, which were all computed from the same
// recordings and stimuli and by the same definitions.
type Kept struct {
	Models []benchmarks.ModelResult // in the order of names
	Inputs []benchmarks.Input       // recordings and stimuli, by path
	Bases  []benchmarks.Basis       // by identifier

	inputs map[string]string
	bases  map[string]benchmarks.Basis
	at     map[string]int // of models
}

// KeptHash begins the hashes of definitions in Kept: they are of another text than
// those of a Report, and cannot be compared with these.
const KeptHash = "kept:"

// ReadKept reads all scores of a store: of each model, benchmark and layer the one
// that was kept last. Older counts the others. Metadata, composites and failures
// are not kept.
func ReadKept(s *results.Store) (kept []*Kept, older int, err error) {
	var last *results.Entry
	add := func() error {
		if last == nil {
			return nil
		}
		e := last
		last = nil
		k, err := decodeResult(e.Result)
		if err != nil {
			s.Reject(e.Key, err)
			return nil
		}
		inputs, basis := basisOf(e.Key)
		i := slices.IndexFunc(kept, func(k *Kept) bool { return k.takes(inputs, basis) })
		if i < 0 {
			kept = append(kept, &Kept{inputs: map[string]string{}, bases: map[string]benchmarks.Basis{}, at: map[string]int{}})
			i = len(kept) - 1
		}
		r := k.result()
		if len(r.Neuroids) == 0 { // as in a document, which has neuroids of mappings alone
			r.NeuroidIDs, r.NeuroidCeilings = nil, nil
		}
		kept[i].add(e.Key.Model, *r, inputs, basis)
		return nil
	}
	err = s.Each(results.Scores, func(e results.Entry) error {
		if last != nil && (last.Key.Model != e.Key.Model || last.Key.Benchmark != e.Key.Benchmark || last.Key.Layer != e.Key.Layer) {
			if err := add(); err != nil {
				return err
			}
		} else if last != nil {
			older++
		}
		last = &e
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	if err := add(); err != nil {
		return nil, 0, err
	}
	for _, k := range kept {
		k.finish()
	}
	return kept, older, nil
}

// basisOf returns what a kept score was computed from, without its activations.
func basisOf(k results.Key) (inputs map[string]string, basis benchmarks.Basis) {
	inputs = map[string]string{}
	for name, value := range k.Of {
		if strings.HasPrefix(name, "assemblies/") || strings.HasPrefix(name, "stimuli/") {
			inputs[name] = value
		}
	}
	return inputs, benchmarks.Basis{Benchmark: k.Benchmark, Inputs: slices.Sorted(maps.Keys(inputs)),
		Definition: fmt.Sprintf("%s%x", KeptHash, sha256.Sum256([]byte(k.Of["definition"])))}
}

// takes reports whether a score of that basis is of the same recordings and
// definitions as those so far.
func (k *Kept) takes(inputs map[string]string, basis benchmarks.Basis) bool {
	if b, ok := k.bases[basis.Benchmark]; ok && (b.Definition != basis.Definition || !slices.Equal(b.Inputs, basis.Inputs)) {
		return false
	}
	for path, sum := range inputs {
		if other, ok := k.inputs[path]; ok && other != sum {
			return false
		}
	}
	return true
}

func (k *Kept) add(model string, r benchmarks.Result, inputs map[string]string, basis benchmarks.Basis) {
	at, ok := k.at[model]
	if !ok {
		at = len(k.Models)
		k.at[model] = at
		k.Models = append(k.Models, benchmarks.ModelResult{Model: model})
	}
	k.Models[at].Scores = append(k.Models[at].Scores, r)
	maps.Copy(k.inputs, inputs)
	k.bases[basis.Benchmark] = basis
}

func (k *Kept) finish() {
	slices.SortFunc(k.Models, func(a, b benchmarks.ModelResult) int { return strings.Compare(a.Model, b.Model) })
	for _, path := range slices.Sorted(maps.Keys(k.inputs)) {
		k.Inputs = append(k.Inputs, benchmarks.Input{Path: path, SHA256: k.inputs[path]})
	}
	for _, id := range slices.Sorted(maps.Keys(k.bases)) {
		k.Bases = append(k.Bases, k.bases[id])
	}
}
