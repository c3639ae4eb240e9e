package metrics

import (
	"fmt"
	"math"
)

// InputError reports recordings or splits that do not fit the activations.
type InputError struct{ Problem string }

func (e *InputError) Error() string { return "recordings: " + e.Problem }

// DataError reports that the cause is invalid data.
func (e *InputError) DataError() bool { return true }

// check returns an *InputError if the responses are not stimuli × neuroids finite
// numbers, or a split is not of the stimuli. A mapping needs train and test stimuli in
// each split.
func (in NeuralInput) check(mapping bool) error {
	problem := func(format string, args ...any) error { return &InputError{fmt.Sprintf(format, args...)} }
	if in.Neuroids < 1 || len(in.Responses) != in.Stimuli*in.Neuroids {
		return problem("%d responses for %d stimuli × %d neuroids", len(in.Responses), in.Stimuli, in.Neuroids)
	}
	for i, v := range in.Responses {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return problem("the response of neuroid %d to stimulus %d is %v: leave out one of the two", i%in.Neuroids, i/in.Neuroids, v)
		}
	}
	if mapping && len(in.Splits) == 0 {
		return problem("there are no splits to cross-validate on")
	}
	for k, s := range in.Splits {
		for _, rows := range [][]int{s.Train, s.Test} {
			for _, i := range rows {
				if i < 0 || i >= in.Stimuli {
					return problem("row %d of split %d is not one of %d stimuli", i, k+1, in.Stimuli)
				}
			}
		}
		if len(s.Test) == 0 || mapping && len(s.Train) == 0 {
			return problem("split %d has %d train and %d test stimuli", k+1, len(s.Train), len(s.Test))
		}
	}
	return nil
}
