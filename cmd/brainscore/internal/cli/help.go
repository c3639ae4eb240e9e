package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/docs"
	"github.com/brainscore-go/brainscore/internal/text"
)

// The width of help texts where they are not written to a terminal, and the largest there.
const (
	helpWidth    = 80
	maxHelpWidth = 100
)

// showHelp prints the help of a command, which is wrapped, with plain names of flags.
func showHelp(c *cobra.Command, _ []string) {
	width := helpWidth
	if terminal := output.TerminalWidth(c.OutOrStdout()); terminal > 0 {
		width = min(terminal, maxHelpWidth)
	}
	help := strings.TrimRight(c.Long, "\n") + "\n\n" + c.UsageString()
	for _, flags := range []*pflag.FlagSet{c.LocalFlags(), c.InheritedFlags()} {
		help = strings.Replace(help, strings.TrimRight(flags.FlagUsages(), "\n"), flagTable(flags), 1)
	}
	fmt.Fprint(c.OutOrStdout(), output.WrapHelp(help, width))
}

// flagTable lists flags as pflag does, but without the values of those that are true or
// false.
func flagTable(flags *pflag.FlagSet) string {
	var names, texts []string
	width := 0
	for line := range strings.Lines(flags.FlagUsages()) {
		const indent = "      " // of flags without a letter
		name, description, _ := strings.Cut(line[len(indent):], "  ")
		name, _, _ = strings.Cut(name, "[=true|false]")
		names, texts = append(names, line[:len(indent)]+name), append(texts, strings.TrimSpace(description))
		width = max(width, text.Width(names[len(names)-1]))
	}
	for i := range names {
		names[i] = text.Left(names[i], width) + "   " + texts[i]
	}
	return strings.Join(names, "\n")
}

// topicList lists the pages of the documentation, a line each.
func topicList() string {
	var b strings.Builder
	for _, page := range docs.Pages() {
		fmt.Fprintf(&b, "  %-20s  %s\n", page.Name, page.Title)
	}
	return strings.TrimRight(b.String(), "\n")
}

// findPage returns the page that arguments name.
func findPage(args []string) (docs.Page, bool) {
	if len(args) != 1 {
		return docs.Page{}, false
	}
	for _, page := range docs.Pages() {
		if page.Name == args[0] {
			return page, true
		}
	}
	return docs.Page{}, false
}

func newHelpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND... | TOPIC]",
		Short: "Show the help of a command, or a page of the documentation",
		Long: `Shows what a command does, its flags and examples, as COMMAND --help does; or
a page of the documentation.

Topics:
` + topicList(),
		Example: "  brainscore help score\n  brainscore help metrics list\n  brainscore help model-dumps",
		GroupID: groupOther,
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			c, _, err := root.Find(args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			names := commandNames(c)
			if c == root {
				for _, page := range docs.Pages() {
					names = append(names, page.Name+"\t"+page.Title)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(help *cobra.Command, args []string) error {
			if page, ok := findPage(args); ok {
				if width := output.TerminalWidth(help.OutOrStdout()); width > 0 {
					page.Text = output.WrapMarkdown(page.Text, min(width, maxHelpWidth))
				}
				_, err := io.WriteString(help.OutOrStdout(), page.Text)
				return err
			}
			if err := unknownCommand(root, args); err != nil {
				return err
			}
			c, rest, err := root.Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 {
				return usagef("%s has no command %q; %s", c.CommandPath(), rest[0], seeHelp(c))
			}
			c.InitDefaultHelpFlag()
			c.InitDefaultVersionFlag()
			return c.Help()
		},
	}
}
