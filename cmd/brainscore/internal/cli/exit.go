package cli

import (
	"context"
	"errors"
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

// codedError is an error of this package that knows its exit code.
type codedError interface {
	error
	exitCode() int
}

// dataError is implemented by the errors of all packages that report invalid or
// misaligned data.
type dataError interface {
	error
	DataError() bool
}

// exitCode is the one place where errors become exit codes.
func exitCode(err error) int {
	if err == nil {
		return exitDone
	}
	if errors.Is(err, context.Canceled) {
		return exitFailed
	}
	if c, ok := errors.AsType[codedError](err); ok {
		return c.exitCode()
	}
	if isDataError(err) {
		return exitData
	}
	return exitFailed
}

// isDataError reports whether an error is due to invalid or misaligned data.
func isDataError(err error) bool {
	d, ok := errors.AsType[dataError](err)
	return ok && d.DataError()
}
