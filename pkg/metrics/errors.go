package metrics

import (
	"fmt"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dataerr"
)

// TooFewError reports too few stimuli for a metric.
type TooFewError struct {
	Metric      string
	Have, Least int
}

func (e *TooFewError) Error() string {
	return fmt.Sprintf("%s needs %d stimuli at least, but has %d", e.Metric, e.Least, e.Have)
}

// DataError reports that the cause is invalid data.
func (e *TooFewError) DataError() bool { return true }

// ErrIllConditioned reports a system that rounding makes unsolvable.
var ErrIllConditioned error = dataerr.Error("the activations are too ill-conditioned for this penalty: raise alpha or rescale the layer")

// TrialError reports trials or codes that cannot be used: a code out of range,
// a choice that was not offered, a stimulus with two truths.
type TrialError struct {
	Trial   int // index of the trial, from 0; -1 where it is not one trial's fault
	Problem string
}

func (e *TrialError) Error() string {
	if e.Trial < 0 {
		return e.Problem
	}
	return fmt.Sprintf("trial %d: %s", e.Trial+1, e.Problem)
}

// DataError reports that the cause is invalid data.
func (e *TrialError) DataError() bool { return true }
