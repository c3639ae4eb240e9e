package results

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
)

// The kinds of entries; each has its own folder.
const (
	Scores   = "scores"
	Contents = "contents"
	Checks   = "checks"
)

// Kinds lists the kinds of entries.
func Kinds() []string { return []string{Scores, Contents, Checks} }

// Key identifies an entry by its subject and everything that determines its content.
type Key struct {
	Kind      string `json:"kind"`
	Model     string `json:"model"`
	Benchmark string `json:"benchmark,omitempty"`
	Layer     string `json:"layer"`
	// Of holds what determines the content under readable names: hashes of files,
	// definitions, versions of algorithms.
	Of map[string]string `json:"of"`
}

// Hash returns the name of the entry's file, without its extension.
func (k Key) Hash() string {
	// Maps are encoded in the order of their keys, so this is one text.
	text, err := json.Marshal(k)
	if err != nil {
		panic("results: a key of texts cannot be encoded: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// String returns the entry's model, benchmark and layer.
func (k Key) String() string {
	if k.Benchmark == "" {
		return fmt.Sprintf("%s, %s", k.Model, k.Layer)
	}
	return fmt.Sprintf("%s, %s (%s)", k.Model, k.Benchmark, k.Layer)
}

// folder returns the folder of all entries with the same model, benchmark and layer.
func (k Key) folder() string {
	parts := []string{k.Kind, fileName(k.Model)}
	if k.Benchmark != "" {
		parts = append(parts, fileName(k.Benchmark))
	}
	return filepath.Join(append(parts, fileName(k.Layer))...)
}

// maxFolderName is the largest length of a folder's name.
const maxFolderName = 120

// unsafeInNames escapes characters that are allowed in URLs, but not in file names on
// all systems.
var unsafeInNames = strings.NewReplacer(":", "%3A", "*", "%2A")

// fileName returns a folder's name for any text: characters that are not allowed are
// escaped, and the end of a long name is replaced by a hash.
func fileName(name string) string {
	escaped := unsafeInNames.Replace(url.PathEscape(name))
	if strings.HasPrefix(escaped, ".") {
		escaped = "%2E" + escaped[1:]
	}
	if escaped == "" {
		escaped = "%"
	}
	if len(escaped) > maxFolderName {
		sum := sha256.Sum256([]byte(name))
		escaped = escaped[:maxFolderName-20] + "%" + hex.EncodeToString(sum[:8])
	}
	return escaped
}

// differences returns the names whose values differ between two entries, and those that
// only one of them has.
func differences(before, after map[string]string) (changed, added, removed []string) {
	for _, name := range slices.Sorted(maps.Keys(after)) {
		value, ok := before[name]
		switch {
		case !ok:
			added = append(added, name)
		case value != after[name]:
			changed = append(changed, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if _, ok := after[name]; !ok {
			removed = append(removed, name)
		}
	}
	return changed, added, removed
}
