package similarity

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// oddOneOut is the share of trials in which the stimulus outside of the most similar
// pair is the one that the subject chose. It takes trials in codes and the Gram matrix
// of the layer, stimuli × stimuli; no unit of the activations changes it. A tie of k
// stimuli counts 1/k. Trials that cannot be used are a *metrics.TrialError, activations beyond
// the range of products ErrOverflow or ErrUnderflow.
//
// Source: the accuracy on triplets of Hebart et al. (2020) and Muttenthaler et al. (2023).
//
// # Error
//
// Two similarities are the same if they differ by no more than the bounds of their
// rounding. Inner products x_a·x_b are K_ab + c_a·μ + c_b·μ + |μ|², with c the rows less
// the column means μ; the last term is that of all pairs. With γ the relative error of
// an element of K (stream.Gram.Rounding), the others are off by γ|c_a||c_b| + 2γ|μ|(|c_a| + |c_b|)
// at most. Correlations and cosines are those of rdm.
type oddOneOut struct{ similarity string }

func (oddOneOut) Info() metrics.Info { return oddOneOutInfo }

// choices holds, for each trial, the places of the stimuli that may be the odd one out
// as the bits of a number: one, several where pairs are equally similar, none where
// nothing is known.
type choices []uint8

// ScoreTriplets compares the model's choices with each subject's. Splits of the raw
// score are the shares of the subjects, NaN for those without trials; the error is
// that of their mean.
func (m oddOneOut) ScoreTriplets(ctx context.Context, in metrics.TripletInput) (metrics.Score, error) {
	if err := checkTriplets(in); err != nil {
		return metrics.Score{}, err
	}
	if in.Gram == nil || in.Gram.N != in.Stimuli {
		return metrics.Score{}, &metrics.TrialError{Trial: -1, Problem: fmt.Sprintf("the activations are not those to %d stimuli", in.Stimuli)}
	}
	distance, err := m.distances(ctx, in.Gram, max(1, in.Workers))
	if err != nil {
		return metrics.Score{}, fmt.Errorf("%s: %w", oddOneOutInfo.Name, err)
	}
	chosen := make(choices, len(in.Trials))
	for i, t := range in.Trials {
		if i%triplesAtOnce == 0 && ctx.Err() != nil {
			return metrics.Score{}, ctx.Err()
		}
		chosen[i] = oddOf(t.Stimuli, distance)
	}
	var score metrics.Score
	var tied, all, none int
	score.Raw, tied, all, none = chosen.agreement(in)
	warn := func(n int, why string) {
		if n > 0 {
			score.Warnings = append(score.Warnings, fmt.Sprintf("%s: in %d of %d trials %s", oddOneOutInfo.Name, n, len(in.Trials), why))
		}
	}
	warn(none, "a stimulus has activations without a similarity, as they are all the same or no more than rounding; these are left out")
	warn(tied, "the most similar pairs are equally similar; these count as a guess among them")
	if all+none == len(in.Trials) {
		score.Raw = metrics.None()
		score.Warnings = append(score.Warnings, fmt.Sprintf("%s: no trial has a pair of stimuli that is more similar than another, so there is no score", oddOneOutInfo.Name))
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
	ceiling, _, _, none := chosen.agreement(in)
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

// agreement returns the mean over subjects of the share of their trials in which the
// subject chose as given, a tie as the chance to guess it. It counts the trials with
// a tie, with a tie of all three and without a choice; the last are left out.
func (c choices) agreement(in metrics.TripletInput) (mean metrics.Estimate, tied, all, none int) {
	// Hits are counted in sixths, which halves and thirds are multiples of.
	const hit = 6
	hits, trials := make([]int, in.Subjects), make([]int, in.Subjects)
	for i, t := range in.Trials {
		n := bits.OnesCount8(c[i])
		if n == 0 {
			none++
			continue
		}
		if n > 1 {
			tied++
		}
		if n == len(t.Stimuli) {
			all++
		}
		trials[t.Subject]++
		if c[i]>>t.Odd&1 == 1 {
			hits[t.Subject] += hit / n
		}
	}
	shares := make([]float64, in.Subjects)
	for s := range shares {
		shares[s] = math.NaN()
		if trials[s] > 0 {
			shares[s] = float64(hits[s]) / float64(hit*trials[s])
		}
	}
	return metrics.MeanSEM(shares), tied, all, none
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

// oddOf returns the places of the stimuli that may be the odd one out of three.
func oddOf(set [3]int, distance pairDistance) uint8 {
	var value, bound [3]float64 // of the pair without the stimulus at a place
	least := 0
	for place := range set {
		value[place], bound[place] = distance(set[(place+1)%3], set[(place+2)%3])
		if math.IsNaN(value[place]) {
			return 0
		}
		if value[place] < value[least] {
			least = place
		}
	}
	var odd uint8
	for place := range set {
		if value[place]-value[least] <= bound[place]+bound[least] || place == least {
			odd |= 1 << place
		}
	}
	return odd
}

// distances returns the dissimilarities of stimuli by the metric's similarity.
func (m oddOneOut) distances(ctx context.Context, g *stream.Gram, workers int) (pairDistance, error) {
	if m.similarity == "dot" {
		return productDistances(g)
	}
	n := g.N
	// The order of dissimilarities is what counts, as it is for ranks.
	triangles, rows, _, err := trianglesOf(ctx, rdm{"correlation", "spearman"}, []*representation{activationSide(g)}, dense.AllRows(n), workers)
	if err != nil {
		return nil, err
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
		p := firstPair(len(rows), a) + b - a - 1
		if t.ties.Bound != nil {
			bound = t.ties.Bound(p)
		}
		return t.values[p], bound
	}, nil
}

// productDistances returns the negative inner products of rows, less what all have.
func productDistances(g *stream.Gram) (pairDistance, error) {
	by, root, err := g.PowerOfTwo(dense.AllRows(g.N))
	if err != nil {
		return nil, err
	}
	m, gamma := g.Moments, g.Rounding()
	offset, _ := m.Length()
	offset *= root
	onMean, length := make([]float64, g.N), make([]float64, g.N)
	for i := range onMean {
		onMean[i] = (m.Shifts[i]*root + m.Sums[i]*root*m.Grand()) * root
		length[i] = math.Sqrt(max(0, g.K[i*g.N+i]*by))
		if !(offset+math.Abs(onMean[i]) <= math.MaxFloat64) {
			return nil, stream.ErrOverflow
		}
	}
	return func(a, b int) (value, bound float64) {
		bound = gamma * (length[a]*length[b] + 2*offset*(length[a]+length[b]))
		return -(g.K[a*g.N+b]*by + (onMean[a] + onMean[b])), bound
	}, nil
}

// Memory counts dissimilarities and, for their sake, rows in two forms.
func (m oddOneOut) Memory(s metrics.Shape) metrics.Memory {
	if m.similarity == "dot" {
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
	Name:    "odd_one_out",
	Version: 1,
	Kind:    metrics.KindTriplets,
	Summary: "which of three stimuli is the odd one out: agreement with each subject's choices",
	Formula: "of three stimuli the odd one out is that outside of the pair with the largest similarity; share of a subject's trials in which the subject chose it, a tie of k as 1/k; mean over subjects, with its standard error. Ceiling: the same with what most of the other subjects chose of the same three stimuli",
	Range:   "0 to 1, a guess 1/3",
	NaN:     "a stimulus with the same value in all features has no similarity by Pearson's r; its trials are left out, with a count in the warnings. NaN, with a warning, where no trial has a pair that is more similar than another. The ceiling is NaN, with a warning, where no two subjects judged the same three stimuli",
	Needs:   stream.Needs{Gram: true, RowSums: true},
	Options: []metrics.Option{
		{Name: "similarity", Type: "one of dot|pearson", Default: "dot", Doc: "similarity of two stimuli: the inner product of their activations, or Pearson's r over features"},
	},
	References: []string{
		"Hebart, Zheng, Pereira & Baker (2020), Revealing the multidimensional mental representations of natural objects underlying human similarity judgements, Nat. Hum. Behav. 4:1173-1185, doi:10.1038/s41562-020-00951-3",
		"Muttenthaler et al. (2023), Human alignment of neural network representations, ICLR, arXiv:2211.01201",
	},
}

func init() {
	metrics.Register(oddOneOutInfo, func(o metrics.Options) (metrics.Metric, error) {
		similarity, err := o.OneOf("similarity", "dot", "dot", "pearson")
		return oddOneOut{similarity}, err
	})
}
