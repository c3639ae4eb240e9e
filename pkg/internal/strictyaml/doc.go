// Package strictyaml reads YAML files that people write by hand. Its errors name
// the file, the line, what was found, what is expected, and the known name that is
// nearest to a mistyped one.
//
// It decodes into structs with the field tags of go.yaml.in/yaml/v3, but
// stricter: an unknown key is an error at any depth, as are a key given twice,
// a second document and an empty file. All mistakes of a document are reported
// together. A scalar that is decoded to a string keeps the characters of the file:
// `region: 4` is "4", `choice: no` is "no". A key without a value is ignored.
package strictyaml
