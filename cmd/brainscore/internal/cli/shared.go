package cli

import (
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// completeBenchmarks returns a completion of arguments that are benchmarks of the home
// that --data names.
func completeBenchmarks(names names, data *string, otherwise cobra.ShellCompDirective) cobra.CompletionFunc {
	return func(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		if names.benchmarks == nil {
			return nil, otherwise
		}
		return names.benchmarks(c.Context(), *data), otherwise
	}
}

// argument names the values of an argument or flag.
type argument struct {
	name   string
	values []string
}

// noneEmpty refuses empty values, which an unset shell variable leaves.
func noneEmpty(arguments ...argument) error {
	for _, a := range arguments {
		if slices.Contains(a.values, "") {
			return usagef("%s is empty", a.name)
		}
	}
	return nil
}

// openHome finds the data home. It must exist if a flag or the environment names it;
// else the embedded benchmarks can be used without it.
func openHome(data string) (benchmarks.Home, error) {
	home, err := benchmarks.ResolveHome(data, os.Getenv)
	if err != nil {
		return home, err
	}
	if data != "" || os.Getenv(benchmarks.HomeVariable) != "" {
		return home, home.Check()
	}
	return home, nil
}

// failuresError returns an error that lists failures, or nil if there are none; successes
// is the number of what (scores, for example) that did not fail.
func failuresError(failures []benchmarks.Failure, successes int, what string) error {
	if len(failures) == 0 {
		return nil
	}
	code := exitData
	var errors groupedMessages
	var messages []string
	for _, f := range failures {
		if f.Benchmark == "" {
			messages = append(messages, mistakes(f.Err)...)
		} else {
			errors.add(f.Err.Error(), f.Benchmark, f.Layer)
		}
		if !isDataError(f.Err) {
			code = exitFailed
		}
	}
	for _, e := range errors {
		messages = append(messages, e.line())
	}
	if successes > 0 {
		messages = append(messages, fmt.Sprintf("%d of %d %s failed", len(failures), len(failures)+successes, what))
	}
	return &problems{messages, code}
}

// mistakes returns the messages of an error, or of each error that was joined in it.
func mistakes(err error) []string {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []string{err.Error()}
	}
	var messages []string
	for _, e := range joined.Unwrap() {
		messages = append(messages, mistakes(e)...)
	}
	return messages
}
