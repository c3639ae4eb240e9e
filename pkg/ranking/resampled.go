package ranking

import (
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/internal/portable"
	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// resampled is a raw value, or the difference of two, with what its error is estimated
// from: by the dual bootstrap over subjects and stimuli.
//
// The variance over new subjects and new stimuli is 2·(V_subjects + V_stimuli) − V_both. Of
// V_both, which is the sum of V_subjects, V_stimuli and what the interaction of
// subjects and stimuli adds, the interaction is in each of the first two, and thrice in the
// third. V_subjects is that of the mean over samples of the subjects, which needs no samples.
//
// What a single pair of stimuli adds is counted likewise, since pairs are an interaction of
// stimuli with stimuli: once in the variance over new stimuli, twice in that of the
// jackknife, which leaves out one stimulus after the other, and thrice in that of the
// bootstrap. So V_stimuli, and the part of the interaction of subjects with single stimuli,
// is twice that of the jackknife less that of the bootstrap, at least half and at most all of
// that of the jackknife. With 20 stimuli the bootstrap alone is up to 1.7 times too large.
//
// With 20 stimuli this is still up to 1.3 times too large, since the bootstrap of few stimuli
// has too few different pairs. Differences of two scores have the variance of
// resampled.allOrders in its place, which is right to a few percent. Scores keep the larger
// one: they are skewed, and the smaller the score, the smaller is its estimated variance, so that
// an interval of the right variance misses the expected score too often (8 % for cka).
//
// The terms are widened for few subjects S and stimuli n by S/(S−1) and n/(n−1), and
// the variance is no less than that over subjects or stimuli alone. The error is that of
// Student's t with degrees of freedom by Satterthwaite's formula, from S−1 for subjects, n−1
// for stimuli and (S−1)(n−1) for the interaction. rsatoolbox takes the smaller of S−1 and
// n−1: with 5 subjects and 20 stimuli equal models then differ in 1 % of studies at the level
// of 5 %.
//
// Without several subjects it is the variance over stimuli alone.
//
// Source: Schütt et al. (2023), eLife 12:e82566; rsatoolbox, inference.eval_dual_bootstrap.
type resampled struct {
	value     float64
	subjects  []float64 // values of those that have one; nil without several
	stimuli   int
	onStimuli []float64   // values on samples of the stimuli
	onBoth    []float64   // and of subjects; nil without several
	without   [][]float64 // values without each group of stimuli, by subject
	pairs     [][]float64 // values without two groups, by subject; nil if there are none
	// difference is true of the difference of two scores.
	difference bool
}

// newResampled returns what the error of a score's raw value is estimated from; false if it
// was not resampled or has no value.
func newResampled(r benchmarks.Result) (resampled, bool) {
	if r.Resampled == nil || !stats.Finite(r.Raw.Value) || r.Counts.Stimuli < 2 {
		return resampled{}, false
	}
	s := resampled{value: r.Raw.Value, stimuli: r.Counts.Stimuli, onStimuli: r.Resampled.Stimuli}
	for _, one := range r.Subjects {
		if stats.Finite(one.Raw.Value) {
			s.subjects = append(s.subjects, one.Raw.Value)
		}
	}
	if s.onBoth, s.without, s.pairs = r.Resampled.Both, r.Resampled.Without, r.Resampled.Pairs; len(s.subjects) < 2 {
		s.subjects, s.onBoth = nil, nil
	}
	return s, s.consistent()
}

// resampledNote returns what the interval of a score generalises to, if it is resampled.
func resampledNote(r benchmarks.Result) string {
	s, ok := newResampled(r)
	switch {
	case !ok:
		return ""
	case len(s.subjects) == 0 && len(r.Subjects) > 0:
		return "the interval is over stimuli alone, since only one subject has a score: it does not generalise to other subjects"
	case len(s.subjects) == 0:
		return "the interval is over stimuli alone: it does not generalise to other subjects, for which the definition needs per: subject"
	}
	return ""
}

// consistent reports whether the lists fit each other, as those of a document may not.
func (s resampled) consistent() bool {
	subjects := max(1, len(s.subjects))
	if len(s.without) != subjects || subjects > 1 && len(s.onBoth) != len(s.onStimuli) || len(s.pairs) != 0 && len(s.pairs) != subjects {
		return false
	}
	groups := len(s.without[0])
	return !slices.ContainsFunc(s.without, func(values []float64) bool { return len(values) < 2 || len(values) != groups }) &&
		!slices.ContainsFunc(s.pairs, func(values []float64) bool {
			return len(values) != len(s.pairs[0]) || len(values) > groups*(groups-1)/2
		})
}

// standardError returns the standard error of the value and its degrees of freedom; false
// if samples have no value too often.
func (s resampled) standardError() (size, freedom float64, ok bool) {
	var onStimuli, onSubjects []float64
	for i, v := range s.onStimuli {
		if !stats.Finite(v) {
			continue
		}
		onStimuli = append(onStimuli, v)
		if s.onBoth != nil {
			onSubjects = append(onSubjects, s.onBoth[i]-v)
		}
	}
	if len(onStimuli) < 2 || 2*len(onStimuli) < len(s.onStimuli) {
		return 0, 0, false
	}
	ofMean, ofDeviations := s.jackknife()
	if !stats.Finite(ofMean) {
		return 0, 0, false
	}
	n, k, groups := float64(s.stimuli), float64(len(s.subjects)), float64(len(s.without[0]))
	ofStimuli := withoutPairs(ofMean, float64(n/(n-1)*meanSquare(centred(onStimuli))))
	pairsOfMean, pairsOfDeviations, exact := s.pairTerms()
	if exact = exact && s.difference; exact {
		ofStimuli = allOrders(ofMean, pairsOfMean)
	}
	if s.onBoth == nil {
		return math.Sqrt(ofStimuli), groups - 1, true
	}
	alone := meanSquare(centred(s.subjects)) / k
	ofSubjects := float64(k / (k - 1) * alone)
	// Given the stimuli, the mean over samples of the subjects is that over all.
	interaction := withoutPairs(float64(k/(k-1)*ofDeviations), float64(k/(k-1)*n/(n-1))*float64(meanSquare(onSubjects)-alone))
	if exact {
		interaction = float64(k / (k - 1) * allOrders(ofDeviations, pairsOfDeviations))
	}
	variance, freedom := crossed(ofSubjects, k-1, ofStimuli, groups-1, interaction)
	return math.Sqrt(variance), freedom, true
}

// crossed returns the variance over two crossed factors and its degrees of freedom, given that
// over each factor and that of their interaction, which both hold. What a factor adds to the
// interaction is at least 0: where that bound is reached, the variance is made up of the other
// terms, with their degrees of freedom.
func crossed(a, freeA, b, freeB, interaction float64) (variance, freedom float64) {
	freeBoth := freeA * freeB
	switch {
	case a > interaction && b > interaction:
		variance = a + b - interaction
		return variance, variance * variance / (float64(a*a)/freeA + float64(b*b)/freeB + float64(interaction*interaction)/freeBoth)
	case a > interaction:
		return a, freeA
	case b > interaction:
		return b, freeB
	}
	return interaction, freeBoth
}

// meanSquare returns the mean of the squares of values.
func meanSquare(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += float64(v * v)
	}
	return sum / float64(len(values))
}

