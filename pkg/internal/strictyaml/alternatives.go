package strictyaml

import (
	"reflect"

	"go.yaml.in/yaml/v3"
)

// Form is the way in which a value is written.
type Form int

// The forms of values.
const (
	Single Form = iota // one word or number
	List               // [first, second]
	Group              // {key: value}
)

// Alternatives is a value that may be written in several forms.
type Alternatives interface {
	// Alternative returns a pointer to what a value of the form is decoded into, and what
	// is then called; nil for a form that the value may not have.
	Alternative(form Form) (into any, done func())
	// Forms returns, as an example of each, the forms that the value may have.
	Forms() string
}

// alternative decodes a node into the alternative for its form. It returns false if v has
// no alternatives.
func (d *decoder) alternative(n *yaml.Node, key string, v reflect.Value) bool {
	if !v.CanAddr() {
		return false
	}
	a, ok := v.Addr().Interface().(Alternatives)
	if !ok {
		return false
	}
	form := Single
	switch n.Kind {
	case yaml.SequenceNode:
		form = List
	case yaml.MappingNode:
		form = Group
	}
	into, done := a.Alternative(form)
	if into == nil {
		d.fail(n, "write it as "+a.Forms(), "%s is %s", label(key), describe(n))
		return true
	}
	d.value(n, key, reflect.ValueOf(into).Elem())
	if done != nil {
		done()
	}
	return true
}
