package metrictest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// setChoices is a metric on a model's choices over a stimulus set under test.
type setChoices struct {
	onChoices[metrics.ChoicesInput]
}

// newSetChoices simulates a model and subjects who find the same stimuli hard. Each column
// of the metric holds what the option that names it asks for: x numbers that make a
// stimulus easier, texture another object, others the values that options name.
func newSetChoices(info metrics.Info, options metrics.Options, columns []string) metrics.ChoicesInput {
	const subjects, levels, repeats = 8, 6, 12
	names := []string{"a", "b", "c", "d", "e"} // the last is not offered
	if info.Kind == metrics.KindThresholds {
		names = names[:2]
	}
	offered := min(len(names), 4)
	r := rand.New(rand.NewPCG(1, 61))
	in := metrics.ChoicesInput{Names: names, Offered: make([]bool, len(names))}
	for k := range offered {
		in.Offered[k] = true
	}
	groups := groupValues(info, options)
	var level, group []int // of each stimulus
	var hard []float64
	for k := range offered {
		for l := range levels {
			for g := range groups {
				for range repeats {
					in.Truth, level, group = append(in.Truth, k), append(level, l), append(group, g)
					hard = append(hard, r.NormFloat64())
				}
			}
		}
	}
	answer := func(s int, skill float64) int {
		if skill+.5*float64(level[s])-.4*float64(group[s])-1+hard[s]+r.NormFloat64() > 0 {
			return in.Truth[s]
		}
		return (in.Truth[s] + r.IntN(2) + offered - 1) % offered
	}
	for s := range in.Truth {
		in.Choice = append(in.Choice, answer(s, .2))
	}
	p := &in.People
	p.Subjects = subjects
	var row []int // stimulus of each row of people
	switch info.Kind {
	case metrics.KindChoices:
		p.Stimuli = len(in.Truth)
		for subject := range subjects {
			for range 300 {
				s := r.IntN(len(in.Truth))
				row, p.Subject = append(row, s), append(p.Subject, subject)
				p.Truth, p.Choice = append(p.Truth, in.Truth[s]), append(p.Choice, answer(s, .6+.1*float64(subject)))
				p.Right = append(p.Right, p.Truth[len(row)-1] == p.Choice[len(row)-1])
			}
		}
		p.Stimulus = row
	case metrics.KindThresholds:
		conditions := groups
		if optionText(info, options, "by") == "" {
			conditions = groups[:1] // of a threshold alone, a subject has one
		}
		for subject := range subjects {
			for g := range conditions {
				row, p.Subject = append(row, slices.Index(group, g)), append(p.Subject, subject)
				p.Threshold = append(p.Threshold, 2+.5*float64(g)+.3*r.NormFloat64())
			}
		}
	default:
		p.Subjects = 0
	}
	for _, name := range columns {
		c := metrics.Column{Name: name, Values: groups, Stimulus: group}
		switch name {
		case optionText(info, options, "x"):
			c.Values, c.Stimulus = nil, level
			for l := range levels {
				c.Values, c.Numbers = append(c.Values, fmt.Sprint(l+1)), append(c.Numbers, float64(l+1))
			}
		case optionText(info, options, "texture"):
			c.Values, c.Stimulus = names, nil
			for _, truth := range in.Truth {
				c.Stimulus = append(c.Stimulus, (truth+r.IntN(2))%offered)
			}
		}
		if info.Kind != metrics.KindAnswers {
			c.Row = pick(c.Stimulus, row)
		}
		in.Columns = append(in.Columns, c)
	}
	return in
}

// optionText returns an option as the metric was made with it.
func optionText(info metrics.Info, options metrics.Options, name string) string {
	if v, ok := options[name]; ok {
		return fmt.Sprint(v)
	}
	for _, o := range info.Options {
		if o.Name == name {
			return o.Default + o.Example
		}
	}
	return ""
}

// groupValues returns the values that options name, or else some.
func groupValues(info metrics.Info, options metrics.Options) (values []string) {
	for _, o := range info.Options {
		if o.Type == "value" {
			values = append(values, optionText(info, options, o.Name))
		}
	}
	if len(values) == 0 {
		values = []string{"one", "three", "two"}
	}
	return values
}

func cloneSetChoices(in metrics.ChoicesInput) metrics.ChoicesInput {
	in.Truth, in.Choice = slices.Clone(in.Truth), slices.Clone(in.Choice)
	p := &in.People
	p.Subject, p.Stimulus, p.Truth, p.Choice = slices.Clone(p.Subject), slices.Clone(p.Stimulus), slices.Clone(p.Truth), slices.Clone(p.Choice)
	p.Right, p.Threshold = slices.Clone(p.Right), slices.Clone(p.Threshold)
	in.Columns = slices.Clone(in.Columns)
	for i, c := range in.Columns {
		in.Columns[i].Stimulus, in.Columns[i].Row = slices.Clone(c.Stimulus), slices.Clone(c.Row)
	}
	return in
}

