package similarity

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// oddOneOut is the share of trials in which the stimulus outside of the most similar
// pair is the one that the subject chose. It takes trials in codes and the Gram matrix
// of the layer, stimuli × stimuli; no unit of the activations changes it. Trials that
// cannot be used are a *metrics.TrialError, a stimulus without similarities a
// *metrics.SimilarityError, activations beyond the range of products ErrOverflow or
// ErrUnderflow.
//
// Source: the accuracy on triplets of Hebart et al. (2020) and Muttenthaler et al. (2023).
//
// # Ties
//
// Similarities tie that differ by no more than tieShare of the largest squared length of
// the three stimuli, or of 1 for cosines: products in single precision, in which networks
// run, do not part them. They also tie within the bounds of their rounding. Inner products
// x_a·x_b are K_ab + c_a·μ + c_b·μ + |μ|², with c the rows less the column means μ; the last
// term is that of all pairs. With γ the relative error of an element of K
// (stream.Gram.Rounding), the others are off by γ|c_a||c_b| + 2γ|μ|(|c_a| + |c_b|) at most.
// Correlations and their bounds are those of rdm. Each of k stimuli that may
// be the odd one out gets 1/k: a layer that is the same for all stimuli scores as a guess.
type oddOneOut struct{ similarity string }

const tieShare = 1e-9

func (oddOneOut) Info() metrics.Info { return oddOneOutInfo }

// choices holds, for each trial, the places of the stimuli that may be the odd one out
// as the bits of a number: one, several where pairs are equally similar, none where
// nothing is known.
type choices []uint8

// ScoreTriplets compares the model's choices with each subject's.
func (m oddOneOut) ScoreTriplets(ctx context.Context, in metrics.TripletInput) (metrics.Score, error) {
	if err := checkTriplets(in); err != nil {
		return metrics.Score{}, err
	}
	if in.Gram == nil || in.Gram.N != in.Stimuli {
		return metrics.Score{}, &metrics.TrialError{Trial: -1, Problem: fmt.Sprintf("the activations are not those to %d stimuli", in.Stimuli)}
	}
	distance, tolerance, err := m.distances(ctx, in.Gram, max(1, in.Workers))
	if err != nil {
		return metrics.Score{}, fmt.Errorf("%s: %w", oddOneOutInfo.Name, err)
	}
	chosen := make(choices, len(in.Trials))
	for i, t := range in.Trials {
		if i%triplesAtOnce == 0 && ctx.Err() != nil {
			return metrics.Score{}, ctx.Err()
		}
		for _, s := range t.Stimuli {
			if value, _ := distance(s, t.Stimuli[0]); math.IsNaN(value) {
				return metrics.Score{}, &metrics.SimilarityError{Similarity: m.similarity, Stimulus: s}
			}
		}
		chosen[i] = oddOf(t.Stimuli, distance, tolerance(t.Stimuli))
	}
	points := chosen.points(in)
	score := metrics.Score{Raw: points.estimate()}
	if points.tied > 0 {
		score.Warnings = append(score.Warnings, fmt.Sprintf("%s: in %d of %d trials the most similar pairs are equally similar; these count as a guess among them", oddOneOutInfo.Name, points.tied, len(in.Trials)))
	}
	if in.Intervals.Samples > 0 {
		if score.Raw.Interval, err = points.interval(ctx, in.Intervals); err != nil {
			return metrics.Score{}, err
		}
		if score.Raw.Interval.None() {
			score.Warnings = append(score.Warnings, oddOneOutInfo.Name+": there is no interval: it is formed over samples of subjects, which takes trials of 2 at least")
		}
	}
	return score, nil
}

// TripletCeiling compares each subject's choices with those that most of the other
// subjects make of the same three stimuli. Splits and error are as those of the score.
func (m oddOneOut) TripletCeiling(ctx context.Context, in metrics.TripletInput) (metrics.Estimate, []string, error) {
	if err := checkTriplets(in); err != nil {
		return metrics.Estimate{}, nil, err
	}
	chosen, err := othersChoices(ctx, in)
	if err != nil {
		return metrics.Estimate{}, nil, err
	}
	points := chosen.points(in)
	ceiling, none := points.estimate(), len(in.Trials)-points.trials()
	switch {
	case none == len(in.Trials):
		return ceiling, []string{"ceiling: no two subjects judged the same three stimuli, so there is none"}, nil
	case none > 0:
		return ceiling, []string{fmt.Sprintf("ceiling: %d of %d trials have stimuli that no other subject judged together, and are left out", none, len(in.Trials))}, nil
	}
	return ceiling, nil, nil
}

// triplesAtOnce is the number of trials between two looks at the context.
const triplesAtOnce = 1 << 12

