package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/cli"
)

func TestParagraphs(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"running text", "One line\nand another.\n\nA second.", "One line\nand another.\n\nA second.\n"},
		{"markup", "models/*, leave_one_subject_out, <a>", `models/\*, leave\_one\_subject\_out, \<a\>` + "\n"},
		{"a table", "Kinds:\n  a_b  one\n  c    two\nRest", "Kinds:\n\n    a_b  one\n    c    two\n\nRest\n"},
		{"a table after a blank line", "Kinds:\n\n  a  one\n", "Kinds:\n\n\n    a  one\n\n"},
	} {
		if got := paragraphs(c.text); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func read(t *testing.T, elem ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(elem...))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// Each command that help lists has a page with its flags, and no other has one.
func TestPages(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1000000000")
	dir := t.TempDir()
	if err := run([]string{dir}); err != nil {
		t.Fatal(err)
	}
	plain := strings.NewReplacer(`\-`, "-", `\fB`, "", `\fI`, "", `\fR`, "", `\fP`, "")
	pages := 0
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		if c.HasParent() && !c.IsAvailableCommand() {
			return
		}
		pages++
		page := plain.Replace(read(t, dir, "man", strings.ReplaceAll(c.CommandPath(), " ", "-")+".1"))
		for _, want := range []string{`.TH "`, "Sep 2001", ".SH DESCRIPTION", c.CommandPath()} {
			if !strings.Contains(page, want) {
				t.Errorf("the page of %s lacks %q", c.CommandPath(), want)
			}
		}
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden && !strings.Contains(page, "--"+f.Name) {
				t.Errorf("the page of %s lacks --%s", c.CommandPath(), f.Name)
			}
		})
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(cli.Command(cli.Streams{In: bytes.NewReader(nil), Out: io.Discard, Err: io.Discard}))
	entries, err := os.ReadDir(filepath.Join(dir, "man"))
	if err != nil || len(entries) != pages || pages < 20 {
		t.Errorf("%d pages of %d commands (%v)", len(entries), pages, err)
	}
	if page := read(t, dir, "man", "brainscore-score.1"); !strings.Contains(page, "\n0  done\n1  something failed") || strings.Contains(page, "cobra") {
		t.Errorf("the table of exit codes lost its layout, or the generator is named:\n%s", page)
	}
}

func TestCompletions(t *testing.T) {
	dir := t.TempDir()
	if err := run([]string{dir}); err != nil {
		t.Fatal(err)
	}
	for shell, name := range scripts {
		var want bytes.Buffer
		cli.Run(context.Background(), []string{"completion", shell}, cli.Streams{In: bytes.NewReader(nil), Out: &want, Err: io.Discard})
		if got := read(t, dir, "completions", name); got != want.String() || got == "" {
			t.Errorf("%s is not what brainscore completion %s writes", name, shell)
		}
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{nil, {"a", "b"}} {
		if err := run(args); err == nil {
			t.Errorf("%q is accepted", args)
		}
	}
}
