package output

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Colored reports whether text to w may be coloured: w is a terminal, TERM is not
// dumb, and NO_COLOR (https://no-color.org) is unset or empty.
func Colored(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(f.Fd()))
}

// palette formats parts of a text, or returns them plain if it is false.
type palette bool

func (p palette) bold(s string) string  { return p.sgr("1", s) }
func (p palette) faint(s string) string { return p.sgr("2", s) }
func (p palette) red(s string) string   { return p.sgr("31", s) }

func (p palette) sgr(code, s string) string {
	if !p || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
