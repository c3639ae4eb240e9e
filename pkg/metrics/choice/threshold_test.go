package choice

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/numpyrand"
)

// offsetRows returns stimuli of so many, right of 20, at the offsets 10, 20, … of a condition.
func offsetRows(by string, right ...int) (stimuli []stimulusRow) {
	for k, n := range right {
		stimuli = append(stimuli, repeated(20, n, stimulusRow{truth: "left", by: by, x: fmt.Sprint(10 * (k + 1))})...)
	}
	return stimuli
}

// measured returns the thresholds of subjects in a condition; NaN was not measured.
func measured(by string, thresholds ...float64) (people []personRow) {
	for s, threshold := range thresholds {
		people = append(people, personRow{subject: s, by: by, x: "10", threshold: threshold})
	}
	return people
}

func TestThreshold(t *testing.T) {
	nan := math.NaN()
	step := []int{10, 10, 20, 20, 20} // at 25
	for _, c := range []struct {
		name      string
		right     []int
		options   metrics.Options
		people    []float64
		raw, sd   float64
		ceiling   float64
		contained string
	}{
		{"equal", step, nil, []float64{25, 25}, 1, 0, 1, ""},
		{"as far below as above", step, nil, []float64{20, 50}, .625, .125, .2, ""},
		{"twice as large and more", step, nil, []float64{12.5, 10}, 0, 0, .775, ""},
		{"not measured", step, nil, []float64{25, nan, 50}, .75, .25, .25, "1 of 3 subjects have no threshold"},
		{"accuracy too low", []int{10, 10, 10, 10, 15}, nil, []float64{25, 25}, 0, 0, 1, "below the required 0.6"},
		{"accuracy just high enough", []int{10, 10, 10, 10, 20}, nil, []float64{45, 45}, 1, 0, 1, ""},
		{"less accuracy required", []int{10, 10, 10, 10, 15}, metrics.Options{"required_accuracy": .5}, []float64{25, 25}, 0, 0, 1, "does not reach an accuracy of 0.75"},
		{"a lower accuracy is reached", []int{10, 10, 10, 10, 15}, metrics.Options{"required_accuracy": .5, "accuracy": .6}, []float64{45, 45}, 1, 0, 1, ""},
		{"half-way", []int{10, 10, 10, 10, 15}, metrics.Options{"required_accuracy": .5, "accuracy": "inflection"}, []float64{45, 45}, 1, 0, 1, ""},
		{"falls after its largest", []int{10, 10, 20, 20, 10, 10}, nil, []float64{25, 25}, 1, 0, 1, ""},
		{"falls from the start", []int{20, 10, 10, 10, 10, 10, 12, 12, 12}, metrics.Options{"required_accuracy": .5}, []float64{25, 25}, 0, 0, 1, "less than a third"},
		{"never right again", []int{20, 20, 20, 20}, nil, []float64{25, 25}, 0, 0, 1, "the same at every value"},
		{"falls", []int{20, 18, 17, 19, 17}, nil, []float64{25, 25}, 0, 0, 1, "an R² of"},
		{"two offsets alone", []int{13, 18}, nil, []float64{25, 25}, 0, 0, 1, "two values"},
	} {
		options := metrics.Options{"x": "x"}
		for name, value := range c.options {
			options[name] = value
		}
		m := newSetMetric(t, "threshold", options)
		in := tables(offsetRows("alone", c.right...), measured("alone", c.people...))
		score, err := scoreSet(t, m, in)
		if err != nil {
			t.Fatal(err)
		}
		wantFigure(t, c.name+": the score", score.Raw.Value, c.raw)
		wantFigure(t, c.name+": the error", score.Raw.Error, c.sd)
		wantWarning(t, score.Warnings, c.contained)
		ceiling, _, err := ceilSet(t, m, in)
		if err != nil {
			t.Fatal(err)
		}
		wantFigure(t, c.name+": the ceiling", ceiling.Value, c.ceiling)
	}
}