// interval returns the interval of confidence 1 − alpha.
func (s resampled) interval(alpha float64) Interval {
	size, freedom, ok := s.standardError()
	if !ok || !(size > 0) {
		return NoInterval
	}
	quantile := portable.StudentQuantile(1-float64(alpha/2), freedom)
	return bounded(Interval{Low: s.value - float64(quantile*size), High: s.value + float64(quantile*size)})
}

// intervals returns those of a raw value, which is a correlation, and of its score by a form.
func (s resampled) intervals(form func(raw float64) float64) (raw, score Interval) {
	raw = s.interval(metrics.Alpha)
	if raw.None() {
		return raw, raw
	}
	raw = Interval{Low: max(-1, raw.Low), High: min(1, raw.High)}
	score = Interval{Low: math.Inf(1), High: math.Inf(-1)}
	for _, v := range []float64{raw.Low, s.value, raw.High, max(raw.Low, min(0, raw.High))} {
		score = Interval{Low: min(score.Low, form(v)), High: max(score.High, form(v))}
	}
	return raw, bounded(score)
}

// less returns the difference of two scores on the same samples, each by its slope.
func (s resampled) less(o resampled, slope, slopeO float64) resampled {
	subtract := func(a, b []float64) []float64 {
		var out []float64
		for i := range a {
			out = append(out, float64(slope*a[i])-float64(slopeO*b[i]))
		}
		return out
	}
	d := resampled{float64(slope*s.value) - float64(slopeO*o.value), subtract(s.subjects, o.subjects), s.stimuli,
		subtract(s.onStimuli, o.onStimuli), subtract(s.onBoth, o.onBoth), nil, nil, true}
	for i := range s.without {
		d.without = append(d.without, subtract(s.without[i], o.without[i]))
	}
	for i := range s.pairs {
		d.pairs = append(d.pairs, subtract(s.pairs[i], o.pairs[i]))
	}
	return d
}

