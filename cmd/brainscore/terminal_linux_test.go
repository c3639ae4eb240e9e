package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/brainscore-go/brainscore/internal/text"
	"github.com/brainscore-go/brainscore/internal/thorough"
)

// openTerminal opens both ends of a terminal of a width.
func openTerminal(t *testing.T, columns int) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("there are no pseudo-terminals: %v", err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = errors.Join(unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0), unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: uint16(columns)}))
	}
	if err != nil {
		t.Skipf("there are no pseudo-terminals: %v", err)
	}
	slave, err = os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("there are no pseudo-terminals: %v", err)
	}
	return master, slave
}

// onTerminal runs brainscore on a terminal of a width, and returns what it prints there on
// standard output; its standard error is not the terminal.
func onTerminal(t *testing.T, columns int, env []string, args ...string) (stdout, stderr string) {
	t.Helper()
	master, slave := openTerminal(t, columns)
	c := exec.Command("brainscore", args...)
	c.Env = append(os.Environ(), append([]string{"TERM=xterm", "COLUMNS="}, env...)...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = slave, &errs
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	_, _ = io.Copy(&out, master) // which fails once the other end is closed
	if err := c.Wait(); err != nil {
		t.Fatalf("%v: %v: %s", args, err, &errs)
	}
	return strings.ReplaceAll(out.String(), "\r\n", "\n"), errs.String()
}

// allOnTerminal runs brainscore with both streams on a terminal without bars, and returns
// what it prints.
func allOnTerminal(t *testing.T, columns int, args ...string) string {
	t.Helper()
	master, slave := openTerminal(t, columns)
	c := exec.Command("brainscore", args...)
	c.Env = append(os.Environ(), "TERM=dumb", "COLUMNS=", "NO_COLOR=1")
	c.Stdout, c.Stderr = slave, slave
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	var out bytes.Buffer
	_, _ = io.Copy(&out, master) // which fails once the other end is closed
	_ = c.Wait()
	return strings.ReplaceAll(out.String(), "\r\n", "\n")
}

// The reason of a failure is printed once where tables and messages are on one terminal.
func TestReasonsArePrintedOnceOnATerminal(t *testing.T) {
	golden, err := filepath.Abs("../../testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(t.TempDir(), "broken")
	if err := os.CopyFS(broken, os.DirFS(filepath.Join(golden, "models/mini-net"))); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"hvm-mini/conv.npy": "no array", "model.yaml": "commitments: {V4: conv, IT: fc}\n"} {
		if err := os.WriteFile(filepath.Join(broken, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, models := range [][]string{{broken}, {broken, filepath.Join(golden, "models/mini-net")}} {
		args := append(append([]string{"score"}, models...), "--data", filepath.Join(golden, "home"), "--benchmark", "hvm-mini.V4-pls", "--benchmark", "hvm-mini.IT-pls")
		out := allOnTerminal(t, 300, args...)
		if strings.Count(out, "conv.npy") != 1 || !strings.Contains(out, "scores failed") {
			t.Errorf("%d models:\n%s", len(models), out)
		}
	}
}

// Messages and help texts are wrapped at spaces on a terminal.
func TestMessagesFitTheTerminal(t *testing.T) {
	golden, err := filepath.Abs("../../testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"score", filepath.Join(golden, "models/mini-net"), "--data", filepath.Join(golden, "home"), "--benchmark", "hvm-mini.V4-pls"}, // a warning
		{"score", "nothing", "there", "--benchmark", "no-such-benchmark"},                                                              // an error
		{"score", "--help"},
	} {
		piped, _ := exec.Command("brainscore", args...).CombinedOutput()
		for _, columns := range []int{50, 80} {
			out := allOnTerminal(t, columns, args...)
			for line := range strings.Lines(out) {
				if w := text.Width(strings.TrimSuffix(line, "\n")); w > columns && strings.Contains(strings.TrimSpace(line), " ") {
					t.Errorf("%v on %d columns has a line of %d: %s", args, columns, w, line)
				}
			}
			if args[1] == "nothing" && !slices.Equal(strings.Fields(out), strings.Fields(string(piped))) {
				t.Errorf("%v on %d columns prints %s, and on a pipe %s", args, columns, out, piped)
			}
		}
	}
}

// On a terminal the table of each model is written as it is finished; all of them together are
// what a pipe gets.
func TestTablesOfModelsAreThoseOfAPipe(t *testing.T) {
	golden, err := filepath.Abs("../../testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"b", "a", "c"} {
		if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(filepath.Join(golden, "models/mini-net"))); err != nil {
			t.Fatal(err)
		}
		settings := "commitments: {V4: conv, IT: fc, behavior: avgpool}\n"
		if err := os.WriteFile(filepath.Join(dir, name, "model.yaml"), []byte(settings), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, more := range thorough.OneIn(2, nil, []string{"--ci"}) {
		args := append([]string{"score", dir + "/b", dir + "/a", dir + "/c", "--data", filepath.Join(golden, "home"), "--jobs", "3",
			"--benchmark", "hvm-mini.V4-pls", "--benchmark", "hvm-mini.IT-pls", "--benchmark", "objectome-mini-i2n"}, more...)
		piped := string(output(t, ".", "brainscore", args...))
		shown, _ := onTerminal(t, 200, []string{"NO_COLOR=1"}, args...)
		if shown != piped {
			t.Errorf("%v prints\n%s\nand on a pipe\n%s", args, shown, piped)
		}
		shown, notes := onTerminal(t, 60, []string{"NO_COLOR=1"}, args...)
		if n := strings.Count(notes, "hidden to fit"); n != 1 || strings.Count(shown, "\ncomposites\n") != 1 {
			t.Errorf("%d notes of hidden columns: %s\n%s", n, notes, shown)
		}
	}
}

// Tables fit a terminal; with --wide, and on a pipe, they have their full width.
func TestTablesFitTheTerminal(t *testing.T) {
	golden, err := filepath.Abs("../../testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	home, model := filepath.Join(golden, "home"), filepath.Join(golden, "models/mini-net")
	for _, args := range [][]string{
		{"score", model, "--data", home, "--benchmark", "hvm-mini.IT-rdm", "--benchmark", "hvm-mini.IT-neuron_to_neuron"},
		{"score", model, "--data", home, "--dry-run"},
		{"layers", model, "--data", home, "--benchmark", "hvm-mini.IT-rdm"},
		{"ceiling", "hvm-mini.IT-rdm", "--data", home},
		{"benchmarks", "list", "--data", home},
		{"benchmarks", "kinds"},
		{"metrics", "list"},
		{"composites", "list"},
		{"composites", "show", "brain-score.org"},
		{"data", "list", "--data", home},
		{"models", "list"},
	} {
		piped := string(output(t, ".", "brainscore", args...))
		for _, columns := range thorough.OneIn(3, 80, 60, 200) {
			shown, notes := onTerminal(t, columns, []string{"NO_COLOR=1"}, args...)
			if strings.Contains(shown, "\x1b") {
				t.Errorf("%v has styles in spite of NO_COLOR", args)
			}
			widest := 0
			for line := range strings.Lines(shown) {
				widest = max(widest, text.Width(strings.TrimSuffix(line, "\n")))
			}
			if widest > columns {
				t.Errorf("%v is %d wide on a terminal of %d", args, widest, columns)
			}
			if hidden := strings.Contains(notes, "hidden to fit the terminal: "); hidden && shown == piped {
				t.Errorf("%v on %d columns notes hidden columns, but shows all: %s", args, columns, notes)
			}
			if wide, _ := onTerminal(t, columns, []string{"NO_COLOR=1"}, append(args, "--wide")...); wide != piped {
				t.Errorf("%v --wide on %d columns prints\n%s\nand on a pipe\n%s", args, columns, wide, piped)
			}
		}
		styled, _ := onTerminal(t, 500, nil, append(args, "--wide")...)
		if plain := regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(styled, ""); plain != piped || plain == styled {
			t.Errorf("%v with styles prints\n%s", args, styled)
		}
	}
}
