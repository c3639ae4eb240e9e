package main

import (
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// special matches characters that are markup in Markdown text.
var special = regexp.MustCompile("[\\\\`*_{}\\[\\]<>&#|~]")

func escape(text string) string { return special.ReplaceAllString(text, `\$0`) }

// placeholder matches the name of a flag's value in its usage.
var placeholder = regexp.MustCompile("`([^`]*)`")

// toMarkdown rewrites the texts of a command and its subcommands as Markdown, which cobra
// makes man pages from. In help texts, indented lines are tables or commands, whose
// layout is kept.
func toMarkdown(c *cobra.Command) {
	c.Short = escape(c.Short)
	c.Long = paragraphs(c.Long)
	for _, flags := range []*pflag.FlagSet{c.PersistentFlags(), c.LocalFlags()} {
		flags.VisitAll(func(f *pflag.Flag) { f.Usage = escape(placeholder.ReplaceAllString(f.Usage, "$1")) })
	}
	for _, sub := range c.Commands() {
		toMarkdown(sub)
	}
}

// paragraphs turns a help text into paragraphs and code blocks.
func paragraphs(text string) string {
	var b strings.Builder
	code := false
	for line := range strings.SplitSeq(text, "\n") {
		indented := strings.HasPrefix(line, "  ")
		if indented != code && line != "" {
			b.WriteString("\n")
			code = indented
		}
		if indented {
			b.WriteString("    " + strings.TrimPrefix(line, "  "))
		} else {
			b.WriteString(escape(line))
		}
		b.WriteString("\n")
	}
	return b.String()
}