// TestThresholdOfCondition compares the thresholds of one condition, of subjects with a
// threshold in another.
func TestThresholdOfCondition(t *testing.T) {
	nan := math.NaN()
	alone := offsetRows("alone", 10, 10, 20, 20, 20) // threshold 25
	both := slices.Concat(alone, offsetRows("flanked", 10, 10, 10, 10, 10))
	people := slices.Concat(measured("alone", 25, 50, nan, 20), measured("flanked", 100, nan, 90, 80))
	want := func(name string, options metrics.Options, people []personRow, raw, ceiling float64, warning string) {
		t.Helper()
		options["x"] = "x"
		m := newSetMetric(t, "threshold", options)
		in := tables(both, people)
		score, err := scoreSet(t, m, in)
		if err != nil {
			t.Fatal(name, err)
		}
		wantFigure(t, name+": the score", score.Raw.Value, raw)
		wantWarning(t, score.Warnings, warning)
		own, _, err := ceilSet(t, m, in)
		if err != nil {
			t.Fatal(name, err)
		}
		wantFigure(t, name+": the ceiling", own.Value, ceiling)
	}
	want("one condition", metrics.Options{"by": "by", "only": "alone"}, people, (1+.5+.75)/3, ((.5+.75)/2+(0+0)/2.+(.8+.4)/2)/3, "1 of 4 subjects")
	want("subjects of another", metrics.Options{"by": "by", "only": "alone", "subjects_with": "flanked"}, people, (1+.75)/2, (.75+.8)/2, "2 of 4 subjects")
	for _, c := range []struct {
		options metrics.Options
		problem string
	}{
		{metrics.Options{"by": "by"}, "only"},
		{metrics.Options{"only": "alone"}, "column"},
		{metrics.Options{"subjects_with": "alone"}, "column"},
		{metrics.Options{"by": "by", "only": "alone", "subjects_with": "alone"}, "another value"},
	} {
		c.options["x"] = "x"
		if _, err := metrics.New("threshold", c.options); err == nil || !strings.Contains(err.Error(), c.problem) {
			t.Errorf("%v: %v, want %q", c.options, err, c.problem)
		}
	}
	for _, options := range []metrics.Options{{"by": "by", "only": "alne"}, {"by": "by", "only": "alone", "subjects_with": "flnked"}} {
		options["x"] = "x"
		var column *metrics.ColumnError
		if _, err := scoreSet(t, newSetMetric(t, "threshold", options), tables(both, people)); !errors.As(err, &column) {
			t.Errorf("%v: %v", options, err)
		}
	}
}

// TestThresholdWeighsOffsets wants each offset to weigh the same in the fit, however many
// stimuli it has, and all stimuli in the accuracy that is required.
func TestThresholdWeighsOffsets(t *testing.T) {
	m := newSetMetric(t, "threshold", metrics.Options{"x": "x"})
	stimuli := offsetRows("alone", 10, 12, 17, 19, 18)
	want, err := scoreSet(t, m, tables(stimuli, measured("alone", 25, 30)))
	if err != nil {
		t.Fatal(err)
	}
	more := slices.Concat(stimuli, stimuli[40:60], stimuli[40:60], stimuli[80:])
	got, err := scoreSet(t, m, tables(more, measured("alone", 25, 30)))
	if err != nil {
		t.Fatal(err)
	}
	wantFigure(t, "with more stimuli", got.Raw.Value, want.Raw.Value)
	for range 30 {
		more = append(more, stimuli[:20]...)
	}
	if got, err = scoreSet(t, m, tables(more, measured("alone", 25, 30))); err != nil || got.Raw.Value != 0 {
		t.Errorf("with many stimuli of the smallest offset: %v, error %v", got.Raw.Value, err)
	}
}

func TestRising(t *testing.T) {
	for _, c := range []struct {
		shares []float64
		want   int
	}{
		{[]float64{.5, .6, .9, 1}, 4},
		{[]float64{.5, 1, .5, .5}, 2},
		{[]float64{.5, 1, .5, .99, .5}, 4},
		{[]float64{.5, 1, .5, .5, .99}, 5},
		{[]float64{1, .5, .5, .5}, 1},
		{[]float64{1, 1, .5}, 2},
		{[]float64{.7, .7, .7}, 1}, // all lie no deviation away
		{[]float64{.7}, 1},
		{[]float64{1, 0}, 1},
		{[]float64{.5, .75, .75, .5}, 3}, // the deviation is 1/8
		{[]float64{0, .1, .3, .4, .2}, 4},
		{[]float64{.3, .1, .2}, 1},
		{[]float64{.4, .4, .5, .5, .5, .5, .4, .4}, 6}, // the largest is the first of ties
	} {
		if got := rising(c.shares); got != c.want {
			t.Errorf("%v: %d remain, want %d", c.shares, got, c.want)
		}
	}
	// A value exactly one deviation away is dropped, however its rounding goes.
	for _, scale := range []float64{1, .1, .3, .7} {
		if got := rising([]float64{0, 2 * scale, 0, scale}); got != 2 { // deviation √11/4·scale
			t.Errorf("scale %v: %d remain, want 2", scale, got)
		}
		if got := rising([]float64{0, 0, scale, scale, scale / 2, scale / 2}); got != 4 {
			t.Errorf("scale %v: %d remain, want 4", scale, got)
		}
	}
}

