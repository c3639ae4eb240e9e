// Brainscore scores neural networks against brain and behaviour data.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/cli"
)

//go:generate go run ./internal/gendocs ../../build

func main() { os.Exit(run()) }

// run executes the command line of the process. The first SIGINT or SIGTERM
// cancels the work, which then has a moment to clean up; a second one kills the process.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return cli.Run(ctx, os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
}
