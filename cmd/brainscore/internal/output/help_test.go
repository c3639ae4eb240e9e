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
