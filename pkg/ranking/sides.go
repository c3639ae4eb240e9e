package ranking

import (
	"fmt"
	"strings"

	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// Side is one side of a comparison: the models of some results.
type Side struct {
	Name   string // the input
	Models []benchmarks.ModelResult

	// Warnings describe figures of the input that were left out.
	Warnings []string

	sources map[sideKey]*Source
	indices map[string]int // of Models, by name
}

// sideKey identifies a score of a side.
type sideKey struct{ model, benchmark, layer string }

// Merge adds the results of another file to the side.
func (s *Side) Merge(source Source, results []benchmarks.ModelResult) error {
	results, warnings := withoutFar(source.Path, results)
	s.Warnings = append(s.Warnings, warnings...)
	if s.sources == nil {
		s.sources, s.indices = map[sideKey]*Source{}, map[string]int{}
		for i, m := range s.Models {
			s.indices[m.Model] = i
			for _, score := range m.Scores {
				s.sources[sideKey{m.Model, score.Benchmark, score.Layer}] = nil
			}
		}
	}
	for _, r := range results {
		i, ok := s.indices[r.Model]
		if !ok {
			i = len(s.Models)
			s.indices[r.Model] = i
			s.Models = append(s.Models, benchmarks.ModelResult{Model: r.Model, Composite: r.Composite})
		}
		m := &s.Models[i]
		for _, score := range r.Scores {
			key := sideKey{r.Model, score.Benchmark, score.Layer}
			if _, twice := s.sources[key]; twice {
				return errorf("%s: model %q has a second score on %s (layer %s): give one of them", source.Path, r.Model, score.Benchmark, score.Layer)
			}
			m.Scores = append(m.Scores, score)
			s.sources[key] = &source
		}
	}
	return nil
}

// source returns the file that a score came from, nil if it is unknown.
func (s *Side) source(m benchmarks.ModelResult, r benchmarks.Result) *Source {
	return s.sources[sideKey{m.Model, r.Benchmark, r.Layer}]
}

// Only removes all models of the side but one.
func (s *Side) Only(model string) error {
	var known []string
	for _, m := range s.Models {
		if m.Model == model {
			s.Models, s.indices = []benchmarks.ModelResult{m}, map[string]int{model: 0}
			return nil
		}
		known = append(known, m.Model)
	}
	msg := fmt.Sprintf("%s: there is no model %q", s.Name, model)
	if question := nearest.Suggest(model, known); question != "" {
		return errorf("%s: %s", msg, question)
	}
	return errorf("%s (it has %s)", msg, strings.Join(known, ", "))
}
