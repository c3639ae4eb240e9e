package text

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzSafe prints text that others wrote.
func FuzzSafe(f *testing.F) {
	for _, seed := range []string{"plain", "\x1b[31mred", "a\nb\r\n", "\u202eabc", "\xff\xfe", "\u2028", "e\u0301", "\u200d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, safe := range append(strings.Split(SafeLines(s), "\n"), Safe(s)) {
			if !utf8.ValidString(safe) || strings.ContainsFunc(safe, steers) || Safe(safe) != safe {
				t.Errorf("%q became %q", s, safe)
			}
		}
		if n := Width(Left(Safe(s), 20)); n < 20 {
			t.Errorf("%q is padded to %d columns", s, n)
		}
	})
}
