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

// Kinds of entries; each has a folder of its own.
const (
	Scores   = "scores"
	Contents = "contents"
)

// Key says what an entry is about and all that determines it.
type Key struct {
	Kind      string `json:"kind"`
	Model     string `json:"model"`
	Benchmark string `json:"benchmark,omitempty"`
	Layer     string `json:"layer"`
	// Of is what determines the content, each thing under a name that people
	// can read: hashes of files, definitions, versions of algorithms.
	Of map[string]string `json:"of"`
}

// Hash is the name of the entry.
func (k Key) Hash() string {
	// Maps are encoded in the order of their keys, so this is one text.
	text, err := json.Marshal(k)
	if err != nil {
		panic("results: a key of texts cannot be encoded: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// String names what the entry is about.
func (k Key) String() string {
	if k.Benchmark == "" {
		return fmt.Sprintf("%s, %s", k.Model, k.Layer)
	}
	return fmt.Sprintf("%s, %s (%s)", k.Model, k.Benchmark, k.Layer)
}

// folder is where entries about the same thing are.
func (k Key) folder() string {
	parts := []string{k.Kind, fileName(k.Model)}
	if k.Benchmark != "" {
		parts = append(parts, fileName(k.Benchmark))
	}
	return filepath.Join(append(parts, fileName(k.Layer))...)
}

// longest is how long the name of a folder may get.
const longest = 120

// unsafeInNames escapes what paths in URLs may hold, but not names of files
// everywhere.
var unsafeInNames = strings.NewReplacer(":", "%3A", "*", "%2A")

// fileName is a name as that of a folder: as it is where it can be, else escaped
// and, where too long, ended in a hash.
func fileName(name string) string {
	escaped := unsafeInNames.Replace(url.PathEscape(name))
	if strings.HasPrefix(escaped, ".") {
		escaped = "%2E" + escaped[1:]
	}
	if escaped == "" {
		escaped = "%"
	}
	if len(escaped) > longest {
		sum := sha256.Sum256([]byte(name))
		escaped = escaped[:longest-20] + "%" + hex.EncodeToString(sum[:8])
	}
	return escaped
}

// differences lists what determines one entry and not the other.
func differences(was, is map[string]string) (changed, added, removed []string) {
	for _, name := range slices.Sorted(maps.Keys(is)) {
		before, ok := was[name]
		switch {
		case !ok:
			added = append(added, name)
		case before != is[name]:
			changed = append(changed, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(was)) {
		if _, ok := is[name]; !ok {
			removed = append(removed, name)
		}
	}
	return changed, added, removed
}
