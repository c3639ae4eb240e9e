package text

import "testing"

func TestSafe(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"resnet-50", "resnet-50"},
		{"naïve 脳 🧠", "naïve 脳 🧠"},
		{"می\u200cخواهم", "می\u200cخواهم"},
		{"a\nb\r\tc", `a\nb\r\tc`},
		{"\x1b[31mred\x1b[0m", `\x1b[31mred\x1b[0m`},
		{"\x7f\u0085", `\x7f\u0085`},
		{"a\u202eb", `a\u202eb`},
		{"a\u2028b", `a\u2028b`},
		{"a\U000e0041b", `a\U000e0041b`},
		{"bad\xff\xc3utf8", `bad\xff\xc3utf8`},
		{"kept \ufffd", "kept \ufffd"},
	} {
		if got := Safe(c.in); got != c.want {
			t.Errorf("Safe(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestFault(t *testing.T) {
	for name, want := range map[string]string{
		"": "", "s1": "", "naïve 脳": "", "kept \ufffd": "", "a\x00": "holds a zero byte", "\x00": "holds a zero byte", "caf\xe9": "is not UTF-8", "\xed\xa0\x80": "is not UTF-8",
	} {
		if got := Fault(name); got != want {
			t.Errorf("Fault(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestSafeLines(t *testing.T) {
	if got, want := SafeLines("one\r\ntwo\x1b[2J\n"), "one\ntwo\\x1b[2J\n"; got != want {
		t.Errorf("SafeLines gives %q, want %q", got, want)
	}
}

func TestPadding(t *testing.T) {
	for _, c := range []struct{ in, left, right string }{
		{"ab", "ab  ", "  ab"},
		{"脳", "脳  ", "  脳"},
		{"e\u0301", "e\u0301   ", "   e\u0301"},
		{"too long", "too long", "too long"},
	} {
		if got := Left(c.in, 4); got != c.left {
			t.Errorf("Left(%q) = %q, want %q", c.in, got, c.left)
		}
		if got := Right(c.in, 4); got != c.right {
			t.Errorf("Right(%q) = %q, want %q", c.in, got, c.right)
		}
	}
}
