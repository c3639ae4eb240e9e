package npy

import (
	"slices"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/internal/infile"
)

// ChangedError reports that a file changed after it was opened, so that what was read
// of it may be neither its old content nor its new one.
type ChangedError struct {
	fault fileerr.Error
	// TimesOnly is true if the file has its old size, inode and header: it may have its
	// old content too, for example after its permissions were set.
	TimesOnly bool
}

func (e *ChangedError) Error() string { return e.fault.Error() }

// DataError reports that the cause is invalid data: always true.
func (e *ChangedError) DataError() bool { return true }

// Unwrap returns the error about the file.
func (e *ChangedError) Unwrap() error { return &e.fault }

// Unchanged returns a *ChangedError if the file at the array's path is not the one that
// was opened, or has changed since.
func (f *File) Unchanged() error {
	changed := func(what string) *ChangedError {
		return &ChangedError{fault: fileerr.Error{Path: f.path, What: what, Remedy: "score it again once it is written"}}
	}
	now, err := infile.StateAt(f.path)
	switch {
	case err != nil:
		return changed("was removed while it was read")
	case now == f.state:
		return nil
	case now.Inode != f.state.Inode:
		return changed("was replaced while it was read")
	case now.Size != f.state.Size || !f.sameHeader():
		return changed("was rewritten while it was read")
	}
	e := changed("changed while it was read")
	e.TimesOnly = true
	return e
}

// sameHeader reports whether the file has the header that it was opened with.
func (f *File) sameHeader() bool {
	now, err := newFile(f.path, f.r, f.state.Size)
	return err == nil && now.data == f.data && now.dtype == f.dtype && now.fortran == f.fortran && slices.Equal(now.shape, f.shape)
}
