package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/docs"
)

// topicList lists the pages of the documentation, a line each.
func topicList() string {
	var b strings.Builder
	for _, page := range docs.Pages() {
		fmt.Fprintf(&b, "  %-18s %s\n", page.Name, page.Title)
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
