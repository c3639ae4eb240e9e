// Package benchmarkstest reads what tests of several packages share.
package benchmarkstest

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

//go:embed tree_example.json
var treeExample []byte

// TreeExample is tree_example.json: scores on a small tree with the value of
// every node by the rules of brain-score.org.
type TreeExample struct {
	Tolerance float64
	Tree      []struct {
		Node    string
		Parent  string
		Visible bool
		IsLeaf  bool `json:"is_leaf"`
	}
	Scores map[string]map[string]struct {
		Raw     Value `json:"score_raw"`
		Ceiled  Value `json:"score_ceiled"`
		Comment string
	}
	Expected map[string]map[string]Value
	Display  map[string]map[string]string `json:"expected_display"`
	Ranks    map[string]any               `json:"expected_rank"`
	Filtered struct {
		Excluded []string
		Expected map[string]map[string]Value
	} `json:"filtered_in_browser"`
}

// Value is a figure of the example: a number, NaN for one that failed, or unknown.
type Value struct {
	Value float64
	Known bool
}

// UnmarshalJSON implements json.Unmarshaler.
func (v *Value) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case "null":
		*v = Value{}
		return nil
	case `"NaN"`, `"X"`:
		*v = Value{math.NaN(), true}
		return nil
	}
	v.Known = true
	return json.Unmarshal(text, &v.Value)
}

// ReadTreeExample reads the example.
func ReadTreeExample(t testing.TB) TreeExample {
	t.Helper()
	var e TreeExample
	if err := json.Unmarshal(treeExample, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// Composite returns the tree of the example.
func (e TreeExample) Composite(t testing.TB) *benchmarks.Composite {
	t.Helper()
	var text strings.Builder
	text.WriteString("identifier: example\nof: ceiled\nclip: true\nmissing: zero\nfigures: brain-score.org\nname: average_vision\nmean:\n")
	e.members(&text, "average_vision", "")
	text.WriteString("beside:\n- name: engineering_vision\n  of: raw\n  clip: false\n  mean:\n")
	e.members(&text, "engineering_vision", "  ")
	c, err := benchmarks.ParseComposite("example.yaml", []byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (e TreeExample) members(text *strings.Builder, group, indent string) {
	for _, n := range e.Tree {
		switch {
		case n.Parent != group || !n.Visible:
		case n.IsLeaf:
			fmt.Fprintf(text, "%s- %s\n", indent, n.Node)
		default:
			fmt.Fprintf(text, "%s- name: %s\n%s  mean:\n", indent, n.Node, indent)
			e.members(text, n.Node, indent+"  ")
		}
	}
}

// Results returns the scores of a model of the example. One without a ceiled score, and
// with a comment on an error, failed; one without any score, or of an engineering
// benchmark without a raw one, is missing.
func (e TreeExample) Results(model string) []benchmarks.Result {
	var out []benchmarks.Result
	for _, n := range e.Tree {
		s := e.Scores[model][n.Node]
		failed := !s.Ceiled.Known && strings.Contains(s.Comment, "error")
		if !n.IsLeaf || !n.Visible || !s.Ceiled.Known && !s.Raw.Known && !failed {
			continue
		}
		r := benchmarks.Result{Benchmark: n.Node, Parent: n.Parent, Region: n.Node, Layer: "layer"}
		r.Raw.Value, r.Ceiled.Value = math.NaN(), math.NaN()
		if s.Raw.Known && !failed {
			r.Raw.Value = s.Raw.Value
		}
		if s.Ceiled.Known {
			r.Ceiled.Value = s.Ceiled.Value
		}
		out = append(out, r)
	}
	return out
}
