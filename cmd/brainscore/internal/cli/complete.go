package cli

import "github.com/spf13/cobra"

// completeWith completes a flag from names that are found at that moment.
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
