// Package cli is the command line of brainscore: its commands, flags, messages and exit
// codes. Other packages compute.
package cli

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/internal/text"
)

// Run executes one command line (without the program's name) and returns the exit code
// of the process. It prints errors on streams.Err.
func Run(ctx context.Context, args []string, streams Streams) int {
	return runWith(ctx, args, streams, newDeps())
}

func runWith(ctx context.Context, args []string, streams Streams, deps deps) int {
	streams.interruption = &interruption{}
	ended := make(chan error, 1)
	go func() { ended <- execute(ctx, args, streams, deps) }()
	late := make(chan struct{})
	defer context.AfterFunc(ctx, func() { time.AfterFunc(grace, func() { close(late) }) })()
	var err error
	select {
	case err = <-ended:
	case <-late:
		err = ctx.Err()
	}
	if err != nil {
		printError(streams, err)
	}
	return exitCode(err)
}

// grace is the time that work has to clean up after its context is cancelled. After it Run
// returns all the same; if the process then ends, it leaves temporary files at most.
const grace = 800 * time.Millisecond

func execute(ctx context.Context, args []string, streams Streams, deps deps) error {
	root := newRootCommand(streams, deps)
	if args == nil {
		args = []string{} // for nil, cobra would use those of the process
	}
	if err := unknownCommand(root, args); err != nil {
		return err
	}
	if err := swallowedFlag(root, args); err != nil {
		return err
	}
	root.SetArgs(args)
	return root.ExecuteContext(ctx)
}

// printError prints an error, each of its messages on lines of its own.
func printError(streams Streams, err error) {
	messages := strings.Split(err.Error(), "\n") // joined errors are lines
	if p, ok := errors.AsType[*problems](err); ok {
		messages = p.messages
	}
	if errors.Is(err, context.Canceled) {
		messages = []string{streams.interruption.message()}
	}
	for _, m := range messages {
		_, _ = io.WriteString(streams.Err, output.WrapMessage(streams.Err, "brainscore: "+text.SafeLines(m)))
	}
}

// Streams are the streams of a command. Only results are written to Out; progress,
// warnings and errors are written to Err.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer

	interruption *interruption // nil outside of Run
}
