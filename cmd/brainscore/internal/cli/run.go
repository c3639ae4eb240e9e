// Package cli is the command line of brainscore: its commands, flags, messages and exit
// codes. Other packages compute.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/brainscore-go/brainscore/internal/text"
)

// Run executes one command line (without the program's name) and returns the exit code
// of the process. It prints errors on streams.Err.
func Run(ctx context.Context, args []string, streams Streams) int {
	return runWith(ctx, args, streams, newDeps())
}

func runWith(ctx context.Context, args []string, streams Streams, deps deps) int {
	err := execute(ctx, args, streams, deps)
	if err != nil {
		printError(streams.Err, err)
	}
	return exitCode(err)
}

func execute(ctx context.Context, args []string, streams Streams, deps deps) error {
	root := newRootCommand(streams, deps)
	if args == nil {
		args = []string{} // for nil, cobra would use those of the process
	}
	if err := unknownCommand(root, args); err != nil {
		return err
	}
	root.SetArgs(args)
	return root.ExecuteContext(ctx)
}

// printError prints an error, each of its messages on lines of its own.
func printError(w io.Writer, err error) {
	messages := []string{err.Error()}
	if p, ok := errors.AsType[*problems](err); ok {
		messages = p.messages
	}
	if errors.Is(err, context.Canceled) {
		messages = []string{"interrupted"}
	}
	for _, m := range messages {
		fmt.Fprintf(w, "brainscore: %s\n", text.SafeLines(m))
	}
}
