package ranking

import (
	"fmt"
	"slices"
)

// warnOfStandIns warns of the groups of a tree that are formed of benchmarks that the tree
// does not have, or could be, once for all models with the same benchmarks.
func (b *Builder) warnOfStandIns(models []*Model) {
	names := map[string][]string{} // models by their stand-ins in words
	var order []string
	for _, m := range models {
		var words []string
		for _, node := range b.composite.NodeNames() {
			if ids := m.standIns[node]; ids != nil {
				words = append(words, fmt.Sprintf("%s (%s)", joinFirst(ids, ", "), node))
			}
		}
		if len(words) == 0 {
			continue
		}
		key := joinAnd(words)
		if names[key] == nil {
			order = append(order, key)
		}
		names[key] = append(names[key], m.Name)
	}
	for _, key := range order {
		who := joinFirst(slices.Clone(names[key]), ", ")
		if b.composite.StandIns {
			b.warn("%s: %s stand in for groups of composite %s, which does not have them; the figures of other models there are of other benchmarks, and ranks compare unlike things", who, key, b.composite.Identifier)
		} else {
			b.warn("%s: %s do not count in composite %s, which does not have them; --stand-ins lets them stand in for the groups in brackets", who, key, b.composite.Identifier)
		}
	}
}
