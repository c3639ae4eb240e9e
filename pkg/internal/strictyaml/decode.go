package strictyaml

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/internal/nearest"
)

// decoder walks the nodes of one document and collects its mistakes.
type decoder struct {
	doc      *Document
	nodes    int
	mistakes []*fileerr.Error
}

func (d *decoder) fail(n *yaml.Node, remedy, format string, args ...any) {
	d.mistakes = append(d.mistakes, &fileerr.Error{Path: d.doc.Path, Line: n.Line, What: fmt.Sprintf(format, args...), Remedy: remedy})
}

// scan records the line of each key and finds repeated keys. It also guards decode,
// which visits the same nodes: it follows aliases too, and reports one mistake for
// a file that unfolds beyond the limits.
func (d *decoder) scan(n *yaml.Node, key string, depth int) bool {
	n = resolve(n)
	d.nodes++
	if d.nodes > maxNodes || depth > maxDepth {
		d.mistakes = nil
		d.fail(n, "write it with fewer aliases and less nesting", "the file unfolds to more than %d values or %d levels", maxNodes, maxDepth)
		return false
	}
	if _, ok := d.doc.lines[key]; !ok && !isNull(n) {
		d.doc.lines[key] = n.Line
	}
	switch n.Kind {
	case yaml.SequenceNode:
		for i, item := range n.Content {
			if !d.scan(item, join(key, fmt.Sprint(i)), depth+1) {
				return false
			}
		}
	case yaml.MappingNode:
		first := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			name, value := resolve(n.Content[i]), n.Content[i+1]
			if name.Kind != yaml.ScalarNode {
				d.fail(name, "write a word before the colon; quote a value that begins with { or [", "a key of %s is %s, but must be a text", label(key), describe(name))
				continue
			}
			if line, ok := first[name.Value]; ok {
				d.fail(name, "remove one of them", "%s is given twice, first on line %d", join(key, name.Value), line)
				continue
			}
			first[name.Value] = name.Line
			if !isNull(resolve(value)) {
				d.doc.lines[join(key, name.Value)] = name.Line
			}
			if !d.scan(value, join(key, name.Value), depth+1) {
				return false
			}
		}
	}
	return true
}

// decode stores the document in what into points to.
func (d *decoder) decode(n *yaml.Node, key string, into any) {
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		panic("strictyaml: decode into a pointer")
	}
	d.value(n, key, v.Elem())
}

// value stores a node in v, whose type determines the expected kind of node.
func (d *decoder) value(n *yaml.Node, key string, v reflect.Value) {
	n = resolve(n)
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	if d.alternative(n, key, v) {
		return
	}
	if n.Kind == yaml.ScalarNode && v.CanAddr() {
		if text, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
			if err := text.UnmarshalText([]byte(n.Value)); err != nil {
				d.fail(n, "", "%s: %v", label(key), err)
			}
			return
		}
	}
	switch v.Kind() {
	case reflect.Struct:
		d.structure(n, key, v)
	case reflect.Map:
		d.mapping(n, key, v)
	case reflect.Slice:
		d.list(n, key, v)
	case reflect.Interface:
		if n.Kind == yaml.SequenceNode {
			d.untypedList(n, key, v)
		} else {
			d.scalar(n, key, v)
		}
	default:
		d.scalar(n, key, v)
	}
}

// structure stores the values of keys in the fields of their names.
func (d *decoder) structure(n *yaml.Node, key string, v reflect.Value) {
	fields, others := fieldsOf(v)
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	if n.Kind != yaml.MappingNode {
		example := "name" // of a struct that has an inline map alone
		if len(names) > 0 {
			example = names[0]
		}
		d.fail(n, "write them as "+example+": value", "%s is %s, but must be keys with values", label(key), describe(n))
		return
	}
	for name, value := range pairs(n) {
		i := slices.Index(names, name.Value)
		path := join(key, name.Value)
		switch {
		case isNull(resolve(value)):
			if i < 0 && !others.IsValid() {
				d.unknown(name, key, names)
			}
		case i >= 0:
			d.value(value, path, fields[i].value)
		case others.IsValid():
			d.entry(value, name.Value, path, others)
		default:
			d.unknown(name, key, names)
		}
	}
}

func (d *decoder) unknown(name *yaml.Node, key string, known []string) {
	remedy := "the known keys are " + strings.Join(known, ", ")
	remedy = nearest.Remedy(name.Value, known, remedy)
	if name.Value == "<<" {
		remedy = "merge keys are not supported: write the keys out"
	}
	where := ""
	if key != "" {
		where = " in " + key
	}
	d.fail(name, remedy, "unknown key %q%s", name.Value, where)
}

// mapping stores keys that the file may choose.
func (d *decoder) mapping(n *yaml.Node, key string, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "write it as {name: value}", "%s is %s, but must be names with values", label(key), describe(n))
		return
	}
	if v.IsNil() {
		v.Set(reflect.MakeMap(v.Type()))
	}
	for name, value := range pairs(n) {
		d.entry(value, name.Value, join(key, name.Value), v)
	}
}

func (d *decoder) entry(n *yaml.Node, name, key string, m reflect.Value) {
	if isNull(resolve(n)) {
		d.fail(n, "write one, or remove the key", "%s has no value", key)
		return
	}
	if m.IsNil() {
		m.Set(reflect.MakeMap(m.Type()))
	}
	v := reflect.New(m.Type().Elem()).Elem()
	d.value(n, key, v)
	m.SetMapIndex(reflect.ValueOf(name), v)
}

// list stores the elements of a list.
func (d *decoder) list(n *yaml.Node, key string, v reflect.Value) {
	if n.Kind != yaml.SequenceNode {
		d.fail(n, "write it as [first, second]", "%s is %s, but must be a list", label(key), describe(n))
		return
	}
	list := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		path := join(key, fmt.Sprint(i))
		if isNull(resolve(item)) {
			d.fail(item, "write one, or remove the element", "%s has no value", label(path))
			continue
		}
		d.value(item, path, list.Index(i))
	}
	v.Set(list)
}

// untypedList stores a list of single values as a []any.
func (d *decoder) untypedList(n *yaml.Node, key string, v reflect.Value) {
	list := reflect.New(reflect.TypeFor[[]any]()).Elem()
	for i, item := range n.Content {
		if item = resolve(item); item.Kind == yaml.SequenceNode {
			d.fail(item, "", "%s is a list, but must be %s", label(join(key, fmt.Sprint(i))), expected(v.Type()))
			return
		}
	}
	d.list(n, key, list)
	v.Set(list)
}

// field is one key of a struct.
type field struct {
	name  string
	value reflect.Value
}

// fieldsOf lists the keys of a struct, and returns the inline map, if any, that
// holds all other keys.
func fieldsOf(v reflect.Value) (fields []field, others reflect.Value) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, flags, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case !f.IsExported(), name == "-":
		case strings.Contains(flags, "inline"):
			others = v.Field(i)
		case name == "":
			fields = append(fields, field{strings.ToLower(f.Name), v.Field(i)})
		default:
			fields = append(fields, field{name, v.Field(i)})
		}
	}
	return fields, others
}

// pairs iterates over the keys and values of a mapping.
func pairs(n *yaml.Node) func(yield func(name, value *yaml.Node) bool) {
	return func(yield func(name, value *yaml.Node) bool) {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !yield(resolve(n.Content[i]), n.Content[i+1]) {
				return
			}
		}
	}
}

// resolve follows aliases to the node that they name.
func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

func join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}

// label returns the name of a key in messages; the key of the document is empty.
func label(key string) string {
	if key == "" {
		return "the file"
	}
	return key
}
