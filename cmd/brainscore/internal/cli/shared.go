package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// completeBenchmarks completes arguments that are benchmarks of the home that
// --data names.
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
		for _, v := range a.values {
			if v == "" {
				return usagef("%s is empty", a.name)
			}
		}
	}
	return nil
}

// openHome finds the data home. One that was named has to exist; without any,
// there are still the embedded benchmarks.
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

// failed makes an error of failures beside so many results that worked, or nil
// of none.
func failuresError(failures []benchmarks.Failure, worked int, what string) error {
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
	if worked > 0 {
		messages = append(messages, fmt.Sprintf("%d of %d %s failed", len(failures), len(failures)+worked, what))
	}
	return &problems{messages, code}
}

// mistakes are the messages of an error that may be several joined.
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
