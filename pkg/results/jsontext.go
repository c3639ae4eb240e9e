package results

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"unicode/utf8"
)

// WriteJSON writes a value as JSON for people and programs: lists and objects that fit
// a line, and all lists of numbers, are on one line; others are indented. It does not
// escape characters for HTML.
func WriteJSON(w io.Writer, v any) error {
	var compact bytes.Buffer
	enc := json.NewEncoder(&compact)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 64<<10)
	l := layout{src: compact.Bytes(), out: out}
	l.writeValue(0)
	out.WriteByte('\n')
	return out.Flush()
}

// lineWidth is the largest width of a list or object on one line.
const lineWidth = 100

// layout indents compact, valid JSON.
type layout struct {
	src  []byte
	next int           // index in src
	out  *bufio.Writer // keeps its first error
}

// writeValue writes the next value at a depth of indentation.
func (l *layout) writeValue(depth int) {
	open := l.src[l.next]
	end := l.end(l.next)
	if open != '{' && open != '[' || l.fits(l.src[l.next:end], depth) {
		l.writeInline(end)
		return
	}
	l.out.WriteByte(open)
	l.next++
	for l.src[l.next] != '}' && l.src[l.next] != ']' {
		if l.src[l.next] == ',' {
			l.out.WriteByte(',')
			l.next++
		}
		l.writeNewline(depth + 1)
		if open == '{' {
			key := l.end(l.next)
			l.out.Write(l.src[l.next:key])
			l.out.WriteString(": ")
			l.next = key + 1 // past the colon
		}
		l.writeValue(depth + 1)
	}
	l.writeNewline(depth)
	l.out.WriteByte(l.src[l.next])
	l.next++
}

// writeNewline begins a line at a depth of indentation.
func (l *layout) writeNewline(depth int) {
	l.out.WriteByte('\n')
	for range depth {
		l.out.WriteString("  ")
	}
}

// fits reports whether a list or object is written on one line.
func (l *layout) fits(v []byte, depth int) bool {
	if v[0] == '[' && !bytes.ContainsAny(v[1:], `[{"`) {
		return true
	}
	if len(v) == 2 {
		return true
	}
	return depth > 0 && 2*depth+utf8.RuneCount(v) <= lineWidth
}

// writeInline copies src up to end on one line, with a space after colons and commas.
func (l *layout) writeInline(end int) {
	for l.next < end {
		switch c := l.src[l.next]; c {
		case '"':
			s := l.end(l.next)
			l.out.Write(l.src[l.next:s])
			l.next = s
		case ':', ',':
			l.out.WriteByte(c)
			l.out.WriteByte(' ')
			l.next++
		default:
			l.out.WriteByte(c)
			l.next++
		}
	}
}

// end returns the index after the value that starts at i.
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
