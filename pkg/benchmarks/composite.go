package benchmarks

import (
	"embed"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/internal/strictyaml"
)

// Which value of each benchmark a composite takes.
const (
	OfRaw    = "raw"
	OfCeiled = "ceiled"
)

// DefaultComposite is the composite where none is named.
const DefaultComposite = "cosyne2019"

// Composite joins scores to one figure by means over a tree of parts. It is
// written as YAML:
//
//	identifier: mine
//	of: ceiled                                 # raw | ceiled
//	mean:                                      # what the composite is the mean of:
//	- {name: neural, mean: [V1, V2, V4, IT]}   # a group, the mean of its members
//	- behavior                                 # a part
//	missing: {V1: 0}                           # optional: parts that count so without a score
//	parts: {OST: [Kar2019-ost]}                # optional: benchmarks that count there whatever their parent
//	reference: {title: ..., doi: ..., year: ...}
//
// A part is the mean of the benchmarks whose parent it is, or that parts names.
type Composite struct {
	Identifier string             `yaml:"identifier"`
	Of         string             `yaml:"of"`
	Mean       []CompositeNode    `yaml:"mean"`
	Missing    map[string]float64 `yaml:"missing"`
	// Parts are benchmarks, by part, that count there and not where their parent
	// says. The part need not be one of the mean.
	Parts     map[string][]string `yaml:"parts"`
	Reference *Reference          `yaml:"reference"`

	// Source is the file that the composite came from, or Embedded.
	Source string `yaml:"-"`
}

// CompositeNode is a part, or a group with the members that it is the mean of.
type CompositeNode struct {
	Name string          `yaml:"name"`
	Mean []CompositeNode `yaml:"mean"` // nil for a part
}

// UnmarshalText reads a part, which is written as its name alone.
func (n *CompositeNode) UnmarshalText(text []byte) error {
	n.Name = string(text)
	return nil
}

//go:embed composites/*.yaml
var composites embed.FS

// CompositeNames lists the composites that come with the program.
func CompositeNames() []string {
	entries, err := composites.ReadDir("composites")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	slices.Sort(names)
	return names
}

// LoadComposite returns the composite of that name, or else reads it from the
// YAML file of that path. The error is a *FileError, several joined, or an
// *UnknownCompositeError.
func LoadComposite(nameOrPath string) (*Composite, error) {
	if slices.Contains(CompositeNames(), nameOrPath) {
		data, err := composites.ReadFile("composites/" + nameOrPath + ".yaml")
		if err != nil {
			return nil, err
		}
		c, err := ParseComposite(nameOrPath+".yaml", data)
		if err == nil {
			c.Source = Embedded
		}
		return c, err
	}
	ext := filepath.Ext(nameOrPath)
	isPath := ext == ".yaml" || ext == ".yml" || strings.ContainsRune(nameOrPath, filepath.Separator)
	if _, err := os.Stat(nameOrPath); err != nil && !isPath {
		return nil, &UnknownCompositeError{Name: nameOrPath, Nearest: nearest.To(nameOrPath, CompositeNames()), Known: CompositeNames()}
	}
	data, err := ReadSmall(os.DirFS(filepath.Dir(nameOrPath)), filepath.Base(nameOrPath), nameOrPath)
	if err != nil {
		return nil, err
	}
	return ParseComposite(nameOrPath, data)
}

// UnknownCompositeError reports a name that is neither that of a composite nor
// of a file.
type UnknownCompositeError struct {
	Name    string
	Nearest string   // the known one most like it, or ""
	Known   []string // all that come with the program
}

func (e *UnknownCompositeError) Error() string {
	msg := fmt.Sprintf("unknown composite %q", e.Name)
	if e.Nearest != "" {
		msg += ": " + nearest.Question(e.Nearest)
	}
	return msg + " (known: " + strings.Join(e.Known, ", ") + ", or a YAML file of your own)"
}

