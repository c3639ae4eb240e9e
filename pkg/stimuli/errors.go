package stimuli

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fileerr"
)

// FileError reports invalid content of a file: where, what, and what to do.
type FileError = fileerr.Error

// AlignmentError reports rows that cannot be joined by stimulus_id.
type AlignmentError struct {
	Path   string
	What   string   // such as "has no activations for" or "names"
	IDs    []string // all ids at fault
	Where  string   // such as "not in stimuli.csv"; may be empty
	Remedy string
	Noun   string   // of one of the IDs; empty for "stimulus id"
	Known  []string // the ids that the others should be among, to name a difference in writing; may be nil
}

func (e *AlignmentError) Error() string {
	noun := cmp.Or(e.Noun, "stimulus id")
	if len(e.IDs) > 1 {
		noun += "s"
	}
	msg := fmt.Sprintf("%s: %s %d %s (%s)", e.Path, e.What, len(e.IDs), noun, few(e.IDs))
	if e.Where != "" {
		msg += " " + e.Where
	}
	remedy := e.Remedy
	if difference := Spelling(e.IDs, e.Known); difference != "" {
		remedy = difference + ": write them alike in both"
	}
	if remedy != "" {
		msg += "; " + remedy
	}
	return msg
}

// DataError reports that the cause is invalid data: always true.
func (e *AlignmentError) DataError() bool { return true }

// Few lists the first of some names.
func Few(names []string) string { return few(names) }

// few quotes the first of many names.
func few(names []string) string {
	const shown = 3
	var b strings.Builder
	for i, name := range names {
		if i == shown {
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
