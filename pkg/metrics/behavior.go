package metrics

import "context"

// The kinds of metrics on choices.
const (
	// KindBehavior compares patterns of two-way choices with those of class
	// probabilities.
	KindBehavior Kind = "behavior"
	// KindConsistency compares choices trial by trial.
	KindConsistency Kind = "consistency"
)

// ChoiceTrials are two-way choices in integer codes, one element a trial.
// Stimuli and objects are numbered in ascending order of their names.
type ChoiceTrials struct {
	Stimulus   []int // stimulus shown
	Truth      []int // object shown
	Sample     []int // one object offered
	Distractor []int // the other
	Choice     []int // object chosen: Sample or Distractor
	Stimuli    int   // number of stimuli
	Objects    int   // number of objects
}

// Len is the number of trials.
func (t ChoiceTrials) Len() int { return len(t.Stimulus) }

// BehavioralInput is what a metric on choice patterns compares.
type BehavioralInput struct {
	Human ChoiceTrials
	// Truth is the object of each stimulus.
	Truth []int
	// Probabilities are the model's, stimuli × objects, row-major.
	Probabilities []float64
	// Intervals asks for intervals over samples of the stimuli.
	Intervals Resampling
}

// Behavioral is a metric of KindBehavior.
type Behavioral interface {
	Metric
	// ScoreBehavior compares the model's choice pattern with the humans'.
	ScoreBehavior(ctx context.Context, in BehavioralInput) (Score, error)
	// BehavioralCeiling compares the two halves of the humans' trials.
	BehavioralCeiling(ctx context.Context, in ChoiceTrials) (Estimate, error)
}

// ConsistencyInput holds whether choices were correct. Subjects and conditions are
// numbered in order of their names. Subject s saw trial k of condition c.
type ConsistencyInput struct {
	Subjects   int
	Conditions int
	Trials     []ConsistencyTrial
	// ModelCorrect reports for each stimulus whether the model's choice was right.
	ModelCorrect []bool
	Stimuli      int
	// GivenCeiling is true if a ceiling is given, so that a score computes none.
	GivenCeiling bool
	// Intervals asks for intervals over samples of the stimuli.
	Intervals Resampling
}

// ConsistencyTrial is one subject's choice in integer codes.
type ConsistencyTrial struct {
	Subject, Condition, Stimulus int
	Correct                      bool
}

// Consistency is a metric of KindConsistency.
type Consistency interface {
	Metric
	// ScoreConsistency compares the model with each subject by condition. Ceiled may be
	// left empty if Info.Ceiled is.
	ScoreConsistency(ctx context.Context, in ConsistencyInput) (Score, error)
	// ConsistencyCeiling compares all pairs of subjects by condition.
	ConsistencyCeiling(ctx context.Context, in ConsistencyInput) (Estimate, error)
}
