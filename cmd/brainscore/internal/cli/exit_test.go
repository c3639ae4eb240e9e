package cli

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/mapping"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// aboutData is an error that classifies itself as one about data, or not.
type aboutData bool

func (aboutData) Error() string     { return "about data" }
func (e aboutData) DataError() bool { return bool(e) }

func TestExitCode(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, 0},
		{errors.New("x"), 1},
		{context.Canceled, 1},
		{fmt.Errorf("reading: %w", errors.Join(aboutData(true), context.Canceled)), 1},
		{usagef("x"), 2},
		{fmt.Errorf("wrapped: %w", usagef("x")), 2},
		{&usageError{&metrics.UnknownError{}}, 2},
		{aboutData(true), 3},
		{aboutData(false), 1},
		{fmt.Errorf("a.npy: %w", aboutData(true)), 3},
		{fmt.Errorf("a.yaml: %w", &metrics.UnknownError{}), 3},
		{&mapping.ComponentsError{}, 3},
		{fmt.Errorf("layer: %w", metrics.ErrIllConditioned), 3},
		{&stimuli.FileError{Err: errors.New("x")}, 3},
		{&problems{code: exitThreshold}, 4},
	} {
		if got := exitCode(c.err); got != c.want {
			t.Errorf("exit code of %v is %d, want %d", c.err, got, c.want)
		}
	}
}

// runErrors are the exported error types that report failures while running, not
// invalid data: they lead to exit code 1, or to 2 by the command that gets them.
var runErrors = map[string]bool{
	"benchmarks.CompositeError": true,
	"data.NetworkError":         true,
	"data.PrivateError":         true,
	"data.ResponseError":        true,
	"imports.ExistsError":       true,
	"readout.ConvergenceError":  true,
	"scoring.MemoryError":       true,
}

// TestErrorsClassifyThemselves walks the error types of the module: each reports
// that it is about data, or is among runErrors, or (unexported) wraps an error that
// is classified instead.
func TestErrorsClassifyThemselves(t *testing.T) {
	methods := errorMethods(t, "../../../../pkg", "../../../../internal", "../../../../cmd")
	if len(methods) < 30 {
		t.Fatalf("only %d error types were found", len(methods))
	}
	for _, name := range slices.Sorted(maps.Keys(methods)) {
		has := methods[name]
		_, local, _ := strings.Cut(name, ".")
		switch {
		case has["DataError"] && runErrors[name]:
			t.Errorf("%s classifies itself as about data, but is among runErrors", name)
		case has["DataError"], has["exitCode"], runErrors[name]:
		case !ast.IsExported(local) && has["Unwrap"]:
		default:
			t.Errorf("%s has no method DataError: add it, or list the type in runErrors", name)
		}
	}
	for name := range runErrors {
		if methods[name] == nil {
			t.Errorf("runErrors names %s, which does not exist", name)
		}
	}
}

// errorMethods returns the methods of each type under the folders that has a method
// Error, by package and type.
func errorMethods(t *testing.T, folders ...string) map[string]map[string]bool {
	t.Helper()
	methods := map[string]map[string]bool{}
	visit := func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil {
				continue
			}
			receiver := f.Recv.List[0].Type
			if star, ok := receiver.(*ast.StarExpr); ok {
				receiver = star.X
			}
			if ident, ok := receiver.(*ast.Ident); ok {
				name := file.Name.Name + "." + ident.Name
				if methods[name] == nil {
					methods[name] = map[string]bool{}
				}
				methods[name][f.Name.Name] = true
			}
		}
		return nil
	}
	for _, folder := range folders {
		if err := filepath.WalkDir(folder, visit); err != nil {
			t.Fatal(err)
		}
	}
	maps.DeleteFunc(methods, func(_ string, has map[string]bool) bool { return !has["Error"] })
	return methods
}

// TestHelpListsExitCodes wants the exit codes in the help of each command, and the
// code of thresholds only where a flag sets one.
func TestHelpListsExitCodes(t *testing.T) {
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		thresholds := c.Flags().Lookup("fail-under") != nil || c.Flags().Lookup("max-drop") != nil || !c.HasParent()
		if c.Name() != "help" && !c.HasSubCommands() && !strings.Contains(c.Long, exitCodes()) {
			t.Errorf("the help of %s lists no exit codes", c.CommandPath())
		}
		if strings.Contains(c.Long, exitMeanings[exitThreshold]) != thresholds {
			t.Errorf("the help of %s is wrong about the exit code of thresholds", c.CommandPath())
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(newRootCommand(Streams{}, deps{}))
}
