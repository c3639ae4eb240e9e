package benchmarks

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// manifestFormat is raised when manifests change.
const manifestFormat = 1

// What a benchmark needs of a layer.
const (
	NeedsProducts = "inner products"
	NeedsColumns  = "activations"
	NeedsTime     = "activations in time"
	NeedsChoices  = "choices"
)

// Manifest describes what models have to give to be scored on benchmarks whose data stay
// with their host. Of recordings and people's answers it names the stimuli and nothing else.
type Manifest struct {
	Format int `json:"brainscore_manifest"`
	// Kernel is the kernel of the host's scores.
	Kernel       string              `json:"kernel"`
	StimulusSets []ManifestSet       `json:"stimulus_sets"`
	Benchmarks   []ManifestBenchmark `json:"benchmarks"`
	// Lists are the stimuli that benchmarks read or compare on: inner products are of one
	// list, bit by bit.
	Lists [][]stimuli.StimulusList `json:"lists"`
}

// ManifestSet is a stimulus set.
type ManifestSet struct {
	ID      string   `json:"stimulus_set"`
	SHA256  string   `json:"sha256"` // of the ids, each with a newline
	Stimuli []string `json:"stimuli"`
	// Degrees are the sizes at which benchmarks showed the stimuli, in degrees of visual angle.
	Degrees []float64 `json:"visual_degrees,omitempty"`
}

// ManifestBenchmark is what a benchmark needs of a model.
type ManifestBenchmark struct {
	Identifier   string   `json:"benchmark"`
	Version      int      `json:"version"`
	Region       string   `json:"region"`
	Metric       string   `json:"metric"`
	StimulusSets []string `json:"stimulus_sets"`
	// Needs is NeedsProducts or another of these values.
	Needs string `json:"needs"`
	// Choices is true if responses, probabilities or logits are scored too, and ChoiceList
	// the list that makes choices of logits.
	Choices    bool           `json:"choices,omitempty"`
	ChoiceList string         `json:"choice_list,omitempty"`
	Parts      []ManifestPart `json:"parts,omitempty"`
}

// ManifestPart is one comparison of a benchmark: the indices of lists.
type ManifestPart struct {
	Read     int   `json:"read"`               // all stimuli that it reads
	Products []int `json:"products,omitempty"` // stimuli of one matrix of inner products each
	// FittingSet is the stimulus set that a read-out is fitted on, with the labels of a
	// column that the host has.
	FittingSet   string `json:"fitting_stimulus_set,omitempty"`
	FittingLabel string `json:"fitting_label,omitempty"`
}

// NewManifest returns a manifest without benchmarks.
func NewManifest(kernel string) *Manifest { return &Manifest{Format: manifestFormat, Kernel: kernel} }

// AddSet adds a stimulus set unless the manifest has it; degrees are ignored if they are 0.
func (m *Manifest) AddSet(id string, ids []string, degrees float64) {
	at := slices.IndexFunc(m.StimulusSets, func(s ManifestSet) bool { return s.ID == id })
	if at < 0 {
		at = len(m.StimulusSets)
		m.StimulusSets = append(m.StimulusSets, ManifestSet{ID: id, SHA256: hashIDs(ids), Stimuli: ids})
	}
	s := &m.StimulusSets[at]
	if degrees != 0 && !slices.Contains(s.Degrees, degrees) {
		s.Degrees = append(s.Degrees, degrees)
		slices.Sort(s.Degrees)
	}
}

// AddList returns the index of a list of stimuli, which it adds unless the manifest has it.
func (m *Manifest) AddList(list []stimuli.StimulusList) int {
	at := slices.IndexFunc(m.Lists, func(l []stimuli.StimulusList) bool { return stimuli.SameStimuli(l, list) })
	if at < 0 {
		at = len(m.Lists)
		m.Lists = append(m.Lists, list)
	}
	return at
}

func hashIDs(ids []string) string {
	h := sha256.New()
	for _, id := range ids {
		_, _ = io.WriteString(h, id+"\n")
	}
	return fmt.Sprintf("sha256:%x", h.Sum(nil))
}

// Set returns a stimulus set of the manifest, nil if it has none of this name.
func (m *Manifest) Set(id string) *ManifestSet {
	for i := range m.StimulusSets {
		if m.StimulusSets[i].ID == id {
			return &m.StimulusSets[i]
		}
	}
	return nil
}

// Identifiers lists the benchmarks.
func (m *Manifest) Identifiers() []string {
	var ids []string
	for _, b := range m.Benchmarks {
		ids = append(ids, b.Identifier)
	}
	return ids
}

// Encode returns the manifest as the bytes of its file.
func (m *Manifest) Encode() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(m); err != nil {
		panic("benchmarks: a manifest cannot be encoded: " + err.Error()) // its numbers are finite
	}
	return b.Bytes()
}

// Hash returns the hash that identifies the version of the manifest. Blanks of its file have
// no effect.
func (m *Manifest) Hash() string { return fmt.Sprintf("sha256:%x", sha256.Sum256(m.Encode())) }

