package imports

import "fmt"

// Result tells what was imported.
type Result struct {
	Path  string   // what was written
	What  string   // what it holds, in a few words
	Notes []string // what was left out or assumed
}

func (r *Result) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// Progress starts telling how far a reading of so many bytes is; nil for none.
type Progress func(label string, total int64) func(done int64)

func (p Progress) start(label string, total int64) func(int64) {
	if p == nil {
		return func(int64) {}
	}
	return p(label, total)
}
