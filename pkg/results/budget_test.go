package results

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// A name has as many submissions judged as its budget allows, each counted once, whatever
// the name is and however many runs there are.
func TestSpend(t *testing.T) {
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ann", "../ann", "", "a/b", ".", "ann "} {
		for i, want := range []bool{true, true, true, false} {
			for range 2 { // the same again
				err := s.Spend(name, fmt.Sprintf("sha256:%d", i), 3)
				if spent, ok := errors.AsType[*BudgetError](err); (err == nil) != want || err != nil && (!ok || spent.Name != name) {
					t.Errorf("%q, submission %d: %v", name, i, err)
				}
			}
		}
	}
	var judged atomic.Int32
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			if s.Spend("many", fmt.Sprint(i), 5) == nil {
				judged.Add(1)
			}
		})
	}
	all.Wait()
	if judged.Load() > 5 {
		t.Errorf("%d of 5 are judged", judged.Load())
	}
}

// A folder of results that cannot be written is no invalid data.
func TestSpendUnwritable(t *testing.T) {
	for _, file := range []string{"budget", filepath.Join("budget", fileName("ann"))} {
		s, err := Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(s.Dir, file)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, nil, 0o666)); err != nil {
			t.Fatal(err)
		}
		err = s.Spend("ann", "sha256:1", 3)
		if _, data := errors.AsType[interface {
			error
			DataError() bool
		}](err); err == nil || data || !strings.Contains(err.Error(), path) {
			t.Errorf("a file in the place of the folder %s: %v", file, err)
		}
	}
}
