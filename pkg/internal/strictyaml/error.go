package strictyaml

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Error is one mistake in a YAML file.
type Error struct {
	Path   string // the file
	Line   int    // 0 where no line is to blame
	What   string // what is wrong
	Remedy string // what to do about it; may be empty
	Err    error  // the cause, where there is one; its text is part of What
}

func (e *Error) Error() string {
	at := e.Path
	if e.Line > 0 {
		at += fmt.Sprintf(":%d", e.Line)
	}
	if e.Remedy == "" {
		return fmt.Sprintf("%s: %s", at, e.What)
	}
	return fmt.Sprintf("%s: %s; %s", at, e.What, e.Remedy)
}

// DataError reports that the cause is invalid data.
func (e *Error) DataError() bool { return true }

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Err }

// Join makes one error of several, in the order of their lines, or nil of none.
func Join(mistakes []*Error) error {
	mistakes = slices.Clone(mistakes)
	slices.SortStableFunc(mistakes, func(a, b *Error) int { return cmp.Compare(a.Line, b.Line) })
	errs := make([]error, len(mistakes))
	for i, m := range mistakes {
		errs[i] = m
	}
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}
