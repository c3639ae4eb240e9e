package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// The exit codes of every command.
const (
	exitDone      = 0
	exitFailed    = 1 // something failed while running, or was interrupted
	exitUsage     = 2 // wrong usage
	exitData      = 3 // invalid or misaligned data
	exitThreshold = 4 // a threshold was not met
)

// exitMeanings describe the exit codes in help texts.
var exitMeanings = []string{
	exitDone:      "done",
	exitFailed:    "something failed while running, or the run was interrupted",
	exitUsage:     "wrong usage",
	exitData:      "invalid or misaligned data",
	exitThreshold: "a threshold was not met",
}

// exitCodes returns the part of a help text that lists the exit codes a command can
// end with: 0, 1 and 2, which every command has, and those that are given.
func exitCodes(more ...int) string {
	var b strings.Builder
	b.WriteString("Exit codes:")
	for _, code := range append([]int{exitDone, exitFailed, exitUsage}, more...) {
		fmt.Fprintf(&b, "\n  %d  %s", code, exitMeanings[code])
	}
	return b.String()
}

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
