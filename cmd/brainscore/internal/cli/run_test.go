package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// outcome is what a command line gave.
type outcome struct {
	code     int
	out, err string
}

// try carries out a command line with replaced parts.
func try(ctx context.Context, deps deps, args ...string) outcome {
	var out, err bytes.Buffer
	code := runWith(ctx, args, Streams{In: strings.NewReader(""), Out: &out, Err: &err}, deps)
	return outcome{code, out.String(), err.String()}
}

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
		if help.code != exitDone || help.err != "" || !strings.Contains(help.out, c.Long) || !strings.Contains(help.out, "Examples:") {
			t.Errorf("%s --help gives %+v", c.CommandPath(), help)
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

// aboutData is an error that says of itself whether it is about data.
type aboutData bool

func (aboutData) Error() string     { return "about data" }
func (e aboutData) DataError() bool { return bool(e) }

func TestExitCode(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, 0},
		{errors.New("x"), 1},
		{context.Canceled, 1},
		{fmt.Errorf("reading: %w", errors.Join(aboutData(true), context.Canceled)), 1},
		{usagef("x"), 2},
		{fmt.Errorf("wrapped: %w", usagef("x")), 2},
		{&usageError{&metrics.UnknownError{}}, 2},
		{aboutData(true), 3},
		{aboutData(false), 1},
		{fmt.Errorf("a.npy: %w", aboutData(true)), 3},
		{fmt.Errorf("a.yaml: %w", &metrics.UnknownError{}), 3},
		{&metrics.ComponentsError{}, 3},
		{&problems{code: exitThreshold}, 4},
	} {
		if got := exitCode(c.err); got != c.want {
			t.Errorf("exit code of %v is %d, want %d", c.err, got, c.want)
		}
	}
}

func TestErrorsAreSafeToPrint(t *testing.T) {
	got := try(t.Context(), deps{}, "metrics", "show", "\x1b[2Jx")
	if got.code != exitUsage || strings.ContainsRune(got.err, '\x1b') {
		t.Errorf("gives %+v", got)
	}
}
