package benchmarks

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// terms are what a node takes from the groups around it.
type terms struct {
	of      string
	clip    bool
	missing string
}

// terms returns what the members of the tree's root take from it.
func (c *Composite) terms() terms {
	t := terms{of: c.Of, clip: c.Clip, missing: c.Missing.Rule}
	if t.missing == "" {
		t.missing = MissingRefuse
	}
	return t
}

// within returns the terms of a node among members of the given terms.
func (t terms) within(n CompositeNode) terms {
	if n.Of != "" {
		t.of = n.Of
	}
	if n.Clip != nil {
		t.clip = *n.Clip
	}
	if n.Missing != "" {
		t.missing = n.Missing
	}
	return t
}

// weight returns the node's weight in the mean around it.
func (n CompositeNode) weight() float64 {
	if n.Weight == nil {
		return 1
	}
	return *n.Weight
}

// all iterates over the nodes below the root and those beside it with their terms,
// each group before its members.
func (c *Composite) all() iter.Seq2[CompositeNode, terms] {
	return func(yield func(CompositeNode, terms) bool) {
		_ = walk(c.Mean, c.terms(), yield) && walk(c.Beside, c.terms(), yield)
	}
}

func walk(members []CompositeNode, t terms, yield func(CompositeNode, terms) bool) bool {
	for _, m := range members {
		within := t.within(m)
		if !yield(m, within) || !walk(m.Mean, within, yield) {
			return false
		}
	}
	return true
}

// place is what is known of a group or leaf by its name.
type place struct {
	terms
	leaf bool
}

// place returns the place of that name, and reports whether there is one.
func (c *Composite) place(name string) (place, bool) {
	if c.places != nil {
		p, ok := c.places[name]
		return p, ok
	}
	for n, t := range c.all() {
		if n.Name == name {
			return place{t, n.Mean == nil}, true
		}
	}
	return place{}, false
}

// OfPart returns OfRaw or OfCeiled, the scores that a part is formed of.
func (c *Composite) OfPart(part string) string {
	if p, ok := c.place(part); ok {
		return p.of
	}
	return c.Of
}

// PartOf returns the part that a score counts in, or the group that it can stand in
// for, "" for none.
func (c *Composite) PartOf(r Result) string {
	if c.partOf != nil {
		if part, ok := c.partOf[r.Benchmark]; ok {
			return part
		}
	} else {
		for part, ids := range c.Parts {
			if slices.Contains(ids, r.Benchmark) {
				return part
			}
		}
	}
	if p, ok := c.place(r.Benchmark); ok && p.leaf {
		return r.Benchmark
	}
	if _, ok := c.place(r.Parent); !ok {
		if _, ok := c.place(c.OtherNames[r.Parent]); ok {
			return c.OtherNames[r.Parent]
		}
	}
	return r.Parent
}

// PartNames lists the leaves that count, in the order of the definition.
func (c *Composite) PartNames() []string {
	var names []string
	walk(c.Mean, c.terms(), func(n CompositeNode, _ terms) bool {
		if n.Mean == nil {
			names = append(names, n.Name)
		}
		return true
	})
	return names
}

// NodeNames lists all groups and leaves, also those beside the composite, each group
// before its members.
func (c *Composite) NodeNames() []string {
	var names []string
	for n := range c.all() {
		names = append(names, n.Name)
	}
	return names
}

// Upper lists the nodes that an overview shows, in the order of NodeNames: those of the
// first two levels, of a large tree only the groups among them.
func (c *Composite) Upper() []string {
	large := len(c.PartNames()) > shownLeaves
	var names []string
	for _, n := range c.Nodes()[1:] {
		if n.Depth <= 2 && (!large || n.Members > 0) {
			names = append(names, n.Name)
		}
	}
	return names
}

// Depths returns the level of each node below the composite, from 1.
func (c *Composite) Depths() map[string]int {
	depths := map[string]int{}
	var descend func(members []CompositeNode, depth int)
	descend = func(members []CompositeNode, depth int) {
		for _, m := range members {
			depths[m.Name] = depth
			descend(m.Mean, depth+1)
		}
	}
	descend(c.Mean, 1)
	descend(c.Beside, 1)
	return depths
}

// GroupNames lists the groups, also those beside the composite, in the order of
// NodeNames.
func (c *Composite) GroupNames() []string {
	var names []string
	for n := range c.all() {
		if n.Mean != nil {
			names = append(names, n.Name)
		}
	}
	return names
}

// Grouped reports whether the composite has groups: whether it is a tree and not a mean
// of leaves alone.
func (c *Composite) Grouped() bool {
	return len(c.GroupNames()) > 0
}

