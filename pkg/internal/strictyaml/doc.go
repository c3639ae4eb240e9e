// Package strictyaml reads YAML files that people write by hand, and says what
// is wrong with them in their words: the file, the line, what was found, what
// is wanted, and the known name that a mistyped one was meant to be.
//
// It decodes into structs with the field tags of go.yaml.in/yaml/v3, but
// stricter: an unknown key is an error at any depth, as are a key given twice,
// a second document and an empty file. All mistakes of a document are reported
// at once. Where a text is wanted, a scalar keeps the characters of the file:
// `region: 4` is "4", `choice: no` is "no". A key without a value counts as
// not given.
package strictyaml
