package benchmarks

import (
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// Redacted returns the report without the figures of single neuroids, subjects and splits, and
// without texts that may name them: warnings, and errors unless public reports that they
// are about what the submitter has. The report stays as it is.
func (r Report) Redacted(public func(error) bool) Report {
	r.Models = slices.Clone(r.Models)
	for i := range r.Models {
		m := &r.Models[i]
		m.Scores = slices.Clone(m.Scores)
		for j := range m.Scores {
			m.Scores[j] = m.Scores[j].redacted()
		}
		m.Failures, m.Notes = slices.Clone(m.Failures), nil
		for j, f := range m.Failures {
			if !public(f.Err) {
				m.Failures[j].Err = &withheldError{f.Err}
			}
		}
	}
	return r
}

// redacted returns a result without the figures that averages are of.
func (r Result) redacted() Result {
	r.NeuroidIDs, r.Clusters, r.NeuroidCeilings, r.Subjects = nil, nil, nil, nil
	s := &r.Score
	s.Neuroids, s.SplitNeuroids, s.Alphas, s.Parts, s.Resampled = nil, nil, nil, nil, nil
	s.Property.Values = nil
	if distance, ok := s.Distance(); ok {
		s.Angles = []float64{distance}
	}
	for _, e := range []*metrics.Estimate{&s.Raw, &s.Ceiling, &s.Ceiled} {
		e.Splits = nil
	}
	r.TimeBins = slices.Clone(r.TimeBins)
	for i := range r.TimeBins {
		b := &r.TimeBins[i]
		b.Raw.Splits, b.Ceiling.Splits, b.Ceiled.Splits = nil, nil, nil
	}
	if n := len(s.Warnings); n > 0 {
		s.Warnings = []string{fmt.Sprintf("warnings that the host has are left out: %d", n)}
	}
	return r
}

// withheldError replaces an error that may name what is recorded.
type withheldError struct{ err error }

func (e *withheldError) Error() string { return "cannot be scored, for a reason that the host has" }

// Unwrap returns the cause.
func (e *withheldError) Unwrap() error { return e.err }
