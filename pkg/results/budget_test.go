package results

import (
	"errors"
	"fmt"
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