func TestThresholdElevation(t *testing.T) {
	nan := math.NaN()
	step, late := []int{10, 10, 20, 20, 20, 20}, []int{10, 10, 10, 10, 20, 20} // at 25 and 45
	low := []int{10, 10, 10, 10, 10, 10}
	for _, c := range []struct {
		name              string
		baseline, changed []int
		peopleBaseline    []float64
		peopleChanged     []float64
		raw, sd           float64
		contained         string
	}{
		{"equal", step, late, []float64{25, 50}, []float64{45, 90}, 1, 0, ""},
		{"half", step, late, []float64{10, 20}, []float64{36, 72}, .5, 0, ""},
		{"below 1", late, step, []float64{45, 90}, []float64{25, 50}, 1, 0, ""},
		{"apart", step, late, []float64{10, 10}, []float64{18, 36}, .75, .25, ""},
		{"subjects of one threshold alone", step, late, []float64{10, nan, 10, 7}, []float64{18, 36, nan, 12.6}, 1, 0, "2 of 4 subjects"},
		{"no threshold in baseline", low, late, []float64{25, 50}, []float64{45, 90}, 0, 0, "by whole: its accuracy of 0.5"},
		{"no threshold in changed", step, low, []float64{25, 50}, []float64{45, 90}, 0, 0, "by parts: its accuracy of 0.5"},
	} {
		m := newSetMetric(t, "threshold_elevation", contrastOf("x", "x"))
		stimuli := slices.Concat(offsetRows("whole", c.baseline...), offsetRows("parts", c.changed...), offsetRows("none", 3, 2, 1))
		people := slices.Concat(measured("whole", c.peopleBaseline...), measured("parts", c.peopleChanged...), measured("none", 1, 2))
		score, err := scoreSet(t, m, tables(stimuli, people))
		if err != nil {
			t.Fatal(err)
		}
		wantFigure(t, c.name+": the score", score.Raw.Value, c.raw)
		wantFigure(t, c.name+": the error", score.Raw.Error, c.sd)
		wantWarning(t, score.Warnings, c.contained)
	}
}

// TestThresholdElevationInflection takes the accuracy of baseline in both conditions.
func TestThresholdElevationInflection(t *testing.T) {
	m := newSetMetric(t, "threshold_elevation", contrastOf("x", "x", "accuracy", "inflection"))
	stimuli := slices.Concat(offsetRows("whole", 10, 10, 20, 20, 20), offsetRows("parts", 10, 10, 10, 10, 14)) // half-way of parts is 0.6
	stimuli = append(stimuli, repeated(100, 70, stimulusRow{truth: "left", by: "parts", x: "50"})...)
	score, err := scoreSet(t, m, tables(stimuli, slices.Concat(measured("whole", 25), measured("parts", 45))))
	if err != nil {
		t.Fatal(err)
	}
	wantFigure(t, "the score", score.Raw.Value, 0)
	wantWarning(t, score.Warnings, "does not reach an accuracy of 0.735")
}

// TestThresholdCeilings compares published draws with the rule, and the others with each
// subject once.
func TestThresholdCeilings(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for n := 2; n <= 8; n++ {
		people := make([]float64, n)
		for i := range people {
			people[i] = 50 + 50*r.Float64()
		}
		want := make([]float64, n)
		for i, t := range people {
			want[i] = nearness(t, slices.Concat(people[:i], people[i+1:])).Value
		}
		m := newSetMetric(t, "threshold", metrics.Options{"x": "x"})
		got, _, err := ceilSet(t, m, tables(offsetRows("alone", 10, 20), measured("alone", people...)))
		if err != nil || !slices.Equal(got.Splits, want) {
			t.Errorf("%d subjects: %v, want %v; error %v", n, got.Splits, want, err)
		}
		list := slices.Clone(people)
		for i := range want {
			drawn := numpyrand.New(uint32(i)).Permutation(n)[0]
			t, others := list[drawn], slices.Concat(list[:drawn], list[drawn+1:])
			want[i] = nearness(t, others).Value
			list = append(others, t)
		}
		m = newSetMetric(t, "threshold", metrics.Options{"x": "x", "published_draws": true})
		got, _, err = ceilSet(t, m, tables(offsetRows("alone", 10, 20), measured("alone", people...)))
		if err != nil || !slices.Equal(got.Splits, want) {
			t.Errorf("published draws of %d subjects: %v, want %v; error %v", n, got.Splits, want, err)
		}
	}
	// Of 5 subjects the published draws take the 3rd, 4th, 5th, 4th and 1st of the list, as it
	// is at first.
	var taken []float64
	list := []float64{1, 2, 3, 4, 5}
	for i := range list {
		drawn := numpyrand.New(uint32(i)).Permutation(5)[0]
		taken = append(taken, list[drawn])
		list = append(slices.Concat(list[:drawn], list[drawn+1:]), list[drawn])
	}
	if want := []float64{3, 4, 5, 4, 1}; !slices.Equal(taken, want) {
		t.Errorf("the draws are %v, want %v", taken, want)
	}
}

