package choice

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// stimulusRow and personRow are rows of the tables that metrics on a stimulus set compare,
// with two columns. A person is right if truth and choice are the same.
type (
	stimulusRow struct{ truth, choice, by, x string }
	personRow   struct {
		subject              int
		truth, choice, by, x string
		threshold            float64
	}
)

// tables returns the input of rows, with the columns by and x.
func tables(stimuli []stimulusRow, people []personRow) metrics.ChoicesInput {
	var in metrics.ChoicesInput
	names := map[string]bool{}
	for _, s := range stimuli {
		names[s.truth], names[s.choice] = true, true
	}
	for _, p := range people {
		names[p.truth], names[p.choice] = true, true
	}
	delete(names, "")
	for name := range names {
		in.Names = append(in.Names, name)
	}
	slices.Sort(in.Names)
	for _, name := range in.Names {
		in.Offered = append(in.Offered, !strings.HasPrefix(name, "no ")) // "no label"
	}
	by, x := metrics.Column{Name: "by"}, metrics.Column{Name: "x"}
	for _, c := range []struct {
		to                *metrics.Column
		ofStimulus, ofRow func(i int) string
	}{
		{&by, func(i int) string { return stimuli[i].by }, func(i int) string { return people[i].by }},
		{&x, func(i int) string { return stimuli[i].x }, func(i int) string { return people[i].x }},
	} {
		for i := range stimuli {
			c.to.Values = append(c.to.Values, c.ofStimulus(i))
		}
		for i := range people {
			c.to.Values = append(c.to.Values, c.ofRow(i))
		}
		slices.Sort(c.to.Values)
		c.to.Values = slices.Compact(c.to.Values)
		for _, v := range c.to.Values {
			if number, err := strconv.ParseFloat(v, 64); err == nil {
				c.to.Numbers = append(c.to.Numbers, number)
			}
		}
		if len(c.to.Numbers) < len(c.to.Values) {
			c.to.Numbers = nil
		} else {
			slices.SortFunc(c.to.Values, func(a, b string) int {
				x, _ := strconv.ParseFloat(a, 64)
				y, _ := strconv.ParseFloat(b, 64)
				return int(math.Copysign(1, x-y))
			})
			slices.Sort(c.to.Numbers)
		}
		for i := range stimuli {
			c.to.Stimulus = append(c.to.Stimulus, slices.Index(c.to.Values, c.ofStimulus(i)))
		}
		for i := range people {
			c.to.Row = append(c.to.Row, slices.Index(c.to.Values, c.ofRow(i)))
		}
	}
	in.Columns = []metrics.Column{by, x}
	for _, s := range stimuli {
		in.Truth = append(in.Truth, slices.Index(in.Names, s.truth))
		in.Choice = append(in.Choice, slices.Index(in.Names, s.choice))
	}
	for i, p := range people {
		in.People.Subjects = max(in.People.Subjects, p.subject+1)
		in.People.Subject = append(in.People.Subject, p.subject)
		if p.truth == "" {
			in.People.Threshold = append(in.People.Threshold, p.threshold)
			continue
		}
		in.People.Stimulus, in.People.Stimuli = append(in.People.Stimulus, i), i+1
		in.People.Truth = append(in.People.Truth, slices.Index(in.Names, p.truth))
		in.People.Choice = append(in.People.Choice, slices.Index(in.Names, p.choice))
		in.People.Right = append(in.People.Right, p.truth == p.choice)
	}
	return in
}

// withColumns returns the input with the columns that a metric asks for, of tables' two.
func withColumns(m metrics.Choices, in metrics.ChoicesInput) metrics.ChoicesInput {
	columns := in.Columns
	in.Columns = nil
	for _, name := range m.Columns() {
		in.Columns = append(in.Columns, columns[slices.IndexFunc(columns, func(c metrics.Column) bool { return c.Name == name })])
	}
	return in
}

func newSetMetric(t *testing.T, name string, options metrics.Options) metrics.Choices {
	t.Helper()
	m, err := metrics.New(name, options)
	if err != nil {
		t.Fatal(err)
	}
	return m.(metrics.Choices)
}

