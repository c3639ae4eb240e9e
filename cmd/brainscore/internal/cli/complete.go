package cli

import "github.com/spf13/cobra"

// completeWith completes a flag with the names that find returns; otherwise is what
// the shell does if none matches.
func completeWith(c *cobra.Command, flag string, otherwise cobra.ShellCompDirective, find func(c *cobra.Command, args []string) []string) {
	// An error here is a flag that the command does not have.
	_ = c.RegisterFlagCompletionFunc(flag, func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		return find(c, args), otherwise
	})
}

// completeFolders completes arguments that are folders.
func completeFolders(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// completeFolder completes a flag with folders.
func completeFolder(c *cobra.Command, flag string) {
	completeWith(c, flag, cobra.ShellCompDirectiveFilterDirs, func(*cobra.Command, []string) []string { return nil })
}

// completeBenchmark completes --benchmark with the benchmarks of the home that --data
// names.
func completeBenchmark(c *cobra.Command, names names, data *string) {
	completeWith(c, "benchmark", cobra.ShellCompDirectiveNoFileComp, func(c *cobra.Command, _ []string) []string {
		if names.benchmarks == nil {
			return nil
		}
		return names.benchmarks(c.Context(), *data)
	})
}

// completeComposite completes --composite with the names of composites, and files.
func completeComposite(c *cobra.Command, names names) {
	completeWith(c, "composite", cobra.ShellCompDirectiveDefault, func(*cobra.Command, []string) []string {
		if names.composites == nil {
			return nil
		}
		return names.composites()
	})
}
