package data

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// A fetch that fails before it has anything leaves nothing behind, be the home new or not.
func TestFailedFetchesLeaveNothing(t *testing.T) {
	for name, fail := range map[string]func(t *testing.T, w *world){
		"no network":                  func(_ *testing.T, w *world) { w.server.Close() },
		"no such file there":          func(_ *testing.T, w *world) { w.Mirror += "/elsewhere" },
		"no such folder":              func(t *testing.T, w *world) { w.From = filepath.Join(t.TempDir(), "nowhere") },
		"a folder without the file":   func(t *testing.T, w *world) { w.From = t.TempDir() },
		"data that cannot be fetched": func(_ *testing.T, w *world) { w.set.Needs = "an account" },
	} {
		for _, isNew := range []bool{true, false} {
			w := newWorld(t, nil)
			fail(t, w)
			if !isNew {
				if err := os.MkdirAll(w.Dir, 0o777); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Fetch(context.Background(), w.set); err == nil {
				t.Errorf("%s: no error", name)
			}
			entries, err := os.ReadDir(w.Dir)
			if os.IsNotExist(err) != isNew || len(entries) > 0 {
				t.Errorf("%s: a home that is new (%v) holds %v after it, %v", name, isNew, entries, err)
			}
		}
	}
}

// Fetches that fail together keep out of each other's way.
func TestFailedFetchesTogether(t *testing.T) {
	w := newWorld(t, nil)
	w.server.Close()
	w.Retries, w.Log = -1, nil
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for i := range 50 {
				object := []Object{w.set, w.assembly}[i%2]
				if err := w.Fetch(context.Background(), object); err == nil || strings.Contains(err.Error(), "no such file") {
					t.Errorf("%s: %v", object.ID, err)
				}
			}
		})
	}
	group.Wait()
	if _, err := os.Stat(filepath.Join(w.Dir, "cache")); !os.IsNotExist(err) {
		t.Errorf("the cache is there: %v", err)
	}
}
