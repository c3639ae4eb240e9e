package stimuli

import (
	"fmt"
	"math/bits"
	"path"
	"strings"
)

// spellings are the ways in which programs write one id differently: spreadsheets
// drop leading zeros, pandas makes numbers with a gap 1.0, and file lists have
// folders and extensions.
var spellings = []struct {
	name  string
	strip func(string) string
}{
	{"spaces around them", strings.TrimSpace},
	{"folders", func(s string) string { return path.Base(strings.ReplaceAll(s, `\`, "/")) }},
	{"extensions", withoutExtension},
	{".0 at the end", func(s string) string { return strings.TrimSuffix(s, ".0") }},
	{"leading zeros", withoutZeros},
	{"regard to case", strings.ToLower},
}

// withoutExtension drops an extension of letters, such as .png, but not the .2 of
// v1.2.
func withoutExtension(s string) string {
	ext := path.Ext(s)
	if len(ext) < 3 || len(ext) > 6 || len(ext) == len(s) {
		return s
	}
	for _, c := range strings.ToLower(ext[1:]) {
		if c < 'a' || c > 'z' {
			return s
		}
	}
	return strings.TrimSuffix(s, ext)
}

// withoutZeros drops the zeros before a number, but keeps its last digit.
func withoutZeros(s string) string {
	short := strings.TrimLeft(s, "0")
	if short == "" || short[0] < '0' || short[0] > '9' {
		return s[min(len(s), max(0, len(s)-len(short)-1)):]
	}
	return short
}

// Spelling returns the difference in writing between ids and known ones, such as
// `they match without leading zeros ("1" and "0001")`, or "" if no difference that
// it knows of maps every id to a known one of its own. It is for messages: ids
// that are written differently are never taken for the same.
func Spelling(ids, known []string) string {
	const maxIDs = 1000
	ids = ids[:min(len(ids), maxIDs)]
	if len(ids) == 0 || len(known) == 0 {
		return ""
	}
	// The explanation with the fewest changes comes first.
	for count := 1; count <= len(spellings); count++ {
		for set := uint(1); set < 1<<len(spellings); set++ {
			if bits.OnesCount(set) != count {
				continue
			}
			if match, ok := respelled(ids, known, set); ok {
				var names []string
				for i, s := range spellings {
					if set&(1<<i) != 0 {
						names = append(names, s.name)
					}
				}
				return fmt.Sprintf("they match without %s (%q and %q)", strings.Join(names, " and "), ids[0], match)
			}
		}
	}
	return ""
}

// respelled reports whether the ids equal known ones if both are stripped, and
// returns the known one that the first equals.
func respelled(ids, known []string, set uint) (first string, ok bool) {
	strip := func(id string) string {
		for i, s := range spellings {
			if set&(1<<i) != 0 {
				id = s.strip(id)
			}
		}
		return id
	}
	knownByForm := make(map[string]string, len(known))
	for _, id := range known {
		form := strip(id)
		if other, twice := knownByForm[form]; twice && other != id {
			return "", false
		}
		knownByForm[form] = id
	}
	idByForm := make(map[string]string, len(ids))
	for i, id := range ids {
		form := strip(id)
		match, ok := knownByForm[form]
		if other, twice := idByForm[form]; !ok || twice && other != id {
			return "", false
		}
		idByForm[form] = id
		if i == 0 {
			first = match
		}
	}
	return first, true
}
