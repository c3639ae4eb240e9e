package ranking

import (
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// form computes the values of a model's benchmarks, parts and composite. parts
// are those that some model may have.
func (b *Builder) form(m *Model, parts []string) {
	results := m.results
	for _, f := range m.failures {
		failed := benchmarks.Result{Benchmark: f.Benchmark, Layer: f.Layer, Parent: b.parents[f.Benchmark]}
		failed.Raw.Value, failed.Ceiled.Value = math.NaN(), math.NaN()
		results = append(slices.Clip(results), failed)
	}
	// A part that is scored on several layers has no single value.
	ambiguous := map[string]bool{}
	for _, part := range parts {
		single := benchmarks.Composite{Identifier: part, Of: b.composite.Of, Mean: []benchmarks.CompositeNode{{Name: part}}}
		formed, err := single.Form(results, false)
		if err == nil {
			m.Parts[part] = formed.Parts[part]
		} else if e, ok := err.(*benchmarks.CompositeError); ok && len(e.Ambiguous) > 0 {
			ambiguous[part] = true
		}
	}
	if c := m.given; c != nil && c.Of == b.composite.Of {
		maps.Copy(m.Parts, c.Parts)
	}
	layers := map[string]int{}
	for _, r := range m.results {
		layers[r.Benchmark]++
	}
	for _, r := range m.results {
		if v := m.estimateOf(r).Value; layers[r.Benchmark] == 1 && stats.Finite(v) {
			m.Benchmarks[r.Benchmark] = v
		}
	}
	b.formComposite(m, ambiguous)
}

// formComposite computes a model's composite, or records why it has none.
func (b *Builder) formComposite(m *Model, ambiguous map[string]bool) {
	var missing []string
	for _, part := range b.composite.PartNames() {
		_, has := m.Parts[part]
		_, assumed := b.composite.Missing[part]
		switch {
		case ambiguous[part]:
			missing = append(missing, part+" (several layers)")
		case !has && !assumed:
			missing = append(missing, part)
		}
	}
	m.Composite, m.Why = math.NaN(), strings.Join(missing, ", ")
	if len(missing) > 0 {
		return
	}
	if formed, err := b.composite.FormParts(m.Parts, false); err == nil {
		m.Composite = formed.Value
	} else {
		m.Why = strings.Join(b.composite.PartNames(), ", ")
	}
}

// partNames returns the parts that some model may have, in anatomical order.
func (b *Builder) partNames() []string {
	known := map[string]bool{}
	for _, part := range b.composite.PartNames() {
		known[part] = true
	}
	for _, parent := range b.parents {
		if parent != "" {
			known[parent] = true
		}
	}
	for _, m := range b.models {
		for part := range m.Parts {
			known[part] = true
		}
	}
	return slices.SortedFunc(maps.Keys(known), benchmarks.CompareAnatomy)
}
