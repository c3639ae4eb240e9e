package main

import (
	"bytes"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A place that cannot be written is no invalid data: each command that writes a file or folder
// of the user's choice ends with 1, names the place and leaves nothing. Commands that write
// a folder make those above it.
func TestUnwritablePlaces(t *testing.T) {
	if testing.Short() {
		t.Skip("runs many processes")
	}
	dir := t.TempDir()
	program := builtProgram(t, dir)
	writersFolder(t, program, dir)
	before := filesUnder(t, dir)
	for _, w := range writers {
		name, ok := strings.CutPrefix(w.path, "out/")
		if !ok {
			continue
		}
		for _, place := range []string{"absent/" + name, "scores.json/" + name} { // a file in the place of a folder
			if w.name == "compact" && strings.HasPrefix(place, "absent/") {
				continue
			}
			words := slices.Clone(w.words)
			words[slices.Index(words, w.path)] = place
			c := exec.Command(program, words...)
			var stderr bytes.Buffer
			c.Dir, c.Stderr = dir, &stderr
			err := c.Run()
			exit, _ := errors.AsType[*exec.ExitError](err)
			if exit == nil || exit.ExitCode() != 1 || !strings.Contains(stderr.String(), filepath.Dir(place)) {
				t.Errorf("%s to %s: %v, and it prints %s", w.name, place, err, &stderr)
			}
		}
	}
	for name := range filesUnder(t, dir) {
		if !before[name] {
			t.Errorf("%s is left", name)
		}
	}
}