// checkTriplets returns a *metrics.TrialError for codes that do not exist.
func checkTriplets(in metrics.TripletInput) error {
	if len(in.Trials) == 0 {
		return &metrics.TrialError{Trial: -1, Problem: "there are no trials"}
	}
	for i, t := range in.Trials {
		if t.Subject < 0 || t.Subject >= in.Subjects {
			return &metrics.TrialError{Trial: i, Problem: fmt.Sprintf("subject code %d is not one of %d", t.Subject, in.Subjects)}
		}
		if t.Odd < 0 || t.Odd >= len(t.Stimuli) {
			return &metrics.TrialError{Trial: i, Problem: fmt.Sprintf("the odd one out is at place %d of %d stimuli", t.Odd, len(t.Stimuli))}
		}
		for _, s := range t.Stimuli {
			if s < 0 || s >= in.Stimuli {
				return &metrics.TrialError{Trial: i, Problem: fmt.Sprintf("stimulus code %d is not one of %d", s, in.Stimuli)}
			}
		}
		if s := t.Stimuli; s[0] == s[1] || s[0] == s[2] || s[1] == s[2] {
			return &metrics.TrialError{Trial: i, Problem: "it has a stimulus twice"}
		}
	}
	return nil
}

// othersChoices returns, for each trial, what most of the other subjects chose.
func othersChoices(ctx context.Context, in metrics.TripletInput) (choices, error) {
	// Trials of the same stimuli stand together, within them those of a subject.
	sets := make([][3]int, len(in.Trials))
	order := dense.AllRows(len(in.Trials))
	for i, t := range in.Trials {
		sets[i] = t.Stimuli
		slices.Sort(sets[i][:])
	}
	sorted := func() (struct{}, error) {
		slices.SortFunc(order, func(a, b int) int {
			return cmp.Or(slices.Compare(sets[a][:], sets[b][:]), cmp.Compare(in.Trials[a].Subject, in.Trials[b].Subject), cmp.Compare(a, b))
		})
		return struct{}{}, nil
	}
	if _, err := crew.Interruptible(ctx, sorted); err != nil {
		return nil, err
	}
	count := func(trials []int, set [3]int) (counts [3]int) {
		for _, i := range trials {
			t := in.Trials[i]
			counts[slices.Index(set[:], t.Stimuli[t.Odd])]++
		}
		return counts
	}
	chosen := make(choices, len(in.Trials))
	for same := range runs(order, func(a, b int) bool { return sets[a] == sets[b] }) {
		set := sets[same[0]]
		total := count(same, set)
		for own := range runs(same, func(a, b int) bool { return in.Trials[a].Subject == in.Trials[b].Subject }) {
			others := total
			for k, n := range count(own, set) {
				others[k] -= n
			}
			most := slices.Max(others[:])
			if most == 0 {
				continue
			}
			for _, i := range own {
				for place, s := range in.Trials[i].Stimuli {
					if others[slices.Index(set[:], s)] == most {
						chosen[i] |= 1 << place
					}
				}
			}
		}
	}
	return chosen, ctx.Err()
}

// runs returns the longest parts of a list whose elements are all equal.
func runs(list []int, equal func(a, b int) bool) func(yield func([]int) bool) {
	return func(yield func([]int) bool) {
		for len(list) > 0 {
			n := 1
			for n < len(list) && equal(list[0], list[n]) {
				n++
			}
			if !yield(list[:n]) {
				return
			}
			list = list[n:]
		}
	}
}

// pairDistance returns the dissimilarity of two stimuli, up to a constant of all pairs, and
// a bound of its error; NaN if they have none.
type pairDistance func(a, b int) (value, bound float64)

// oddOf returns the places of the stimuli that may be the odd one out of three: pairs tie
// whose values differ by no more than a tolerance, or than their bounds.
func oddOf(set [3]int, distance pairDistance, tolerance float64) uint8 {
	var value, bound [3]float64 // of the pair without the stimulus at a place
	least := 0
	for place := range set {
		value[place], bound[place] = distance(set[(place+1)%3], set[(place+2)%3])
		if value[place] < value[least] {
			least = place
		}
	}
	var odd uint8
	for place := range set {
		if value[place]-value[least] <= max(tolerance, bound[place]+bound[least]) || place == least {
			odd |= 1 << place
		}
	}
	return odd
}

// distances returns the dissimilarities of stimuli by the metric's similarity, NaN for one
// that has none, and the tolerance of ties of three stimuli.
func (m oddOneOut) distances(ctx context.Context, g *stream.Gram, workers int) (pairDistance, func([3]int) float64, error) {
	if m.similarity != "pearson" {
		return m.productDistances(g)
	}
	n := g.N
	// The order of dissimilarities is what counts, as it is for ranks.
	triangles, rows, _, err := trianglesOf(ctx, rdm{"correlation", "spearman"}, []*representation{activationSide(g)}, dense.AllRows(n), workers)
	if err != nil {
		return nil, nil, err
	}
	t := triangles[0]
	place := slices.Repeat([]int{-1}, n)
	for a, i := range rows {
		place[i] = a
	}
	return func(i, j int) (value, bound float64) {
		a, b := min(place[i], place[j]), max(place[i], place[j])
		if a < 0 {
			return math.NaN(), 0
		}
		if a == b {
			return 0, 0
		}
		p := firstPair(len(rows), a) + b - a - 1
		if t.ties.Bound != nil {
			bound = t.ties.Bound(p)
		}
		return t.values[p], bound
	}, func([3]int) float64 { return 0 }, nil
}

