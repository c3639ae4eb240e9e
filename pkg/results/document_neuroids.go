package results

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// cutNeuroids takes the neuroids out of the JSON of a score, which is valid:
// they are most of a document, a million in one of many models, and
// encoding/json scans each five times over. It gives the JSON without them, or
// all of it and no neuroids where these are not written as score writes them.
func cutNeuroids(score []byte) (rest []byte, neuroids []Neuroid) {
	key := []byte(`"neuroids"`)
	for from := 0; ; {
		at := bytes.Index(score[from:], key)
		if at < 0 {
			return score, nil
		}
		at += from
		from = at + len(key)
		r := plainReader{rest: score[from:]}
		if depth(score[:at]) != 1 || !r.take(':') {
			continue
		}
		list, ok := r.neuroids(bytes.Count(score[from:], []byte{'{'}))
		if !ok {
			return score, nil
		}
		rest = append(rest, score[:at]...)
		rest = append(rest, `"neuroids":null`...)
		return append(rest, r.rest...), list
	}
}

// depth is in how many lists and objects JSON is where it is cut off, or -1
// within a string.
func depth(b []byte) int {
	depth, inString := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
	}
	if inString {
		return -1
	}
	return depth
}

// neuroids takes a list of about so many objects of plain strings and numbers;
// it is false for any other.
func (r *plainReader) neuroids(about int) ([]Neuroid, bool) {
	list := make([]Neuroid, 0, about)
	if !r.take('[') {
		return nil, false
	}
	for r.take('{') {
		n := Neuroid{Raw: missing, Ceiling: missing}
		for more := true; more; more = r.take(',') {
			key, ok := r.text()
			if !ok || !r.take(':') {
				return nil, false
			}
			switch string(key) {
			case "neuroid_id":
				var id []byte
				if id, ok = r.text(); ok {
					n.NeuroidID = string(id)
				}
			case "raw":
				n.Raw, ok = r.number()
			case "ceiling":
				n.Ceiling, ok = r.number()
			default:
				ok = false
			}
			if !ok {
				return nil, false
			}
		}
		if list = append(list, n); !r.take('}') {
			return nil, false
		}
		if !r.take(',') {
			break
		}
	}
	return list, r.take(']')
}

// plainReader takes tokens off the front of JSON.
type plainReader struct{ rest []byte }

// take takes a character, with blanks before it, if it is next.
func (r *plainReader) take(c byte) bool {
	r.rest = bytes.TrimLeft(r.rest, " \t\r\n")
	if len(r.rest) == 0 || r.rest[0] != c {
		return false
	}
	r.rest = r.rest[1:]
	return true
}

// text takes a string without escapes.
func (r *plainReader) text() ([]byte, bool) {
	if !r.take('"') {
		return nil, false
	}
	end := bytes.IndexByte(r.rest, '"')
	if end < 0 {
		return nil, false
	}
	s := r.rest[:end]
	r.rest = r.rest[end+1:]
	return s, bytes.IndexByte(s, '\\') < 0 && utf8.Valid(s)
}

// number takes a number or null.
func (r *plainReader) number() (Number, bool) {
	r.take(' ')
	end := bytes.IndexAny(r.rest, ",} \t\r\n")
	if end < 0 {
		return missing, false
	}
	word := r.rest[:end]
	r.rest = r.rest[end:]
	if string(word) == "null" {
		return missing, true
	}
	v, err := strconv.ParseFloat(string(word), 64)
	return Number(v), err == nil
}
