package cli

import (
	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// scoreRequest is what the commands that score ask for: a request of the package
// scoring, to whose fields flags are bound, and how to run it.
type scoreRequest struct {
	scoring.Request // its Composite is loaded by the name below
	runFlags
	composite string
	intervals bool // of each score
	budget    budget
	reporter  *progress.Reporter
	run       *watchedRun // nil unless watch is called
	// storeOptional is true if the scores are written even if no folder can keep them.
	storeOptional bool
}

// addRequestFlags adds the flags that choose what is scored.
func (r *scoreRequest) addRequestFlags(c *cobra.Command, names names) {
	flags := c.Flags()
	flags.StringArrayVar(&r.Benchmarks, "benchmark", nil, "score on benchmark `ID` (repeatable; default all that the dumps have activations for)")
	flags.StringArrayVar(&r.Layers, "layer", nil, "score layer `L` instead of the committed ones (repeatable)")
	flags.BoolVar(&r.AllLayers, "all-layers", false, "score every layer instead of the committed ones")
	addCompositeFlag(c, &r.composite, names)
	flags.BoolVar(&r.AllowPartial, "allow-partial", false, "form the composite even if parts are missing")
	completeBenchmark(c, names, &r.data)
	completeWith(c, "layer", cobra.ShellCompDirectiveNoFileComp, func(c *cobra.Command, models []string) []string {
		if names.layers == nil {
			return nil
		}
		return names.layers(c.Context(), models)
	})
}

// addCompositeFlag adds --composite.
func addCompositeFlag(c *cobra.Command, name *string, names names) {
	c.Flags().StringVar(name, "composite", benchmarks.DefaultComposite, "form composite `NAME`: as cosyne2019, brain-score.org or a YAML file")
	completeComposite(c, names)
}

// check returns an error for empty names and for flags that contradict each other.
func (r *scoreRequest) check() error {
	err := noneEmpty(argument{"MODEL", r.Models}, argument{"--benchmark", r.Benchmarks}, argument{"--layer", r.Layers}, argument{"--composite", []string{r.composite}})
	if err != nil {
		return err
	}
	if r.AllLayers && len(r.Layers) > 0 {
		return usagef("--layer and --all-layers exclude each other")
	}
	return nil
}
