package cli

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// printNotes prints the warnings and notes of a report, those of one kind together.
func printNotes(reporter *progress.Reporter, report benchmarks.Report) {
	var warnings, notes gathered
	for _, m := range report.Models {
		for _, r := range m.Scores {
			for _, w := range r.Warnings {
				warnings.add(w, m.Model, r.Benchmark, r.Layer, r.Region)
			}
		}
		if len(m.Scores) == 0 {
			continue // its failures are printed instead
		}
		for _, n := range m.Notes {
			notes.add(n, m.Model, "", "")
		}
	}
	for _, line := range warnings.lines() {
		reporter.Warn("%s", line)
	}
	for _, line := range notes.lines() {
		reporter.NoteLine(line)
	}
}

// printMissing prints why scores of a report are missing: the warnings of those without a
// raw or a ceiled score.
func printMissing(reporter *progress.Reporter, report benchmarks.Report) {
	var warnings gathered
	for _, m := range report.Models {
		for _, r := range m.Scores {
			if !math.IsNaN(r.Score.Raw.Value) && !math.IsNaN(r.Score.Ceiled.Value) {
				continue
			}
			for _, w := range r.Warnings {
				warnings.add(w, m.Model, r.Benchmark, r.Layer, r.Region)
			}
		}
	}
	for _, line := range warnings.lines() {
		reporter.Warn("%s", line)
	}
}

// warnOfKernels prints which kernels computed the scores of a report if there are several.
func warnOfKernels(reporter *progress.Reporter, report benchmarks.Report) {
	if kernels := report.Kernels(); len(kernels) > 1 {
		reporter.Warn("the scores were computed by different kernels (%s), whose figures may differ by up to 1e-9; for the same bits on all processors use --kernel %s",
			strings.Join(kernels, ", "), metrics.PortableKernel)
	}
}

// groupedMessages are messages, each with the benchmarks that share it, as one bad file
// can concern many.
type groupedMessages []*message

type message struct {
	text     string
	subjects []string // benchmarks with layers
}

// add adds a message about a benchmark and layer.
func (g *groupedMessages) add(text, benchmark, layer string) {
	i := slices.IndexFunc(*g, func(m *message) bool { return m.text == text })
	if i < 0 {
		*g = append(*g, &message{text: text})
		i = len(*g) - 1
	}
	(*g)[i].subjects = append((*g)[i].subjects, subjectOf(benchmark, layer))
}

// subjectOf names a benchmark on a layer, if it has one, or a layer alone.
func subjectOf(benchmark, layer string) string {
	switch {
	case layer == "":
		return benchmark
	case benchmark == "":
		return "layer " + layer
	}
	return benchmark + " (" + layer + ")"
}

// shownNames is how many benchmarks a message names.
const shownNames = 3

// lineOf returns the message in one line, with the model it is about.
func (m *message) lineOf(model string) string {
	if m.names() == "" {
		return model + ": " + m.text
	}
	return model + ", " + m.line()
}

// line returns the message in one line, with the benchmarks it is about.
func (m *message) line() string {
	if names := m.names(); names != "" {
		return names + ": " + m.text
	}
	return m.text
}

// names returns the first of the benchmarks that the message is about.
func (m *message) names() string { return firstNames(m.subjects) }

// firstNames returns the first of many names.
func firstNames(names []string) string {
	first := strings.Join(names[:min(len(names), shownNames)], ", ")
	if more := len(names) - shownNames; more > 0 {
		first += fmt.Sprintf(" and %d more", more)
	}
	return first
}
