package metrics

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// SampleCount is the number of samples that scores on stimuli and subjects are resampled
// with, as in rsatoolbox. The standard error that follows from them is right to 2 %.
const SampleCount = 1000

// maxGroups bounds the number of groups of stimuli that are left out one by one, maxPairs that
// of the pairs of groups that are left out.
const maxGroups, maxPairs = 100, 100

// StimulusSamples are samples of the stimuli of a benchmark: bootstrap samples, each of as
// many as the benchmark has, drawn with replacement; after these samples without one
// group of the stimuli, which is a single one unless they are many; and after these samples
// without two groups. They follow from the seed and the number of stimuli alone, so that models
// and subjects are scored on the same ones.
type StimulusSamples struct {
	Samples int // bootstrap samples
	Seed    uint64
	// Stimuli is the number of stimuli to draw from, Rows those among them that a layer is
	// compared on; nil for all.
	Stimuli int
	Rows    []int

	order []int // group by group
}

// NewStimulusSamples returns a number of bootstrap samples of stimuli, and those without one
// group and without two.
func NewStimulusSamples(samples int, seed uint64, stimuli int, rows []int) *StimulusSamples {
	const groups = 1 << 62 // apart from the streams of the samples
	return &StimulusSamples{samples, seed, stimuli, rows, rand.New(rand.NewPCG(seed, groups)).Perm(stimuli)}
}

// Groups returns the number of groups that are left out.
func (s *StimulusSamples) Groups() int { return min(s.Stimuli, maxGroups) }

// Len returns the number of all samples.
func (s *StimulusSamples) Len() int {
	groups := s.Groups()
	return s.Samples + groups + min(maxPairs, groups*(groups-1)/2)
}

// GroupPair returns the groups that are left out in the k-th sample without two. The groups
// are in a random order, so that those at the same distance are any; a pair occurs once.
func GroupPair(k, groups int) (i, j int) { return k % groups, (k%groups + 1 + k/groups) % groups }

// Count sets how often a sample has each stimulus of Rows. counts has their length; all,
// which has that of the stimuli, is room to work in.
func (s *StimulusSamples) Count(sample int, all, counts []int32) {
	if k, groups := sample-s.Samples, s.Groups(); k >= 0 {
		for i := range all {
			all[i] = 1
		}
		missing := []int{k}
		if k >= groups {
			i, j := GroupPair(k-groups, groups)
			missing = []int{i, j}
		}
		for _, k := range missing {
			for _, i := range s.order[k*s.Stimuli/groups : (k+1)*s.Stimuli/groups] {
				all[i] = 0
			}
		}
	} else {
		clear(all)
		r := rand.New(rand.NewPCG(s.Seed, uint64(sample)))
		for range all {
			all[r.IntN(len(all))]++
		}
	}
	if s.Rows == nil {
		copy(counts, all)
		return
	}
	for i, row := range s.Rows {
		counts[i] = all[row]
	}
}

// Resampled holds the raw values of samples of what a score is made of, sample by sample,
// NaN if a sample has none. Scores on the same stimuli and subjects have the same samples.
type Resampled struct {
	// Stimuli are the values on bootstrap samples of the stimuli.
	Stimuli []float64
	// Both are the values on the same samples of the stimuli and on samples of the
	// subjects; nil for a score that is not a mean over several subjects.
	Both []float64
	// Without are the values without each group of stimuli, of each subject.
	Without [][]float64
	// Pairs are the values without two groups (see GroupPair), of each subject; nil in
	// documents of versions that had none.
	Pairs [][]float64
}

// NewResampled returns the values on all samples, in their order.
func NewResampled(values []float64, s *StimulusSamples) *Resampled {
	pairs := s.Samples + s.Groups()
	return &Resampled{Stimuli: values[:s.Samples], Without: [][]float64{values[s.Samples:pairs]}, Pairs: [][]float64{values[pairs:]}}
}

// ResampleSubjects returns the resampled mean of the scores of subjects, given those of
// each; nil if one of them is not resampled. Subjects without a value are left out.
func ResampleSubjects(parts []Score, seed uint64) *Resampled {
	out := &Resampled{}
	var each [][]float64
	for _, p := range parts {
		if math.IsNaN(p.Raw.Value) {
			continue
		}
		if p.Resampled == nil {
			return nil
		}
		each = append(each, p.Resampled.Stimuli)
		out.Without, out.Pairs = append(out.Without, p.Resampled.Without...), append(out.Pairs, p.Resampled.Pairs...)
	}
	if len(each) == 0 {
		return nil
	}
	n := len(each[0])
	out.Stimuli = make([]float64, n)
	if len(each) > 1 {
		out.Both = make([]float64, n)
	}
	const subjects = 1 << 63 // apart from the streams of the stimuli
	for k := range n {
		r := rand.New(rand.NewPCG(seed, subjects|uint64(k)))
		mean, drawn := 0.0, 0.0
		for _, values := range each {
			mean += values[k]
			drawn += each[r.IntN(len(each))][k]
		}
		out.Stimuli[k] = mean / float64(len(each))
		if out.Both != nil {
			out.Both[k] = drawn / float64(len(each))
		}
	}
	return out
}

// Round rounds the values to 8 decimals, far below what samples vary by, so that documents
// stay small. It does nothing for nil.
func (r *Resampled) Round() {
	if r == nil {
		return
	}
	for _, values := range slices.Concat([][]float64{r.Stimuli, r.Both}, r.Without, r.Pairs) {
		for i, v := range values {
			values[i] = math.Round(v*1e8) / 1e8
		}
	}
}

// MeanResampled returns the mean, sample by sample, of scores on the same samples; nil if
// they do not all have them, of the same subjects.
func MeanResampled(scores []*Resampled) *Resampled {
	var out *Resampled
	share := 1 / float64(len(scores))
	for _, s := range scores {
		switch {
		case s == nil || out != nil && (len(s.Both) != len(out.Both) || len(s.Without) != len(out.Without) || len(s.Pairs) != len(out.Pairs)):
			return nil
		case out == nil:
			out = &Resampled{Stimuli: make([]float64, len(s.Stimuli))}
			if s.Both != nil {
				out.Both = make([]float64, len(s.Both))
			}
			for _, values := range s.Without {
				out.Without = append(out.Without, make([]float64, len(values)))
			}
			for _, values := range s.Pairs {
				out.Pairs = append(out.Pairs, make([]float64, len(values)))
			}
		}
		dense.AddScaled(share, s.Stimuli, out.Stimuli)
		dense.AddScaled(share, s.Both, out.Both)
		for i, values := range s.Without {
			dense.AddScaled(share, values, out.Without[i])
		}
		for i, values := range s.Pairs {
			dense.AddScaled(share, values, out.Pairs[i])
		}
	}
	return out
}
