package benchmarks

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ReadDefinition reads a definition from a file anywhere, as ParseDefinition
// does.
func ReadDefinition(path string) (*Definition, error) {
	return readDefinition(os.DirFS(filepath.Dir(path)), filepath.Base(path), path)
}

// FindDefinition returns the definition in a file, where the name ends in .yaml or
// .yml or holds a path separator, else that of a benchmark.
func (h Home) FindDefinition(name string) (*Definition, error) {
	if ext := filepath.Ext(name); ext == ".yaml" || ext == ".yml" || strings.ContainsAny(name, `/\\`) {
		return ReadDefinition(name)
	}
	return h.Definition(name)
}

// YAML returns a file that parses to the definition, with its defaults written out.
func (d *Definition) YAML() ([]byte, error) {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(d); err != nil {
		return nil, err
	}
	return b.Bytes(), enc.Close()
}

// MarshalJSON writes the keys of the YAML file in the same order.
func (d *Definition) MarshalJSON() ([]byte, error) {
	var node yaml.Node
	if err := node.Encode(d); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err := writeNode(&b, &node)
	return b.Bytes(), err
}

// writeNode writes a YAML value as JSON.
func writeNode(b *bytes.Buffer, n *yaml.Node) error {
	switch n.Kind {
	case yaml.MappingNode:
		b.WriteByte('{')
		for i := 0; i+1 < len(n.Content); i += 2 {
			if i > 0 {
				b.WriteByte(',')
			}
			key, err := json.Marshal(n.Content[i].Value)
			if err != nil {
				return err
			}
			b.Write(append(key, ':'))
			if err := writeNode(b, n.Content[i+1]); err != nil {
				return err
			}
		}
		b.WriteByte('}')
		return nil
	case yaml.SequenceNode:
		b.WriteByte('[')
		for i, item := range n.Content {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := writeNode(b, item); err != nil {
				return err
			}
		}
		b.WriteByte(']')
		return nil
	}
	var v any
	if err := n.Decode(&v); err != nil {
		return err
	}
	text, err := json.Marshal(v)
	b.Write(text)
	return err
}

// FigureHash returns the SHA-256 of what the definition says of figures, with the
// defaults that reading it fills in: neither its parent, the size of its stimuli, nor
// what it cites and expects.
func (d *Definition) FigureHash() (string, error) {
	figures := *d
	figures.Parent, figures.VisualDegrees, figures.Reference, figures.Expected = "", 0, nil, nil
	text, err := figures.MarshalJSON()
	if err != nil {
		return "", fmt.Errorf("hash the definition of %s: %w", d.Identifier, err)
	}
	return fmt.Sprintf("sha256:%x", sha256.Sum256(text)), nil
}
