package output

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// Neuroids are most of a document: a million in one of many models. Read one
// by one by encoding/json, each is scanned five times over, so what score
// writes is read here in one go and anything else as usual.
type Neuroids []Neuroid

// UnmarshalJSON implements json.Unmarshaler; b is valid JSON.
func (n *Neuroids) UnmarshalJSON(b []byte) error {
	if list, ok := plainNeuroids(b); ok {
		*n = list
		return nil
	}
	return json.Unmarshal(b, (*[]Neuroid)(n))
}

// plainNeuroids reads a list of objects of plain strings and numbers. It is
// false for any other.
func plainNeuroids(b []byte) (Neuroids, bool) {
	r := plainReader{rest: b}
	list := make(Neuroids, 0, bytes.Count(b, []byte{'{'}))
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
