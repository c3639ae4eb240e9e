package ranking

import (
	"cmp"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// pairing is what two scores of one benchmark have in common: neuroids, and
// splits or halvings of the same number.
type pairing struct {
	rawA, rawB         float64
	neuroidA, neuroidB []float64 // means over splits, of neuroids that both have
	splitA, splitB     []float64
	// What the scores are made of where they are means over halvings of values
	// normalised one by one; nil else.
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

// pairNeuroids gives the values of the neuroids that both scores have, in the
// order of their ids, so that it does not matter which score comes first. An id
// that comes again is another neuroid, the next of that id.
func pairNeuroids(a, b benchmarks.Result) (x, y []float64) {
	type key struct {
		id    string
		again int
	}
	index := func(r benchmarks.Result) map[key]float64 {
		values, seen := map[key]float64{}, map[string]int{}
		for i, id := range r.NeuroidIDs[:min(len(r.NeuroidIDs), len(r.Neuroids))] {
			values[key{id, seen[id]}] = r.Neuroids[i]
			seen[id]++
		}
		return values
	}
	inA, inB := index(a), index(b)
	var keys []key
	for k, v := range inA {
		if w, ok := inB[k]; ok && finite(v) && finite(w) {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(k, l key) int { return cmp.Or(cmp.Compare(k.id, l.id), cmp.Compare(k.again, l.again)) })
	for _, k := range keys {
		x, y = append(x, inA[k]), append(y, inB[k])
	}
	return x, y
}

func bothFinite(a, b []float64) (x, y []float64) {
	for i, v := range a {
		if finite(v) && finite(b[i]) {
			x, y = append(x, v), append(y, b[i])
		}
	}
	return x, y
}

// near says whether a figure was computed as another one was.
func near(got, want float64) bool { return math.Abs(got-want) <= 1e-9*max(1, math.Abs(want)) }

// halvings gives raw / √ceiling of each halving where the score is the mean of
// these, as of behaviour; nil else.
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
		return nil // NaN too
	}
	return values
}

// formOf finds how scores follow from their raw values and ceilings. A document
// does not say. Where no known form fits all, scores are taken to be proportional
// to raw values. The form is that of the first score.
func formOf(of ...benchmarks.Result) func(raw float64) float64 {
	for _, form := range metrics.Forms() {
		fits := func(r benchmarks.Result) bool { return near(formed(form, r)(r.Raw.Value), r.Ceiled.Value) }
		if !slices.ContainsFunc(of, func(r benchmarks.Result) bool { return !fits(r) }) {
			return formed(form, of[0])
		}
	}
	return func(raw float64) float64 { return raw * of[0].Ceiled.Value / of[0].Raw.Value }
}

// formed gives the score of a raw value in a form. In time, it is the mean of the
// bins' scores, and what the raw value differs by is added to that of each bin.
func formed(form string, r benchmarks.Result) func(raw float64) float64 {
	bins := r.TimeBins
	if len(bins) == 0 {
		bins = []benchmarks.TimeBinResult{{Raw: r.Raw, Ceiling: r.Ceiling}}
	}
	return func(raw float64) float64 {
		sum := 0.0
		for _, b := range bins {
			ceiled, _ := metrics.Ceil(metrics.Exact(b.Raw.Value+raw-r.Raw.Value), b.Ceiling, metrics.Form(form))
			sum += ceiled.Value
		}
		return sum / float64(len(bins))
	}
}

// testable says whether there is something that a difference can be tested on.
func (p *pairing) testable() bool { return len(p.neuroidA) >= 2 || len(p.splitA) >= 2 }

// intervals bootstraps the differences of raw values and of scores: neuroids
// and splits are drawn the same for both models.
//
// Beside neuroids, the interval is of the difference of the models' medians over
// neuroids of means over splits, which is what a document has the values of. The
// raw value is the mean over splits of medians, a little steadier.
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

// differences are those of a second list from a first.
func differences(a, b []float64) []float64 {
	d := make([]float64, len(a))
	for i := range d {
		d[i] = b[i] - a[i]
	}
	return d
}

// p tests whether the models are equal, by sign flips: under that hypothesis
// the two values of each neuroid could as well stand for the other model, and
// likewise those of each split. Beside neuroids, splits are flipped about their
// mean difference, which the neuroids are about, and spread as Student's t
// does. Where splits alone are few, all flips are taken.
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
	about := mean(differences)
	second := make([]bool, n)
	for range draws {
		flipBits(r, second)
		null := swap.difference(second)
		if s >= 2 {
			squares := 0.0
			for range s - 1 {
				z := r.NormFloat64()
				squares += z * z
			}
			null += flipped(differences, about, r) * math.Sqrt(float64(s)/squares)
		}
		if reaches(math.Abs(null), observed) {
			extreme++
		}
	}
	return float64(1+extreme) / float64(1+draws)
}

// reaches compares magnitudes that sums in another order may have rounded
// otherwise.
func reaches(null, observed float64) bool { return null >= observed-1e-12*observed }

// flipped is the mean of values about a centre with random signs.
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

// everyFlip is the share of all sign flips whose mean is as far from 0.
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

// swaps gives the difference of the medians of two lists after values changed
// places.
type swaps struct {
	n      int
	values []float64
	order  []int // of the first list, then the second
}

func newSwaps(a, b []float64) swaps {
	values := slices.Concat(a, b)
	return swaps{len(a), values, ascending(values)}
}

// difference is the second list's median less the first's, with those pairs
// swapped that flips tells.
func (s swaps) difference(flips []bool) float64 {
	var seen [2]int
	low, high := [2]float64{}, [2]float64{}
	for _, at := range s.order {
		list, pair := 0, at
		if at >= s.n {
			list, pair = 1, at-s.n
		}
		if flips != nil && flips[pair] {
			list = 1 - list
		}
		seen[list]++
		if seen[list] == (s.n+1)/2 {
			low[list] = s.values[at]
		}
		if seen[list] == s.n/2+1 {
			high[list] = s.values[at]
		}
	}
	return (low[1]+high[1])/2 - (low[0]+high[0])/2
}
