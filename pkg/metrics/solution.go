package metrics

import (
	"context"
	"fmt"

	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// KindSolutionTime compares when images are solved, over time bins.
const KindSolutionTime Kind = "solution_time"

// SolutionInput is what a metric on solution times compares a model with: for
// each image the time at which it is solved, and what counts as solved.
type SolutionInput struct {
	// Truth is the object of each image, a code from 0 to Classes-1.
	Truth   []int
	Classes int
	// I1 is the i1 from which on an image counts as solved. The times of an image
	// without one (NaN) are not compared; read-outs are fitted on it all the same.
	I1 []float64
	// Times are the measured times in ms, NaN where there is none.
	Times []float64
	// Splits divide the images: read-outs are fitted on train and compared on
	// test. Every object needs a train image in every split.
	Splits  []Split
	Workers int
}

// SolutionTimes is a metric of KindSolutionTime.
type SolutionTimes interface {
	Metric
	// NewSeries begins the comparison with one model.
	NewSeries(in SolutionInput) (Series, error)
}

// Series scores a model's time bins in ascending order, one pass for each: Bin,
// the pass with the sinks, EndBin. No activations outlive their pass.
type Series interface {
	// Bin begins the time bin that starts at the given ms, and gives the sinks
	// of its pass. rows are the pass's rows of the images, in the order of the
	// input; nil takes all.
	Bin(start float64, rows []int, features int) ([]stream.Sink, error)
	// EndBin fits the read-outs of the bin, once its pass is done.
	EndBin(ctx context.Context) error
	// Score is the raw score, once all bins are done; Ceiling and Ceiled are
	// left empty.
	Score(ctx context.Context) (Score, error)
}

// SolutionError reports input that solution times cannot be compared on, or
// calls of a Series out of order.
type SolutionError struct{ Problem string }

func (e *SolutionError) Error() string { return "solution times: " + e.Problem }

// DataError reports that the cause is invalid data.
func (e *SolutionError) DataError() bool { return true }

// UnseenClassError reports an object without train images.
type UnseenClassError struct {
	Class int // code
	Split int // from 0
}

func (e *UnseenClassError) Error() string {
	return fmt.Sprintf("class %d has no images to train on in split %d: every object needs some in each", e.Class, e.Split+1)
}

// DataError reports that the cause is invalid data.
func (e *UnseenClassError) DataError() bool { return true }