// check returns an error if the manifest contradicts itself.
func (m *Manifest) check() error {
	known := make(map[string]map[string]bool) // stimuli by set
	for _, s := range m.StimulusSets {
		if err := stimuli.SafeID(s.ID); err != nil {
			return err
		}
		switch {
		case known[s.ID] != nil:
			return fmt.Errorf("has the stimulus set %s twice", s.ID)
		case len(s.Stimuli) == 0:
			return fmt.Errorf("has the stimulus set %s without stimuli", s.ID)
		case s.SHA256 != hashIDs(s.Stimuli):
			return fmt.Errorf("has the stimulus set %s with stimuli that were changed: their hash is not the one that it states", s.ID)
		}
		known[s.ID] = make(map[string]bool, len(s.Stimuli))
		for _, id := range s.Stimuli {
			if known[s.ID][id] {
				return fmt.Errorf("lists the stimulus %q of %s twice", id, s.ID)
			}
			known[s.ID][id] = true
		}
	}
	for _, list := range m.Lists {
		for _, part := range list {
			listed := make(map[string]bool, len(part.IDs))
			for _, id := range part.IDs {
				if !known[part.StimulusSet][id] || listed[id] {
					return fmt.Errorf("has a list with the stimulus %q, which is there twice or not in the stimulus set %q", id, part.StimulusSet)
				}
				listed[id] = true
			}
		}
	}
	names, used := make(map[string]bool), make([]bool, len(m.Lists))
	for _, b := range m.Benchmarks {
		if err := stimuli.SafeID(b.Identifier); err != nil {
			return err
		}
		if names[b.Identifier] || len(b.StimulusSets) == 0 {
			return fmt.Errorf("has the benchmark %s twice or without a stimulus set", b.Identifier)
		}
		names[b.Identifier] = true
		for _, set := range b.StimulusSets {
			if known[set] == nil {
				return fmt.Errorf("has the benchmark %s on the stimulus set %q, which it does not list", b.Identifier, set)
			}
		}
		for _, p := range b.Parts {
			for _, list := range append([]int{p.Read}, p.Products...) {
				if list < 0 || list >= len(m.Lists) || !repeats(m.Lists[list], b.StimulusSets) {
					return fmt.Errorf("has the benchmark %s with a list of stimuli that is not there or of other stimulus sets", b.Identifier)
				}
				used[list] = true
			}
			if p.FittingSet != "" && known[p.FittingSet] == nil {
				return fmt.Errorf("has the benchmark %s with the fitting stimulus set %q, which it does not list", b.Identifier, p.FittingSet)
			}
		}
	}
	if len(m.Benchmarks) == 0 {
		return errors.New("has no benchmarks")
	}
	if slices.Contains(used, false) {
		return errors.New("has a list of stimuli that no benchmark compares on")
	}
	return nil
}

// repeats reports whether the parts of a list are of the stimulus sets, once or, as time bins
// are, several times.
func repeats(list []stimuli.StimulusList, sets []string) bool {
	for i, part := range list {
		if part.StimulusSet != sets[i%len(sets)] {
			return false
		}
	}
	return len(list) > 0 && len(list)%len(sets) == 0
}

// Difference describes the first difference to a later version of the manifest; "" if
// there is none.
func (m *Manifest) Difference(later *Manifest) string {
	if m.Hash() == later.Hash() {
		return ""
	}
	for _, s := range m.StimulusSets {
		if now := later.Set(s.ID); now != nil && now.SHA256 != s.SHA256 {
			return fmt.Sprintf("the stimulus set %s has other stimuli now", s.ID)
		}
	}
	index := make(map[string]ManifestBenchmark)
	for _, b := range later.Benchmarks {
		index[b.Identifier] = b
	}
	for _, b := range m.Benchmarks {
		now, ok := index[b.Identifier]
		delete(index, b.Identifier)
		switch {
		case !ok:
			return "the benchmark " + b.Identifier + " is gone"
		case now.Version != b.Version:
			return fmt.Sprintf("the benchmark %s has version %d now, and had %d", b.Identifier, now.Version, b.Version)
		case now.Metric != b.Metric || now.Needs != b.Needs:
			return fmt.Sprintf("the benchmark %s has the metric %s now, which needs %s", b.Identifier, now.Metric, now.Needs)
		case !slices.EqualFunc(b.Parts, now.Parts, func(p, q ManifestPart) bool { return sameLists(m, p, later, q) }):
			return fmt.Sprintf("the benchmark %s compares on other stimuli now", b.Identifier)
		}
	}
	if more := slices.Sorted(maps.Keys(index)); len(more) > 0 {
		return "the benchmark " + more[0] + " is new"
	}
	return "other settings of its benchmarks have changed"
}

func sameLists(m *Manifest, p ManifestPart, n *Manifest, q ManifestPart) bool {
	return p.FittingSet == q.FittingSet && slices.EqualFunc(append([]int{p.Read}, p.Products...), append([]int{q.Read}, q.Products...), func(a, b int) bool {
		return stimuli.SameStimuli(m.Lists[a], n.Lists[b])
	})
}

// LargestFile returns the bytes that a file of a pack for the manifest has at most: the
// inner products of all its lists and read-outs, or a layer that needs no more values.
func (m *Manifest) LargestFile() int64 {
	n := 0.0
	for _, s := range m.StimulusSets {
		n += float64(len(s.Stimuli))
	}
	const least, most = 64 << 20, 1 << 50
	return int64(min(most, least+float64(8*n*n*float64(len(m.Lists)+2))+float64(8*1000*n)))
}
