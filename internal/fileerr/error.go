// Package fileerr holds the one error about a file that all packages return:
// where the fault is, what it is, and what to do about it.
package fileerr

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/internal/fsutil"
)

// Error reports invalid content of a file or folder. It prints as
//
//	path:line: what; remedy
//
// without the line if it is 0 and without the remedy if it is empty.
type Error struct {
	Path   string // the file or folder
	Line   int    // counted from 1; 0 if the file as a whole is meant
	What   string // what is wrong
	Remedy string // what to do about it; may be empty
	Err    error  // the cause, if there is one; What repeats its text if it helps
}

func (e *Error) Error() string {
	text := e.Path
	if e.Line > 0 {
		text += fmt.Sprintf(":%d", e.Line)
	}
	text += ": " + e.What
	if e.Remedy != "" {
		text += "; " + e.Remedy
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// DataError reports that the cause is invalid data: always true.
func (e *Error) DataError() bool { return true }

// Wrap returns an error that says what is wrong and repeats the reason of its
// cause, without the operation and the path that a system's error names.
func Wrap(path, what string, err error) *Error {
	return &Error{Path: path, What: fmt.Sprintf("%s: %v", what, fsutil.Reason(err)), Err: err}
}

// Unreadable returns the error about a file or folder that cannot be read.
func Unreadable(path string, err error) *Error { return Wrap(path, "cannot be read", err) }

// Join returns one error that holds all given errors in the order of their
// lines, the error itself if there is only one, and nil if there is none.
func Join(all []*Error) error {
	sorted := slices.SortedStableFunc(slices.Values(all), func(a, b *Error) int { return cmp.Compare(a.Line, b.Line) })
	errs := make([]error, len(sorted))
	for i, e := range sorted {
		errs[i] = e
	}
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}
