package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/brainscore-go/brainscore/internal/nearest"
)

// usageError reports a wrong command line.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }
func (e *usageError) exitCode() int { return exitUsage }

func usagef(format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...)}
}

// noArgs returns an error if there are arguments.
func noArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s takes no arguments, but %q was given; %s", c.CommandPath(), args[0], seeHelp(c))
	}
	return nil
}

// needArgs returns a check for at least one argument of a kind.
func needArgs(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usagef("%s needs %s; %s", c.CommandPath(), what, seeHelp(c))
		}
		return nil
	}
}

// needArg returns a check for exactly one argument of a kind.
func needArg(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usagef("%s needs %s, but %d arguments were given; %s", c.CommandPath(), what, len(args), seeHelp(c))
		}
		return nil
	}
}

func seeHelp(c *cobra.Command) string { return fmt.Sprintf("see %s --help", c.CommandPath()) }

// flagError returns a usage error for an error of cobra's flag parser.
func flagError(c *cobra.Command, err error) error {
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return unknownFlag(c, e)
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return usagef("--%s: %w", e.GetFlag().Name, e.Unwrap())
	}
	return usagef("%w; %s", err, seeHelp(c))
}

func unknownFlag(c *cobra.Command, e *pflag.NotExistError) error {
	if group := e.GetSpecifiedShortnames(); group != "" {
		return usagef("unknown flag -%s; %s", e.GetSpecifiedName(), seeHelp(c))
	}
	var known []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			known = append(known, f.Name)
		}
	})
	name, _, _ := strings.Cut(e.GetSpecifiedName(), "=")
	return usagef("unknown flag --%s%s; %s", name, suggestion("--", name, known), seeHelp(c))
}

// unknownCommand returns an error for the first argument of a group that does not name
// one of its commands, or nil.
func unknownCommand(root *cobra.Command, args []string) error {
	if len(args) > 0 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd) {
		return nil
	}
	// Find's error is ignored, as the one returned here says more.
	c, rest, _ := root.Find(args)
	if !c.HasSubCommands() {
		return nil
	}
	for _, arg := range rest {
		if strings.HasPrefix(arg, "-") {
			continue
		}
		near := suggestion("", arg, commandNames(c))
		if paths := commandsNamed(arg, c); len(paths) > 0 {
			near = " (did you mean " + strings.Join(paths, " or ") + "?)"
		}
		return usagef("unknown command %q of %s%s; %s", arg, c.CommandPath(), near, seeHelp(c))
	}
	return nil
}

// commandsNamed lists the commands of a name that are below the subcommands of c, such as
// "data fetch" for fetch.
func commandsNamed(name string, c *cobra.Command) []string {
	var paths []string
	for _, group := range c.Commands() {
		for _, sub := range group.Commands() {
			if sub.IsAvailableCommand() && sub.Name() == name {
				paths = append(paths, strconv.Quote(group.Name()+" "+name))
			}
		}
	}
	return paths
}

func commandNames(c *cobra.Command) []string {
	var names []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() || sub.Name() == "help" {
			names = append(names, sub.Name())
		}
	}
	return names
}

// suggestion returns the question, in brackets, whether the nearest of the known names
// was meant, or "" if none is near enough.
func suggestion(prefix, name string, known []string) string {
	near := nearest.To(name, known)
	if near == "" {
		return ""
	}
	return " (" + nearest.Question(prefix+near) + ")"
}
