package ranking

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// resampledResult returns a score whose subjects and stimuli add up: the values of subjects,
// and effects of the stimuli on all subjects.
func resampledResult(shift float64, subjects int, effects []float64) benchmarks.Result {
	n := len(effects)
	r := benchmarks.Result{Benchmark: "b", Layer: "l", Metric: "rdm", Counts: benchmarks.Counts{Stimuli: n}}
	stimuli := mean(effects)
	s := metrics.NewStimulusSamples(metrics.SampleCount, 1, n, nil)
	all, counts := make([]int32, n), make([]int32, n)
	var of []float64
	for k := range s.Len() {
		s.Count(k, all, counts)
		drawn, total := 0.0, 0.0
		for i, c := range counts {
			drawn, total = drawn+float64(c)*effects[i], total+float64(c)
		}
		of = append(of, drawn/total)
	}
	var parts []metrics.Score
	var raw []float64
	for i := range subjects {
		own := shift + 0.05*float64(i*i%7)
		values := slices.Clone(of)
		for k := range values {
			values[k] += own
		}
		part := metrics.Score{Raw: metrics.Exact(own + stimuli), Resampled: metrics.NewResampled(values, s)}
		parts, raw = append(parts, part), append(raw, part.Raw.Value)
		r.Subjects = append(r.Subjects, benchmarks.SubjectResult{Subject: fmt.Sprint(i), Raw: part.Raw, Ceiling: metrics.None()})
	}
	r.Raw, r.Resampled = metrics.MeanSEM(raw), metrics.ResampleSubjects(parts, 1)
	r.Ceiling = metrics.Exact(0.5)
	r.Ceiled = metrics.Exact(r.Raw.Value / 0.5)
	return r
}

func effectsOf(n int, seed uint64) []float64 {
	r, effects := rand.New(rand.NewPCG(seed, 1)), make([]float64, n)
	for i := range effects {
		effects[i] = 0.2 * r.NormFloat64()
	}
	return effects
}

// TestStandardErrors checks that, without interaction, the variance is the sum of those of the
// mean over subjects and of the mean over stimuli.
func TestStandardErrors(t *testing.T) {
	unbiased := func(values []float64) float64 {
		n := float64(len(values))
		return meanSquare(centred(values)) / (n - 1)
	}
	for _, subjects := range []int{1, 5, 12} {
		effects := effectsOf(40, 3)
		r := resampledResult(0.2, subjects, effects)
		s, ok := newResampled(r)
		if !ok {
			t.Fatal("not resampled")
		}
		size, freedom, ok := s.standardError()
		want := unbiased(effects)
		if subjects > 1 {
			want += unbiased(s.subjects)
		}
		// Of the bootstrap, which the jackknife bounds.
		if !ok || math.Abs(size*size/want-1) > 0.12 {
			t.Errorf("%d subjects: variance %v, not %v", subjects, size*size, want)
		}
		if subjects == 1 && freedom != 39 || subjects > 1 && !(freedom > float64(subjects-1) && freedom < 60) {
			t.Errorf("%d subjects: %v degrees of freedom", subjects, freedom)
		}
	}
}

// TestResampledIntervals checks what scores have intervals over, and what notes say of it.
func TestResampledIntervals(t *testing.T) {
	missing := func(share float64) func(r *benchmarks.Result) {
		return func(r *benchmarks.Result) {
			for i := range r.Resampled.Stimuli[:int(share*metrics.SampleCount)] {
				r.Resampled.Stimuli[i] = math.NaN()
			}
		}
	}
	for _, c := range []struct {
		name     string
		subjects int
		change   func(r *benchmarks.Result)
		interval bool
		note     string
	}{
		{"several subjects", 5, nil, true, ""},
		{"one subject", 1, nil, true, "only one subject"},
		{"pooled", 1, func(r *benchmarks.Result) { r.Subjects = nil }, true, "over stimuli alone"},
		{"not resampled", 5, func(r *benchmarks.Result) { r.Resampled = nil }, false, ""},
		{"no value", 5, func(r *benchmarks.Result) { r.Raw.Value = math.NaN() }, false, ""},
		{"some samples without a value", 5, missing(0.3), true, ""},
		{"most samples without a value", 5, missing(0.7), false, ""},
		{"lists of other lengths", 5, func(r *benchmarks.Result) { r.Resampled.Both = r.Resampled.Both[1:] }, false, ""},
		{"no samples without two", 5, func(r *benchmarks.Result) { r.Resampled.Pairs = nil }, true, ""},
		{"samples without two of fewer subjects", 5, func(r *benchmarks.Result) { r.Resampled.Pairs = r.Resampled.Pairs[1:] }, false, ""},
		{"one list without two is shorter", 5, func(r *benchmarks.Result) { r.Resampled.Pairs[3] = r.Resampled.Pairs[3][1:] }, false, ""},
		{"more pairs than there are", 5, func(r *benchmarks.Result) {
			for i := range r.Resampled.Pairs {
				r.Resampled.Pairs[i] = make([]float64, 436)
			}
		}, false, ""},
		{"lists of fewer subjects", 5, func(r *benchmarks.Result) { r.Resampled.Without = r.Resampled.Without[1:] }, false, ""},
		{"a list without values", 5, func(r *benchmarks.Result) { r.Resampled.Without[2] = nil }, false, ""},
		{"another metric", 5, func(r *benchmarks.Result) { r.Resampled, r.Metric = nil, "procrustes" }, false, "scores of procrustes are not resampled"},
		{"another metric, several subjects pooled", 1, func(r *benchmarks.Result) { r.Resampled, r.Subjects, r.Metric = nil, nil, "cca" }, false, "scores of cca are not resampled"},
	} {
		r := resampledResult(0.2, c.subjects, effectsOf(30, 1))
		if c.change != nil {
			c.change(&r)
		}
		addInterval(&r, 1, 99)
		if i := r.Raw.Interval; i.None() == c.interval || c.interval && !(i.Low < r.Raw.Value && r.Raw.Value < i.High) {
			t.Errorf("%s: %v of %v", c.name, *i, r.Raw.Value)
		}
		if i := r.Ceiled.Interval; i.None() == c.interval || c.interval && !(math.Abs(i.Low-2*r.Raw.Interval.Low) < 1e-12) {
			t.Errorf("%s: score %v", c.name, *i)
		}
		if notes := strings.Join(r.Warnings, "; "); !strings.Contains(notes, c.note) || c.note == "" && notes != "" {
			t.Errorf("%s: notes %q", c.name, notes)
		}
	}
}

