package cli

import "io"

// Streams are the streams of a command. Only results are written to Out; progress,
// warnings and errors are written to Err.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer

	interruption *interruption // nil outside of Run
}
