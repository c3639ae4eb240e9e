package benchmarks

import (
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxID leaves room for an extension within the 255 bytes of file names.
const maxID = 200

// SafeID reports, as an *IDError, an identifier that cannot name a file or
// folder inside a data home: definitions come from elsewhere, and what they
// name must not lead out of it.
func SafeID(id string) error {
	fail := func(why string) error { return &IDError{ID: id, Why: why} }
	switch {
	case id == "":
		return fail("is empty")
	case len(id) > maxID:
		return fail("is longer than 200 bytes")
	case !utf8.ValidString(id):
		return fail("is not UTF-8")
	case strings.ContainsAny(id, `/\`):
		return fail("holds a path separator")
	case strings.HasPrefix(id, "."):
		return fail("begins with a dot")
	case strings.TrimSpace(id) != id:
		return fail("begins or ends with a blank")
	case strings.ContainsFunc(id, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fail("holds a character that does not print")
	case !filepath.IsLocal(id):
		return fail("is no name of a file")
	}
	return nil
}
