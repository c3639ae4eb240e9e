package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// problems is the error of a run that came to its end: some of its parts failed, or
// thresholds were not met.
type problems struct {
	messages []string
	code     int
}

func (p *problems) Error() string { return strings.Join(p.messages, "\n") }
func (p *problems) exitCode() int { return p.code }

// failures describes the benchmarks of a report that could not be scored.
type failures struct {
	scores   int // number of scores
	count    int // number of failures
	dataOnly bool
	messages []string
	unkept   []string // what the folder of results could not keep
}

func newFailures(report benchmarks.Report) failures {
	f := failures{dataOnly: true}
	for _, m := range report.Models {
		f.scores += len(m.Scores)
		var errors groupedMessages
		for _, failure := range m.Failures {
			f.count += max(1, failure.Scores)
			errors.add(failure.Err.Error(), failure.Benchmark, failure.Layer)
			f.dataOnly = f.dataOnly && isDataError(failure.Err)
		}
		for _, e := range errors {
			f.messages = append(f.messages, e.lineOf(m.Model))
		}
	}
	if report.Unkept != nil {
		f.unkept = append(mistakes(report.Unkept), "all scores are written, but the next run computes again what was not kept")
	}
	return f
}

// problems returns the failures and missed thresholds as an error, or nil if there are
// none.
func (f failures) problems(missed []string) error {
	messages := f.messages
	switch {
	case f.scores == 0 && f.count == 0:
		return &problems{[]string{"nothing to score: no benchmark has its data in the data home and activations in these dumps"}, exitData}
	case f.count > 0 && f.scores > 0:
		messages = append(messages, fmt.Sprintf("%d of %d scores failed", f.count, f.count+f.scores))
	}
	messages = slices.Concat(messages, missed, f.unkept)
	switch {
	case len(f.unkept) > 0:
		return &problems{messages, exitFailed}
	case f.count > 0 && f.dataOnly:
		return &problems{messages, exitData}
	case f.count > 0:
		return &problems{messages, exitFailed}
	case len(missed) > 0:
		return &problems{messages, exitThreshold}
	}
	return nil
}