// TestThresholdErrors wants a typed error with the row or the column for each kind of table
// that cannot be used.
func TestThresholdErrors(t *testing.T) {
	stimuli := slices.Concat(offsetRows("whole", 10, 10, 20), offsetRows("parts", 10, 20, 20))
	people := slices.Concat(measured("whole", 20, 30), measured("parts", 25, 40))
	both := []string{"threshold", "threshold_elevation"}
	nan := math.NaN()
	for _, c := range []struct {
		name    string
		metrics []string
		stimuli []stimulusRow
		people  []personRow
		row     int    // of a *TrialError; -1 if it is not one row's fault, -2 for a *ColumnError
		text    string // in the error
	}{
		{"a threshold of 0", both, stimuli, append(measured("whole", 20), personRow{subject: 0, by: "parts", x: "10"}), 1, "0 is not above 0"},
		{"a negative threshold", both, stimuli, append(measured("whole", 20), personRow{subject: 0, by: "parts", x: "10", threshold: -3}), 1, "-3 is not above 0"},
		{"an infinite threshold", both, stimuli, append(measured("whole", 20), personRow{subject: 0, by: "parts", x: "10", threshold: math.Inf(1)}), 1, "infinite"},
		{"two thresholds of a subject", both[:1], stimuli, people, 2, "earlier row"},
		{"two thresholds in a condition", both[1:], stimuli, append(slices.Clone(people), people[1]), 4, "earlier row"},
		{"nobody is measured", both, stimuli, slices.Concat(measured("whole", nan, nan), measured("parts", nan, nan))[:2], -1, "no subject"},
		{"nobody has both", both[1:], stimuli, slices.Concat(measured("whole", 20, nan), measured("parts", nan, 20)), -1, "no subject"},
		{"no threshold of changed", both[1:], stimuli, people[:2], -2, `"parts"`},
		{"no threshold of baseline", both[1:], stimuli, people[2:], -2, `"whole"`},
		{"no stimulus of changed", both[1:], stimuli[:60], people, -2, `"parts"`},
		{"no stimulus of baseline", both[1:], stimuli[60:], people, -2, `"whole"`},
		{"an offset that is not a number", both, append(slices.Clone(stimuli), stimulusRow{truth: "left", choice: "no", by: "whole", x: "far"}), people[:2], -2, `"far"`},
		{"ratio beyond all numbers", both[1:], stimuli, slices.Concat(measured("whole", 1e-300), measured("parts", 1e300)), -1, "beyond all numbers"},
	} {
		for _, name := range c.metrics {
			options := metrics.Options{"x": "x"}
			rows := c.people
			if name == "threshold_elevation" {
				options = contrastOf("x", "x")
				if c.name == "an offset that is not a number" {
					rows = people
				}
				if c.name == "nobody is measured" {
					rows = slices.Concat(measured("whole", nan, nan), measured("parts", nan, nan))
				}
			}
			_, err := scoreSet(t, newSetMetric(t, name, options), tables(c.stimuli, rows))
			var trial *metrics.TrialError
			var column *metrics.ColumnError
			switch {
			case c.row == -2 && (!errors.As(err, &column) || column.Remedy == ""), c.row >= -1 && (!errors.As(err, &trial) || trial.Trial != c.row), !strings.Contains(fmt.Sprint(err), c.text):
				t.Errorf("%s: %s: error %v", name, c.name, err)
			}
		}
	}
	_, _, err := ceilSet(t, newSetMetric(t, "threshold", metrics.Options{"x": "x"}), tables(stimuli, people[:1]))
	var subjects *SubjectsError
	if !errors.As(err, &subjects) {
		t.Errorf("the ceiling of one subject: error %v, want a *SubjectsError", err)
	}
}

// TestThresholdUnknownCondition warns of thresholds in a condition that no stimulus has.
func TestThresholdUnknownCondition(t *testing.T) {
	stimuli := slices.Concat(offsetRows("whole", 10, 10, 20), offsetRows("parts", 10, 20, 20))
	people := slices.Concat(measured("whole", 20, 30), measured("parts", 25, 40), measured("prats", 25, 40))
	score, err := scoreSet(t, newSetMetric(t, "threshold_elevation", contrastOf("x", "x")), tables(stimuli, people))
	if err != nil {
		t.Fatal(err)
	}
	wantWarning(t, score.Warnings, "thresholds of prats are ignored: no stimulus has these values of by")
}
