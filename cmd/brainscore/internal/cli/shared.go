package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// addDataFlag adds --data, which completes folders.
func addDataFlag(c *cobra.Command, flags *pflag.FlagSet, data *string) {
	flags.StringVar(data, "data", "", "data home `DIR` (default $BRAINSCORE_DATA, else brainscore in the user's data folder)")
	completeWith(c, "data", cobra.ShellCompDirectiveFilterDirs, func(*cobra.Command, []string) []string { return nil })
}

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

// noneEmpty refuses empty arguments, which an unset variable leaves.
func noneEmpty(what string, values []string) error {
	for _, v := range values {
		if v == "" {
			return usagef("%s is empty", what)
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
func failed(failures []benchmarks.Failure, worked int, what string) error {
	if len(failures) == 0 {
		return nil
	}
	code := exitData
	var errors gathered
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