// productDistances returns the negative inner products of rows, less what all have, or
// cosines.
func (m oddOneOut) productDistances(g *stream.Gram) (pairDistance, func([3]int) float64, error) {
	by, root, err := g.PowerOfTwo(dense.AllRows(g.N))
	if err != nil {
		return nil, nil, err
	}
	moments, gamma := g.Moments, g.Rounding()
	offset, _ := moments.Length()
	offset = float64(offset * root)
	onMean, square, length := make([]float64, g.N), make([]float64, g.N), make([]float64, g.N)
	for i := range onMean {
		onMean[i] = (float64(moments.Shifts[i]*root) + float64(moments.Sums[i]*root*moments.Grand())) * root
		length[i] = math.Sqrt(max(0, g.K[i*g.N+i]*by))
		square[i] = max(0, float64(g.K[i*g.N+i]*by)+float64(2*onMean[i])+float64(offset*offset))
		if !(offset+math.Abs(onMean[i]) <= math.MaxFloat64) || m.similarity == "cosine" && math.IsInf(square[i], 0) {
			return nil, nil, stream.ErrOverflow
		}
	}
	product := func(a, b int) (value, bound float64) {
		bound = gamma * (float64(length[a]*length[b]) + float64(2*offset*(length[a]+length[b])))
		return float64(g.K[a*g.N+b]*by) + (onMean[a] + onMean[b]), bound
	}
	if m.similarity == "cosine" {
		return func(a, b int) (value, bound float64) {
			if !moments.Nonzero[a] || !moments.Nonzero[b] {
				return math.NaN(), 0
			}
			value, bound = product(a, b)
			lengths := math.Sqrt(square[a]) * math.Sqrt(square[b])
			return -(value + float64(offset*offset)) / lengths, bound / lengths
		}, func([3]int) float64 { return tieShare }, nil
	}
	return func(a, b int) (value, bound float64) {
			value, bound = product(a, b)
			return -value, bound
		},
		func(set [3]int) float64 { return tieShare * max(square[set[0]], square[set[1]], square[set[2]]) }, nil
}

// Memory counts dissimilarities and, for their sake, rows in two forms.
func (m oddOneOut) Memory(s metrics.Shape) metrics.Memory {
	if m.similarity != "pearson" {
		return metrics.Memory{}
	}
	n, _, _ := s.Sizes()
	values := int64(stream.MaxHeld)
	if s.Features > 0 {
		values = min(values, n*int64(s.Features))
	}
	triangle := metrics.FloatBytes * n * n / 2
	return metrics.Memory{Working: triangle + 2*metrics.FloatBytes*values, Kept: triangle + metrics.FloatBytes*values}
}

var oddOneOutInfo = metrics.Info{
	Name:      "odd_one_out",
	Version:   2,
	Kind:      metrics.KindTriplets,
	Intervals: metrics.OfMetric,
	Chance:    1. / 3,
	Summary:   "which of three stimuli is the odd one out: agreement with people's choices",
	Formula:   "of three stimuli the odd one out is that outside of the pair with the largest similarity; mean over trials of 1 where people chose it, 0 else, 1/k where it is one of k that tie (similarities within 1e-9 of the largest squared length of the three, cosines of 1); error: their standard deviation. Ceiling: the same with what most of the other subjects chose of the same three stimuli",
	Range:     "0 to 1, a guess 1/3",
	NaN:       "never of a score: a stimulus without a similarity (zeros for cosine, equal values in all features for Pearson's r) is an error. The ceiling is NaN, with a warning, where no two subjects judged the same three stimuli",
	Needs:     stream.Needs{Gram: true, RowSums: true},
	Options: []metrics.Option{
		{Name: "similarity", Type: "one of dot|cosine|pearson", Default: "dot", Doc: "similarity of two stimuli: the inner product of their activations, its cosine, or Pearson's r over features"},
	},
	References: []string{
		"Hebart, Zheng, Pereira & Baker (2020), Revealing the multidimensional mental representations of natural objects underlying human similarity judgements, Nat. Hum. Behav. 4:1173-1185, doi:10.1038/s41562-020-00951-3",
		"Muttenthaler et al. (2023), Human alignment of neural network representations, ICLR, arXiv:2211.01201",
	},
}

func init() {
	metrics.Register(oddOneOutInfo, func(o metrics.Options) (metrics.Metric, error) {
		similarity, err := o.OneOf("similarity", "dot", "dot", "cosine", "pearson")
		return oddOneOut{similarity}, err
	})
}
