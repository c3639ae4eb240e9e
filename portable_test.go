package brainscore

import (
	"bufio"
	"go/ast"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// computes are the folders whose code decides a figure, in any bit. With the portable
// kernel, these bits are the same on all processors.
var computes = []string{
	"internal", "pkg/imports", "pkg/internal", "pkg/metrics", "pkg/observers", "pkg/ranking", "pkg/results", "pkg/scoring", "pkg/stimuli",
	"pkg/benchmarks",
}

// supports are folders there that only tests use.
var supports = []string{"pkg/metrics/metrictest", "pkg/metrics/internal/structured", "pkg/metrics/internal/simulated", "pkg/metrics/internal/testinput", "pkg/metrics/internal/exact", "pkg/metrics/internal/plain"}

// varying are functions whose results depend on the processor or the compiler, by the
// packages that they are in. Package math has others, but these are exact or round once.
var varying = map[string]string{
	"math":         "Acos Acosh Asin Asinh Atan Atan2 Atanh Cbrt Cos Cosh Erf Erfc Erfcinv Erfinv Exp Exp2 Expm1 Gamma Hypot J0 J1 Jn Lgamma Log Log10 Log1p Log2 Pow Pow10 Sin Sincos Sinh Tan Tanh Y0 Y1 Yn",
	"math/rand/v2": "ExpFloat64 NormFloat64",
}

// dependent are packages of gonum that no such code may import, but for those that stand
// in for them.
var dependent = []string{"gonum.org/v1/gonum/blas/gonum", "gonum.org/v1/gonum/lapack/gonum", "gonum.org/v1/gonum/mathext", "gonum.org/v1/gonum/stat", "gonum.org/v1/gonum/floats"}

func TestPortableFunctions(t *testing.T) {
	allowed := []string{"internal/portable", "pkg/metrics/internal/unfused", "pkg/metrics/internal/kernel"}
	in := func(path string, folders []string) bool {
		for _, folder := range folders {
			if within(path, folder) {
				return true
			}
		}
		return false
	}
	eachFile(t, func(path string, fset *token.FileSet, file *ast.File) {
		if strings.HasSuffix(path, "_test.go") || !in(path, computes) || in(path, supports) || in(path, allowed) {
			return
		}
		functions := map[string]string{}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if in(imported, dependent) {
				t.Errorf("%s imports %s, whose bits depend on the architecture; use packages dense and portable", path, imported)
			}
			for name := range strings.FieldsSeq(varying[imported]) {
				functions[name] = imported
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			selector, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			imported := functions[selector.Sel.Name]
			receiver, _ := selector.X.(*ast.Ident)
			if imported == "math" && (receiver == nil || receiver.Name != "math") {
				return true // a method of that name
			}
			if imported != "" {
				t.Errorf("%s: the bits of %s depend on the processor; use package internal/portable", fset.Position(n.Pos()), selector.Sel.Name)
			}
			return true
		})
	})
}

// TestNoProductIsFused finds the instructions for arm64 that multiply and add without
// rounding between, which the compiler uses if nothing rounds the product. The remedy is
// to convert it: float64(a*b) + c.
func TestNoProductIsFused(t *testing.T) {
	if os.Getenv("BRAINSCORE_TEST_FUSED") == "" {
		t.Skip("BRAINSCORE_TEST_FUSED is not set: builds the program for arm64")
	}
	program := filepath.Join(t.TempDir(), "brainscore")
	build := exec.Command("go", "build", "-o", program, "./cmd/brainscore")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=arm64")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	dump := exec.Command("go", "tool", "objdump", "-s", module+"/("+strings.Join(computes, "|")+")", program)
	out, err := dump.StdoutPipe()
	if err == nil {
		err = dump.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	meant := linesWithFMA(t)
	fused := regexp.MustCompile(`^ *(\S+:\d+)\t.*\tFN?M(ADD|SUB)[DS] `)
	function, instructions := "", 0
	for lines := bufio.NewScanner(out); lines.Scan(); instructions++ {
		if text, ok := strings.CutPrefix(lines.Text(), "TEXT "); ok {
			function = text
		} else if found := fused.FindStringSubmatch(lines.Text()); found != nil && !meant[found[1]] {
			t.Errorf("%s: a product is fused with a sum in %s", found[1], function)
		}
	}
	if err := dump.Wait(); err != nil {
		t.Fatal(err)
	}
	if instructions < 100_000 {
		t.Errorf("only %d instructions were read", instructions)
	}
}

// linesWithFMA returns the lines that call math.FMA, as file:line.
func linesWithFMA(t *testing.T) map[string]bool {
	found := map[string]bool{}
	err := fs.WalkDir(os.DirFS("."), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") {
			return err
		}
		text, err := os.ReadFile(path)
		for i, line := range strings.Split(string(text), "\n") {
			if strings.Contains(line, "math.FMA(") {
				found[filepath.Base(path)+":"+strconv.Itoa(i+1)] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
