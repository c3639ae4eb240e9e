package benchmarks

import (
	"fmt"
	"strings"

	"github.com/brainscore-go/brainscore/internal/nearest"
)

// Without returns the composite without the leaves and groups of the given names, and
// without the groups that have no members then. The error is an *UnknownNodeError.
func (c *Composite) Without(names ...string) (*Composite, error) {
	drop := map[string]bool{}
	for _, name := range names {
		node, ok := c.Node(name)
		if !ok || node == c.Root() {
			return nil, &UnknownNodeError{Composite: c.Identifier, Name: name, Known: c.NodeNames()}
		}
		drop[node] = true
	}
	out := *c
	out.Mean, out.Beside = without(c.Mean, drop), without(c.Beside, drop)
	if len(out.Mean) == 0 {
		return nil, &UnknownNodeError{Composite: c.Identifier}
	}
	if len(names) > 0 {
		out.Identifier += " without " + strings.Join(names, ", ")
	}
	if c.places != nil {
		out.index()
	}
	return &out, nil
}

func without(members []CompositeNode, drop map[string]bool) []CompositeNode {
	var kept []CompositeNode
	for _, m := range members {
		if m.Mean != nil {
			m.Mean = without(m.Mean, drop)
			drop[m.Name] = drop[m.Name] || m.Mean == nil
		}
		if !drop[m.Name] {
			kept = append(kept, m)
		}
	}
	return kept
}

// UnknownNodeError reports that a composite has no node of a name that could be taken
// away from it, or that nothing would remain.
type UnknownNodeError struct {
	Composite string
	Name      string // empty if nothing would remain
	Known     []string
}

func (e *UnknownNodeError) Error() string {
	if e.Name == "" {
		return fmt.Sprintf("nothing of composite %s would remain", e.Composite)
	}
	msg := fmt.Sprintf("composite %s has no benchmark or group %q", e.Composite, e.Name)
	if near := nearest.To(e.Name, e.Known); near != "" {
		msg += ": " + nearest.Question(near)
	}
	return msg + "; brainscore composites show " + e.Composite + " draws its tree"
}

// DataError reports that the cause is invalid data.
func (e *UnknownNodeError) DataError() bool { return true }
