package benchmarks

import (
	"maps"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/internal/strictyaml"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// Sources names the assemblies, or the stimulus sets, of a benchmark: one; several whose
// presentations are joined; or one that mappings are fitted on and one that they are
// tested on. The zero value names none.
type Sources struct {
	Names []string // train before test
	// Fixed is true for a train and a test source.
	Fixed bool
	// Roles are the names by role, as metrics.RoleBlank, if the sources differ by that; a
	// source may have several. Names then lists each once, that of the stimuli first.
	Roles map[string]string
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
func (s Sources) Equal(o Sources) bool {
	return s.Fixed == o.Fixed && slices.Equal(s.Names, o.Names) && maps.Equal(s.Roles, o.Roles)
}

// group is the YAML form of fixed sources, and of those that differ by their role.
type group struct {
	Train          string `yaml:"train,omitempty"`
	Test           string `yaml:"test,omitempty"`
	Stimuli        string `yaml:"stimuli,omitempty"`
	Blank          string `yaml:"blank,omitempty"`
	ReceptiveField string `yaml:"receptive_field,omitempty"`
	Orientation    string `yaml:"orientation,omitempty"`
}

// roles lists the roles of stimulus sets, with what of a group names them.
func (g *group) roles() []struct {
	role string
	name *string
} {
	return []struct {
		role string
		name *string
	}{
		{metrics.RoleStimuli, &g.Stimuli}, {metrics.RoleBlank, &g.Blank},
		{metrics.RoleReceptiveField, &g.ReceptiveField}, {metrics.RoleOrientation, &g.Orientation},
	}
}

// sources returns what the group names.
func (g *group) sources() Sources {
	s := Sources{Roles: make(map[string]string)}
	for _, r := range g.roles() {
		if *r.name == "" {
			continue
		}
		s.Roles[r.role] = *r.name
		if !slices.Contains(s.Names, *r.name) {
			s.Names = append(s.Names, *r.name)
		}
	}
	if len(s.Roles) == 0 {
		return Sources{Names: []string{g.Train, g.Test}, Fixed: true}
	}
	s.Fixed = g.Train != "" || g.Test != "" // a mistake
	return s
}

// Alternative implements strictyaml.Alternatives.
func (s *Sources) Alternative(form strictyaml.Form) (into any, done func()) {
	switch form {
	case strictyaml.List:
		return &s.Names, nil
	case strictyaml.Group:
		var g group
		return &g, func() { *s = g.sources() }
	}
	s.Names = make([]string, 1)
	return &s.Names[0], nil
}

// Forms implements strictyaml.Alternatives.
func (*Sources) Forms() string { return "NAME, [FIRST, SECOND] or {train: NAME, test: NAME}" }

// MarshalYAML writes the form that the sources were read from.
func (s Sources) MarshalYAML() (any, error) {
	switch {
	case s.Roles != nil:
		var g group
		for _, r := range g.roles() {
			*r.name = s.Roles[r.role]
		}
		return g, nil
	case s.Fixed:
		return group{Train: s.Names[0], Test: s.Names[1]}, nil
	case len(s.Names) == 1:
		return s.Names[0], nil
	}
	return s.Names, nil
}
