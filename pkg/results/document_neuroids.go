package results

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// cutNeuroids removes the neuroids from the valid JSON of a score and returns both. They
// are most of a document, a million in one of many models, and encoding/json scans each
// five times. If they are not in the form that `brainscore score` writes, cutNeuroids
// returns all of the JSON and no neuroids.
func cutNeuroids(score []byte) (other []byte, neuroids []Neuroid) {
	key := []byte(`"neuroids"`)
	for offset := 0; ; {
		i := bytes.Index(score[offset:], key)
		if i < 0 {
			return score, nil
		}
		i += offset
		offset = i + len(key)
		r := plainReader{text: score[offset:]}
		if depth(score[:i]) != 1 || !r.skip(':') {
			continue
		}
		list, ok := r.readNeuroids(bytes.Count(score[offset:], []byte{'{'}))
		if !ok {
			return score, nil
		}
		other = append(other, score[:i]...)
		other = append(other, `"neuroids":null`...)
		return append(other, r.text...), list
	}
}

// depth returns the number of lists and objects that are open at the end of truncated
// JSON, or -1 if a string is.
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

// readNeuroids reads a list of objects of plain strings and numbers, for whose number
// capacity is a guess. ok is false for any other value.
func (r *plainReader) readNeuroids(capacity int) (list []Neuroid, ok bool) {
	list = make([]Neuroid, 0, capacity)
	if !r.skip('[') {
		return nil, false
	}
	for r.skip('{') {
		n := Neuroid{Raw: missing, Ceiling: missing}
		for more := true; more; more = r.skip(',') {
			key, ok := r.readString()
			if !ok || !r.skip(':') {
				return nil, false
			}
			switch string(key) {
			case "neuroid_id":
				var id []byte
				if id, ok = r.readString(); ok {
					n.NeuroidID = string(id)
				}
			case "raw":
				n.Raw, ok = r.readNumber()
			case "ceiling":
				n.Ceiling, ok = r.readNumber()
			default:
				ok = false
			}
			if !ok {
				return nil, false
			}
		}
		if list = append(list, n); !r.skip('}') {
			return nil, false
		}
		if !r.skip(',') {
			break
		}
	}
	return list, r.skip(']')
}

// plainReader reads tokens from the front of JSON.
type plainReader struct{ text []byte }

// skip skips white space and then the character c. It reports whether c was next.
func (r *plainReader) skip(c byte) bool {
	i := 0
	for i < len(r.text) && (r.text[i] == ' ' || r.text[i] == '\t' || r.text[i] == '\r' || r.text[i] == '\n') {
		i++
	}
	if r.text = r.text[i:]; len(r.text) == 0 || r.text[0] != c {
		return false
	}
	r.text = r.text[1:]
	return true
}

// readString reads a string without escapes.
func (r *plainReader) readString() ([]byte, bool) {
	if !r.skip('"') {
		return nil, false
	}
	end := bytes.IndexByte(r.text, '"')
	if end < 0 {
		return nil, false
	}
	s := r.text[:end]
	r.text = r.text[end+1:]
	return s, bytes.IndexByte(s, '\\') < 0 && utf8.Valid(s)
}

// readNumber reads a number or null.
func (r *plainReader) readNumber() (Number, bool) {
	r.skip(' ')
	end := bytes.IndexAny(r.text, ",} \t\r\n")
	if end < 0 {
		return missing, false
	}
	word := r.text[:end]
	r.text = r.text[end:]
	if string(word) == "null" {
		return missing, true
	}
	v, err := strconv.ParseFloat(string(word), 64)
	return Number(v), err == nil
}