// scoreSet scores rows.
func scoreSet(t *testing.T, m metrics.Choices, in metrics.ChoicesInput) (metrics.Score, error) {
	t.Helper()
	return m.ScoreChoices(context.Background(), withColumns(m, in))
}

func ceilSet(t *testing.T, m metrics.Choices, in metrics.ChoicesInput) (metrics.Estimate, []string, error) {
	t.Helper()
	return m.ChoicesCeiling(context.Background(), withColumns(m, in))
}

// wantFigure compares a figure that is NaN if it is wanted so.
func wantFigure(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.IsNaN(want) != math.IsNaN(got) || math.Abs(got-want) > 1e-12 {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// wantWarning wants a warning that contains a text, or none at all.
func wantWarning(t *testing.T, warnings []string, text string) {
	t.Helper()
	if text == "" && len(warnings) > 0 || text != "" && !strings.Contains(strings.Join(warnings, "\n"), text) {
		t.Errorf("warnings %q, want %q", warnings, text)
	}
}

// repeated returns n stimuli of which some are right.
func repeated(n, right int, s stimulusRow) []stimulusRow {
	rows := make([]stimulusRow, n)
	for i := range rows {
		rows[i] = s
		if rows[i].choice = "no"; i < right {
			rows[i].choice = s.truth
		}
	}
	return rows
}

// answered returns n trials of which some are right.
func answered(n, right int, p personRow) []personRow {
	rows := make([]personRow, n)
	for i := range rows {
		rows[i] = p
		if rows[i].choice = "no"; i < right {
			rows[i].choice = p.truth
		}
	}
	return rows
}

// simulatedRows returns rows in which people and the model find the same conditions hard.
func simulatedRows(seed uint64) ([]stimulusRow, []personRow) {
	r := rand.New(rand.NewPCG(seed, 8))
	truths, groups := []string{"cat", "dog", "owl"}, []string{"whole", "parts", "none"}
	choose := func(truth, by, x int, skill float64) string {
		if r.Float64() < .3+.1*float64(x)+.15*float64(by)+skill {
			return truths[truth]
		}
		return truths[(truth+1+r.IntN(2))%3]
	}
	var stimuli []stimulusRow
	var people []personRow
	for truth := range truths {
		for by := range groups {
			for x := range 4 {
				for range 3 {
					stimuli = append(stimuli, stimulusRow{truths[truth], choose(truth, by, x, 0), groups[by], fmt.Sprint(1 + x*x)})
				}
				for subject := range 7 {
					for range 2 {
						people = append(people, personRow{subject: subject, truth: truths[truth], choice: choose(truth, by, x, .05*float64(subject)), by: groups[by], x: fmt.Sprint(1 + x*x)})
					}
				}
			}
		}
	}
	return stimuli, people
}

// contrastOf are the options of a contrast of the simulated rows.
func contrastOf(others ...any) metrics.Options {
	o := metrics.Options{"by": "by", "baseline": "whole", "changed": "parts"}
	for i := 0; i < len(others); i += 2 {
		o[others[i].(string)] = others[i+1]
	}
	return o
}

var setMetrics = []struct {
	name    string
	options metrics.Options
}{
	{"accuracy_delta", contrastOf()},
	{"accuracy_delta", contrastOf("published_draws", true)},
	{"value_delta", contrastOf("x", "x", "lapse_rate", .03)},
	{"confusion_similarity", nil},
	{"task_consistency", metrics.Options{"by": "by"}},
}

// TestSetRowOrder shuffles stimuli, and trials: raw scores are the same bit for bit, and so
// are ceilings that do not draw trials in their order.
func TestSetRowOrder(t *testing.T) {
	for _, c := range setMetrics {
		m := newSetMetric(t, c.name, c.options)
		stimuli, people := simulatedRows(3)
		want, err := scoreSet(t, m, tables(stimuli, people))
		if err != nil {
			t.Fatal(err)
		}
		ceiling, _, err := ceilSet(t, m, tables(stimuli, people))
		if err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(1, 1))
		r.Shuffle(len(stimuli), func(i, j int) { stimuli[i], stimuli[j] = stimuli[j], stimuli[i] })
		r.Shuffle(len(people), func(i, j int) { people[i], people[j] = people[j], people[i] })
		got, err := scoreSet(t, m, tables(stimuli, people))
		if err != nil || math.Float64bits(got.Raw.Value) != math.Float64bits(want.Raw.Value) || !slices.Equal(got.Raw.Splits, want.Raw.Splits) {
			t.Errorf("%s: %v after shuffling, %v before; error %v", c.name, got.Raw.Value, want.Raw.Value, err)
		}
		if other, _, err := ceilSet(t, m, tables(stimuli, people)); c.name == "accuracy_delta" || c.name == "confusion_similarity" {
			if err != nil || math.Float64bits(other.Value) != math.Float64bits(ceiling.Value) {
				t.Errorf("%s: ceiling %v after shuffling, %v before; error %v", c.name, other.Value, ceiling.Value, err)
			}
		}
	}
}

// TestSetErrors wants a typed error with the column, the table and the remedy for each kind of
// column that cannot be used.
func TestSetErrors(t *testing.T) {
	type change func(stimuli []stimulusRow, people []personRow, in *metrics.ChoicesInput)
	stimuliBy := func(from, to string) change {
		return func(stimuli []stimulusRow, people []personRow, in *metrics.ChoicesInput) {
			for i := range stimuli {
				if stimuli[i].by == from {
					stimuli[i].by = to
				}
			}
			*in = tables(stimuli, people)
		}
	}
	peopleBy := func(from, to string) change {
		return func(stimuli []stimulusRow, people []personRow, in *metrics.ChoicesInput) {
			for i := range people {
				if people[i].by == from {
					people[i].by = to
				}
			}
			*in = tables(stimuli, people)
		}
	}
	level := func(ofPeople bool, by, from, to string) change {
		return func(stimuli []stimulusRow, people []personRow, in *metrics.ChoicesInput) {
			for i := range stimuli {
				if s := &stimuli[i]; !ofPeople && s.by == by && s.x == from {
					s.x = to
				}
			}
			for i := range people {
				if p := &people[i]; ofPeople && p.by == by && p.x == from {
					p.x = to
				}
			}
			*in = tables(stimuli, people)
		}
	}
	all := []string{"accuracy_delta", "value_delta", "task_consistency"}
	contrasts := all[:2]
	for _, c := range []struct {
		name     string
		metrics  []string
		change   change
		column   string
		people   bool
		contains string
	}{
		{"no stimulus of baseline", contrasts, stimuliBy("whole", "other"), "by", false, `"whole"`},
		{"no stimulus of changed", contrasts, stimuliBy("parts", "other"), "by", false, `"parts"`},
		{"no trial of baseline", contrasts, peopleBy("whole", "other"), "by", true, `"whole"`},
		{"no trial of changed", contrasts, peopleBy("parts", "other"), "by", true, `"parts"`},
		{"a task without stimuli", all[2:], stimuliBy("none", "whole"), "by", false, "none"},
		{"no column of the stimulus set", all, func(_ []stimulusRow, _ []personRow, in *metrics.ChoicesInput) { in.Columns[0].Stimulus = nil }, "by", false, "missing"},
		{"no column of the trials", all, func(_ []stimulusRow, _ []personRow, in *metrics.ChoicesInput) { in.Columns[0].Row = nil }, "by", true, "missing"},
		{"a level that no stimulus of baseline has", all[1:2], level(false, "whole", "5", "2"), "x", false, "no stimulus of value 5 with by whole"},
		{"a level of other spelling", all[1:2], level(false, "parts", "5", "6"), "x", false, "no stimulus of value 5 with by parts"},
		{"a level that no trial of changed has", all[1:2], level(true, "parts", "5", "1"), "x", true, "5"},
		{"a level that is not a number", all[1:2], level(false, "whole", "5", "five"), "x", false, `"five"`},
		{"a level that is infinite", all[1:2], func(stimuli []stimulusRow, people []personRow, in *metrics.ChoicesInput) {
			level(false, "whole", "5", "Inf")(stimuli, people, in)
			in.Columns[1].Numbers = nil
		}, "x", false, `"Inf"`},
		{"levels beyond all numbers", all[1:2], func(stimuli []stimulusRow, people []personRow, in *metrics.ChoicesInput) {
			for _, to := range [][2]string{{"1", "-1.7e308"}, {"10", "1.7e308"}} {
				for _, by := range []string{"whole", "parts", "none"} {
					level(false, by, to[0], to[1])(stimuli, people, in)
					level(true, by, to[0], to[1])(stimuli, people, in)
				}
			}
		}, "x", false, "beyond all numbers"},
		{"a single level", all[1:2], func(stimuli []stimulusRow, people []personRow, in *metrics.ChoicesInput) {
			for i := range stimuli {
				stimuli[i].x = "1"
			}
			for i := range people {
				people[i].x = "1"
			}
			*in = tables(stimuli, people)
		}, "x", false, "single level"},
	} {
		for _, of := range setMetrics {
			if !slices.Contains(c.metrics, of.name) {
				continue
			}
			m := newSetMetric(t, of.name, of.options)
			stimuli, people := simulatedRows(5)
			in := tables(stimuli, people)
			c.change(stimuli, people, &in)
			_, scoreErr := scoreSet(t, m, in)
			_, _, ceilErr := ceilSet(t, m, in)
			for _, err := range []error{scoreErr, ceilErr} {
				var column *metrics.ColumnError
				if !errors.As(err, &column) {
					t.Errorf("%s: %s: error %v, want a *ColumnError", of.name, c.name, err)
				} else if column.Column != c.column || column.People != c.people || column.Remedy == "" || !strings.Contains(err.Error(), c.contains) {
					t.Errorf("%s: %s: error %+v, want column %s, people %v and %s", of.name, c.name, column, c.column, c.people, c.contains)
				}
			}
		}
	}
}

// TestSetOptions wants an error that names the option for values that are not possible.
func TestSetOptions(t *testing.T) {
	with := func(o metrics.Options, name string, value any) metrics.Options {
		other := metrics.Options{name: value}
		for k, v := range o {
			if k != name {
				other[k] = v
			}
		}
		return other
	}
	levels := contrastOf("x", "x")
	for _, c := range []struct {
		metric  string
		options metrics.Options
		option  string
		values  []any
	}{
		{"accuracy_delta", contrastOf(), "changed", []any{"whole", "", nil, []any{"a"}}},
		{"accuracy_delta", contrastOf(), "published_draws", []any{"yes", 1}},
		{"value_delta", levels, "lapse_rate", []any{-.1, 1, 1.5, math.NaN(), "high"}},
		{"value_delta", levels, "ways", []any{1, 0, 2.5, "two"}},
		{"value_delta", levels, "scale", []any{0, -1, math.Inf(1), math.NaN()}},
		{"value_delta", levels, "x", []any{"", []any{"a", "b"}}},
		{"task_consistency", metrics.Options{"by": "by"}, "by", []any{"", []any{"a", "b"}}},
		{"condition_accuracy", metrics.Options{"by": "by"}, "by", []any{[]any{"a", "a"}, []any{}}},
		{"threshold", metrics.Options{"x": "x"}, "accuracy", []any{.5, .97, .2, 1, math.NaN(), "middle"}},
		{"threshold", metrics.Options{"x": "x"}, "required_accuracy", []any{-1, 2, math.NaN()}},
		{"threshold_elevation", levels, "accuracy", []any{.5, .97}},
		{"threshold_elevation", levels, "changed", []any{"whole"}},
	} {
		for _, value := range c.values {
			_, err := metrics.New(c.metric, with(c.options, c.option, value))
			var option *metrics.OptionError
			if !errors.As(err, &option) || option.Option != c.option {
				t.Errorf("%s: %s %v gives the error %v", c.metric, c.option, value, err)
			}
		}
	}
}
