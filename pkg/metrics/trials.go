package metrics

import (
	"context"
	"fmt"
)

// Trials are single trials of recordings.
type Trials struct {
	Stimuli, Neuroids int
	// Stimulus and Repetition number the stimulus and the repetition of each trial from 0.
	Stimulus, Repetition []int
	// Responses are trials × neuroids, row-major, finite.
	Responses []float64
}

// OfTrials is a metric of KindSimilarity that compares the activations with dissimilarities of
// single trials, which it computes before: NeuralInput.Dissimilarities.
type OfTrials interface {
	Neural
	// OfTrials returns the dissimilarities between the stimuli, stimuli × stimuli, row-major,
	// and warnings. A *StimulusError names stimuli that lack trials.
	OfTrials(ctx context.Context, t Trials, workers int) (dissimilarities []float64, warnings []string, err error)
	// TrialMemory returns the bytes that OfTrials takes beside the trials.
	TrialMemory(trials, stimuli, neuroids int) int64
}

// StimulusError reports stimuli whose trials cannot be compared.
type StimulusError struct {
	Stimuli []int
	Problem string
}

func (e *StimulusError) Error() string { return fmt.Sprintf("stimuli %v: %s", e.Stimuli, e.Problem) }

// DataError reports that the cause is invalid data.
func (e *StimulusError) DataError() bool { return true }
