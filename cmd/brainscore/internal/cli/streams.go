package cli

import "io"

// Streams are what a command reads and writes. Out carries results alone;
// progress, warnings and errors go to Err.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}
