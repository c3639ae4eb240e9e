package benchmarks_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/benchmarks/benchmarkstest"
)

// figures returns all nodes of a result: NaN for those that failed.
func figures(c *benchmarks.Composite, r *benchmarks.CompositeResult) map[string]float64 {
	all := map[string]float64{c.Root(): r.Value}
	if math.IsNaN(r.Value) {
		delete(all, c.Root())
	}
	for _, values := range []map[string]float64{r.Parts, r.Groups} {
		for name, v := range values {
			all[name] = v
		}
	}
	for _, name := range r.Failed {
		all[name] = math.NaN()
	}
	return all
}

// TestTreeExample forms every node of the example of the site's rules, from results and
// from the values of the leaves.
func TestTreeExample(t *testing.T) {
	example := benchmarkstest.ReadTreeExample(t)
	c := example.Composite(t)
	for model, want := range example.Expected {
		parts := map[string]float64{}
		for _, r := range example.Results(model) {
			part := c.FormPart(r.Benchmark, []benchmarks.Result{r})
			parts[r.Benchmark] = part.Value
		}
		check := func(how string, r *benchmarks.CompositeResult) {
			got := figures(c, r)
			for node, value := range want {
				v, ok := got[node]
				if ok != value.Known || ok && math.IsNaN(v) != math.IsNaN(value.Value) || math.Abs(v-value.Value) > example.Tolerance {
					t.Errorf("%s, %s: %s is %v (%v), want %+v", model, how, node, v, ok, value)
				}
				delete(got, node)
			}
			if len(got) > 0 {
				t.Errorf("%s, %s: further nodes %v", model, how, got)
			}
		}
		check("nodes", c.Evaluate(parts, nil, false))
		formed, err := c.Form(example.Results(model), false)
		if refused := (*benchmarks.CompositeError)(nil); errors.As(err, &refused) && refused.Unscored && model == "m_empty" {
			continue
		} else if err != nil {
			t.Errorf("%s: %v", model, err)
			continue
		}
		check("results", formed)
		var lacking []string
		for _, name := range c.PartNames() {
			if v := want[name]; !v.Known || math.IsNaN(v.Value) {
				lacking = append(lacking, name)
			}
		}
		if !slices.Equal(formed.Missing, lacking) || formed.Coverage.Scored != len(c.PartNames())-len(lacking) || formed.Coverage.Leaves != len(c.PartNames()) {
			t.Errorf("%s lacks %q (%+v), want %q", model, formed.Missing, formed.Coverage, lacking)
		}
	}
}

// Without leaves, all means above are of the others. The site shows X for a group
// without figures or of zeros alone, both of which count 0 above.
func TestTreeWithoutLeaves(t *testing.T) {
	example := benchmarkstest.ReadTreeExample(t)
	c, err := example.Composite(t).Without(example.Filtered.Excluded...)
	if err != nil {
		t.Fatal(err)
	}
	for model, want := range example.Filtered.Expected {
		formed, err := c.Form(example.Results(model), false)
		if err != nil {
			t.Fatal(err)
		}
		got := figures(c, formed)
		for node, value := range want {
			v, ok := got[node]
			if node == "average_vision" {
				v = formed.Value
			}
			switch {
			case math.IsNaN(value.Value):
				if ok && v != 0 && !math.IsNaN(v) {
					t.Errorf("%s: %s is %v, want none or 0", model, node, v)
				}
			case math.Abs(v-value.Value) > example.Tolerance || math.IsNaN(v):
				t.Errorf("%s: %s is %v, want %v", model, node, v, value.Value)
			}
		}
	}
}

