// Package hostile fills values with texts that browsers, spreadsheets and terminals would
// act on if they were not escaped. Only tests use it.
package hostile

import (
	"errors"
	"reflect"
	"strings"
)

// Texts are names that anyone could give a model, a layer or a file.
var Texts = []string{
	`<script>alert(1)</script>`, `</script><script>window.hacked=1</script>`, `=cmd()`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`,
	"line\u2028separator\u2029", "\u202eevil\u202c", "\u2066isolated", "nul\x00byte", "bell\x07", "broken\xff\xfe", "a\nb\r\nc\td", `<!--`, `]]>`, `{{.}}`, `javascript:alert(1)`,
	`&lt;b&gt;`, `<svg onload=alert(1)>`, `${alert(1)}`, "\\u003cscript>", "%3Cscript%3E", "#model=x", "名前", "é", strings.Repeat("long", 60),
	"\x1b[2J\x1b]0;title\x07", "@SUM(1+1)|cmd", "+1+1", "-2+3", "|a|b|", "[x](javascript:alert(1))", "`code`", "\ufffe", "\t=1+1",
}

// Fill sets every text that v, a pointer, can hold: fields, elements, keys and errors. So
// a field that is added later is filled too. Numbers are 0.5 and whole numbers 3; empty
// slices and maps get one element, and nil pointers a value. It leaves fields that are
// not exported.
func Fill(v any, text string) { fill(reflect.ValueOf(v).Elem(), text, 0) }

// maxDepth bounds values that contain themselves.
const maxDepth = 12

var errorType = reflect.TypeFor[error]()

func fill(v reflect.Value, text string, depth int) {
	if depth > maxDepth || !v.CanSet() {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(0.5)
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(3)
	case reflect.Uint, reflect.Uint32, reflect.Uint64:
		v.SetUint(3)
	case reflect.Interface:
		if v.Type() == errorType {
			v.Set(reflect.ValueOf(errors.New(text)))
		} else if v.NumMethod() == 0 {
			v.Set(reflect.ValueOf(text))
		}
	case reflect.Pointer:
		if v.IsNil() && depth < maxDepth {
			v.Set(reflect.New(v.Type().Elem()))
		}
		fill(v.Elem(), text, depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), text, depth+1)
		}
	case reflect.Slice:
		if v.Len() == 0 && depth < maxDepth {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		}
		for i := range v.Len() {
			fill(v.Index(i), text, depth+1)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), text, depth+1)
		}
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, text, depth+1)
		fill(value, text, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	}
}
