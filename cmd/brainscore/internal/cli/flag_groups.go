package cli

import (
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// runFlags are the flags of commands that score.
type runFlags struct {
	data    string
	results string          // folder of results; empty for $BRAINSCORE_RESULTS or none
	options scoring.Options // of which --jobs and --memory set Workers and Memory
	quiet   bool
}

func (r *runFlags) add(c *cobra.Command) {
	addResultsFlag(c, &r.results)
	r.addUnkept(c)
}

// addUnkept adds the flags of commands that keep no scores.
func (r *runFlags) addUnkept(c *cobra.Command) {
	addDataFlag(c, &r.data)
	addJobsFlag(c, &r.options.Workers)
	addMemoryFlag(c, &r.options.Memory)
	addKernelFlag(c, &r.options.Kernel)
	addQuietFlag(c, &r.quiet)
}

// addDataFlag adds --data, which completes folders.
func addDataFlag(c *cobra.Command, data *string) {
	c.Flags().StringVar(data, "data", "", "data home `DIR` (default $BRAINSCORE_DATA, else brainscore in the user's data folder)")
	completeFolder(c, "data")
}

// addResultsFlag adds --results, which completes folders.
func addResultsFlag(c *cobra.Command, folder *string) {
	c.Flags().StringVar(folder, "results", "", "keep scores in folder `DIR` and compute only those that are missing or out of date (default $"+results.Variable+")")
	completeFolder(c, "results")
}

// addJobsFlag adds --jobs and sets its default, the number of processors.
func addJobsFlag(c *cobra.Command, jobs *int) {
	*jobs = runtime.GOMAXPROCS(0)
	c.Flags().VarP(&count{value: jobs, min: 1}, "jobs", "j", "use `N` processors (default all); results do not depend on it")
}

// addMemoryFlag adds --memory.
func addMemoryFlag(c *cobra.Command, memory *int64) {
	c.Flags().Var(&size{memory}, "memory", "hold at most `SIZE` of memory, such as 2GiB; layers that need more fail")
}

// addKernelFlag adds --kernel.
func addKernelFlag(c *cobra.Command, kernel *string) {
	c.Flags().Var((*kernelFlag)(kernel), "kernel", "compute with kernel `NAME`: "+strings.Join(metrics.Kernels(), ", ")+" (default the widest of the processor)")
	// An error here is a flag that was not added above.
	_ = c.RegisterFlagCompletionFunc("kernel", cobra.FixedCompletions(metrics.Kernels(), cobra.ShellCompDirectiveNoFileComp))
}

// addQuietFlag adds --quiet.
func addQuietFlag(c *cobra.Command, quiet *bool) {
	c.Flags().BoolVarP(quiet, "quiet", "q", false, "print only warnings and errors")
}

// addSeedFlag adds --seed.
func addSeedFlag(c *cobra.Command, seed *uint64, what string) {
	c.Flags().Uint64Var(seed, "seed", 1, "draw "+what+" from seed `N`")
}