func sameSetChoices(a, b metrics.ChoicesInput) bool {
	p, q := a.People, b.People
	return slices.Equal(a.Truth, b.Truth) && slices.Equal(a.Choice, b.Choice) && slices.Equal(p.Subject, q.Subject) && slices.Equal(p.Stimulus, q.Stimulus) &&
		slices.Equal(p.Truth, q.Truth) && slices.Equal(p.Choice, q.Choice) && slices.Equal(p.Right, q.Right) && sameNumbers(p.Threshold, q.Threshold) &&
		slices.EqualFunc(a.Columns, b.Columns, func(x, y metrics.Column) bool {
			return slices.Equal(x.Stimulus, y.Stimulus) && slices.Equal(x.Row, y.Row)
		})
}

func init() {
	addProperties(runSetChoices, metrics.KindAnswers, metrics.KindChoices, metrics.KindThresholds)
}

// runSetChoices checks a metric on choices over a stimulus set.
func runSetChoices(t *testing.T, s *subject, metric metrics.Choices) {
	c := setChoices{onChoices[metrics.ChoicesInput]{
		subject: s,
		run: func(ctx context.Context, in metrics.ChoicesInput) (metrics.Score, error) {
			score, err := metric.ScoreChoices(ctx, in)
			if err != nil {
				return score, err
			}
			in.Choice = nil // which a ceiling is without
			ceiling, warnings, err := metric.ChoicesCeiling(ctx, in)
			if math.IsNaN(ceiling.Value) && len(warnings) == 0 && err == nil {
				t.Error("the ceiling is NaN without a warning that gives the reason")
			}
			score.Ceiling, score.Warnings = ceiling, append(score.Warnings, warnings...)
			return score, err
		},
		ceiling: func(ctx context.Context, in metrics.ChoicesInput) (metrics.Estimate, error) {
			in.Choice = nil
			ceiling, _, err := metric.ChoicesCeiling(ctx, in)
			return ceiling, err
		},
		sampled: func(in metrics.ChoicesInput, r metrics.Resampling) metrics.ChoicesInput {
			in.Intervals = r
			return in
		},
		clone: cloneSetChoices,
		same:  sameSetChoices,
	}}
	in := newSetChoices(s.info, s.options, metric.Columns())
	want := c.check(t, in)
	c.checkOrders(t, in, want)
	c.checkExtremes(t, in)
	c.checkErrors(t, in)
}

// checkOrders changes the order of stimuli.
func (c setChoices) checkOrders(t *testing.T, in metrics.ChoicesInput, want metrics.Score) {
	c.property(t, "order of stimuli", roundoff, func(t *testing.T, tolerance float64) {
		order := rand.New(rand.NewPCG(2, 62)).Perm(len(in.Truth))
		other := cloneSetChoices(in)
		other.Truth, other.Choice = pick(in.Truth, order), pick(in.Choice, order)
		for i, column := range in.Columns {
			if column.Stimulus != nil {
				other.Columns[i].Stimulus = pick(column.Stimulus, order)
			}
		}
		compare(t, "stimuli reordered", c.score(t, other), want, tolerance)
	})
}

// checkExtremes wants figures, or NaN with a reason, of a model that is always right or
// always wrong, or always makes the same choice.
func (c setChoices) checkExtremes(t *testing.T, in metrics.ChoicesInput) {
	for property, choose := range map[string]func(truth int) int{
		"all right":   func(truth int) int { return truth },
		"all wrong":   func(truth int) int { return (truth + 1) % 2 },
		"same choice": func(int) int { return 0 },
	} {
		c.property(t, property, 0, func(t *testing.T, _ float64) {
			other := cloneSetChoices(in)
			for i, truth := range other.Truth {
				other.Choice[i] = choose(truth)
			}
			c.score(t, other)
		})
	}
}

// checkErrors scores codes that do not exist.
func (c setChoices) checkErrors(t *testing.T, in metrics.ChoicesInput) {
	cases := map[string]func(in *metrics.ChoicesInput){
		"no stimuli":      func(in *metrics.ChoicesInput) { in.Truth, in.Choice = nil, nil },
		"unknown truth":   func(in *metrics.ChoicesInput) { in.Truth[3] = len(in.Names) },
		"unknown choice":  func(in *metrics.ChoicesInput) { in.Choice[3] = -1 },
		"missing choices": func(in *metrics.ChoicesInput) { in.Choice = in.Choice[1:] },
	}
	if len(in.People.Subject) > 0 {
		cases["unknown subject"] = func(in *metrics.ChoicesInput) { in.People.Subject[3] = in.People.Subjects }
	}
	if len(in.Columns) > 0 {
		cases["unknown value"] = func(in *metrics.ChoicesInput) { in.Columns[0].Stimulus[3] = -1 }
		cases["missing values"] = func(in *metrics.ChoicesInput) { in.Columns[0].Stimulus = in.Columns[0].Stimulus[1:] }
	}
	for property, change := range cases {
		c.property(t, property, 0, func(t *testing.T, _ float64) {
			other := cloneSetChoices(in)
			change(&other)
			_, err := c.try(t, other)
			var trial *metrics.TrialError
			if !errors.As(err, &trial) {
				t.Errorf("error %v, want a *TrialError", err)
			}
		})
	}
}