func TestWithout(t *testing.T) {
	c := parse(t, "mean: [V4, {name: a, mean: [IT, {name: b, mean: [x]}]}]\nbeside: [y]\n")
	for _, x := range []struct {
		names []string
		want  string // the remaining nodes, or the error
	}{
		{nil, "V4 a IT b x y"},
		{[]string{"it"}, "V4 a b x y"},
		{[]string{"x"}, "V4 a IT y"},
		{[]string{"IT", "b"}, "V4 y"},
		{[]string{"a", "y"}, "V4"},
		{[]string{"V4", "a"}, "nothing of composite c would remain"},
		{[]string{"v5"}, `composite c has no benchmark or group "v5": did you mean "V4"?; brainscore composites show c draws its tree`},
		{[]string{"c"}, `composite c has no benchmark or group "c"`},
	} {
		got, err := c.Without(x.names...)
		if err != nil {
			if !strings.HasPrefix(err.Error(), x.want) {
				t.Errorf("%q: %v, want %s", x.names, err, x.want)
			}
			continue
		}
		if nodes := strings.Join(got.NodeNames(), " "); nodes != x.want {
			t.Errorf("%q leaves %s, want %s", x.names, nodes, x.want)
		}
	}
	if nodes := strings.Join(c.NodeNames(), " "); nodes != "V4 a IT b x y" {
		t.Errorf("the composite itself is now %s", nodes)
	}
}

func parse(t *testing.T, text string) *benchmarks.Composite {
	t.Helper()
	c, err := benchmarks.ParseComposite("c.yaml", []byte("identifier: c\nof: raw\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The figures of small trees by each rule, by weights, and where a group is given.
func TestRules(t *testing.T) {
	nan := math.NaN()
	type values = map[string]float64
	const tree = "mean: [a, {name: g, mean: [b, c]}]\n"
	for name, x := range map[string]struct {
		yaml    string
		given   values
		partial bool
		value   float64 // NaN: refused
		groups  values
		weight  float64
	}{
		"whole":                         {tree, values{"a": 1, "b": 2, "c": 4}, false, 2, values{"g": 3}, 1},
		"refuse":                        {tree, values{"a": 1, "b": 2}, false, nan, values{}, 0.75},
		"refuse, partial":               {tree, values{"a": 1, "b": 2}, true, 1.5, values{"g": 2}, 0.75},
		"refuse, partial, no group":     {tree, values{"a": 1}, true, 1, values{}, 0.5},
		"zero":                          {tree + "missing: zero\n", values{"a": 1, "b": 2}, false, 1, values{"g": 1}, 0.75},
		"zero, no group":                {tree + "missing: zero\n", values{"a": 1}, false, 0.5, values{}, 0.5},
		"zero, failed":                  {tree + "missing: zero\n", values{"a": 1, "b": nan, "c": nan}, false, 0.5, values{}, 0.5},
		"omit":                          {tree + "missing: omit\n", values{"a": 1, "b": 2}, false, 1.5, values{"g": 2}, 0.75},
		"omit, no group":                {tree + "missing: omit\n", values{"a": 1}, false, 1, values{}, 0.5},
		"zero in a group that refuses":  {"mean: [a, {name: g, missing: zero, mean: [b, c]}]\n", values{"a": 1, "b": 2}, false, 1, values{"g": 1}, 0.75},
		"refuse in a group that omits":  {"missing: omit\nmean: [a, {name: g, missing: refuse, mean: [b, c]}]\n", values{"a": 1, "b": 2}, false, 1, values{}, 0.75},
		"weights":                       {"mean: [{name: a, weight: 3}, {name: g, mean: [b, {name: c, weight: 0.5}]}]\n", values{"a": 1, "b": 3, "c": 6}, false, 1.75, values{"g": 4}, 1},
		"weights, zero":                 {"missing: zero\nmean: [{name: a, weight: 3}, {name: g, mean: [b, {name: c, weight: 0.5}]}]\n", values{"a": 1, "b": 3}, false, 1.25, values{"g": 2}, 0.75 + 1./6},
		"weights, omit":                 {"missing: omit\nmean: [{name: a, weight: 3}, {name: g, mean: [b, {name: c, weight: 0.5}]}]\n", values{"a": 1, "c": 5}, false, 2, values{"g": 5}, 0.75 + 1./12},
		"weight 0 has no effect":        {"mean: [a, {name: b, weight: 0}]\n", values{"a": 1}, false, 1, values{}, 1},
		"weight 0 alone":                {"missing: omit\nmean: [a, {name: b, weight: 0}]\n", values{"b": 1}, false, nan, values{}, 0},
		"clip":                          {"clip: true\nmean: [a, {name: g, clip: false, mean: [b]}]\n", values{"a": 7, "b": -2}, false, -0.5, values{"g": -2}, 1},
		"group given":                   {tree, values{"a": 1, "g": 3}, false, 2, values{"g": 3}, 1},
		"group and a leaf given":        {tree + "missing: omit\n", values{"a": 1, "g": 3, "b": 5}, false, 3, values{"g": 5}, 0.75},
		"group failed":                  {tree + "missing: zero\n", values{"a": 1, "g": nan}, false, 0.5, values{}, 0.5},
		"composite given":               {tree, values{"c.": 3}, false, nan, values{}, 0},
		"composite given by identifier": {"name: top\n" + tree, values{"top": 3}, false, 3, values{}, 1},
		"beside does not count":         {"mean: [a]\nbeside: [{name: g, mean: [b, c]}]\n", values{"a": 1, "b": 3, "c": 5}, false, 1, values{"g": 4}, 1},
		"beside alone":                  {"mean: [a]\nbeside: [b]\n", values{"b": 3}, true, nan, values{}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c := parse(t, x.yaml)
			got := c.Evaluate(x.given, nil, x.partial)
			if math.Abs(got.Value-x.value) > 1e-15 || math.IsNaN(got.Value) != math.IsNaN(x.value) || fmt.Sprint(got.Groups) != fmt.Sprint(x.groups) || math.Abs(got.Coverage.Weight-x.weight) > 1e-15 {
				t.Errorf("got %v, groups %v, weight %v; want %v, %v, %v", got.Value, got.Groups, got.Coverage.Weight, x.value, x.groups, x.weight)
			}
			if _, err := c.FormParts(x.given, x.partial); (err != nil) != math.IsNaN(x.value) {
				t.Errorf("formed with error %v, want %v", err, x.value)
			}
		})
	}
}

// A benchmark counts as the leaf of its identifier, else where parts lists it, else
// under its parent, and a leaf may be of raw scores in a tree of ceiled ones.
func TestLeavesOfResults(t *testing.T) {
	c, err := benchmarks.ParseComposite("c.yaml", []byte(`
identifier: c
of: ceiled
clip: true
mean: [IT, {name: b, of: raw, clip: false}, x]
parts: {x: [other]}
`))
	if err != nil {
		t.Fatal(err)
	}
	result := func(id, parent string, raw, ceiled float64) benchmarks.Result {
		r := benchmarks.Result{Benchmark: id, Parent: parent, Region: id, Layer: "fc"}
		r.Raw.Value, r.Ceiled.Value = raw, ceiled
		return r
	}
	got, err := c.Form([]benchmarks.Result{result("i1", "IT", 9, 1.5), result("i2", "IT", 9, -0.5), result("b", "IT", 7, 9), result("other", "IT", 9, 0.25), result("none", "", 9, 9)}, false)
	if err != nil {
		t.Fatal(err)
	}
	// The benchmarks of IT are clipped each.
	if want := map[string]float64{"IT": 0.5, "b": 7, "x": 0.25}; fmt.Sprint(got.Parts) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got.Parts, want)
	}
}

