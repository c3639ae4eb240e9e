package benchmarks

import (
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/internal/strictyaml"
)

// Sources names the assemblies, or the stimulus sets, of a benchmark: one; several whose
// presentations are joined; or one that mappings are fitted on and one that they are
// tested on. The zero value names none.
type Sources struct {
	Names []string // train before test
	// Fixed is true for a train and a test source.
	Fixed bool
}

// Source returns the sources of one name, none if it is empty.
func Source(name string) Sources {
	if name == "" {
		return Sources{}
	}
	return Sources{Names: []string{name}}
}

// None reports whether no source is named.
func (s Sources) None() bool { return len(s.Names) == 0 }

// Name returns the name of a single source, "" if there is none. Only recordings have
// several: benchmarks on other data are refused with them.
func (s Sources) Name() string {
	if s.None() {
		return ""
	}
	return s.Names[0]
}

// Test returns the name of the source that mappings are tested on: the last of several.
func (s Sources) Test() string {
	if s.None() {
		return ""
	}
	return s.Names[len(s.Names)-1]
}

// String returns the names for people.
func (s Sources) String() string { return strings.Join(s.Names, " + ") }

// Equal reports whether both name the same sources in the same roles.
func (s Sources) Equal(o Sources) bool { return s.Fixed == o.Fixed && slices.Equal(s.Names, o.Names) }

// pair is the YAML form of fixed sources.
type pair struct {
	Train string `yaml:"train"`
	Test  string `yaml:"test"`
}

// Alternative implements strictyaml.Alternatives.
func (s *Sources) Alternative(form strictyaml.Form) (into any, done func()) {
	switch form {
	case strictyaml.List:
		return &s.Names, nil
	case strictyaml.Group:
		var both pair
		return &both, func() { *s = Sources{[]string{both.Train, both.Test}, true} }
	}
	s.Names = make([]string, 1)
	return &s.Names[0], nil
}

// Forms implements strictyaml.Alternatives.
func (*Sources) Forms() string { return "NAME, [FIRST, SECOND] or {train: NAME, test: NAME}" }

// MarshalYAML writes the form that the sources were read from.
func (s Sources) MarshalYAML() (any, error) {
	switch {
	case s.Fixed:
		return pair{s.Names[0], s.Names[1]}, nil
	case len(s.Names) == 1:
		return s.Names[0], nil
	}
	return s.Names, nil
}
