package benchmarks

import (
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/nearest"
)

// Which value of each benchmark a composite takes.
const (
	OfRaw    = "raw"
	OfCeiled = "ceiled"
)

// DefaultComposite is the composite where none is named.
const DefaultComposite = "cosyne2019"

// What a mean does about members that have no figure.
const (
	MissingRefuse = "refuse" // the mean has no figure either
	MissingZero   = "zero"   // they count 0 once another member has a figure
	MissingOmit   = "omit"   // the mean is of the other members
)

// FiguresOfSite is the value of Composite.Figures by which figures and ranks are
// shown as on brain-score.org.
const FiguresOfSite = "brain-score.org"

// Composite joins scores to one figure by weighted means over a tree of any depth.
// It is written as YAML:
//
//	identifier: mine
//	of: ceiled                                 # raw | ceiled
//	name: average                              # optional: what tables call the composite
//	mean:                                      # what the composite is the mean of:
//	- {name: neural, mean: [V1, V2, V4, IT]}   # a group, the mean of its members
//	- Rajalingham2018-i2n                      # a leaf: a benchmark, or a part
//	- {name: behavior, weight: 2}              # a leaf that counts twice
//	beside:                                    # optional: groups and leaves that are shown but do not count
//	- {name: engineering, of: raw, clip: false, missing: omit, mean: [ImageNet-top1]}
//	clip: true                                 # optional: benchmarks are clipped to [0, 1]
//	missing: zero                              # optional: refuse (default) | zero | omit
//	parts: {OST: [Kar2019-ost]}                # optional: benchmarks that count there whatever their parent
//	stand_ins: true                            # optional: benchmarks that the tree does not have can stand in for groups
//	other_names: {neural_vision: neural}       # optional: further names of nodes in tables
//	figures: brain-score.org                   # optional: shown and ranked as there
//	reference: {title: ..., doi: ..., year: ...}
//
// A leaf is the benchmark of that identifier, or the mean of the benchmarks that parts
// lists there or whose parent it is. A group takes of, clip and missing from the group
// around it unless it sets them.
type Composite struct {
	Identifier string `yaml:"identifier"`
	Of         string `yaml:"of"`
	// Name is what tables call the composite, beside its identifier.
	Name string          `yaml:"name"`
	Mean []CompositeNode `yaml:"mean"`
	// Beside are nodes that are shown but have no part in the composite.
	Beside  []CompositeNode `yaml:"beside"`
	Clip    bool            `yaml:"clip"`
	Missing Missing         `yaml:"missing"`
	// Parts are benchmarks, by part, that count there and not where their parent
	// says. The part need not be a leaf.
	Parts map[string][]string `yaml:"parts"`
	// StandIns lets a benchmark that the tree does not have stand in for the group that
	// its parent names, for models that have no score in that group.
	StandIns bool `yaml:"stand_ins"`
	// OtherNames are further names of nodes in tables.
	OtherNames map[string]string `yaml:"other_names"`
	// Figures is FiguresOfSite or empty.
	Figures   string     `yaml:"figures"`
	Reference *Reference `yaml:"reference"`

	// Source is the file that the composite came from, or Embedded.
	Source string `yaml:"-"`

	places map[string]place  // of ParseComposite; nil in a composite made otherwise
	partOf map[string]string // by benchmark of Parts; likewise
}

// Missing is what a composite does about leaves without a figure: a rule, or the
// values that single leaves count then, the rule being MissingRefuse.
type Missing struct {
	Rule   string             `yaml:"-"`
	Values map[string]float64 `yaml:",inline"`
}

// UnmarshalText reads a rule.
func (m *Missing) UnmarshalText(text []byte) error {
	m.Rule = string(text)
	return nil
}

// CompositeNode is a leaf, or a group with the members that it is the mean of.
type CompositeNode struct {
	Name   string          `yaml:"name"`
	Mean   []CompositeNode `yaml:"mean"`   // nil for a leaf
	Weight *float64        `yaml:"weight"` // in the mean around it; nil for 1
	// Of, Clip and Missing are inherited from the group around it unless they are set.
	Of      string `yaml:"of"`
	Clip    *bool  `yaml:"clip"`
	Missing string `yaml:"missing"`
}

// UnmarshalText reads a leaf, which is written as its name alone.
func (n *CompositeNode) UnmarshalText(text []byte) error {
	n.Name = string(text)
	return nil
}

//go:embed composites/*.yaml
var composites embed.FS

// siteComposite is the name that stands for the newest composite of brain-score.org.
const siteComposite = "brain-score.org"

// newestOf returns the composite that a name stands for, which is the name itself
// unless it stands for the newest of several.
func newestOf(name string) string {
	if name != siteComposite {
		return name
	}
	for _, n := range CompositeNames() { // in the order of their dates
		if strings.HasPrefix(n, siteComposite+"-") {
			name = n
		}
	}
	return name
}

// CompositeNames lists the composites that come with the program. Beside them,
// LoadComposite knows brain-score.org, the newest of those with a date.
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
	if name := newestOf(nameOrPath); slices.Contains(CompositeNames(), name) {
		nameOrPath = name
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
		known := append([]string{siteComposite}, CompositeNames()...)
		return nil, &UnknownCompositeError{Name: nameOrPath, Nearest: nearest.To(nameOrPath, known), Known: known}
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
