package scoring

import (
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// loadSet reads the stimuli that are not excluded, with their right answers.
func (c *setChoices) loadSet(l *loader, d *benchmarks.Definition) error {
	set, err := l.stimulusSet(d.StimulusSet.Name())
	if err != nil {
		return err
	}
	exclude := make(map[string][]string)
	for name, values := range d.Exclude {
		if d.Assembly.None() || set.Table.Has(name) {
			exclude[name] = values
		}
	}
	excluded := 0
	if c.set, excluded, err = set.Table.Without(exclude); err != nil {
		return &excludeError{err}
	}
	if c.set.Len() == 0 {
		return &excludeError{&stimuli.FileError{Path: c.set.Path, What: "has only stimuli that are excluded"}}
	}
	if excluded > 0 {
		l.options.log("%s: %d of %d stimuli are excluded (%s)", d.Identifier, excluded, len(set.IDs), d.ExcludedText())
	}
	ids, err := c.set.Names("stimulus_id")
	if err != nil {
		return err
	}
	_, c.ids = stimuli.Codes(ids)
	if _, err := c.set.Names(d.Truth); err != nil {
		return d.WrapAt("truth", err)
	}
	if c.truth, err = set.Values(d.Truth, c.ids); err != nil {
		return err
	}
	if i := slices.Index(c.truth, ""); i >= 0 {
		return &stimuli.FileError{Path: c.set.Path, What: fmt.Sprintf("has an empty %s for stimulus %q", d.Truth, c.ids[i]), Remedy: "write the right answer of every stimulus, or exclude it"}
	}
	return nil
}

// loadPeople reads people's trials or thresholds.
func (c *setChoices) loadPeople(l *loader, d *benchmarks.Definition, file string) error {
	if file == "thresholds.csv" {
		a, err := l.joined(d, file, nil, c.set)
		if err != nil {
			return err
		}
		c.people = a.Trials
		return c.thresholds()
	}
	columns := []string{"truth"}
	if file != "" {
		columns = append(columns, c.metric.Columns()...)
	}
	a, err := l.joined(d, "trials.csv", columns, c.set)
	if err != nil {
		return err
	}
	c.people = a.Trials
	if c.trials, err = a.SubjectTrialsBy("truth", nil); err != nil {
		return err
	}
	doubts, err := checkSubjects(c.trials, c.people.Path, d)
	c.doubts = append(c.doubts, doubts...)
	c.in.People = metrics.People{Subjects: len(c.trials.Subjects), Subject: c.trials.Subject, Stimulus: c.trials.Stimulus, Stimuli: len(c.trials.StimulusIDs), Right: c.trials.Correct}
	return err
}

// thresholds reads people's thresholds; an empty one was not measured.
func (c *setChoices) thresholds() error {
	subjects, err := c.people.Names("subject")
	if err != nil {
		return err
	}
	values, err := c.people.Column("threshold")
	if err != nil {
		return err
	}
	codes, names := stimuli.Codes(subjects)
	c.in.People = metrics.People{Subjects: len(names), Subject: codes, Threshold: make([]float64, len(codes))}
	for row, v := range values {
		t, ok := stimuli.Number(v)
		if v != "" && (!ok || math.IsInf(t, 0)) {
			return &stimuli.FileError{Path: c.people.Path, Line: c.people.Line(row), What: fmt.Sprintf("has the threshold %q", v), Remedy: "write a number, or nothing if it was not measured"}
		}
		if v == "" {
			t = math.NaN()
		}
		c.in.People.Threshold[row] = t
	}
	return nil
}

// columns puts the columns that the metric asks for into codes, which stimuli and people
// share.
func (c *setChoices) columns() error {
	ids, err := c.set.Column("stimulus_id")
	if err != nil {
		return err
	}
	order := stimuli.Order(ids)
	for _, name := range c.metric.Columns() {
		column := metrics.Column{Name: name}
		inSet, inPeople := c.set.Has(name), c.people != nil && c.people.Has(name)
		var all []string
		if inSet || !inPeople {
			if _, _, err := c.set.Groups(name); err != nil {
				return c.definition.WrapAt("metric", err)
			}
			values, _ := c.set.Column(name)
			for _, row := range order {
				all = append(all, values[row])
			}
		}
		stimuliRows := len(all)
		if inPeople {
			if _, _, err := c.people.Groups(name); err != nil {
				return err
			}
			values, _ := c.people.Column(name)
			all = append(all, values...)
		}
		var codes []int
		codes, column.Values, column.Numbers = stimuli.Levels(all)
		if stimuliRows > 0 {
			column.Stimulus = codes[:stimuliRows]
		}
		if inPeople {
			column.Row = codes[stimuliRows:]
		}
		if err := c.match(&column); err != nil {
			return err
		}
		c.in.Columns = append(c.in.Columns, column)
	}
	return nil
}

// match sets the values whose stimuli are compared with people's rows of other values, if
// the metric's options name a table of them for the column.
func (c *setChoices) match(column *metrics.Column) error {
	m, ok := c.metric.(metrics.Matching)
	if !ok {
		return nil
	}
	name, option, file := m.MatchTable()
	if file == "" || name != column.Name {
		return nil
	}
	matches, err := c.definition.MatchTable(option, file)
	if err != nil {
		return err
	}
	column.Match = slices.Repeat([]int{-1}, len(column.Values))
	for task, value := range matches {
		if code := column.Code(task); code >= 0 {
			column.Match[code] = column.Code(value)
		}
	}
	return nil
}
