// Brainscore scores neural networks against brain and behaviour data.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/cli"
)

//go:generate go run ./internal/gendocs ../../build

func main() { os.Exit(run()) }

// run executes the command line of the process. The first SIGINT or SIGTERM
// cancels the work, which then cleans up; a second one kills the process.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// An array that is never touched, so that it takes no memory, counts as 16 MB
	// of live heap: what is read at the start is not collected bit by bit. It
	// also keeps that collection from leaving holes, in which the runtime would
	// place the first Gram matrix and clear it with one processor.
	defer runtime.KeepAlive(make([]byte, 16<<20))
	context.AfterFunc(ctx, stop)
	return cli.Run(ctx, os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
}
