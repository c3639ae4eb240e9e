package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// Entry is a result in a store.
type Entry struct {
	Path     string
	Key      Key
	Result   json.RawMessage
	Modified time.Time
}

// readAhead is the number of entries that Each reads concurrently and holds.
const readAhead = 256

// Each calls yield for every usable entry of a kind: in order of model, benchmark and
// layer, and from the oldest to the newest for each of these.
func (s *Store) Each(kind string, yield func(Entry) error) error {
	paths, err := entryPaths(filepath.Join(s.Dir, kind))
	if err != nil {
		return err
	}
	var inFolder []Entry
	flush := func() error {
		slices.SortStableFunc(inFolder, func(a, b Entry) int { return a.Modified.Compare(b.Modified) })
		for _, e := range inFolder {
			if err := yield(e); err != nil {
				return err
			}
		}
		inFolder = inFolder[:0]
		return nil
	}
	for some := range slices.Chunk(paths, readAhead) {
		for i, read := range readEntries(some) {
			if len(inFolder) > 0 && filepath.Dir(inFolder[0].Path) != filepath.Dir(some[i]) {
				if err := flush(); err != nil {
					return err
				}
			}
			switch {
			case errors.Is(read.err, fs.ErrNotExist): // removed in the meantime
			case read.err != nil:
				if s.Warn != nil {
					s.Warn(fmt.Sprintf("%s cannot be used: %v", some[i], read.err))
				}
			default:
				inFolder = append(inFolder, read.Entry)
			}
		}
	}
	return flush()
}

// entryPaths returns the paths of entries in a folder of one kind, in order.
func entryPaths(root string) (paths []string, err error) {
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case !d.IsDir() && !strings.HasPrefix(d.Name(), ".") && strings.HasSuffix(path, ".json"):
			paths = append(paths, path)
		}
		return nil
	})
	return paths, err
}

// entryRead is an entry, or the error of reading it.
type entryRead struct {
	Entry
	err error
}

// readEntries reads entries concurrently.
func readEntries(paths []string) []entryRead {
	reads := make([]entryRead, len(paths))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, path := range paths {
		g.Go(func() error {
			reads[i].Entry, reads[i].err = openEntry(path)
			return nil
		})
	}
	_ = g.Wait() // errors stay with their entries
	return reads
}

// openEntry reads an entry.
func openEntry(path string) (Entry, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Entry{}, err
	}
	e, err := readEntry(path)
	if err != nil {
		return Entry{}, err
	}
	return Entry{path, e.Key, e.Result, info.ModTime()}, nil
}
