package stimuli

import (
	"fmt"
	"strings"
)

// FileError reports what is wrong in a file and what to do about it.
type FileError struct {
	Path   string
	Line   int // 0 where the file as a whole is meant
	What   string
	Remedy string
	Err    error // the cause, if there is one
}

func (e *FileError) Error() string {
	var b strings.Builder
	b.WriteString(e.Path)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d", e.Line)
	}
	b.WriteString(": " + e.What)
	if e.Remedy != "" {
		b.WriteString(": " + e.Remedy)
	}
	return b.String()
}

// DataError reports that the cause is invalid data.
func (e *FileError) DataError() bool { return true }

func (e *FileError) Unwrap() error { return e.Err }

// AlignmentError reports rows that cannot be joined by stimulus_id.
type AlignmentError struct {
	Path   string
	What   string   // as "has no activations for"
	IDs    []string // the ids at fault, all of them
	Remedy string
}

func (e *AlignmentError) Error() string {
	msg := fmt.Sprintf("%s: %s %d stimulus id(s) (%s)", e.Path, e.What, len(e.IDs), few(e.IDs))
	if e.Remedy != "" {
		msg += ": " + e.Remedy
	}
	return msg
}

// DataError reports that the cause is invalid data.
func (e *AlignmentError) DataError() bool { return true }

// few quotes the first of many names.
func few(names []string) string {
	const most = 3
	var b strings.Builder
	for i, name := range names {
		if i == most {
			b.WriteString(", …")
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%q", name)
	}
	return b.String()
}
