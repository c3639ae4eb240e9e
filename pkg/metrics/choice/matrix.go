package choice

import (
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/numpyrand"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// ProbabilityError reports a class probability that is none: negative, NaN or
// infinite.
type ProbabilityError struct {
	Stimulus, Choice int // codes
	Value            float64
}

func (e *ProbabilityError) Error() string {
	return fmt.Sprintf("the model's probability of choice %d for stimulus %d is %v, but must be a finite number of at least 0",
		e.Choice, e.Stimulus, e.Value)
}

// DataError reports that the cause is invalid data.
func (e *ProbabilityError) DataError() bool { return true }

// choiceMatrix holds P(choice | stimulus), stimuli × objects, row-major, with
// the truth of each stimulus, -1 where it is unknown (no trials).
type choiceMatrix struct {
	p, low  []float64 // as rates
	truth   []int
	objects int
	hits    []float64 // Z(1 − p), where known already
}

func newChoiceMatrix(stimuli, objects int) choiceMatrix {
	return choiceMatrix{p: make([]float64, stimuli*objects), low: make([]float64, stimuli*objects), truth: make([]int, stimuli), objects: objects}
}

// set makes a cell a rate.
func (m choiceMatrix) set(cell int, r series.Rate) { m.p[cell], m.low[cell] = r.High, r.Low }

// hitScores is Z(1 − p) of each cell.
func (m choiceMatrix) hitScores() []float64 {
	z := make([]float64, len(m.p))
	for i, p := range m.p {
		z[i] = -series.Rate{High: p, Low: m.low[i]}.Quantile()
	}
	return z
}

// matrixOfTrials counts the trials at the given indices: how often a choice was
// made, of the times that it was offered. NaN where the choice is the truth or
// was never offered.
func matrixOfTrials(t metrics.ChoiceTrials, indices []int) choiceMatrix {
	m := newChoiceMatrix(t.Stimuli, t.Objects)
	offered := make([]int, len(m.p))
	for s := range m.truth {
		m.truth[s] = -1
	}
	for _, i := range indices {
		row := t.Stimulus[i] * t.Objects
		m.truth[t.Stimulus[i]] = t.Truth[i]
		m.p[row+t.Choice[i]]++
		offered[row+t.Sample[i]]++
		offered[row+t.Distractor[i]]++
	}
	for s, truth := range m.truth {
		for c := range t.Objects {
			cell := s*t.Objects + c
			if n := offered[cell]; n == 0 || c == truth {
				m.p[cell] = math.NaN()
			} else {
				m.set(cell, series.Ratio(m.p[cell], float64(n), 0))
			}
		}
	}
	return m
}

// matrixOfProbabilities reduces class probabilities to two-way choices:
// p_c / (p_c + p_truth). NaN where the choice is the truth, and where both
// probabilities are 0, which says nothing about the two.
func matrixOfProbabilities(probabilities []float64, truth []int, objects int) choiceMatrix {
	m := newChoiceMatrix(len(truth), objects)
	copy(m.truth, truth)
	for s, t := range truth {
		of := probabilities[s*objects : (s+1)*objects]
		for c, p := range of {
			if c == t {
				m.p[s*objects+c] = math.NaN()
				continue
			}
			other := of[t]
			if math.IsInf(p+other, 1) {
				p, other = p/2, other/2
			}
			sum := p + other
			rest := min(p, other) - (sum - max(p, other))  // of the sum's rounding
			m.set(s*objects+c, series.Ratio(p, sum, rest)) // 0/0 is NaN
		}
	}
	return m
}

// empty counts the cells without a number, the truths' own cells left out.
func (m choiceMatrix) empty() int {
	n := 0
	for _, p := range m.p {
		if math.IsNaN(p) {
			n++
		}
	}
	for _, truth := range m.truth {
		if truth >= 0 {
			n--
		}
	}
	return n
}

// choiceHalvings is how often the trials are halved.
const choiceHalvings = 2

// halveTrials draws the halvings: each shuffles the list of trial indices anew,
// all from one RandomState(0), so that scores and ceilings meet the same
// halves. The first half is the smaller one where the number is odd.
func halveTrials(n int) [choiceHalvings][2][]int {
	var halves [choiceHalvings][2][]int
	random := numpyrand.New(0)
	for i := range halves {
		order := random.Permutation(n)
		halves[i] = [2][]int{order[:n/2], order[n/2:]}
	}
	return halves
}

// checkTrials verifies the codes of all trials.
func checkTrials(t metrics.ChoiceTrials) error {
	n := t.Len()
	if len(t.Truth) != n || len(t.Sample) != n || len(t.Distractor) != n || len(t.Choice) != n {
		return &metrics.TrialError{Trial: -1, Problem: fmt.Sprintf("the columns of the trials differ in length: %d stimuli, %d truths, %d and %d objects, %d choices",
			n, len(t.Truth), len(t.Sample), len(t.Distractor), len(t.Choice))}
	}
	if n == 0 {
		return &metrics.TrialError{Trial: -1, Problem: "there are no trials"}
	}
	truth := make([]int, t.Stimuli)
	for i := range n {
		s := t.Stimulus[i]
		if s < 0 || s >= t.Stimuli {
			return &metrics.TrialError{Trial: i, Problem: fmt.Sprintf("stimulus code %d is not one of %d", s, t.Stimuli)}
		}
		for _, object := range []int{t.Truth[i], t.Sample[i], t.Distractor[i], t.Choice[i]} {
			if object < 0 || object >= t.Objects {
				return &metrics.TrialError{Trial: i, Problem: fmt.Sprintf("object code %d is not one of %d", object, t.Objects)}
			}
		}
		if t.Choice[i] != t.Sample[i] && t.Choice[i] != t.Distractor[i] {
			return &metrics.TrialError{Trial: i, Problem: fmt.Sprintf("choice %d is neither of the objects offered, %d and %d", t.Choice[i], t.Sample[i], t.Distractor[i])}
		}
		if truth[s] != 0 && truth[s] != t.Truth[i]+1 {
			return &metrics.TrialError{Trial: i, Problem: fmt.Sprintf("stimulus %d has truth %d here and %d in an earlier trial", s, t.Truth[i], truth[s]-1)}
		}
		truth[s] = t.Truth[i] + 1
	}
	return nil
}

// checkModel verifies the model's side of the input, given valid trials.
func checkModel(in metrics.BehavioralInput) error {
	t := in.Human
	if len(in.Truth) != t.Stimuli {
		return &metrics.TrialError{Trial: -1, Problem: fmt.Sprintf("%d truths for %d stimuli", len(in.Truth), t.Stimuli)}
	}
	if len(in.Probabilities) != t.Stimuli*t.Objects {
		return &metrics.TrialError{Trial: -1, Problem: fmt.Sprintf("%d probabilities for %d stimuli × %d objects", len(in.Probabilities), t.Stimuli, t.Objects)}
	}
	for s, truth := range in.Truth {
		if truth < 0 || truth >= t.Objects {
			return &metrics.TrialError{Trial: -1, Problem: fmt.Sprintf("truth %d of stimulus %d is not one of %d objects", truth, s, t.Objects)}
		}
	}
	for i, s := range t.Stimulus {
		if t.Truth[i] != in.Truth[s] {
			return &metrics.TrialError{Trial: i, Problem: fmt.Sprintf("stimulus %d has truth %d in the trials and %d in the stimulus set", s, t.Truth[i], in.Truth[s])}
		}
	}
	for i, p := range in.Probabilities {
		if !(p >= 0) || math.IsInf(p, 1) {
			return &ProbabilityError{i / t.Objects, i % t.Objects, p}
		}
	}
	return nil
}
