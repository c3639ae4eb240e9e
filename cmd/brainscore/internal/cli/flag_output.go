package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/figures"
)

// outputFlags choose the format of what a command writes, and the file.
type outputFlags struct {
	format output.Format
	path   string // output.Stdout unless --output names a file

	allowed []output.Format
	chosen  bool     // by --format
	wide    bool     // on a terminal too
	noted   []string // hidden columns
	flags   *pflag.FlagSet
}

// addFormat adds --format with the formats that a command writes, the first its
// default, to a command that writes only to standard output.
func (o *outputFlags) addFormat(c *cobra.Command, formats ...output.Format) {
	o.addFormatFlag(c, formats, "")
}

// add adds --format and --output.
func (o *outputFlags) add(c *cobra.Command, formats ...output.Format) {
	o.addFormatFlag(c, formats, "; without it, the extension of --output can set the format")
	addOutputFlag(c, &o.path)
}

func (o *outputFlags) addFormatFlag(c *cobra.Command, formats []output.Format, note string) {
	*o = outputFlags{format: formats[0], path: output.Stdout, allowed: formats, flags: c.Flags()}
	c.Flags().Var((*formatFlag)(o), "format", "write as "+strings.Join(o.names(), "|")+note)
	// An error here is a flag that was not added above.
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(o.names(), cobra.ShellCompDirectiveNoFileComp))
	if slices.Contains(formats, output.Table) {
		c.Flags().BoolVar(&o.wide, "wide", false, "write tables in full width on a terminal, however narrow")
	}
}

// addOutputFlag adds --output.
func addOutputFlag(c *cobra.Command, path *string) {
	c.Flags().StringVarP(path, "output", "o", output.Stdout, "write to `FILE`, whole or not at all; - is standard output")
}

// extensions are the formats that the name of a file chooses.
var extensions = map[string]output.Format{
	".json": output.JSON, ".csv": output.CSV, ".tsv": output.TSV, ".md": output.Markdown, ".yaml": yamlFormat, ".yml": yamlFormat,
}

// check chooses the format by the extension of the file, unless --format is set, and
// returns an error if the file cannot be written.
func (o *outputFlags) check() error {
	format, known := extensions[strings.ToLower(filepath.Ext(o.path))]
	if known && !o.chosen && slices.Contains(o.allowed, format) {
		o.format = format
	}
	return checkOutput(o.path)
}

// checkOutput returns an error if a file cannot be written, so that a long run does not
// end in it.
func checkOutput(path string) error {
	if path == "" {
		return usagef("--output is empty; - stands for standard output")
	}
	return output.Check(path)
}

// checkFigure returns an error if a flag names a file that is no figure or cannot be
// written. Without a file there is none.
func checkFigure(flag, path string) error {
	if path == "" {
		return nil
	}
	if _, err := figures.FormatOf(path); err != nil {
		return usagef("%s: %w", flag, err)
	}
	return output.Check(path)
}

// write writes the output of render to the file or to standard output.
func (o *outputFlags) write(ctx context.Context, streams Streams, render func(w io.Writer, format output.Format, color bool) error) error {
	color := o.path == output.Stdout && output.Colored(streams.Out)
	width := o.terminalWidth(streams)
	if width == 0 {
		return output.Write(ctx, o.path, streams.Out, func(w io.Writer) error { return render(w, o.format, color) })
	}
	var page *output.Page
	err := output.Write(ctx, o.path, streams.Out, func(w io.Writer) error {
		page = output.NewPage(w, width)
		return errors.Join(render(page, o.format, color), page.Flush())
	})
	if err == nil {
		o.noteHidden(streams, page.Hidden())
	}
	return err
}

// onTerminal reports whether tables are written to a terminal.
func (o *outputFlags) onTerminal(streams Streams) bool {
	return o.path == output.Stdout && o.format == output.Table && output.TerminalWidth(streams.Out) > 0
}

// terminalWidth returns the width that tables are fitted to, 0 if they are written in full
// width.
func (o *outputFlags) terminalWidth(streams Streams) int {
	if o.wide || !o.onTerminal(streams) {
		return 0
	}
	return output.TerminalWidth(streams.Out)
}

// noteHidden notes the columns that a terminal has no room for, each once, unless the
// command is quiet.
func (o *outputFlags) noteHidden(streams Streams, headers []string) {
	quiet, _ := o.flags.GetBool("quiet") // which not every command has
	headers = slices.DeleteFunc(slices.Clone(headers), func(h string) bool { return slices.Contains(o.noted, h) })
	o.noted = append(o.noted, headers...)
	if len(headers) > 0 {
		progress.New(streams.Err, quiet).Note("hidden to fit the terminal: %s; --wide shows all columns", strings.Join(headers, ", "))
	}
}

func (o *outputFlags) names() []string {
	var names []string
	for _, f := range o.allowed {
		names = append(names, string(f))
	}
	return names
}

// formatFlag is outputFlags as the value of --format.
type formatFlag outputFlags

func (f *formatFlag) String() string { return string(f.format) }
func (f *formatFlag) Type() string   { return "FORMAT" }

// Set implements pflag.Value.
func (f *formatFlag) Set(s string) error {
	if slices.Contains(f.allowed, output.Format(s)) {
		f.format, f.chosen = output.Format(s), true
		return nil
	}
	names := (*outputFlags)(f).names()
	return fmt.Errorf("unknown format %q%s; known are %s", s, suggestion("", s, names), strings.Join(names, ", "))
}
