package metrics

import (
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/numpyrand"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/reasons"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// TrialConsistency is the noise ceiling of recordings from halves of their trials: how well one half of
// the repetitions predicts the other. NewInternalConsistency draws halves that all stimuli
// share, NewPredictorConsistency halves of each stimulus's own. For each split of the repetitions into
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
type TrialConsistency struct {
	// side has, for each split, the half of each repetition, or, if own is their number, of
	// each stimulus's own ones; noSide for those that are left out.
	side     [][]int8
	own      int
	averages [][2]*Averager // of the responses less pivot
	pivot    []float64      // the first trial of each neuroid, NaN until there is one
	less     []float64      // a presentation's responses less pivot
	stimuli  int
	neuroids int
	halves   []comparedHalves // by split, once all presentations were added
	missing  int              // cells of a split's halves, stimulus and neuroid without a trial
}

// comparedHalves are what the halves of a split say of the neuroids.
type comparedHalves struct {
	r []float64 // of each neuroid, corrected
	// varies is true if a neuroid has an r, before it is corrected, and paired if one has
	// trials of two stimuli in both halves.
	varies, paired bool
}

// NewInternalConsistency draws halves of the repetitions, numbered in ascending
// order. It needs two repetitions at least.
func NewInternalConsistency(stimuli, neuroids, repetitions, splits int, seed uint32) (*TrialConsistency, error) {
	if repetitions < 2 {
		return nil, &SplitError{fmt.Sprintf("%d repetition(s): the internal consistency needs two at least; give the ceiling as a value instead", repetitions)}
	}
	halves, err := ShuffleSplits(repetitions, SplitPlan{Splits: splits, TrainSize: 0.5, Seed: seed})
	if err != nil {
		return nil, err
	}
	c := newConsistency(stimuli, neuroids)
	for _, h := range halves {
		side := make([]int8, repetitions)
		for _, r := range h.Train {
			side[r] = 0
		}
		for _, r := range h.Test {
			side[r] = 1
		}
		c.addSplit(side)
	}
	return c, nil
}

// noSide marks a repetition that neither half has.
const noSide = -1

// fewestStimuli is the number of stimuli below which a split of each one's own repetitions
// has no value.
const fewestStimuli = 10

// NewPredictorConsistency draws halves of each stimulus's own repetitions, given in
// ascending order: the first ⌊k/2⌋ of k in random order against the others. Stimuli with
// fewer than two are left out; with fewer than ten others there is no value.
//
// Source: Brain-Score, SplitHalfPredictorConsistency (brainscore_vision,
// metrics/predictor_consistency), whose draws are those of numpy's default_rng.
func NewPredictorConsistency(repetitions [][]int, neuroids, splits int, seed uint32) (*TrialConsistency, error) {
	c := newConsistency(len(repetitions), neuroids)
	repeated := 0
	for _, own := range repetitions {
		if len(own) > 1 {
			repeated++
			c.own = max(c.own, own[len(own)-1]+1)
		}
	}
	if repeated < fewestStimuli {
		return nil, &SplitError{fmt.Sprintf("%d stimuli have two repetitions: the predictor consistency needs %d at least; give the ceiling as a value instead", repeated, fewestStimuli)}
	}
	random := numpyrand.NewGenerator(uint64(seed))
	for range splits {
		side := slices.Repeat([]int8{noSide}, len(repetitions)*c.own)
		for stimulus, own := range repetitions {
			if len(own) < 2 {
				continue
			}
			for i, k := range random.Permutation(len(own)) {
				half := int8(0)
				if i >= len(own)/2 {
					half = 1
				}
				side[stimulus*c.own+own[k]] = half
			}
		}
		c.addSplit(side)
	}
	return c, nil
}

func newConsistency(stimuli, neuroids int) *TrialConsistency {
	return &TrialConsistency{stimuli: stimuli, neuroids: neuroids,
		pivot: slices.Repeat([]float64{math.NaN()}, neuroids), less: make([]float64, neuroids)}
}

func (c *TrialConsistency) addSplit(side []int8) {
	c.side = append(c.side, side)
	c.averages = append(c.averages, [2]*Averager{NewAverager(c.stimuli, c.neuroids), NewAverager(c.stimuli, c.neuroids)})
}

// Add adds one presentation to the half that it belongs to in each split. r does not
// depend on what is subtracted from a neuroid's responses; without their offset their
// averages keep its digits.
func (c *TrialConsistency) Add(stimulus, repetition int, responses []float64) {
	for j, v := range responses {
		if math.IsNaN(c.pivot[j]) {
			c.pivot[j] = v
		}
		c.less[j] = v - c.pivot[j]
	}
	for i, side := range c.side {
		at := repetition
		if c.own > 0 {
			at += stimulus * c.own
		}
		if at < len(side) && side[at] != noSide {
			c.averages[i][side[at]].Add(stimulus, c.less)
		}
	}
}

// finish compares the halves of each split and releases their averages. No more presentations can be
// added after it.
func (c *TrialConsistency) finish() {
	if c.halves != nil {
		return
	}
	c.halves = make([]comparedHalves, len(c.side))
	for i, halves := range c.averages {
		a, b := halves[0].Mean(), halves[1].Mean()
		c.averages[i] = [2]*Averager{}
		of := &c.halves[i]
		pairs := make([]int, c.neuroids)
		for k := range a {
			if math.IsNaN(a[k]) || math.IsNaN(b[k]) {
				c.missing++
			} else {
				pairs[k%c.neuroids]++
			}
		}
		of.paired = slices.ContainsFunc(pairs, func(n int) bool { return n > 1 })
		of.r = series.ColumnPearson(a, b, c.stimuli, c.neuroids)
		for j, r := range of.r {
			of.r[j] = spearmanBrown(r, c.stimuli)
			of.varies = of.varies || !math.IsNaN(r)
		}
	}
}

// Append appends the neuroids of another consistency, with the same stimuli, repetitions and
// splits of these, so that neuroids can be added block by block. No more presentations
// can be added to either.
func (c *TrialConsistency) Append(other *TrialConsistency) {
	c.finish()
	other.finish()
	for i, of := range other.halves {
		own := &c.halves[i]
		own.r = append(own.r, of.r...)
		own.varies, own.paired = own.varies || of.varies, own.paired || of.paired
	}
	c.neuroids += other.neuroids
	c.missing += other.missing
}

// Ceiling returns the mean over splits with its standard error, and the mean over
// splits for each neuroid.
func (c *TrialConsistency) Ceiling() (ceiling Estimate, neuroids []float64, warnings []string) {
	c.finish()
	medians := make([]float64, len(c.side))
	rows := make([][]float64, len(c.side))
	var reasons reasons.Counts
	for i, of := range c.halves {
		rows[i], medians[i] = of.r, series.Median(of.r)
		switch {
		case !math.IsNaN(medians[i]):
		case of.varies:
			reasons.Add("the halves of every neuroid that varies are opposite (r = -1)")
		case !of.paired:
			reasons.Add("no neuroid has trials of two stimuli in both halves")
		default:
			reasons.Add("no neuroid varies in both halves")
		}
	}
	if c.missing > 0 && c.own == 0 {
		cells := len(c.side) * c.stimuli * c.neuroids
		warnings = append(warnings, fmt.Sprintf("ceiling: %d of %d (half, stimulus, neuroid) cells have no trial and are left out", c.missing, cells))
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

// ColumnCeiling returns the noise ceiling from a ceiling of each neuroid, of those with a
// number: their median, or their mean. Its error is the population standard deviation of
// the same over 1,000 samples of as many neuroids with replacement. It returns false if no
// neuroid has a number.
//
// Source: Brain-Score, li2026 (_reliability_ceiling), whose draws are those of numpy's
// RandomState(0).
func ColumnCeiling(neuroids []float64, byMean bool) (Estimate, bool) {
	const samples = 1000
	values := slices.DeleteFunc(slices.Clone(neuroids), func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
	if len(values) == 0 {
		return None(), false
	}
	centre := series.MedianOf
	if byMean {
		centre = series.ExactMean
	}
	random := numpyrand.New(0)
	drawn, sample, centres := make([]int, len(values)), make([]float64, len(values)), make([]float64, samples)
	for i := range centres {
		random.DrawReplaced(len(values), drawn)
		for k, j := range drawn {
			sample[k] = values[j]
		}
		centres[i] = centre(sample)
	}
	_, sd, _ := series.Moments(centres)
	return Estimate{Value: centre(values), Error: sd}, true
}

// LeaveOneSubjectOut is the noise ceiling from the subjects' own dissimilarities.
const LeaveOneSubjectOut = "leave_one_subject_out"

// BetweenSubjects is the noise ceiling that is the metric between subjects.
const BetweenSubjects = "between_subjects"
