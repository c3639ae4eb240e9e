package benchmarks

import "slices"

// StandIn is a group whose figure is the mean of benchmarks that the tree does not have.
type StandIn struct {
	Group      string   `json:"group"`
	Benchmarks []string `json:"benchmarks"`
}

// FindStandIns returns the benchmarks that can stand in for a group, by group: the tree
// does not have them, their parent is the group, and no other score counts in it. byPart
// are the scores of one model by PartOf. With the tree's own benchmarks they would not be
// comparable, so a group is formed of one kind or the other.
func (c *Composite) FindStandIns(byPart map[string][]Result) map[string][]string {
	found := map[string][]string{}
	for n := range c.all() {
		hasNone := func(m CompositeNode, _ terms) bool { return len(byPart[m.Name]) == 0 }
		if n.Mean == nil || !walk(n.Mean, terms{}, hasNone) {
			continue
		}
		for _, r := range byPart[n.Name] {
			if !slices.Contains(found[n.Name], r.Benchmark) { // on another layer
				found[n.Name] = append(found[n.Name], r.Benchmark)
			}
		}
	}
	return found
}
