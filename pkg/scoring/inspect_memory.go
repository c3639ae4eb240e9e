package scoring

import "github.com/brainscore-go/brainscore/pkg/stimuli"

// arrayKey names one array of a dump.
type arrayKey struct{ set, layer, bin string }

// addMemory adds to the arrays of a dump what their scores need at their peak, as dry runs
// of these report it.
func (h homeInspector) addMemory(dir string, info *stimuli.DumpInfo) {
	needs := h.scoreMemory(dir)
	for i, set := range info.Sets {
		for j, l := range set.Layers {
			if l.Array == nil {
				continue
			}
			array := &info.Sets[i].Layers[j]
			array.MemoryBytes = needs[arrayKey{set.StimulusSet, l.Layer, l.Bin}]
			if array.MemoryBytes == 0 && l.Layer != stimuli.ProbabilitiesLayer {
				array.MemoryAtLeast = leastMemory(l.Array.Rows, l.Array.Features)
			}
		}
	}
}

// scoreMemory returns what a score needs that reads an array, if any benchmark of the home
// does: the score of the model or, for arrays that this does not read, that of all layers.
func (h homeInspector) scoreMemory(dir string) map[arrayKey]int64 {
	needs := make(map[arrayKey]int64)
	if h.Dir == "" {
		return needs
	}
	r := NewRunner(h.Home, Options{Workers: h.workers})
	for _, allLayers := range []bool{false, true} {
		dry, err := r.DryRun(Request{Models: []string{dir}, AllLayers: allLayers})
		if err != nil {
			continue // a score reports it
		}
		found := make(map[arrayKey]int64)
		for _, p := range dry.Reads {
			for _, array := range p.read.arrays() {
				found[array] = max(found[array], p.Memory)
			}
		}
		for array, bytes := range found {
			if needs[array] == 0 {
				needs[array] = bytes
			}
		}
	}
	return needs
}

// arrays lists the arrays that a reading reads.
func (r *layerRead) arrays() (all []arrayKey) {
	sections := r.sections()
	if r.key.fitSet != "" {
		sections = append(sections, section{r.key.fitSet, r.bin})
	}
	for _, s := range sections {
		key := arrayKey{set: s.set, layer: r.key.layer}
		if s.bin != nil {
			key.bin = s.bin.String()
		}
		all = append(all, key)
	}
	return all
}