// compareResampled sets the intervals and the p-value of a difference of scores that are
// resampled, and reports whether it did. The score's interval takes its form as a straight
// line at the raw value.
func (c *Comparison) compareResampled(alpha float64) bool {
	a, okA := newResampled(c.a)
	b, okB := newResampled(c.b)
	if problem := c.unpairable(a, b, okA, okB); problem != "" {
		c.Warnings = append(c.Warnings, problem)
	} else if okA {
		raw := b.less(a, 1, 1)
		size, freedom, ok := raw.standardError()
		if !ok || !(size > 0) {
			return true
		}
		c.Splits, c.Stimuli = len(raw.subjects), raw.stimuli
		c.Raw.Interval = raw.interval(alpha)
		c.P = portable.StudentTails(raw.value/size, freedom)
		formA, formB := formOf(c.a, c.b), formOf(c.b, c.a)
		score := b.less(a, slopeAt(formB, b.value), slopeAt(formA, a.value))
		if score.value = c.Score.Value; stats.Finite(score.value) {
			c.Score.Interval = score.interval(alpha)
		}
		return true
	}
	return false
}

// unpairable returns why two scores cannot be compared sample by sample, "" if they can or
// are of a metric that is not resampled.
func (c *Comparison) unpairable(a, b resampled, okA, okB bool) string {
	info, err := metrics.Lookup(c.Metric)
	switch {
	case okA != okB || !okA && len(c.a.Raw.Splits) > 1 && err == nil && info.Intervals == metrics.OfSubjectsAndStimuli:
		return "the difference does not generalise to other stimuli, since not both scores were resampled: score both models with --ci"
	case !okA:
		return ""
	case a.stimuli != b.stimuli || len(a.onStimuli) != len(b.onStimuli) || len(a.without[0]) != len(b.without[0]) || a.pairCount() != b.pairCount():
		return fmt.Sprintf("scores on %d stimuli, resampled %d times, and on %d, resampled %d times, cannot be paired: score both models with the same data and version", a.stimuli, len(a.onStimuli), b.stimuli, len(b.onStimuli))
	case !slices.EqualFunc(c.a.Subjects, c.b.Subjects, func(x, y benchmarks.SubjectResult) bool {
		return x.Subject == y.Subject && stats.Finite(x.Raw.Value) == stats.Finite(y.Raw.Value)
	}):
		return "the scores are of different subjects, which cannot be paired"
	}
	return ""
}

// slopeAt returns the slope of a form at a raw value.
func slopeAt(form func(raw float64) float64, raw float64) float64 {
	const step = 0x1p-17
	return (form(raw+step) - form(raw-step)) / (2 * step)
}
