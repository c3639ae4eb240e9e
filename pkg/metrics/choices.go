package metrics

import (
	"context"
	"fmt"
	"math"
	"strconv"
)

// The kinds of metrics on a model's choices over a whole stimulus set. Metrics that
// compare on the trials of each subject are of KindConsistency.
const (
	// KindAnswers compares a model's choices with the truth alone.
	KindAnswers Kind = "answers"
	// KindChoices compares them with people's choices, who need not have seen the same
	// stimuli.
	KindChoices Kind = "choices"
	// KindThresholds compares what follows from them with people's thresholds.
	KindThresholds Kind = "thresholds"
)

// ChoicesInput is what a metric on a model's choices compares, in integer codes.
type ChoicesInput struct {
	// Names are the names of truths and choices, ascending, which the codes below index.
	Names []string
	// Offered reports for each name whether the model could choose it: names of a list, or
	// labels that a read-out was fitted to.
	Offered []bool
	// Truth is the truth of each stimulus of the set.
	Truth []int
	// Choice is the model's choice for each stimulus. A ceiling needs none.
	Choice []int
	// People are people's trials, or their thresholds; empty for KindAnswers.
	People People
	// Columns are those that the metric asks for, in that order.
	Columns []Column
	// Intervals asks for intervals over samples of stimuli or subjects.
	Intervals Resampling
}

// Right reports for each stimulus whether the model's choice is the truth.
func (in ChoicesInput) Right() []bool {
	right := make([]bool, len(in.Choice))
	for i, c := range in.Choice {
		right[i] = c == in.Truth[i]
	}
	return right
}

// People holds people's trials in file order, or their thresholds.
type People struct {
	Subjects int   // number of subjects, in order of their names
	Subject  []int // subject of each row

	// Stimulus numbers the stimuli of the trials, which are not those of the set.
	Stimulus      []int
	Stimuli       int
	Truth, Choice []int  // names by their codes; Choice is nil if trials hold only whether it was right
	Right         []bool // whether the choice was right

	// Threshold is the threshold of each row, NaN if it was not measured; KindThresholds
	// has it in the place of trials.
	Threshold []float64
}

// Column is a column of the stimulus set, and of people's rows, in codes.
type Column struct {
	Name string
	// Values are the distinct values of both tables by code: ascending as numbers if all
	// are, else byte by byte. Equal numbers share a code.
	Values []string
	// Numbers are the values as numbers, nil if one is not a finite number.
	Numbers  []float64
	Stimulus []int // code of each stimulus of the set; nil if the set has no such column
	Row      []int // code of each row of People; nil if these have no such column
	// Match is the code whose stimuli are compared with people's rows of each code, -1 if
	// there is none; nil if they have the same code.
	Match []int
}

// Code returns the code of a value, or -1 if no row has it. Numbers compare as numbers.
func (c Column) Code(value string) int {
	number, err := strconv.ParseFloat(value, 64)
	for code, v := range c.Values {
		if v == value || err == nil && c.Numbers != nil && c.Numbers[code] == number {
			return code
		}
	}
	return -1
}

// Choices is a metric of KindAnswers, KindChoices or KindThresholds.
type Choices interface {
	Metric
	// Columns lists the columns that the options name: of the stimulus set and, if there
	// are any, of people's trials or thresholds.
	Columns() []string
	// ScoreChoices returns the raw score; Ceiling and Ceiled are left empty.
	ScoreChoices(ctx context.Context, in ChoicesInput) (Score, error)
	// ChoicesCeiling returns the metric's own ceiling. The warnings give the reason if it is
	// NaN.
	ChoicesCeiling(ctx context.Context, in ChoicesInput) (ceiling Estimate, warnings []string, err error)
}

// Matching is a metric of KindChoices that can compare people's rows of one value of a
// column with the stimuli of another, by a table in a file.
type Matching interface {
	Choices
	// MatchTable returns the column, the option that names the file, and the file with the
	// columns task, people's value, and value, that of the stimuli; "" if there is none.
	MatchTable() (column, option, file string)
}

// Grouping is a metric of KindConsistency whose conditions are the combinations of values
// of columns of its own, not the values of the column condition. Without columns there
// is one condition.
type Grouping interface {
	Columns() []string
}

// ColumnError reports values of a column that a metric cannot use.
type ColumnError struct {
	Column  string
	People  bool // true if people's rows are at fault, not the stimulus set
	Problem string
	Remedy  string
}

func (e *ColumnError) Error() string { return fmt.Sprintf("column %s %s", e.Column, e.Problem) }

// DataError reports that the cause is invalid data.
func (e *ColumnError) DataError() bool { return true }

// Check returns a *TrialError for codes that do not exist. withModel asks for the model's
// choices too.
func (in ChoicesInput) Check(withModel bool) error {
	stimuli, rows := len(in.Truth), len(in.People.Subject)
	problem := func(trial int, format string, args ...any) error {
		return &TrialError{Trial: trial, Problem: fmt.Sprintf(format, args...)}
	}
	if stimuli == 0 {
		return problem(-1, "there are no stimuli")
	}
	if withModel && len(in.Choice) != stimuli {
		return problem(-1, "%d choices of the model for %d stimuli", len(in.Choice), stimuli)
	}
	p := in.People
	codes := []struct {
		what   string
		codes  []int
		number int
		length int // of codes, unless they are nil
	}{
		{"truth", in.Truth, len(in.Names), stimuli}, {"choice", in.Choice, len(in.Names), stimuli},
		{"subject", p.Subject, p.Subjects, rows}, {"stimulus", p.Stimulus, p.Stimuli, rows},
		{"truth", p.Truth, len(in.Names), rows}, {"choice", p.Choice, len(in.Names), rows},
	}
	for _, c := range in.Columns {
		if c.Numbers != nil && len(c.Numbers) != len(c.Values) {
			return problem(-1, "%d numbers of column %s for %d values", len(c.Numbers), c.Name, len(c.Values))
		}
		of := codes[0]
		of.what, of.number, of.codes = "value of "+c.Name, len(c.Values), c.Stimulus
		codes = append(codes, of)
		of.codes, of.length = c.Row, rows
		codes = append(codes, of)
	}
	for _, c := range codes {
		if c.codes != nil && len(c.codes) != c.length {
			return problem(-1, "%d codes of %s for %d rows", len(c.codes), c.what, c.length)
		}
		for i, code := range c.codes {
			if code < 0 || code >= c.number {
				return problem(i, "%s code %d is not one of %d", c.what, code, c.number)
			}
		}
	}
	if len(in.Offered) != len(in.Names) {
		return problem(-1, "%d names are offered or not, of %d", len(in.Offered), len(in.Names))
	}
	if p.Threshold != nil && len(p.Threshold) != rows || p.Truth != nil && len(p.Right) != rows {
		return problem(-1, "%d rows of people have %d answers and %d thresholds", rows, len(p.Right), len(p.Threshold))
	}
	for i, t := range p.Threshold {
		if math.IsInf(t, 0) {
			return problem(i, "the threshold is infinite")
		}
	}
	return nil
}
