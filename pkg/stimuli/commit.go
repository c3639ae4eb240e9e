package stimuli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/internal/fsutil"
	"github.com/brainscore-go/brainscore/pkg/internal/strictyaml"
)

// Commit writes layers, and how they were chosen, into model.yaml, by region.
// Everything else in the file stays, comments too. It replaces the file in one step.
func (d *Dump) Commit(layers map[string][]string, chosen map[string]Choice) error {
	path := filepath.Join(d.Dir, "model.yaml")
	mode := os.FileMode(0o644)
	var before []byte
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return err
		}
		if before, err = readSmall(path); err != nil {
			return err
		}
	} else if !errors.Is(err, os.ErrNotExist) {
		return err
	}
	after, err := withCommitments(path, before, layers, chosen)
	if err != nil {
		return err
	}
	if bytes.Equal(before, after) {
		return nil
	}
	return fsutil.WriteFile(path, mode, func(w io.Writer) error {
		_, err := w.Write(after)
		return err
	})
}

// withCommitments returns the text of model.yaml with the commitments.
func withCommitments(path string, text []byte, layers map[string][]string, chosen map[string]Choice) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fileerr.Wrap(path, "is not valid YAML", err)
	}
	if doc.Kind == 0 || isNull(doc.Content[0]) {
		head, foot := doc.HeadComment, doc.FootComment
		doc = yaml.Node{Kind: yaml.DocumentNode, HeadComment: head, FootComment: foot, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, &FileError{Path: path, What: "is not a list of keys and values"}
	}
	commitments, err := mapping(path, root, "commitments")
	if err != nil {
		return nil, err
	}
	for _, region := range sortedKeys(layers) {
		names := strings.Join(layers[region], joint)
		if !utf8.ValidString(region) || !utf8.ValidString(names) {
			return nil, &FileError{Path: path, What: fmt.Sprintf("cannot hold the commitment of %q to the layer %q, which is not UTF-8 text", region, names), Remedy: "rename the layer's file"}
		}
		if len(layers[region]) == 1 {
			set(commitments, region, names)
			continue
		}
		var list yaml.Node
		if err := list.Encode(layers[region]); err != nil {
			return nil, err
		}
		list.Style = yaml.FlowStyle
		*value(commitments, region) = list
	}
	if err := setChosen(path, root, layers, chosen); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := errors.Join(enc.Encode(&doc), enc.Close()); err != nil {
		return nil, err
	}
	var check settings
	if err := strictyaml.Unmarshal(path, out.Bytes(), &check); err != nil {
		return nil, fmt.Errorf("writing commitments: %w", err)
	}
	return out.Bytes(), nil
}

// setChosen writes how the layers of regions were chosen, and removes what was written of
// layers that were committed otherwise.
func setChosen(path string, root *yaml.Node, layers map[string][]string, chosen map[string]Choice) error {
	if len(chosen) == 0 && !hasKey(root, "chosen") {
		return nil
	}
	choices, err := mapping(path, root, "chosen")
	if err != nil {
		return err
	}
	for _, region := range sortedKeys(chosen) {
		var n yaml.Node
		if err := n.Encode(chosen[region]); err != nil {
			return err
		}
		n.Style = yaml.FlowStyle
		*value(choices, region) = n
	}
	for i := 0; i+1 < len(choices.Content); {
		region := choices.Content[i].Value
		if _, kept := chosen[region]; !kept && layers[region] != nil {
			choices.Content = append(choices.Content[:i], choices.Content[i+2:]...)
		} else {
			i += 2
		}
	}
	return nil
}

func hasKey(m *yaml.Node, key string) bool {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return true
		}
	}
	return false
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// value returns the value of a key, which it adds if there is none.
func value(m *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return m.Content[i+1]
		}
	}
	var k yaml.Node
	k.SetString(key)
	v := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}
	m.Content = append(m.Content, &k, v)
	return v
}

// set writes text as the value of a key and keeps the comments.
func set(m *yaml.Node, key, text string) {
	v := value(m, key)
	if v.Kind == yaml.ScalarNode && v.Value == text && v.Tag == "!!str" {
		return
	}
	head, line, foot := v.HeadComment, v.LineComment, v.FootComment
	*v = yaml.Node{HeadComment: head, LineComment: line, FootComment: foot}
	_ = v.Encode(text) // a text can be encoded; quoted where it reads as another type
	v.HeadComment, v.LineComment, v.FootComment = head, line, foot
}

// mapping returns the group of a key, which it adds if there is none.
func mapping(path string, root *yaml.Node, key string) (*yaml.Node, error) {
	v := value(root, key)
	switch {
	case isNull(v):
		*v = yaml.Node{Kind: yaml.MappingNode, HeadComment: v.HeadComment, LineComment: v.LineComment, FootComment: v.FootComment}
	case v.Kind != yaml.MappingNode:
		return nil, &FileError{Path: path, Line: v.Line, What: fmt.Sprintf("has %s in a form that cannot be added to", key), Remedy: "write it out as region: layer"}
	}
	return v, nil
}
