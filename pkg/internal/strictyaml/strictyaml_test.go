package strictyaml

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/internal/fileerr"
)

type sample struct {
	Name    string            `yaml:"name"`
	Count   int               `yaml:"count"`
	Seed    uint32            `yaml:"seed"`
	Size    float64           `yaml:"size"`
	Value   *float64          `yaml:"value"`
	On      bool              `yaml:"on_off"`
	Select  map[string]string `yaml:"select"`
	Items   []string          `yaml:"items"`
	Group   *group            `yaml:"group"`
	Metric  metric            `yaml:"metric"`
	Nodes   []node            `yaml:"nodes"`
	Ignored string            `yaml:"-"`
}

type group struct {
	Title string `yaml:"title"`
	Year  int    `yaml:"year"`
}

type metric struct {
	Name    string         `yaml:"name"`
	Options map[string]any `yaml:",inline"`
}

type node struct {
	Name string `yaml:"name"`
	Of   []node `yaml:"of"`
}

func (n *node) UnmarshalText(text []byte) error {
	if string(text) == "bad" {
		return errors.New("bad is not allowed")
	}
	n.Name = string(text)
	return nil
}

func TestUnmarshal(t *testing.T) {
	half := 0.5
	for name, c := range map[string]struct {
		data string
		want sample
	}{
		"texts keep their characters": {"name: no\nselect: {region: 4, day: 2020-01-02, yes: 1e3, null_: \"null\", hex: 0x10, on: true}\nitems: [4, off, 1.50]",
			sample{Name: "no", Select: map[string]string{"region": "4", "day": "2020-01-02", "yes": "1e3", "null_": "null", "hex": "0x10", "on": "true"}, Items: []string{"4", "off", "1.50"}}},
		"numbers":              {"count: -3\nseed: 4294967295\nsize: 1\nvalue: 0.5\non_off: true", sample{Count: -3, Seed: 4294967295, Size: 1, Value: &half, On: true}},
		"whole number with e":  {"count: 1e3\nseed: 10.0", sample{Count: 1000, Seed: 10}},
		"empty is not given":   {"name:\ngroup: ~\ncount: null\nvalue:\nitems:\nselect:", sample{}},
		"nested":               {"group: {title: x, year: 2021}", sample{Group: &group{"x", 2021}}},
		"list in an option":    {"metric: {name: a, k: [x, 2, true], none: []}", sample{Metric: metric{"a", map[string]any{"k": []any{"x", 2, true}, "none": []any{}}}}},
		"inline":               {"metric: {name: pls, components: 25, rate: 0.5, on: true, word: w, big: 99999999999999999999}", sample{Metric: metric{"pls", map[string]any{"components": 25, "rate": 0.5, "on": true, "word": "w", "big": 1e20}}}},
		"scalars as structs":   {"nodes: [a, {name: b, of: [c]}]", sample{Nodes: []node{{Name: "a"}, {Name: "b", Of: []node{{Name: "c"}}}}}},
		"alias":                {"name: &n x\ngroup: {title: *n}", sample{Name: "x", Group: &group{Title: "x"}}},
		"byte order mark":      {"\ufeffname: x\r\ncount: 2\r\n", sample{Name: "x", Count: 2}},
		"document marks":       {"---\nname: x\n...\n", sample{Name: "x"}},
		"comment and no break": {"# a comment\nname: x # another", sample{Name: "x"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got sample
			if err := Unmarshal("f.yaml", []byte(c.data), &got); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestMistakes(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"unknown key":        {"nane: x", `f.yaml:1: unknown key "nane"; did you mean "name"? (the known keys are name, count, seed, size, value, on_off, select, items, group, metric, nodes)`},
		"nothing near":       {"name: x\n\nzzzzzzzz: 1", `f.yaml:3: unknown key "zzzzzzzz"; the known keys are name, count`},
		"unknown, no value":  {"nane:", `f.yaml:1: unknown key "nane"`},
		"unknown in group":   {"group:\n  yaer: 1", `f.yaml:2: unknown key "yaer" in group; did you mean "year"?`},
		"unknown in list":    {"nodes:\n- a\n- {nam: 1}", `f.yaml:3: unknown key "nam" in nodes.1; did you mean "name"?`},
		"hidden field":       {"ignored: 1", `unknown key "ignored"`},
		"all at once":        {"aaaaaaa: 1\ncount: x\nbbbbbbbb: 2", "f.yaml:1: unknown key \"aaaaaaa\"; the known keys are name, count, seed, size, value, on_off, select, items, group, metric, nodes\nf.yaml:2: count is the text \"x\", but must be a whole number\nf.yaml:3: unknown key"},
		"twice":              {"name: a\nname: b", "f.yaml:2: name is given twice, first on line 1; remove one of them"},
		"twice in group":     {"group:\n  year: 1\n  year: 2", "f.yaml:3: group.year is given twice"},
		"twice in inline":    {"metric: {name: a, k: 1, k: 2}", "f.yaml:1: metric.k is given twice"},
		"text for number":    {"count: ten", `f.yaml:1: count is the text "ten", but must be a whole number`},
		"quoted number":      {"count: \"10\"", `count is the text "10", but must be a whole number; remove the quotes`},
		"quoted text":        {"count: \"ten\"", `count is the text "ten", but must be a whole number`},
		"fraction":           {"count: 1.5", "count is the number 1.5, but must be a whole number"},
		"negative seed":      {"seed: -1", "seed is the number -1, but must be a whole number from 0 to 4294967295"},
		"large seed":         {"seed: 4294967296", "must be a whole number from 0 to 4294967295"},
		"list for number":    {"size: [1]", "size is a list, but must be a number"},
		"text for number 2":  {"value: x", `value is the text "x", but must be a number`},
		"text for bool":      {"on_off: maybe", `on_off is the text "maybe", but must be true or false`},
		"group for text":     {"name: {a: 1}", "name is keys with values, but must be a text"},
		"text for group":     {"metric: pls", `metric is the text "pls", but must be keys with values; write them as name: value`},
		"text for map":       {"select: IT", `select is the text "IT", but must be names with values; write it as {name: value}`},
		"list for map":       {"select: [IT]", "select is a list, but must be names with values"},
		"text for list":      {"items: x", `items is the text "x", but must be a list; write it as [first, second]`},
		"empty element":      {"items: [a, ]\nselect: {region: }", "f.yaml:2: select.region has no value; write one, or remove the key"},
		"null element":       {"items: [a, ~]", "items.1 has no value"},
		"nested option":      {"metric: {name: a, k: [[1]]}", "metric.k.0 is a list, but must be a single number, text, true or false"},
		"keys in an option":  {"metric: {name: a, k: {b: 1}}", "metric.k is keys with values, but must be a single number, text, true or false"},
		"keys in a list":     {"metric: {name: a, k: [{b: 1}]}", "metric.k.0 is keys with values, but must be a single number, text, true or false"},
		"empty in a list":    {"metric: {name: a, k: [1, ]}\nname: [~]", "name is a list, but must be a text"},
		"null in an option":  {"metric: {name: a, k: [1, ~]}", "metric.k.1 has no value"},
		"binary":             {"name: !!binary aGk=", "name is a value with the tag !!binary, but must be a text"},
		"own tag":            {"name: !secret x", "name is a value with the tag !secret"},
		"own check":          {"nodes: [bad]", "nodes.0: bad is not allowed"},
		"key is a list":      {"[a]: 1", "f.yaml:1: a key of the file is a list, but must be a text"},
		"merge key":          {"group: &g {year: 1}\nmetric:\n  name: x\nnodes: [{<<: *g}]", `unknown key "<<" in nodes.0; merge keys are not supported: write the keys out`},
		"list as file":       {"- a", "f.yaml:1: the file is a list, but must be keys with values"},
		"text as file":       {"hello", `f.yaml:1: the file is the text "hello", but must be keys with values`},
		"empty":              {"", "f.yaml: the file is empty; write its keys, or remove it"},
		"comment only":       {"# nothing\n", "f.yaml: the file is empty"},
		"null":               {"---\n~\n", "f.yaml: the file is empty"},
		"two documents":      {"name: a\n---\nname: b", "f.yaml:2: a second document begins here; write one document in a file"},
		"broken second":      {"name: a\n---\n{", "not YAML"},
		"syntax":             {"name: a\ncount: [1", "not YAML: "},
		"colon in value":     {"name: a: b", "f.yaml:1: not YAML: mapping values are not allowed in this context; check the indentation, and quote values"},
		"tab":                {"group:\n\tyear: 1", "f.yaml:2: not YAML: found character that cannot start any token; indent by spaces, not tabs"},
		"latin-1":            {"name: caf\xe9", "save the file as plain text in UTF-8"},
		"control character":  {"name: a\x00b", "save the file as plain text in UTF-8"},
		"unknown anchor":     {"name: *x", "quote a value that begins with *"},
		"too large":          {"name: " + strings.Repeat("x", MaxSize), "f.yaml: the file is larger than the 1024 KiB that a definition may have"},
		"too deep":           {"name: " + strings.Repeat("[", 200) + strings.Repeat("]", 200), "unfolds to more than 100000 values or 100 levels"},
		"far too deep":       {"name: " + strings.Repeat("[", 20000), "nest fewer groups and lists"},
		"contains itself":    {"items: &a [*a]", "f.yaml:1: the file unfolds to more than"},
		"a billion laughs":   {bomb(), "the file unfolds to more than 100000 values"},
		"message shows part": {"count: " + strings.Repeat("x", 100), `count is the text "` + strings.Repeat("x", 40) + `…", but`},
	} {
		t.Run(name, func(t *testing.T) {
			var got sample
			err := Unmarshal("f.yaml", []byte(c.data), &got)
			var typed *fileerr.Error
			if !errors.As(err, &typed) {
				t.Fatalf("got %v, not a *fileerr.Error", err)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %v", err, c.want)
			}
		})
	}
}

// bomb is a small file whose aliases unfold to 10⁹ values.
func bomb() string {
	data := "items: [&a0 x"
	for i := range 9 {
		was := "*a" + string(rune('0'+i))
		data += ", &a" + string(rune('1'+i)) + " [" + was + strings.Repeat(", "+was, 9) + "]"
	}
	return data + "]"
}

func TestLines(t *testing.T) {
	var s sample
	doc, err := Decode("f.yaml", []byte("name: x\nmetric:\n  name: pls\n  k:\n    2\nnodes:\n- a\n- name: b\ngroup: {year: }"), &s)
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]int{"": 1, "name": 1, "metric": 2, "metric.name": 3, "metric.k": 4, "metric.absent": 2, "nodes.0": 7, "nodes.1.name": 8, "nodes.1.of.0": 8, "group.year": 9, "absent": 1} {
		if got := doc.Line(key); got != want {
			t.Errorf("Line(%q) = %d, want %d", key, got, want)
		}
	}
	if doc.Has("group.year") || doc.Has("absent") || !doc.Has("metric.k") {
		t.Error("Has tells wrong what is given")
	}
	if got, want := doc.Errorf("metric.k", "use %d", "k is %d", 2).Error(), "f.yaml:4: k is 2; use %d"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzUnmarshal(f *testing.F) {
	for _, seed := range []string{"name: x\nmetric: {name: pls, k: 2}", "nodes: [a, {name: b, of: [c]}]", "items: &a [*a]", "? [a]\n: b", "<<: *x", "name: !!int x", "seed: 0o17\nsize: .nan\nvalue: -.inf",
		"a: &a [x, x, x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\nnodes: [*c, *c, *c, *c]", strings.Repeat("[", 500), "name: \"" + strings.Repeat("\\x00", 99) + "\""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var s sample
		err := Unmarshal("f.yaml", data, &s)
		var typed *fileerr.Error
		if err != nil && !errors.As(err, &typed) {
			t.Errorf("%v is not a *fileerr.Error", err)
		}
	})
}
