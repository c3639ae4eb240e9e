package benchmarks

import (
	"errors"
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// The noise ceilings of recordings by name.
const (
	// InternalConsistency is computed from halves of the repetitions.
	InternalConsistency = "internal_consistency"
	// PredictorConsistency is computed from halves of each stimulus's own repetitions; it
	// is that of responses as predictors.
	PredictorConsistency = "predictor_consistency"
	// LeaveOneSubjectOut is computed from the subjects' own dissimilarity matrices.
	LeaveOneSubjectOut = metrics.LeaveOneSubjectOut
	// BetweenSubjects is the metric between the recordings of two subjects.
	BetweenSubjects = metrics.BetweenSubjects
)

// The words of a ceiling's keys.
const (
	OfTest = "test" // From

	LowerBound = "lower" // Bound
	UpperBound = "upper"

	MedianAverage  = "median" // Average, over neuroids
	MeanAverage    = "mean"
	MatchedAverage = "matched" // Average, over dissimilarity matrices
	PlainAverage   = "plain"
)

// CeilingDef states where the noise ceiling comes from: a value, a name, or a column of
// the neuroids that holds one for each.
type CeilingDef struct {
	Name   string `yaml:"name"`
	Splits int    `yaml:"splits"`
	Seed   uint32 `yaml:"seed"`
	// From is OfTest where only one of the assemblies, that of the test stimuli, has the
	// repetitions.
	From  string   `yaml:"of"`
	Value *float64 `yaml:"value"`
	// Column, without a name, holds the neuroids' ceilings; with a name it names their
	// subject.
	Column string `yaml:"column"`
	// Percent divides the column's values by 100, Root takes the square root then.
	Percent bool `yaml:"percent"`
	Root    bool `yaml:"root"`
	// Average is how the column's values, or the subjects' dissimilarity matrices, are
	// averaged.
	Average string `yaml:"average"`
	// Bound is the bound of LeaveOneSubjectOut that the score is normalised by.
	Bound string `yaml:"bound"`
}

// GivenCeiling returns the ceiling that the definition gives as a value, and whether it does.
func (d *Definition) GivenCeiling() (metrics.Estimate, bool) {
	if d.Ceiling == nil || d.Ceiling.Value == nil {
		return metrics.None(), false
	}
	return metrics.Exact(*d.Ceiling.Value), true
}

// OfColumn reports whether the ceiling is of a column of the neuroids.
func (c *CeilingDef) OfColumn() bool { return c.Name == "" && c.Column != "" }

// OfSubjects reports whether the ceiling is one of single subjects.
func (c *CeilingDef) OfSubjects() bool {
	return c.Value == nil && (c.Name == LeaveOneSubjectOut || c.Name == BetweenSubjects)
}

// Source returns what the ceiling is computed from, in words.
func (c *CeilingDef) Source() string {
	switch {
	case c.OfColumn():
		return "by the " + c.Average + " of column " + c.Column
	case c.OfTrials():
		return fmt.Sprintf("by %s, %d splits", c.Name, c.Splits)
	}
	return "by " + c.Name
}

// Of returns the ceiling that a value of the column stands for, NaN for a missing one. A
// percentage is clipped to 0 … 100.
func (c *CeilingDef) Of(value float64) (float64, error) {
	const one = 1 + 1e-9
	switch {
	case math.IsInf(value, 0):
		return 0, errors.New("write a finite number")
	case !c.Percent && value > one:
		return 0, errors.New("a ceiling is at most 1: correct it, or write percent: true if the column is a percentage")
	case c.Percent:
		value = max(0, min(value, 100)) / 100
	}
	if c.Root && value < 0 {
		return 0, errors.New("a number below 0 has no root: correct it, or remove root: true")
	}
	if c.Root {
		value = math.Sqrt(value)
	}
	return value, nil
}

// OfTrials reports whether the ceiling is computed from trials.
func (c *CeilingDef) OfTrials() bool {
	return c.Value == nil && (c.Name == InternalConsistency || c.Name == PredictorConsistency)
}

// The forms of a ceiling in YAML.
type (
	drawnCeiling struct {
		Name   string `yaml:"name"`
		Splits int    `yaml:"splits"`
		Seed   uint32 `yaml:"seed"`
		Of     string `yaml:"of,omitempty"`
	}
	seedCeiling struct {
		Name string `yaml:"name"`
		Seed uint32 `yaml:"seed"`
	}
	subjectCeiling struct {
		Name    string `yaml:"name"`
		Column  string `yaml:"column,omitempty"`
		Bound   string `yaml:"bound,omitempty"`
		Average string `yaml:"average,omitempty"`
	}
	columnCeiling struct {
		Column  string `yaml:"column"`
		Percent bool   `yaml:"percent,omitempty"`
		Root    bool   `yaml:"root,omitempty"`
		Average string `yaml:"average,omitempty"`
	}
)

// MarshalYAML writes the value, or what the ceiling is computed from.
func (c CeilingDef) MarshalYAML() (any, error) {
	switch {
	case c.Value != nil:
		return map[string]float64{"value": *c.Value}, nil
	case c.OfSubjects():
		out := subjectCeiling{c.Name, c.Column, c.Bound, c.Average}
		if out.Bound == LowerBound { // as definitions were written before it could be chosen
			out.Bound = ""
		}
		if out.Average == MatchedAverage {
			out.Average = ""
		}
		return out, nil
	case c.Name == metrics.PropertyCeiling:
		return seedCeiling{c.Name, c.Seed}, nil
	case c.OfColumn():
		return columnCeiling{c.Column, c.Percent, c.Root, c.Average}, nil
	}
	return drawnCeiling{c.Name, c.Splits, c.Seed, c.From}, nil
}
