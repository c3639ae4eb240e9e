package ranking

import (
	"cmp"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"

	"github.com/brainscore-go/brainscore/internal/portable"
	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// pairing holds the values that two scores of one benchmark have in common, pair by
// pair: neuroids, and splits or halvings if both have the same number.
type pairing struct {
	rawA, rawB         float64
	neuroidA, neuroidB []float64 // means over splits, of neuroids that both have
	splitA, splitB     []float64
	// Values by halving, if the scores are means over halvings that are normalised
	// one by one; nil otherwise.
	halfA, halfB []float64
	formA, formB func(raw float64) float64 // the score of a raw value
}

// newPairing pairs two scores.
func newPairing(a, b benchmarks.Result) *pairing {
	p := &pairing{rawA: a.Raw.Value, rawB: b.Raw.Value}
	p.neuroidA, p.neuroidB = pairNeuroids(a, b)
	if len(a.Raw.Splits) == len(b.Raw.Splits) {
		p.splitA, p.splitB = bothFinite(a.Raw.Splits, b.Raw.Splits)
	}
	p.halfA, p.halfB = halvings(a), halvings(b)
	if p.halfA == nil || len(p.halfA) != len(p.halfB) {
		p.halfA, p.halfB = nil, nil
		p.formA, p.formB = formOf(a, b), formOf(b, a)
	}
	return p
}

// pairNeuroids returns the values of the neuroids that both scores have, ordered by
// id so that swapping the scores swaps the results. The n-th neuroids of the same id
// are paired.
//
// The neuroids of several subjects are not paired: the raw value is a mean over subjects,
// which stand in place of splits.
func pairNeuroids(a, b benchmarks.Result) (x, y []float64) {
	if len(a.Subjects) > 0 || len(b.Subjects) > 0 {
		return nil, nil
	}
	type key struct {
		id     string
		repeat int
	}
	index := func(r benchmarks.Result) map[key]float64 {
		values, repeats := map[key]float64{}, map[string]int{}
		for i, id := range r.NeuroidIDs[:min(len(r.NeuroidIDs), len(r.Neuroids))] {
			values[key{id, repeats[id]}] = r.Neuroids[i]
			repeats[id]++
		}
		return values
	}
	inA, inB := index(a), index(b)
	var keys []key
	for k, v := range inA {
		if w, ok := inB[k]; ok && stats.Finite(v) && stats.Finite(w) {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(k, l key) int { return cmp.Or(cmp.Compare(k.id, l.id), cmp.Compare(k.repeat, l.repeat)) })
	for _, k := range keys {
		x, y = append(x, inA[k]), append(y, inB[k])
	}
	return x, y
}

// bothFinite returns the pairs of values that are both finite.
func bothFinite(a, b []float64) (x, y []float64) {
	for i, v := range a {
		if stats.Finite(v) && stats.Finite(b[i]) {
			x, y = append(x, v), append(y, b[i])
		}
	}
	return x, y
}

// near reports whether two figures are equal up to rounding.
func near(got, want float64) bool { return math.Abs(got-want) <= 1e-9*max(1, math.Abs(want)) }

// halvings returns raw / √ceiling of each halving if the score is their mean, as on
// behaviour; nil otherwise.
func halvings(r benchmarks.Result) []float64 {
	if len(r.Raw.Splits) < 2 || len(r.Ceiling.Splits) != len(r.Raw.Splits) || len(r.Neuroids) > 0 {
		return nil
	}
	values, sum := make([]float64, len(r.Raw.Splits)), 0.0
	for i, raw := range r.Raw.Splits {
		values[i] = raw / math.Sqrt(r.Ceiling.Splits[i])
		sum += values[i]
	}
	if !near(sum/float64(len(values)), r.Ceiled.Value) {
		return nil // also if the sum is NaN
	}
	return values
}

// formOf returns how the first score follows from its raw value and ceiling, in a form
// that fits all given scores. Documents do not record the form. If no known form fits,
// the score is assumed to be proportional to the raw value.
func formOf(scores ...benchmarks.Result) func(raw float64) float64 {
	for _, form := range metrics.Forms() {
		fits := func(r benchmarks.Result) bool { return near(formed(form, r)(r.Raw.Value), r.Ceiled.Value) }
		if !slices.ContainsFunc(scores, func(r benchmarks.Result) bool { return !fits(r) }) {
			return formed(form, scores[0])
		}
	}
	return func(raw float64) float64 { return raw * scores[0].Ceiled.Value / scores[0].Raw.Value }
}

// formed returns the function from a raw value to the score in a form. With time
// bins or subjects, the score is the mean over them, and the deviation of the raw value is
// added to the raw value of each.
func formed(form string, r benchmarks.Result) func(raw float64) float64 {
	bins := r.TimeBins
	if len(bins) == 0 {
		bins = []benchmarks.TimeBinResult{{Raw: r.Raw, Ceiling: r.Ceiling}}
	}
	if len(r.Subjects) > 0 && stats.Finite(r.Subjects[0].Ceiling.Value) {
		bins = nil
		for _, s := range r.Subjects {
			if stats.Finite(s.Raw.Value) && stats.Finite(s.Ceiled.Value) {
				bins = append(bins, benchmarks.TimeBinResult{Raw: s.Raw, Ceiling: s.Ceiling})
			}
		}
	}
	info, _ := metrics.Lookup(r.Metric) // without a chance, if the metric is not known
	return func(raw float64) float64 {
		sum := 0.0
		for _, b := range bins {
			ceiled, _ := info.Ceil(metrics.Exact(b.Raw.Value+raw-r.Raw.Value), b.Ceiling, metrics.Form(form))
			sum += ceiled.Value
		}
		return sum / float64(len(bins))
	}
}

// testable reports whether there are enough neuroids or splits to test a difference.
func (p *pairing) testable() bool { return len(p.neuroidA) >= 2 || len(p.splitA) >= 2 }

// intervals bootstraps the differences of raw values and of scores, with the same
// neuroids and splits drawn for both models.
//
// With neuroids, the interval is that of the difference of medians over neuroids of
// means over splits, because documents hold these means. The raw value itself is the
// mean over splits of medians, which varies slightly less.
func (p *pairing) intervals(r *rand.Rand, draws int, alpha float64) (raw, score Interval) {
	if !p.testable() {
		return NoInterval, NoInterval
	}
	a := sample{centre: p.rawA, neuroids: p.neuroidA, splits: p.splitA, halves: p.halfA, form: p.formA}
	b := sample{centre: p.rawB, neuroids: p.neuroidB, splits: p.splitB, halves: p.halfB, form: p.formB}
	if len(p.neuroidA) >= 2 {
		a.centre, b.centre = metrics.Median(p.neuroidA), metrics.Median(p.neuroidB)
	}
	raws, scores := bootstrap(r, draws, alpha, a, b)
	return bounded(metrics.Quantiles(differences(raws[0], raws[1]), alpha)), bounded(metrics.Quantiles(differences(scores[0], scores[1]), alpha))
}

// differences returns b - a, value by value.
func differences(a, b []float64) []float64 {
	d := make([]float64, len(a))
	for i := range d {
		d[i] = b[i] - a[i]
	}
	return d
}

// p returns the p-value of the hypothesis that the models are equal, from sign flips:
// under that hypothesis the two values of each neuroid are exchangeable, and so are
// those of each split. With neuroids, splits are flipped about their mean difference,
// which the neuroids measure already, and scaled to the spread of Student's t. With few
// splits and no neuroids, p counts all flips.
func (p *pairing) p(r *rand.Rand, draws int) float64 {
	n, s := len(p.neuroidA), len(p.splitA)
	differences := differences(p.splitA, p.splitB)
	switch {
	case !p.testable():
		return math.NaN()
	case n < 2 && s <= 12:
		return everyFlip(differences)
	case n < 2:
		observed, extreme := math.Abs(mean(differences)), 0
		for range draws {
			if reaches(math.Abs(flipped(differences, 0, r)), observed) {
				extreme++
			}
		}
		return float64(1+extreme) / float64(1+draws)
	}
	swap := newSwaps(p.neuroidA, p.neuroidB)
	observed, extreme := math.Abs(swap.difference(nil)), 0
	centre := mean(differences)
	second := make([]bool, n)
	for range draws {
		flipBits(r, second)
		null := swap.difference(second)
		if s >= 2 {
			squares := 0.0
			for range s - 1 {
				z := portable.Normal(r)
				squares += float64(z * z)
			}
			null += float64(flipped(differences, centre, r) * math.Sqrt(float64(s)/squares))
		}
		if reaches(math.Abs(null), observed) {
			extreme++
		}
	}
	return float64(1+extreme) / float64(1+draws)
}

// reaches reports whether null is at least observed, up to the rounding of sums in
// another order.
func reaches(null, observed float64) bool { return null >= observed-float64(1e-12*observed) }

// flipped returns the mean of values about a centre with random signs.
func flipped(values []float64, centre float64, r *rand.Rand) float64 {
	var sum float64
	var word uint64
	for i, v := range values {
		if i%64 == 0 {
			word = r.Uint64()
		}
		if word&1 == 1 {
			sum += v - centre
		} else {
			sum -= v - centre
		}
		word >>= 1
	}
	return sum / float64(len(values))
}

// everyFlip returns the share of all sign flips whose mean is at least as far from 0.
func everyFlip(values []float64) float64 {
	observed := math.Abs(mean(values))
	all, extreme := 1<<len(values), 0
	for flips := range all {
		sum := 0.0
		for i, v := range values {
			if flips>>i&1 == 1 {
				v = -v
			}
			sum += v
		}
		if reaches(math.Abs(sum/float64(len(values))), observed) {
			extreme++
		}
	}
	return float64(extreme) / float64(all)
}

func flipBits(r *rand.Rand, flips []bool) {
	var word uint64
	for i := range flips {
		if i%bits.UintSize == 0 {
			word = r.Uint64()
		}
		flips[i] = word&1 == 1
		word >>= 1
	}
}

// swaps computes the difference of the medians of two lists after pairs of values
// were swapped.
type swaps struct {
	n      int
	values []float64
	order  []int // of the values of both lists, ascending
}

func newSwaps(a, b []float64) swaps {
	values := slices.Concat(a, b)
	return swaps{len(a), values, ascending(values)}
}

// difference returns the second list's median less the first's after swapping the
// pairs whose flip is true.
func (s swaps) difference(flips []bool) float64 {
	var counts [2]int
	low, high := [2]float64{}, [2]float64{}
	for _, index := range s.order {
		list, pair := 0, index
		if index >= s.n {
			list, pair = 1, index-s.n
		}
		if flips != nil && flips[pair] {
			list = 1 - list
		}
		counts[list]++
		if counts[list] == (s.n+1)/2 {
			low[list] = s.values[index]
		}
		if counts[list] == s.n/2+1 {
			high[list] = s.values[index]
		}
	}
	return float64((low[1]+high[1])/2) - float64((low[0]+high[0])/2)
}
