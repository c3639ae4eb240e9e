package metrics

import (
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/reasons"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// InternalConsistency is the noise ceiling of recordings: how well one half of
// the repetitions predicts the other. For each split of the repetitions into
// halves, the trials of each half are averaged by stimulus; Pearson's r across
// stimuli is taken for each neuroid and corrected to the full number of
// repetitions by Spearman–Brown, 2r/(1+r); the split's value is the median
// over neuroids.
//
// Stimuli that a half has no trial of are left out of r for that neuroid. A
// neuroid that is constant in a half, or whose halves are opposite, is NaN there and
// left out of the median. Averages of equal trials are exactly their value, and r is
// right to a multiple of n·ε whatever unit and offset the recordings have.
//
// Sources: Spearman (1910), Brown (1910); Brain-Score, InternalConsistency
// (brainscore_vision 2.0).
type InternalConsistency struct {
	halves   []Split // of repetitions
	side     [][]int8
	averages [][2]*Averager // of the responses less pivot
	pivot    []float64      // the first trial of each neuroid, NaN until there is one
	less     []float64      // a presentation's responses less pivot
	stimuli  int
	neuroids int
}

// NewInternalConsistency draws halves of the repetitions, numbered in ascending
// order. It needs two repetitions at least.
func NewInternalConsistency(stimuli, neuroids, repetitions, splits int, seed uint32) (*InternalConsistency, error) {
	if repetitions < 2 {
		return nil, &SplitError{fmt.Sprintf("%d repetition(s): the internal consistency needs two at least; give the ceiling as a value instead", repetitions)}
	}
	halves, err := ShuffleSplits(repetitions, SplitPlan{Splits: splits, TrainSize: 0.5, Seed: seed})
	if err != nil {
		return nil, err
	}
	c := &InternalConsistency{halves: halves, stimuli: stimuli, neuroids: neuroids,
		pivot: slices.Repeat([]float64{math.NaN()}, neuroids), less: make([]float64, neuroids)}
	for _, h := range halves {
		side := make([]int8, repetitions)
		for _, r := range h.Train {
			side[r] = 0
		}
		for _, r := range h.Test {
			side[r] = 1
		}
		c.side = append(c.side, side)
		c.averages = append(c.averages, [2]*Averager{NewAverager(stimuli, neuroids), NewAverager(stimuli, neuroids)})
	}
	return c, nil
}

// Add adds one presentation to the half that it belongs to in each split. r does not
// depend on what is subtracted from a neuroid's responses; without their offset their
// averages keep its digits.
func (c *InternalConsistency) Add(stimulus, repetition int, responses []float64) {
	for j, v := range responses {
		if math.IsNaN(c.pivot[j]) {
			c.pivot[j] = v
		}
		c.less[j] = v - c.pivot[j]
	}
	for i, side := range c.side {
		c.averages[i][side[repetition]].Add(stimulus, c.less)
	}
}

// Ceiling returns the mean over splits with its standard error, and the mean over
// splits for each neuroid.
func (c *InternalConsistency) Ceiling() (ceiling Estimate, neuroids []float64, warnings []string) {
	medians := make([]float64, len(c.halves))
	rows := make([][]float64, len(c.halves))
	missing := 0
	var reasons reasons.Counts
	for i, halves := range c.averages {
		a, b := halves[0].Mean(), halves[1].Mean()
		c.averages[i] = [2]*Averager{}
		pairs := make([]int, c.neuroids)
		for k := range a {
			if math.IsNaN(a[k]) || math.IsNaN(b[k]) {
				missing++
			} else {
				pairs[k%c.neuroids]++
			}
		}
		rows[i] = series.ColumnPearson(a, b, c.stimuli, c.neuroids)
		opposite := false
		for j, r := range rows[i] {
			rows[i][j] = spearmanBrown(r, c.stimuli)
			opposite = opposite || !math.IsNaN(r)
		}
		medians[i] = series.Median(rows[i])
		switch {
		case !math.IsNaN(medians[i]):
		case opposite:
			reasons.Add("the halves of every neuroid that varies are opposite (r = -1)")
		case !slices.ContainsFunc(pairs, func(n int) bool { return n > 1 }):
			reasons.Add("no neuroid has trials of two stimuli in both halves")
		default:
			reasons.Add("no neuroid varies in both halves")
		}
	}
	if missing > 0 {
		cells := len(c.halves) * c.stimuli * c.neuroids
		warnings = append(warnings, fmt.Sprintf("ceiling: %d of %d (half, stimulus, neuroid) cells have no trial and are left out", missing, cells))
	}
	if len(reasons) > 0 {
		warnings = append(warnings, fmt.Sprintf("ceiling: %d of %d splits of the repetitions have no value: %v", reasons.Total(), len(medians), reasons))
	}
	return MeanSEM(medians), series.ColumnMeans(rows, c.neuroids), warnings
}

// spearmanBrown corrects the correlation of halves, over n stimuli, to that of wholes.
// It is NaN if they are opposite, but for rounding of r: 1 + r is then nothing to
// divide by.
func spearmanBrown(r float64, n int) float64 {
	if 1+r <= 4*float64(n)*dense.Epsilon {
		return math.NaN()
	}
	return 2 * r / (1 + r)
}

// LeaveOneSubjectOut is the noise ceiling from the subjects' own dissimilarities.
const LeaveOneSubjectOut = "leave_one_subject_out"
