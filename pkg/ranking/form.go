package ranking

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// form computes the values of a model's benchmarks, nodes and composite. parts are those
// that some model may have.
func (b *Builder) form(m *Model, parts []string) {
	byPart := map[string][]benchmarks.Result{}
	for _, r := range m.results {
		byPart[r.Parent] = append(byPart[r.Parent], r)
	}
	for _, f := range m.failures {
		failed := benchmarks.Result{Benchmark: f.Benchmark, Layer: f.Layer, Parent: b.parents[f.Benchmark]}
		failed.Parent = b.composite.PartOf(failed)
		failed.Raw.Value, failed.Ceiled.Value = math.NaN(), math.NaN()
		byPart[failed.Parent] = append(byPart[failed.Parent], failed)
	}
	m.standIns = b.composite.FindStandIns(byPart)
	if b.composite.StandIns {
		parts = slices.Concat(parts, slices.Sorted(maps.Keys(m.standIns)))
	}
	// A part that is scored on several layers has no single value.
	var ambiguous []string
	for _, part := range parts {
		if len(byPart[part]) == 0 {
			continue
		}
		if v := b.composite.FormPart(part, byPart[part]); v.Ambiguous {
			ambiguous = append(ambiguous, part)
		} else {
			m.nodes[part] = v.Value
		}
	}
	if c := m.document; c != nil && c.Of == b.composite.Of {
		maps.Copy(m.nodes, c.Parts)
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
	maps.DeleteFunc(layers, func(_ string, n int) bool { return n == 1 })
	m.OnLayers = slices.Sorted(maps.Keys(layers))
	b.formComposite(m, ambiguous)
}

// formComposite computes a model's nodes and composite, or records why it has none.
func (b *Builder) formComposite(m *Model, ambiguous []string) {
	for name, v := range m.nodes {
		if stats.Finite(v) {
			m.Parts[name] = v
		}
	}
	formed := b.composite.Evaluate(m.nodes, m.standIns, false)
	maps.Copy(m.Parts, formed.Groups)
	for name, v := range formed.Parts {
		if _, given := m.nodes[name]; given { // and not assumed
			m.Parts[name] = v
		}
	}
	delete(m.Parts, b.composite.Root())
	for _, name := range formed.Failed {
		if name == b.composite.Root() {
			name = CompositeScore
		}
		m.failed[name] = true
	}
	m.Composite, m.Missing, m.Coverage, m.StandIns = formed.Value, formed.Missing, formed.Coverage, formed.StandIns
	scored := formed.Coverage.Scored > 0 || len(formed.StandIns) > 0
	counted := b.composite.PartNames()
	var several []string // of the composite
	for _, part := range ambiguous {
		if slices.Contains(counted, part) || m.standIns[part] != nil {
			several = append(several, part)
		}
	}
	switch {
	case len(several) == 0 && scored && stats.Finite(formed.Value):
		return
	case len(several) == 0 && !scored:
		if m.Why = strings.Join(counted, ", "); b.composite.Grouped() {
			m.Why = fmt.Sprintf("all of %d benchmarks", len(counted))
		}
	default:
		var missing []string
		for _, part := range slices.Concat(slices.Sorted(maps.Keys(m.standIns)), counted) {
			if slices.Contains(several, part) {
				missing = append(missing, part+" (several layers)")
			} else if slices.Contains(formed.Missing, part) {
				missing = append(missing, part)
			}
		}
		m.Why = joinFirst(missing, ", ")
	}
	m.Composite = math.NaN()
}

// partNames returns the parts that some model may have, in anatomical order.
func (b *Builder) partNames() []string {
	known := map[string]bool{}
	for _, part := range b.composite.NodeNames() {
		known[part] = true
	}
	for _, parent := range b.parents {
		if parent != "" {
			known[parent] = true
		}
	}
	for _, m := range b.models {
		for part := range m.nodes {
			known[part] = true
		}
	}
	for _, group := range b.composite.GroupNames() {
		delete(known, group) // whose value its members determine
	}
	return slices.SortedFunc(maps.Keys(known), benchmarks.CompareAnatomy)
}
