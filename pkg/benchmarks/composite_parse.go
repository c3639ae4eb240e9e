package benchmarks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/internal/strictyaml"
)

// ParseComposite reads a composite from the data of a file; path is for
// messages. The error is a *FileError or several joined.
func ParseComposite(path string, data []byte) (*Composite, error) {
	c := &Composite{Source: path}
	doc, err := strictyaml.Decode(path, data, c)
	if err != nil {
		return nil, err
	}
	check := &checker{Document: doc}
	if check.required("identifier", "identifier: NAME") {
		check.id("identifier", c.Identifier)
	}
	if check.required("of", "of: raw or of: ceiled") {
		check.choice("of", c.Of, OfRaw, OfCeiled)
	}
	nodes := &nodeChecker{checker: check, lines: map[string]int{}}
	if c.Name != "" {
		nodes.lines[c.Name] = check.Line("name")
	}
	if check.required("mean", "mean: [V4, IT, behavior]") {
		nodes.members("mean", c.Mean, nil)
	}
	if check.Has("beside") {
		nodes.members("beside", c.Beside, nil)
	}
	if c.Missing.Rule != "" {
		check.rule("missing", c.Missing.Rule)
	}
	for _, part := range slices.Sorted(maps.Keys(c.Missing.Values)) {
		key := "missing." + part
		if !slices.Contains(c.PartNames(), part) {
			check.choice(key, part, c.PartNames()...)
		}
		if v := c.Missing.Values[part]; !stats.Finite(v) {
			check.fail(key, "give a number such as 0", "the value of a missing %s is %v", part, v)
		}
	}
	check.parts(c)
	check.otherNames(c)
	if check.Has("figures") {
		check.choice("figures", c.Figures, FiguresOfSite)
	}
	if len(check.mistakes) > 0 {
		return nil, fileerr.Join(check.mistakes)
	}
	c.index()
	return c, nil
}

// index fills in what is looked up often.
func (c *Composite) index() {
	c.places, c.partOf = map[string]place{}, map[string]string{}
	for n, t := range c.all() {
		c.places[n.Name] = place{t, n.Mean == nil}
	}
	for part, ids := range c.Parts {
		for _, id := range ids {
			c.partOf[id] = part
		}
	}
}

// rule checks a rule about members without a figure.
func (c *checker) rule(key, rule string) {
	c.choice(key, rule, MissingRefuse, MissingZero, MissingOmit)
}

// parts checks the benchmarks that count in parts whatever their parent.
func (c *checker) parts(composite *Composite) {
	parts := composite.Parts
	leaves := map[string]bool{}
	for n := range composite.all() {
		leaves[n.Name] = n.Mean == nil
	}
	in := map[string]string{}
	for _, part := range slices.Sorted(maps.Keys(parts)) {
		key := "parts." + part
		if part == "" || len(parts[part]) == 0 {
			c.fail(key, "write it as {OST: [BENCHMARK]}, or remove it", "parts.%s names no benchmarks", part)
		}
		if isLeaf, known := leaves[part]; known && !isLeaf {
			c.fail(key, "name a leaf, or list the benchmarks as members of the group", "parts.%s is a group", part)
		}
		for _, id := range parts[part] {
			if first, twice := in[id]; twice {
				c.fail(key, "name it in one part", "the benchmark %s is in two parts, %s and %s", id, first, part)
			}
			in[id] = part
			if leaves[id] && id != part {
				c.fail(key, "remove it from one of them", "the benchmark %s counts twice: as a leaf, and in part %s", id, part)
			}
		}
	}
}

// otherNames checks the further names of nodes.
func (c *checker) otherNames(composite *Composite) {
	nodes := append(composite.NodeNames(), composite.Name)
	for _, name := range slices.Sorted(maps.Keys(composite.OtherNames)) {
		key, node := "other_names."+name, composite.OtherNames[name]
		if !slices.Contains(nodes, node) || node == "" {
			c.choice(key, node, nodes...)
		}
		if slices.Contains(nodes, name) {
			c.fail(key, "remove it", "%s is itself the name of a node", name)
		}
	}
}

// nodeChecker checks the nodes of a tree.
type nodeChecker struct {
	*checker
	lines map[string]int // of each name
}

// members checks the members of a mean and of all groups below. around are the names
// of the groups that the mean is in.
func (c *nodeChecker) members(key string, members []CompositeNode, around []string) {
	if len(members) == 0 {
		c.fail(key, "name a member at least, as [V4]", "%s has no members", key)
	}
	sum := 0.0
	for i, m := range members {
		at := fmt.Sprintf("%s.%d", key, i)
		line, twice := c.lines[m.Name]
		switch {
		case m.Name == "":
			c.fail(at, "write {name: NAME, mean: [...]}", "a member of %s has no name", key)
		case slices.Contains(around, m.Name):
			c.fail(at, "name each part and group once", "%s is a member of itself (%s), first named on line %d", m.Name, strings.Join(append(slices.Clip(around), m.Name), " > "), line)
		case twice:
			c.fail(at, "name each part and group once", "%s is named twice, first on line %d", m.Name, line)
		default:
			c.lines[m.Name] = c.Line(at)
		}
		c.settings(at, m)
		sum += m.weight()
		if m.Mean != nil {
			c.members(at+".mean", m.Mean, append(slices.Clip(around), m.Name))
		}
	}
	if len(members) > 0 && sum == 0 {
		c.fail(key, "give one of them a weight above 0", "the weights of %s add up to 0", key)
	}
}

// settings checks what a node sets beside its members.
func (c *nodeChecker) settings(at string, n CompositeNode) {
	// Within these limits no product of a weight and a score is infinite or rounded to 0.
	if w := n.weight(); w != 0 && !(w >= 1e-6 && w <= 1e6) {
		c.fail(at+".weight", "give 0, or a number from 1e-6 to 1e6", "the weight of %s is %v", n.Name, w)
	}
	if n.Of != "" {
		c.choice(at+".of", n.Of, OfRaw, OfCeiled)
	}
	if n.Missing != "" {
		c.rule(at+".missing", n.Missing)
		if n.Mean == nil {
			c.fail(at+".missing", "give it to the group around it", "missing is a rule of groups, but %s has no mean", n.Name)
		}
	}
	if n.Name != "" && n.Mean == nil && n.Weight == nil && n.Of == "" && n.Clip == nil && n.Missing == "" && c.Has(at+".name") {
		c.fail(at, fmt.Sprintf("write the part as %s, or add mean: [...]", n.Name), "the group %s has no mean", n.Name)
	}
}
