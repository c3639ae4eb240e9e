package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// consoleBlock is a command of the README with what it prints.
var consoleBlock = regexp.MustCompile("(?s)```console\n\\$ ([^\n]*)\n(.*?)```")

// The commands of the README print what it shows, on standard output.
func TestReadme(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the commands are for a POSIX shell")
	}
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	data, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(data, filepath.Join(dir, "testdata")); err != nil {
		t.Fatal(err)
	}
	blocks := consoleBlock.FindAllStringSubmatch(string(text), -1)
	if len(blocks) < 2 {
		t.Fatalf("the README shows %d commands", len(blocks))
	}
	for _, block := range blocks {
		command, want := block[1], block[2]
		if _, err := exec.LookPath("jq"); err != nil && strings.Contains(command, "| jq ") {
			t.Logf("jq is not here to run %s", command)
			continue
		}
		sh := exec.Command("sh", "-c", strings.ReplaceAll(command, "go run ./cmd/brainscore", "brainscore"))
		sh.Dir = dir
		var told strings.Builder
		sh.Stderr = &told
		out, err := sh.Output()
		if err != nil {
			t.Errorf("$ %s\n%v: %s", command, err, &told)
			continue
		}
		if err := sameNumbers(string(out), want); err != nil {
			t.Errorf("$ %s\nthe README shows something else than is printed: %v", command, err)
		}
	}
}