// Node returns the node of a name in any case, as tables spell it. The name of the
// composite itself is that of its root.
func (c *Composite) Node(name string) (node string, ok bool) {
	for n := range c.all() {
		if strings.EqualFold(n.Name, name) {
			return n.Name, true
		}
	}
	if c.Name != "" && strings.EqualFold(c.Name, name) || strings.EqualFold(c.Identifier, name) {
		return c.Root(), true
	}
	for other, node := range c.OtherNames {
		if strings.EqualFold(other, name) {
			if node == c.Name {
				node = c.Root()
			}
			return node, true
		}
	}
	return "", false
}

// Root returns the name of the composite among its nodes. An identifier may be that of a
// node too.
func (c *Composite) Root() string {
	if c.Name != "" {
		return c.Name
	}
	for n := range c.all() {
		if n.Name == c.Identifier {
			return c.Identifier + " (composite)"
		}
	}
	return c.Identifier
}

// shownLeaves is the largest number of leaves that String and Upper list.
const shownLeaves = 12

// String returns the definition in words, as "mean(V4, IT, behavior), raw". Of a large
// tree it lists the groups that the composite is the mean of.
func (c *Composite) String() string {
	leaves := c.PartNames()
	text := meanString(c.Mean, len(leaves) <= shownLeaves) + ", " + c.Of
	if len(leaves) > shownLeaves {
		text += fmt.Sprintf(", over %d benchmarks", len(leaves))
	}
	if c.Clip {
		text += ", each clipped to [0, 1]"
	}
	switch c.Missing.Rule {
	case MissingZero:
		text += ", a missing score counts 0 once another member of its group has one"
	case MissingOmit:
		text += ", without missing scores"
	}
	if c.StandIns {
		text += ", other benchmarks stand in for groups without a score"
	}
	for _, part := range leaves {
		if v, ok := c.Missing.Values[part]; ok {
			text += fmt.Sprintf(", a missing %s counts %v", part, v)
		}
	}
	return text
}

func meanString(members []CompositeNode, deep bool) string {
	var words []string
	for _, m := range members {
		word := m.Name
		if m.Mean != nil && deep {
			word = meanString(m.Mean, deep)
		}
		if w := m.weight(); w != 1 {
			word = fmt.Sprintf("%v·%s", w, word)
		}
		words = append(words, word)
	}
	return "mean(" + strings.Join(words, ", ") + ")"
}

// GroupsAround lists the groups that one of the nodes is in, and the root if one is in the
// composite, in the order of Nodes.
func (c *Composite) GroupsAround(nodes []string) []string {
	around := map[string]bool{}
	all := c.Nodes()
	for _, n := range slices.Backward(all) {
		if around[n.Name] || slices.Contains(nodes, n.Name) {
			around[n.Parent] = true
		}
	}
	var groups []string
	for _, n := range all {
		if around[n.Name] {
			groups = append(groups, n.Name)
		}
	}
	return groups
}

// NodeInfo describes a group or leaf of a composite.
type NodeInfo struct {
	Name, Parent string
	Depth        int     // below the composite's root, which is 0
	Members      int     // 0 for a leaf
	Weight       float64 // in the composite, 0 beside it
	Share        float64 // the weight in the mean around it
	Of           string
	Clip         bool
	Missing      string // the rule of a group
}

// Nodes describes the root, all groups and leaves, and those beside, each group before
// its members.
func (c *Composite) Nodes() []NodeInfo {
	root := NodeInfo{Name: c.Root(), Share: 1, Members: len(c.Mean), Weight: 1, Of: c.Of, Clip: c.Clip, Missing: c.terms().missing}
	nodes := []NodeInfo{root}
	var list func(members []CompositeNode, around NodeInfo, t terms)
	list = func(members []CompositeNode, around NodeInfo, t terms) {
		total := 0.0
		for _, m := range members {
			total += m.weight()
		}
		for _, m := range members {
			within := t.within(m)
			n := NodeInfo{Name: m.Name, Parent: around.Name, Depth: around.Depth + 1, Members: len(m.Mean), Share: m.weight(), Of: within.of, Clip: within.clip}
			if around.Weight > 0 {
				n.Weight = around.Weight * m.weight() / total
			}
			if m.Mean != nil {
				n.Missing = within.missing
			}
			nodes = append(nodes, n)
			list(m.Mean, n, within)
		}
	}
	list(c.Mean, root, c.terms())
	list(c.Beside, NodeInfo{Depth: -1}, c.terms())
	return nodes
}