// The trees of the site count at least the embedded benchmarks of their leaves.
func TestSiteTrees(t *testing.T) {
	definitions, errs := (benchmarks.Home{}).Definitions()
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	for name, want := range map[string]int{"brain-score.org-2024-12": 82, "brain-score.org-2025-05": 73, "brain-score.org-2026-08": 73} {
		c, err := benchmarks.LoadComposite(name)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]string{}
		for _, d := range definitions {
			part := c.PartOf(benchmarks.Result{Benchmark: d.Identifier, Parent: d.Parent})
			if part != d.Identifier && !slices.Contains(c.Parts[part], d.Identifier) || !slices.Contains(c.NodeNames(), part) {
				continue
			}
			if first, twice := found[part]; twice {
				t.Errorf("%s: %s is both %s and %s", name, part, first, d.Identifier)
			}
			found[part] = d.Identifier
		}
		if len(found) < want {
			t.Errorf("%s: %d leaves have definitions, want at least %d", name, len(found), want)
		}
	}
}

func TestTreeMistakes(t *testing.T) {
	const head = "identifier: c\nof: raw\n"
	deep := strings.Repeat("{name: x, mean: [", 60) + "a" + strings.Repeat("]}", 60)
	for name, x := range map[string]struct{ yaml, want string }{
		"cycle":                 {head + "mean:\n- name: a\n  mean:\n  - {name: b, mean: [V4, a]}\n", "c.yaml:6: a is a member of itself (a > b > a), first named on line 4"},
		"group in itself":       {head + "mean:\n- name: a\n  mean:\n  - {name: a, mean: [V4]}\n", "c.yaml:6: a is a member of itself (a > a), first named on line 4"},
		"cycle through the top": {head + "name: top\nmean: [top]\n", "c.yaml:4: top is named twice, first on line 3"},
		"cycle of aliases":      {head + "mean: &m\n- {name: a, mean: *m}\n", "unfolds to more than"},
		"leaf twice":            {head + "mean:\n- {name: a, mean: [V4]}\n- {name: b, mean: [IT, V4]}\n", "c.yaml:5: V4 is named twice, first on line 4"},
		"leaf twice, beside":    {head + "mean: [V4]\nbeside: [V4]\n", "c.yaml:4: V4 is named twice, first on line 3"},
		"leaf twice by parts":   {head + "mean: [a, b]\nparts: {a: [b]}\n", "c.yaml:4: the benchmark b counts twice: as a leaf, and in part a"},
		"parts of a group":      {head + "mean: [{name: a, mean: [b]}]\nparts: {a: [x]}\n", "c.yaml:4: parts.a is a group"},
		"weight below 0":        {head + "mean:\n- {name: a, weight: -1}\n- b\n", "c.yaml:4: the weight of a is -1; give 0, or a number from 1e-6 to 1e6"},
		"weight not a number":   {head + "mean:\n- {name: a, weight: .nan}\n", "c.yaml:4: the weight of a is NaN"},
		"weight infinite":       {head + "mean:\n- {name: a, weight: .inf}\n", "c.yaml:4: the weight of a is +Inf"},
		"weight too small":      {head + "mean:\n- {name: a, weight: 1e-300}\n", "c.yaml:4: the weight of a is 1e-300"},
		"weight a text":         {head + "mean:\n- {name: a, weight: much}\n", "must be a number"},
		"weights of 0":          {head + "mean:\n- {name: a, weight: 0}\n", "the weights of mean add up to 0"},
		"unknown rule":          {head + "mean: [a]\nmissing: zeros\n", `c.yaml:4: unknown missing "zeros"; did you mean "zero"?`},
		"unknown rule of group": {head + "mean:\n- {name: a, missing: drop, mean: [b]}\n", `c.yaml:4: unknown mean.0.missing "drop"`},
		"rule of a leaf":        {head + "mean:\n- {name: a, missing: zero}\n", "c.yaml:4: missing is a rule of groups, but a has no mean"},
		"unknown of":            {head + "mean:\n- {name: a, of: ceild}\n", `c.yaml:4: unknown mean.0.of "ceild"`},
		"clip a number":         {head + "mean: [a]\nclip: 1\n", "must be"},
		"missing a list":        {head + "mean: [a]\nmissing: [a]\n", "c.yaml:4: missing is a list, but must be keys with values"},
		"other name of none":    {head + "mean: [IT]\nother_names: {x: it}\n", `c.yaml:4: unknown other_names.x "it"`},
		"other name of a node":  {head + "mean: [IT, V4]\nother_names: {V4: IT}\n", "c.yaml:4: V4 is itself the name of a node"},
		"unknown figures":       {head + "mean: [IT]\nfigures: site\n", `c.yaml:4: unknown figures "site"`},
		"too deep":              {head + "mean: [" + deep + "]\n", "levels"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := benchmarks.ParseComposite("c.yaml", []byte(x.yaml))
			if e := (*benchmarks.FileError)(nil); !errors.As(err, &e) || !strings.Contains(err.Error(), x.want) {
				t.Errorf("got  %v\nwant %v", err, x.want)
			}
		})
	}
}
