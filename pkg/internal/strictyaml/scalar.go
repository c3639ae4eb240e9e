package strictyaml

import (
	"fmt"
	"math"
	"reflect"

	"go.yaml.in/yaml/v3"
)

// scalar stores a single value.
func (d *decoder) scalar(n *yaml.Node, key string, v reflect.Value) {
	if n.Kind != yaml.ScalarNode {
		d.fail(n, "", "%s is %s, but must be %s", label(key), describe(n), expected(v.Type()))
		return
	}
	if !assign(n, v) {
		remedy := ""
		if n.ShortTag() == "!!str" && n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
			remedy = "remove the quotes"
			if plain := (&yaml.Node{Kind: yaml.ScalarNode, Value: n.Value}); !assign(plain, reflect.New(v.Type()).Elem()) {
				remedy = ""
			}
		}
		d.fail(n, remedy, "%s is %s, but must be %s", label(key), describe(n), expected(v.Type()))
	}
}

// assign stores the scalar in v and reports whether it is of v's kind.
func assign(n *yaml.Node, v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		switch n.ShortTag() {
		case "!!str", "!!int", "!!float", "!!bool", "!!timestamp", "!!merge":
			v.SetString(n.Value)
			return true
		}
	case reflect.Bool:
		var b bool
		if n.ShortTag() == "!!bool" && n.Decode(&b) == nil {
			v.SetBool(b)
			return true
		}
	case reflect.Int, reflect.Int64, reflect.Int32:
		if i, ok := whole(n); ok && !v.OverflowInt(i) {
			v.SetInt(i)
			return true
		}
	case reflect.Uint, reflect.Uint64, reflect.Uint32:
		if i, ok := whole(n); ok && i >= 0 && !v.OverflowUint(uint64(i)) {
			v.SetUint(uint64(i))
			return true
		}
	case reflect.Float64:
		if f, ok := number(n); ok {
			v.SetFloat(f)
			return true
		}
	case reflect.Interface:
		if value, ok := untyped(n); ok {
			v.Set(reflect.ValueOf(value))
			return true
		}
	default:
		panic("strictyaml: no decoding into " + v.Type().String())
	}
	return false
}

// untyped returns a scalar by the rules of YAML: int, float64, bool or string.
func untyped(n *yaml.Node) (any, bool) {
	switch n.ShortTag() {
	case "!!int", "!!float":
		if i, ok := whole(n); ok && n.ShortTag() == "!!int" && int64(int(i)) == i {
			return int(i), true
		}
		f, ok := number(n)
		return f, ok
	case "!!bool":
		var b bool
		err := n.Decode(&b)
		return b, err == nil
	case "!!str", "!!timestamp", "!!merge":
		return n.Value, true
	}
	return nil, false
}

// whole returns a whole number, which may be written as 1e3.
func whole(n *yaml.Node) (int64, bool) {
	var i int64
	if n.ShortTag() == "!!int" && n.Decode(&i) == nil {
		return i, true
	}
	if f, ok := number(n); ok && n.ShortTag() == "!!float" && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return int64(f), true
	}
	return 0, false
}

func number(n *yaml.Node) (float64, bool) {
	if tag := n.ShortTag(); tag != "!!int" && tag != "!!float" {
		return 0, false
	}
	var f float64
	err := n.Decode(&f)
	return f, err == nil
}

// describe returns the kind and value of a node in a user's words.
func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "keys with values"
	case yaml.SequenceNode:
		return "a list"
	}
	text := n.Value
	if r := []rune(text); len(r) > 40 {
		text = string(r[:40]) + "…"
	}
	switch n.ShortTag() {
	case "!!null":
		return "empty"
	case "!!int", "!!float":
		return "the number " + text
	case "!!bool":
		return text
	case "!!str", "!!timestamp", "!!merge":
		return fmt.Sprintf("the text %q", text)
	}
	return fmt.Sprintf("a value with the tag %s", n.ShortTag())
}

// expected returns the values of a type in a user's words.
func expected(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64, reflect.Int32:
		return "a whole number"
	case reflect.Uint32:
		return "a whole number from 0 to 4294967295"
	case reflect.Uint, reflect.Uint64:
		return "a whole number of at least 0"
	case reflect.Float64:
		return "a number"
	case reflect.Interface:
		return "a single number, text, true or false"
	}
	return "a text"
}
