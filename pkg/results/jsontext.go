package results

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"unicode/utf8"
)

// WriteJSON writes a value as JSON for people and programs: what fits a line
// stays on one, lists of numbers always do, the rest is indented. Characters
// are written as they are rather than escaped for HTML.
func WriteJSON(w io.Writer, v any) error {
	var compact bytes.Buffer
	enc := json.NewEncoder(&compact)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 64<<10)
	l := layout{src: compact.Bytes(), out: out}
	l.value(0)
	out.WriteByte('\n')
	return out.Flush()
}

// lineWidth is the width up to which a list or object is kept on its line.
const lineWidth = 100

// layout lays out compact, valid JSON.
type layout struct {
	src []byte
	at  int
	out *bufio.Writer // keeps its first error
}

// value copies the value at hand, which starts at a depth of indentation.
func (l *layout) value(depth int) {
	open := l.src[l.at]
	end := l.end(l.at)
	if open != '{' && open != '[' || l.fits(l.src[l.at:end], depth) {
		l.inline(end)
		return
	}
	l.out.WriteByte(open)
	l.at++
	for l.src[l.at] != '}' && l.src[l.at] != ']' {
		if l.src[l.at] == ',' {
			l.out.WriteByte(',')
			l.at++
		}
		l.newline(depth + 1)
		if open == '{' {
			key := l.end(l.at)
			l.out.Write(l.src[l.at:key])
			l.out.WriteString(": ")
			l.at = key + 1 // past the colon
		}
		l.value(depth + 1)
	}
	l.newline(depth)
	l.out.WriteByte(l.src[l.at])
	l.at++
}

func (l *layout) newline(depth int) {
	l.out.WriteByte('\n')
	for range depth {
		l.out.WriteString("  ")
	}
}

// fits says whether a list or object stays on one line.
func (l *layout) fits(v []byte, depth int) bool {
	if v[0] == '[' && !bytes.ContainsAny(v[1:], `[{"`) {
		return true
	}
	if len(v) == 2 {
		return true
	}
	return depth > 0 && 2*depth+utf8.RuneCount(v) <= lineWidth
}

// inline copies up to end on one line, with a space after colons and commas.
func (l *layout) inline(end int) {
	for l.at < end {
		switch c := l.src[l.at]; c {
		case '"':
			s := l.end(l.at)
			l.out.Write(l.src[l.at:s])
			l.at = s
		case ':', ',':
			l.out.WriteByte(c)
			l.out.WriteByte(' ')
			l.at++
		default:
			l.out.WriteByte(c)
			l.at++
		}
	}
}

// end is where the value that starts at i ends.
func (l *layout) end(i int) int {
	depth := 0
	for inString := false; ; i++ {
		switch c := l.src[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
			if !inString && depth == 0 {
				return i + 1
			}
		case inString:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth == 0 {
				return i // a number or word inside a list or object
			}
			depth--
			if depth == 0 {
				return i + 1
			}
		case depth == 0 && (c == ',' || c == ':' || c == '\n'):
			return i
		}
	}
}
