// Package text makes foreign text safe to print and aligns it by the columns
// that it takes on a terminal.
package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Safe is s in one line of printable characters. Names come from files and
// folders that anyone may have written, so control characters, terminal
// escapes, line breaks, characters that reverse the writing direction and
// broken UTF-8 are shown as Go escapes. Other text is kept as it is.
func Safe(s string) string {
	if !strings.ContainsFunc(s, steers) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case steers(r) && r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		case steers(r) && r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		case steers(r):
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}

// Fault returns what is wrong with a name, as the end of the sentence "NAME, which
// ...", or "" if it is text. A name with a zero byte or broken UTF-8 is cut short or
// changed by the formats and programs that it passes through.
func Fault(name string) string {
	switch {
	case strings.IndexByte(name, 0) >= 0:
		return "holds a zero byte"
	case !utf8.ValidString(name):
		return "is not UTF-8"
	}
	return ""
}

// SafeLines is s with each of its lines made safe.
func SafeLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = Safe(strings.TrimSuffix(line, "\r"))
	}
	return strings.Join(lines, "\n")
}

// steers reports whether a character steers the terminal rather than showing on
// it. The joiners are format characters too, but belong to many scripts.
func steers(r rune) bool {
	switch r {
	case '\u200c', '\u200d':
		return false
	case '\u2028', '\u2029':
		return true
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

// Width is the number of terminal columns that s takes.
func Width(s string) int { return uniseg.StringWidth(s) }

// Left pads s on the right to a width.
func Left(s string, width int) string { return s + spaces(width-Width(s)) }

// Right pads s on the left to a width.
func Right(s string, width int) string { return spaces(width-Width(s)) + s }

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }
