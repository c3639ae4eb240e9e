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

// swallowedFlag returns an error if a flag that needs a value is followed by another flag, which
// the parser would take as that value, or nil. A value that begins with -- is given by
// --flag=VALUE.
func swallowedFlag(root *cobra.Command, args []string) error {
	if len(args) > 0 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd) {
		return nil
	}
	c, rest, err := root.Find(args)
	if err != nil || c.DisableFlagParsing {
		return nil // executing it reports what is wrong
	}
	for i := 0; i < len(rest) && rest[i] != "--"; i++ {
		name := needsNext(c, rest[i])
		if name == "" || i+1 == len(rest) {
			continue
		}
		i++
		if value := rest[i]; strings.HasPrefix(value, "--") {
			return usagef("%s needs a value, but %q follows it; give one, or write %s=%s if that is the value (%s)", name, value, name, value, seeHelp(c))
		}
	}
	return nil
}

// needsNext returns the name of the flag that takes the next argument as its value, "" if an
// argument has none such.
func needsNext(c *cobra.Command, arg string) string {
	takes := func(f *pflag.Flag) bool { return f != nil && f.NoOptDefVal == "" }
	if name, long := strings.CutPrefix(arg, "--"); long {
		if takes(c.Flag(name)) {
			return arg
		}
		return ""
	}
	letters, short := strings.CutPrefix(arg, "-")
	for i := range len(letters) {
		if f := c.Flags().ShorthandLookup(letters[i : i+1]); short && takes(f) {
			if i+1 < len(letters) {
				return "" // the rest is the value
			}
			return "--" + f.Name
		}
	}
	return ""
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
