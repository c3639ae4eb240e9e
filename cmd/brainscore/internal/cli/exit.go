package cli

import (
	"context"
	"errors"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// The exit codes of every command.
const (
	exitDone      = 0
	exitFailed    = 1 // something failed while running, or was interrupted
	exitUsage     = 2 // wrong usage
	exitData      = 3 // invalid or misaligned data
	exitThreshold = 4 // a threshold was not met
)

// exitCodes documents the codes in the help of commands.
const exitCodes = `Exit codes:
  0  done
  1  something failed while running, or the run was interrupted
  2  wrong usage
  3  invalid or misaligned data
  4  a threshold was not met`

// coded is an error of this package that knows its exit code.
type coded interface {
	error
	exitCode() int
}

// dataError is implemented by errors of other packages that report invalid or
// misaligned data.
type dataError interface {
	error
	DataError() bool
}

// dataErrors recognise further errors about data, which do not say so
// themselves.
var dataErrors = []func(error) bool{
	is[*benchmarks.HomeError],
	is[*benchmarks.UnknownBenchmarkError],
	is[*benchmarks.UnknownCompositeError],
	is[*benchmarks.DuplicateError],
	is[*metrics.TrialError],
	is[*metrics.ProbabilityError],
	is[*metrics.UndefinedError],
	is[*metrics.SubjectsError],
	is[*metrics.TooFewError],
	is[*metrics.ReadoutError],
	is[*metrics.RankError],
	is[*metrics.SolutionError],
	is[*metrics.UnseenClassError],
	func(err error) bool { return errors.Is(err, metrics.ErrIllConditioned) },
	is[*metrics.UnknownError],
	is[*metrics.OptionError],
	is[*metrics.SplitError],
	is[*metrics.ClassSizeError],
	is[*metrics.ComponentsError],
	is[*metrics.NonFiniteError],
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// exitCode is the one place where errors become exit codes.
func exitCode(err error) int {
	if err == nil {
		return exitDone
	}
	if errors.Is(err, context.Canceled) {
		return exitFailed
	}
	if c, ok := errors.AsType[coded](err); ok {
		return c.exitCode()
	}
	if isDataError(err) {
		return exitData
	}
	return exitFailed
}

// isDataError says whether an error is due to invalid or misaligned data.
func isDataError(err error) bool {
	if d, ok := errors.AsType[dataError](err); ok {
		return d.DataError()
	}
	for _, recognise := range dataErrors {
		if recognise(err) {
			return true
		}
	}
	return false
}