// DataError reports that the cause is invalid data.
func (e *UnknownCompositeError) DataError() bool { return true }

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
	names := map[string]int{} // where each name stands
	if check.required("mean", "mean: [V4, IT, behavior]") {
		check.members("mean", c.Mean, names)
	}
	for _, part := range slices.Sorted(maps.Keys(c.Missing)) {
		key := "missing." + part
		if !slices.Contains(c.PartNames(), part) {
			check.choice(key, part, c.PartNames()...)
		}
		if v := c.Missing[part]; math.IsNaN(v) || math.IsInf(v, 0) {
			check.fail(key, "give a number such as 0", "the value of a missing %s is %v", part, v)
		}
	}
	check.parts(c.Parts)
	if len(check.mistakes) > 0 {
		return nil, fileerr.Join(check.mistakes)
	}
	return c, nil
}

// parts checks the benchmarks that count in parts whatever their parent.
func (c *checker) parts(parts map[string][]string) {
	in := map[string]string{}
	for _, part := range slices.Sorted(maps.Keys(parts)) {
		key := "parts." + part
		if part == "" || len(parts[part]) == 0 {
			c.fail(key, "write it as {OST: [BENCHMARK]}, or remove it", "parts.%s names no benchmarks", part)
		}
		for _, id := range parts[part] {
			if first, twice := in[id]; twice {
				c.fail(key, "name it in one part", "the benchmark %s is in two parts, %s and %s", id, first, part)
			}
			in[id] = part
		}
	}
}

// PartOf returns the part that a score counts in, "" for none.
func (c *Composite) PartOf(r Result) string {
	for part, ids := range c.Parts {
		if slices.Contains(ids, r.Benchmark) {
			return part
		}
	}
	return r.Parent
}

// members checks the members of a mean and of all groups below.
func (c *checker) members(key string, members []CompositeNode, names map[string]int) {
	if len(members) == 0 {
		c.fail(key, "name a part at least, as [V4]", "%s has no members", key)
	}
	for i, m := range members {
		at := fmt.Sprintf("%s.%d", key, i)
		line, twice := names[m.Name]
		switch {
		case m.Name == "":
			c.fail(at, "write {name: NAME, mean: [...]}", "a member of %s has no name", key)
		case twice:
			c.fail(at, "name each part and group once", "%s is named twice, first on line %d", m.Name, line)
		default:
			names[m.Name] = c.Line(at)
		}
		if m.Mean != nil {
			c.members(at+".mean", m.Mean, names)
		} else if c.Has(at + ".name") {
			c.fail(at, fmt.Sprintf("write the part as %s, or add mean: [...]", m.Name), "the group %s has no mean", m.Name)
		}
	}
}

// PartNames lists the parts in the order of the definition.
func (c *Composite) PartNames() []string {
	var names []string
	for _, m := range c.Mean {
		names = m.appendParts(names)
	}
	return names
}

func (n CompositeNode) appendParts(names []string) []string {
	if n.Mean == nil {
		return append(names, n.Name)
	}
	for _, m := range n.Mean {
		names = m.appendParts(names)
	}
	return names
}

// Part returns the part of that name in any case, as tables spell them.
func (c *Composite) Part(name string) (part string, ok bool) {
	for _, p := range c.PartNames() {
		if strings.EqualFold(p, name) {
			return p, true
		}
	}
	return "", false
}

// String returns the definition in words, as "mean(V4, IT, behavior), raw".
func (c *Composite) String() string {
	text := meanString(c.Mean) + ", " + c.Of
	for _, part := range c.PartNames() {
		if v, ok := c.Missing[part]; ok {
			text += fmt.Sprintf(", a missing %s counts %v", part, v)
		}
	}
	return text
}

func meanString(members []CompositeNode) string {
	var words []string
	for _, m := range members {
		if m.Mean == nil {
			words = append(words, m.Name)
		} else {
			words = append(words, meanString(m.Mean))
		}
	}
	return "mean(" + strings.Join(words, ", ") + ")"
}
