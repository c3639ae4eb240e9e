package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/internal/text"
)

// outcome is the exit code and the output of a command line.
type outcome struct {
	code     int
	out, err string
}

// try runs a command line with replaced dependencies.
func try(ctx context.Context, deps deps, args ...string) outcome {
	var out, err bytes.Buffer
	code := runWith(ctx, args, Streams{In: strings.NewReader(""), Out: &out, Err: &err}, deps)
	return outcome{code, out.String(), err.String()}
}

// words returns a text with single spaces between its words.
func words(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestEveryCommandIsDocumented(t *testing.T) {
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Short == "" || c.Long == "" || c.Example == "" {
			t.Errorf("%s lacks a short or long help or examples", c.CommandPath())
		}
		if c.HasParent() && !c.Parent().HasParent() && c.GroupID == "" {
			t.Errorf("%s is in no group", c.CommandPath())
		}
		args := strings.Fields(c.CommandPath())[1:]
		help := try(t.Context(), deps{}, append(args, "--help")...)
		if help.code != exitDone || help.err != "" || !strings.Contains(words(help.out), words(c.Long)) || !strings.Contains(help.out, "Examples:") {
			t.Errorf("%s --help gives %+v", c.CommandPath(), help)
		}
		for line := range strings.Lines(help.out) {
			if w := text.Width(strings.TrimSuffix(line, "\n")); w > helpWidth {
				t.Errorf("%s --help has a line of %d characters: %s", c.CommandPath(), w, line)
			}
		}
		// What is copied from the help is the command that the program has.
		if got, want := words(strings.ReplaceAll(help.out, "\\\n", "")), words(strings.ReplaceAll(c.Example, "\\\n", "")); !strings.Contains(got, want) {
			t.Errorf("%s --help changes the examples:\n%s", c.CommandPath(), help.out)
		}
		if other := try(t.Context(), deps{}, append([]string{"help"}, args...)...); other != help {
			t.Errorf("help %s differs from --help: %+v", c.CommandPath(), other)
		}
		wrong := try(t.Context(), deps{}, append(args, "--no-such-flag")...)
		if wrong.code != exitUsage || wrong.out != "" || !strings.HasPrefix(wrong.err, "brainscore: unknown flag --no-such-flag") {
			t.Errorf("%s with an unknown flag gives %+v", c.CommandPath(), wrong)
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(newRootCommand(Streams{}, deps{}))
}

func TestErrorsAreSafeToPrint(t *testing.T) {
	got := try(t.Context(), deps{}, "metrics", "show", "\x1b[2Jx")
	if got.code != exitUsage || strings.ContainsRune(got.err, '\x1b') {
		t.Errorf("gives %+v", got)
	}
}