// TestCompareResampled checks which scores are paired sample by sample, and that swapping
// them mirrors the figures.
func TestCompareResampled(t *testing.T) {
	sides := func(a, b benchmarks.Result) []Side {
		return []Side{{Name: "a", Models: []benchmarks.ModelResult{{Model: "a", Scores: []benchmarks.Result{a}}}},
			{Name: "b", Models: []benchmarks.ModelResult{{Model: "b", Scores: []benchmarks.Result{b}}}}}
	}
	compare := func(a, b benchmarks.Result) Comparison {
		c, err := Compare(t.Context(), sides(a, b), CompareOptions{Alpha: 0.05, Jobs: 1, Draws: 99})
		if err != nil {
			t.Fatal(err)
		}
		return c.List[0]
	}
	for _, c := range []struct {
		name    string
		change  func(r *benchmarks.Result)
		paired  bool
		warning string
	}{
		{"alike", nil, true, ""},
		{"one is not resampled", func(r *benchmarks.Result) { r.Resampled = nil }, false, "--ci"},
		{"other stimuli", func(r *benchmarks.Result) { r.Counts.Stimuli++ }, false, "cannot be paired"},
		{"other subjects", func(r *benchmarks.Result) { r.Subjects[0].Subject = "x" }, false, "different subjects"},
		{"another number of samples", func(r *benchmarks.Result) {
			r.Resampled.Stimuli, r.Resampled.Both = r.Resampled.Stimuli[:500], r.Resampled.Both[:500]
		}, false, "cannot be paired"},
		{"one without samples that lack two groups", func(r *benchmarks.Result) { r.Resampled.Pairs = nil }, false, "cannot be paired"},
		{"pairs without a value", func(r *benchmarks.Result) {
			for _, values := range r.Resampled.Pairs {
				for i := range values {
					values[i] = math.NaN()
				}
			}
		}, true, ""},
	} {
		a, b := resampledResult(0.2, 6, effectsOf(30, 1)), resampledResult(0.3, 6, effectsOf(30, 2))
		if c.change != nil {
			c.change(&b)
		}
		x, y := compare(a, b), compare(b, a)
		if c.paired != (x.Stimuli == 30) || x.Splits != 6 {
			t.Errorf("%s: paired over %d stimuli, %d subjects", c.name, x.Stimuli, x.Splits)
		}
		if c.paired && (x.P != y.P || !near(x.Raw.Interval.Low, -y.Raw.Interval.High) || !near(x.Score.Interval.Low, -y.Score.Interval.High) || !(x.P > 0 && x.P < 1) ||
			!(x.Raw.Interval.Low < x.Raw.Value && x.Raw.Value < x.Raw.Interval.High)) {
			t.Errorf("%s: %+v, swapped %+v", c.name, x, y)
		}
		if !strings.Contains(strings.Join(x.Warnings, "; "), c.warning) {
			t.Errorf("%s: warnings %q", c.name, x.Warnings)
		}
	}
	// Two scores that are not resampled are compared over subjects, with a warning.
	a, b := resampledResult(0.2, 6, effectsOf(30, 1)), resampledResult(0.3, 6, effectsOf(30, 2))
	a.Resampled, b.Resampled = nil, nil
	if x := compare(a, b); math.IsNaN(x.P) || x.Stimuli != 0 || !strings.Contains(strings.Join(x.Warnings, "; "), "--ci") {
		t.Errorf("without samples: %+v", x)
	}
	// The same score twice does not differ.
	if x := compare(resampledResult(0.2, 6, effectsOf(30, 1)), resampledResult(0.2, 6, effectsOf(30, 1))); x.P != 1 {
		t.Errorf("the same score twice: p = %v", x.P)
	}
}
