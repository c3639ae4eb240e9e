package hdf5

import (
	"errors"
	"fmt"
)

// What an error is about; test with errors.Is.
var (
	// ErrNotHDF5 marks a file that is something else. The message says what
	// it looks like.
	ErrNotHDF5 = errors.New("not an HDF5 file")
	// ErrTruncated marks a file shorter than it says it is.
	ErrTruncated = errors.New("truncated HDF5 file")
	// ErrCorrupt marks a structure that contradicts the format.
	ErrCorrupt = errors.New("corrupt HDF5 file")
	// ErrUnsupported marks a valid file that uses a part of the format this
	// package does not read.
	ErrUnsupported = errors.New("unsupported HDF5 feature")
	// ErrNotFound marks a name that the file does not have.
	ErrNotFound = errors.New("not found in HDF5 file")
	// ErrType marks a request for a kind of value the data is not.
	ErrType = errors.New("HDF5 datatype does not fit")
	// ErrLimit marks a request over one of the Limits.
	ErrLimit = errors.New("over the reader's limit")
)

// FormatError reports a place in a file that is invalid or cannot be read.
type FormatError struct {
	Path   string // object inside the file, "" where it is not known
	Offset int64  // byte offset in the file, -1 where it is not known
	What   string
	Err    error // ErrCorrupt, ErrTruncated, ErrUnsupported, ErrLimit or ErrType
}

func (e *FormatError) Error() string {
	s := e.Err.Error() + ": " + e.What
	if e.Path != "" {
		s = e.Path + ": " + s
	}
	if e.Offset >= 0 {
		s += fmt.Sprintf(" (at byte %d)", e.Offset)
	}
	return s
}

// DataError reports that the cause is invalid data.
func (e *FormatError) DataError() bool { return true }

func (e *FormatError) Unwrap() error { return e.Err }

func corruptf(off int64, format string, args ...any) error {
	return &FormatError{Offset: off, What: fmt.Sprintf(format, args...), Err: ErrCorrupt}
}

func unsupportedf(format string, args ...any) error {
	return &FormatError{Offset: -1, What: fmt.Sprintf(format, args...), Err: ErrUnsupported}
}

func limitf(format string, args ...any) error {
	return &FormatError{Offset: -1, What: fmt.Sprintf(format, args...), Err: ErrLimit}
}

func typef(format string, args ...any) error {
	return &FormatError{Offset: -1, What: fmt.Sprintf(format, args...), Err: ErrType}
}

// inPath adds the object's name to an error that has none yet.
func inPath(err error, path string) error {
	if fe, ok := err.(*FormatError); ok && fe.Path == "" {
		c := *fe
		c.Path = path
		return &c
	}
	return err
}
