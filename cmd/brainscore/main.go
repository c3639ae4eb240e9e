// Brainscore scores neural networks against brain and behaviour data.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/cli"
)

//go:generate go run ./internal/gendocs ../../build

func main() { os.Exit(run()) }

// grace is the time that work has to clean up after an interrupt. After it the process
// ends all the same, as if it had been killed, which leaves temporary files at most.
const grace = 800 * time.Millisecond

// run executes the command line of the process. The first SIGINT or SIGTERM
// cancels the work, which then cleans up; a second one kills the process.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, func() {
		stop()
		time.Sleep(grace)
		fmt.Fprintln(os.Stderr, "brainscore: interrupted")
		os.Exit(1)
	})
	return cli.Run(ctx, os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
}
