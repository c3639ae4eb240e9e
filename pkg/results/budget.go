package results

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/internal/fsutil"
)

// BudgetError reports a name that has had all its submissions judged.
type BudgetError struct {
	Name   string
	Budget int
	Dir    string // of its submissions
}

func (e *BudgetError) Error() string {
	return fmt.Sprintf("%s has had %d submissions judged, and its budget is %d; raise --budget, or remove files of %s", e.Name, e.Budget, e.Budget, e.Dir)
}

// DataError reports that the cause is invalid data: always true.
func (e *BudgetError) DataError() bool { return true }

// Spend counts a submission, known by a hash, of a name. It returns a *BudgetError if the name
// has had as many others judged as its budget allows. The same submission counts once.
//
// Each submission is a file in the folder budget of the store, so that runs can share it: of two
// at once at the end of a budget both may be refused, but no more than the budget are judged.
func (s *Store) Spend(name, hash string, budget int) error {
	dir := filepath.Join(s.Dir, "budget", fileName(name))
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("writing %s: %w", dir, fsutil.Reason(err))
	}
	path := filepath.Join(dir, fileName(hash))
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if os.IsExist(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, fsutil.Reason(err))
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("writing %s: %w", path, fsutil.Reason(err))
	}
	all, err := os.ReadDir(dir)
	if err != nil {
		return fileerr.Unreadable(dir, err)
	}
	if len(all) <= budget {
		return nil
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("removing %s: %w", path, fsutil.Reason(err))
	}
	return &BudgetError{Name: name, Budget: budget, Dir: dir}
}
