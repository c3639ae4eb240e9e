// Gendocs writes the documents of a release: a man page of each command and completion
// scripts for the shells.
//
//	gendocs FOLDER
//
// writes FOLDER/man/*.1 and FOLDER/completions/. The pages carry the date of
// SOURCE_DATE_EPOCH, else today's.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra/doc"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/cli"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gendocs:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: gendocs FOLDER")
	}
	return errors.Join(
		writePages(filepath.Join(args[0], "man")),
		writeCompletions(filepath.Join(args[0], "completions")),
	)
}

// writePages writes a man page of each command, brainscore-metrics-list.1 for
// example.
func writePages(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	root := cli.Command(cli.Streams{In: bytes.NewReader(nil), Out: io.Discard, Err: io.Discard})
	root.DisableAutoGenTag = true
	toMarkdown(root)
	return doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "brainscore", Manual: "Brainscore"}, dir)
}

// scripts are the file names that the shells expect in their folders of completions.
var scripts = map[string]string{
	"bash":       "brainscore.bash",
	"zsh":        "_brainscore",
	"fish":       "brainscore.fish",
	"powershell": "brainscore.ps1",
}

func writeCompletions(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for shell, name := range scripts {
		var script, messages bytes.Buffer
		streams := cli.Streams{In: bytes.NewReader(nil), Out: &script, Err: &messages}
		if code := cli.Run(context.Background(), []string{"completion", shell}, streams); code != 0 {
			return fmt.Errorf("brainscore completion %s: %s", shell, messages.String())
		}
		if err := os.WriteFile(filepath.Join(dir, name), script.Bytes(), 0o666); err != nil {
			return err
		}
	}
	return nil
}
