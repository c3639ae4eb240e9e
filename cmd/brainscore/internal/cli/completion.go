package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
)

// shells are the shells that have completion scripts.
var shells = []string{"bash", "zsh", "fish", "powershell"}

func newCompletionCommand(streams Streams) *cobra.Command {
	return &cobra.Command{
		Use:   "completion bash|zsh|fish|powershell",
		Short: "Write a shell's completion script",
		Long: `Writes a script that lets a shell complete brainscore's commands, flags and
their values: benchmarks, composites, formats and layers.

  bash        source <(brainscore completion bash)      # in ~/.bashrc
  zsh         brainscore completion zsh > "${fpath[1]}/_brainscore"
  fish        brainscore completion fish > ~/.config/fish/completions/brainscore.fish
  powershell  brainscore completion powershell | Out-String | Invoke-Expression

` + exitCodes(),
		Example:   "  source <(brainscore completion bash)",
		GroupID:   groupOther,
		ValidArgs: shells,
		Args:      needArg("a shell: bash, zsh, fish or powershell"),
		RunE: func(c *cobra.Command, args []string) error {
			return runCompletion(c.Context(), c.Root(), args[0], streams)
		},
	}
}

func runCompletion(ctx context.Context, root *cobra.Command, shell string, streams Streams) error {
	var generate func(io.Writer) error
	switch shell {
	case "bash":
		generate = func(w io.Writer) error { return writeBashCompletion(root, w) }
	case "zsh":
		generate = root.GenZshCompletion
	case "fish":
		generate = func(w io.Writer) error { return root.GenFishCompletion(w, true) }
	case "powershell":
		generate = root.GenPowerShellCompletionWithDesc
	default:
		return usagef("unknown shell %q%s; known are bash, zsh, fish and powershell", shell, suggestion("", shell, shells))
	}
	return output.Write(ctx, output.Stdout, streams.Out, generate)
}
