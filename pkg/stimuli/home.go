package stimuli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Home is the part of a data home that holds stimulus sets and assemblies.
type Home struct{ Dir string }

// StimuliDir returns the folder of all stimulus sets.
func (h Home) StimuliDir() string { return filepath.Join(h.Dir, "stimuli") }

// StimulusSets lists the stimulus sets by name.
func (h Home) StimulusSets() []string { return setsIn(h.StimuliDir()) }

// setsIn lists the folders of a folder that can be stimulus sets.
func setsIn(dir string) []string {
	entries, _ := os.ReadDir(dir)
	var names []string
	for _, e := range entries {
		if e.IsDir() && SafeID(e.Name()) == nil {
			names = append(names, e.Name())
		}
	}
	return names
}

// AssembliesDir returns the folder of all assemblies.
func (h Home) AssembliesDir() string { return filepath.Join(h.Dir, "assemblies") }

// exists reports whether the folder has those of stimulus sets and assemblies, as a dump never has.
func (h Home) exists() bool {
	for _, dir := range []string{h.StimuliDir(), h.AssembliesDir()} {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

// StimulusSetPath returns the folder of a stimulus set. The identifier must be
// safe (SafeID).
func (h Home) StimulusSetPath(id string) string { return filepath.Join(h.StimuliDir(), id) }

// AssemblyPath returns the folder of an assembly. The identifier must be safe
// (SafeID).
func (h Home) AssemblyPath(id string) string { return filepath.Join(h.AssembliesDir(), id) }

// IDError reports an identifier that cannot name a file or folder.
type IDError struct {
	ID  string
	Why string // continues the sentence "identifier ID ..."
}

func (e *IDError) Error() string { return fmt.Sprintf("identifier %q %s", e.ID, e.Why) }

// DataError reports that the cause is invalid data: always true.
func (e *IDError) DataError() bool { return true }

// maxID leaves room for an extension within the 255 bytes of file names.
const maxID = 200

// SafeID returns an *IDError if the identifier cannot name a file or folder
// inside a data home. Definitions come from elsewhere, and the names in them must
// not lead out of it.
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
		return fail("is not a valid file name")
	}
	return nil
}
