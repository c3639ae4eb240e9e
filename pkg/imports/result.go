package imports

import "fmt"

// Result describes an import.
type Result struct {
	Path  string   // the file or folder that was written
	What  string   // its content, in a few words
	Notes []string // omissions and assumptions
}

func (r *Result) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// Progress starts the report of a reading of total bytes and returns the function
// to call with the bytes done. A nil Progress reports nothing.
type Progress func(label string, total int64) func(done int64)

func (p Progress) start(label string, total int64) func(int64) {
	if p == nil {
		return func(int64) {}
	}
	return p(label, total)
}
