package cli

import (
	"bytes"
	_ "embed"
	"io"

	"github.com/spf13/cobra"
)

// completionFallback defines in bash what cobra's script takes from the
// bash-completion package.
//
//go:embed completion_fallback.bash
var completionFallback []byte

// packageFunctions are the functions of the bash-completion package that
// cobra's script calls without checking that they exist.
var packageFunctions = []string{"_get_comp_words_by_ref", "_filedir"}

// writeBashCompletion writes cobra's completion script so that it also works in
// a bash without the bash-completion package.
func writeBashCompletion(root *cobra.Command, w io.Writer) error {
	var script bytes.Buffer
	if err := root.GenBashCompletionV2(&script, true); err != nil {
		return err
	}
	text := script.Bytes()
	for _, name := range packageFunctions {
		text = bytes.ReplaceAll(text, []byte(name), []byte("__brainscore"+name))
	}
	_, err := w.Write(append(text, completionFallback...))
	return err
}
