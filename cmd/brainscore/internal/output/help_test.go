package output

import "testing"

func TestWrapHelp(t *testing.T) {
	for _, c := range []struct {
		name, text, want string
	}{
		{"a paragraph is filled", "one two three four five\nsix seven eight\n", "one two three four five six seven\neight\n"},
		{"paragraphs stay apart", "one two\n\nthree\n", "one two\n\nthree\n"},
		{"a long word stays", "one abcdefghijklmnopqrstuvwxyz0123456789 two\n", "one\nabcdefghijklmnopqrstuvwxyz0123456789\ntwo\n"},
		{"a list keeps its column", "Exit:\n  0  all is done, and nothing more is to do\n", "Exit:\n  0  all is done, and nothing more\n     is to do\n"},
		{"an entry of several lines", "  .mat  one layer for each of the\n        variables\n  .npy  one\n", "  .mat  one layer for each of the\n        variables\n  .npy  one\n"},
		{"and one that is filled anew", "  .mat  one layer for each of its\n        two or more variables\n        in it\n", "  .mat  one layer for each of its\n        two or more variables in\n        it\n"},
		{"a name with a value", "  --a X  all is done, and nothing more\n", "  --a X  all is done, and nothing\n         more\n"},
		{"a column too far to the right", "  --a-long-name X  all is done\n", "  --a-long-name X  all is done\n"},
		{"and one that is longer", "  --a-long-name X  all is done, and nothing more\n", "  --a-long-name X  all is done,\n    and nothing more\n"},
		{"a command goes on", "  brainscore score models/vgg --data home --ci\n", "  brainscore score models/vgg \\\n    --data home --ci\n"},
		{"as wide as the text", "one two three four five six seven!\n", "one two three four five six seven!\n"},
		{"no line break at the end", "one", "one\n"},
	} {
		if got := WrapHelp(c.text, 34); got != c.want {
			t.Errorf("%s:\n%s\nbut want\n%s", c.name, got, c.want)
		}
	}
}

func TestWrapMarkdown(t *testing.T) {
	const page = "# A title that is longer than the line is wide\n\nOne two three four five six seven\neight.\nNine.\n- an item of a list that is long\n  and goes on\n- another\n\n" +
		"1. first of the numbered items is long\n\n```sh\nbrainscore score models/alexnet --data home\nname.npy   stimuli × features of a layer\n```\n| a | table |\n"
	const want = "# A title that is longer than\n    the line is wide\n\nOne two three four five six\nseven eight. Nine.\n- an item of a list that is\n  long and goes on\n- another\n\n" +
		"1. first of the numbered items\n   is long\n\n```sh\nbrainscore score models/alexnet --data home\nname.npy   stimuli × features\n    of a layer\n```\n| a | table |\n"
	if got := WrapMarkdown(page, 30); got != want {
		t.Errorf("wrapped:\n%s\nbut want\n%s", got, want)
	}
	if got := WrapMarkdown("```\nname.npy   stimuli × features of a layer\n```\n", 36); got != "```\nname.npy   stimuli × features of a\n           layer\n```\n" {
		t.Errorf("a list in code:\n%s", got)
	}
}
