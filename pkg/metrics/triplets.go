package metrics

import (
	"context"
	"fmt"

	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// KindTriplets compares which of three stimuli is the odd one out.
const KindTriplets Kind = "triplets"

// TripletTrial is one trial in integer codes: of three stimuli a subject chose the one
// that is least like the others.
type TripletTrial struct {
	Subject int
	Stimuli [3]int
	Odd     int // place of the chosen one in Stimuli
}

// TripletInput is what a metric on triplets compares.
type TripletInput struct {
	Subjects int
	Stimuli  int
	Trials   []TripletTrial
	// Gram is of the activations to the stimuli, in the order of their codes. A
	// ceiling needs none.
	Gram    *stream.Gram
	Workers int
	// Intervals asks for intervals over samples of the subjects.
	Intervals Resampling
}

// SimilarityError reports a stimulus whose activations have no similarity to others.
type SimilarityError struct {
	Similarity string
	Stimulus   int // its code
}

func (e *SimilarityError) Error() string {
	return fmt.Sprintf("the activations to stimulus %d have no similarity (%s) to others", e.Stimulus, e.Similarity)
}

// DataError reports that the cause is invalid data.
func (e *SimilarityError) DataError() bool { return true }

// Triplets is a metric of KindTriplets.
type Triplets interface {
	Metric
	// ScoreTriplets returns the raw score; Ceiling and Ceiled are left empty.
	ScoreTriplets(ctx context.Context, in TripletInput) (Score, error)
	// TripletCeiling compares the subjects with each other. The warnings give the
	// reason where the ceiling is NaN.
	TripletCeiling(ctx context.Context, in TripletInput) (ceiling Estimate, warnings []string, err error)
	// Memory estimates what the metric holds beside the trials, an upper bound.
	Memory(s Shape) Memory
}
