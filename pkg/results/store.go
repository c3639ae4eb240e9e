package results

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Variable is the environment variable that names a store.
const Variable = "BRAINSCORE_RESULTS"

// Store is a folder of results. Its methods may be called from many goroutines.
type Store struct {
	Dir string
	// Warn, if set, is called once for each entry that cannot be used, possibly
	// concurrently.
	Warn func(line string)

	index  *index
	warned sync.Map // lines passed to Warn
}

// Open opens the store in a folder, which it makes if it is missing.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("open the results in %s: %w", dir, err)
	}
	s := &Store{Dir: dir}
	s.index = openIndex(filepath.Join(dir, "index"))
	return s, nil
}

// Is reports whether a folder is a store with scores: its folder scores has a file with
// the place and the name of an entry.
func Is(dir string) bool {
	found := errors.New("found")
	root := filepath.Join(dir, Scores)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		depth := strings.Count(inside, string(filepath.Separator)) + 1
		switch name, isJSON := strings.CutSuffix(d.Name(), ".json"); {
		case !d.IsDir() && isJSON && depth == 4 && isHash(name):
			return found
		case d.IsDir() && depth == 4:
			return fs.SkipDir
		}
		return nil
	})
	return errors.Is(err, found)
}

// isHash reports whether a name is the name of an entry.
func isHash(name string) bool {
	sum, err := hex.DecodeString(name)
	return err == nil && len(sum) == sha256.Size
}

// Close writes the hashes of files for later runs.
func (s *Store) Close() error { return s.index.flush() }

// Hash returns the SHA-256 of a file's content, as "sha256:…". It is computed once for
// each state of the file.
func (s *Store) Hash(ctx context.Context, path string) (string, error) {
	return s.index.hash(ctx, path)
}

// Unchanged reports whether files that were hashed are still the same.
func (s *Store) Unchanged(ctx context.Context, paths ...string) bool {
	for _, path := range paths {
		if !s.index.unchanged(ctx, path) {
			return false
		}
	}
	return true
}

// path returns the path of the entry of a key.
func (s *Store) path(k Key) string {
	return filepath.Join(s.Dir, k.folder(), k.Hash()+".json")
}

// Any reports whether any entry may exist for k's model, benchmark and layer, whatever
// its inputs.
func (s *Store) Any(k Key) bool {
	_, err := os.Stat(filepath.Join(s.Dir, k.folder()))
	return err == nil
}

// Lookup returns the result of a key. An entry that cannot be used is reported and
// treated as missing.
func (s *Store) Lookup(k Key) (result json.RawMessage, ok bool) {
	path := s.path(k)
	data, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false
	}
	if err == nil {
		if result, ok := resultOf(k, data); ok {
			return result, true
		}
		var e *entry
		if e, err = parseEntry(path, data); err == nil {
			return e.Result, true
		}
	}
	s.Reject(k, err)
	return nil, false
}

// Reject reports an entry that cannot be used.
func (s *Store) Reject(k Key, why error) {
	line := fmt.Sprintf("%s cannot be used and is computed again: %v", s.path(k), why)
	if _, warned := s.warned.LoadOrStore(line, true); !warned && s.Warn != nil {
		s.Warn(line)
	}
}

// Save stores the result of a key, completely or not at all.
func (s *Store) Save(k Key, result any) error {
	body, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("store the result of %s: %w", k, err)
	}
	content, err := entry{Schema: schema, Key: k, Result: body}.render()
	if err != nil {
		return fmt.Errorf("store the result of %s: %w", k, err)
	}
	if err := writeFile(s.path(k), content); err != nil {
		return fmt.Errorf("store the result of %s: %w", k, err)
	}
	makeLatest(s.path(k))
	return nil
}

// makeLatest sets the time of an entry after those of the others in its folder, if the clock
// was set back since they were written, or is too coarse to tell them apart.
func makeLatest(path string) {
	dir, name := filepath.Split(path)
	_, latest := newest(dir, name)
	if info, err := os.Stat(path); err == nil && !info.ModTime().After(latest) {
		later := latest.Add(time.Millisecond)
		_ = os.Chtimes(path, later, later) // the entry is whole, whatever its time
	}
}

// Changed describes what has changed since the last result for k's model, benchmark and
// layer was computed; "" if there is none.
func (s *Store) Changed(k Key) string {
	dir := filepath.Join(s.Dir, k.folder())
	name, _ := newest(dir, "")
	if name == "" {
		return ""
	}
	e, err := readEntry(filepath.Join(dir, name))
	if err != nil {
		return ""
	}
	var parts []string
	add := func(names []string, change string) {
		if len(names) > 0 {
			parts = append(parts, strings.Join(names, ", ")+" "+change)
		}
	}
	changed, added, removed := differences(e.Key.Of, k.Of)
	add(changed, "changed")
	add(added, "added")
	add(removed, "removed")
	return strings.Join(parts, "; ")
}

// newest returns the name of the entry that was written last in a folder, not counting
// one, and its time; "" if there is none.
func newest(dir, without string) (name string, modified time.Time) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", modified
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || e.Name() == without || !strings.HasSuffix(e.Name(), ".json") || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if name == "" || info.ModTime().After(modified) {
			name, modified = e.Name(), info.ModTime()
		}
	}
	return name, modified
}
