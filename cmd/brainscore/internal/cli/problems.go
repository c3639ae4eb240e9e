package cli

import (
	"fmt"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// problems are what a run that came to its end has to say: failures of some of
// its parts, and thresholds that were not met.
type problems struct {
	messages []string
	code     int
}

func (p *problems) Error() string { return strings.Join(p.messages, "\n") }
func (p *problems) exitCode() int { return p.code }

// failures are the benchmarks of a report that could not be scored.
type failures struct {
	scores   int // that worked
	failed   int
	dataOnly bool
	messages []string
}

func newFailures(report benchmarks.Report) failures {
	f := failures{dataOnly: true}
	for _, m := range report.Models {
		f.scores += len(m.Scores)
		f.failed += len(m.Failures)
		var errors groupedMessages
		for _, failure := range m.Failures {
			errors.add(failure.Err.Error(), failure.Benchmark, failure.Layer)
			f.dataOnly = f.dataOnly && isDataError(failure.Err)
		}
		for _, e := range errors {
			f.messages = append(f.messages, e.lineOf(m.Model))
		}
	}
	return f
}

// problems are the failures and missed thresholds as an error, or nil for
// none.
func (f failures) problems(missed []string) error {
	messages := f.messages
	switch {
	case f.scores == 0 && f.failed == 0:
		return &problems{[]string{"nothing to score: no benchmark has its data here and activations in these dumps"}, exitData}
	case f.failed > 0 && f.scores > 0:
		messages = append(messages, fmt.Sprintf("%d of %d scores failed", f.failed, f.failed+f.scores))
	}
	messages = append(messages, missed...)
	switch {
	case f.failed > 0 && f.dataOnly:
		return &problems{messages, exitData}
	case f.failed > 0:
		return &problems{messages, exitFailed}
	case len(missed) > 0:
		return &problems{messages, exitThreshold}
	}
	return nil
}
