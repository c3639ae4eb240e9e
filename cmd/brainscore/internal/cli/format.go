package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
)

// formatFlag is the value of a --format flag.
type formatFlag struct {
	format  output.Format
	allowed []output.Format
}

// addFormatFlag adds --format with the formats that a command writes, the first
// its default.
func addFormatFlag(c *cobra.Command, flags *pflag.FlagSet, format *formatFlag, allowed ...output.Format) {
	*format = formatFlag{allowed[0], allowed}
	flags.Var(format, "format", "write as "+strings.Join(format.names(), "|"))
	// An error here is a flag that was not added above.
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(format.names(), cobra.ShellCompDirectiveNoFileComp))
}

func (f *formatFlag) names() []string {
	var names []string
	for _, a := range f.allowed {
		names = append(names, string(a))
	}
	return names
}

func (f *formatFlag) String() string { return string(f.format) }
func (f *formatFlag) Type() string   { return "FORMAT" }

// Set implements pflag.Value.
func (f *formatFlag) Set(s string) error {
	for _, a := range f.allowed {
		if s == string(a) {
			f.format = a
			return nil
		}
	}
	return fmt.Errorf("unknown format %q%s; known are %s", s, suggestion("", s, f.names()), strings.Join(f.names(), ", "))
}
