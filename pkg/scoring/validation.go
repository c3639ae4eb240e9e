package scoring

import (
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Validation is the outcome of checking a definition and its data.
type Validation struct {
	Definition *benchmarks.Definition
	Checks     []Check // in the order they were made

	Counts benchmarks.Counts
	// Repetitions is the spread of the presentations of a stimulus; of trials,
	// for choices.
	Repetitions stimuli.Spread
	// Cells is the number of single-trial responses, MissingCells that of those
	// that are NaN.
	Cells, MissingCells int
	Constant            []string // neuroids that respond to all stimuli alike
	Unreliable          []string // neuroids without a ceiling above zero
	Classes             *Classes // nil where nothing is classed
	Splits              *SplitSizes
	Ceiling             metrics.Estimate
	// Memory is what a score of one layer needs at its peak in bytes, the process included,
	// as ReadSize.Memory is, for a layer of any width; 0 if it could not be estimated.
	Memory int64
}

// Classes is the balance of a column that splits or a read-out go by.
type Classes struct {
	Column string
	Groups []stimuli.Group
}

// SplitSizes are the stimuli on both sides of each split.
type SplitSizes struct{ Splits, Train, Test int }

// Status is the outcome of a check.
type Status string

// The outcomes of checks.
const (
	StatusOK      Status = "ok"
	StatusWarning Status = "warning"
	StatusFailed  Status = "failed"
	StatusSkipped Status = "skipped" // since an earlier one failed
)

// Check is one line of a validation.
type Check struct {
	Name    string
	Status  Status
	Finding string
	Err     error // why it failed
}

// Errors returns the reasons of the checks that failed.
func (v *Validation) Errors() []error {
	var errs []error
	for _, c := range v.Checks {
		if c.Status == StatusFailed {
			errs = append(errs, c.Err)
		}
	}
	return errs
}

// Valid reports whether no check failed.
func (v *Validation) Valid() bool { return len(v.Errors()) == 0 }
