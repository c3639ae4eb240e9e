// Package brainscore holds no code: the tests here check rules that concern the
// whole module.
package brainscore

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	_ "github.com/brainscore-go/brainscore/pkg/metrics/all" // the metrics that definitions name
)

const module = "github.com/brainscore-go/brainscore"

// importRules say what packages under a folder must not import; folders are
// those of the module.
var importRules = []struct {
	under   string
	imports []string
}{
	{"pkg", []string{"cmd"}},
	{"pkg/metrics", []string{"pkg/stimuli", "pkg/benchmarks", "pkg/scoring", "internal/hdf5", "pkg/imports"}},
	{"pkg/metrics/stream", []string{"pkg/metrics/readout", "pkg/metrics/choice", "pkg/metrics/mapping", "pkg/metrics/similarity", "pkg/metrics/all"}},
	{"pkg/metrics/readout", []string{"pkg/metrics/choice", "pkg/metrics/mapping", "pkg/metrics/similarity", "pkg/metrics/all"}},
	{"pkg/metrics/choice", []string{"pkg/metrics/mapping", "pkg/metrics/similarity", "pkg/metrics/all"}},
	{"pkg/metrics/mapping", []string{"pkg/metrics/readout", "pkg/metrics/choice", "pkg/metrics/similarity", "pkg/metrics/all"}},
	{"pkg/metrics/similarity", []string{"pkg/metrics/readout", "pkg/metrics/choice", "pkg/metrics/mapping", "pkg/metrics/all"}},
	{"pkg/metrics/internal", []string{"pkg/metrics/readout", "pkg/metrics/choice", "pkg/metrics/mapping", "pkg/metrics/similarity", "pkg/metrics/all"}},
	{"pkg/stimuli", []string{"pkg/metrics", "pkg/benchmarks", "pkg/scoring", "internal/hdf5", "pkg/imports"}},
	{"pkg/benchmarks", []string{"pkg/scoring", "internal/hdf5", "pkg/imports", "pkg/ranking", "pkg/figures"}},
	{"pkg/scoring", []string{"internal/hdf5", "pkg/imports", "pkg/ranking", "pkg/figures"}},
	{"pkg/observers", []string{"pkg/stimuli", "pkg/benchmarks", "pkg/scoring", "pkg/ranking", "pkg/figures", "pkg/report"}},
	{"pkg/ranking", []string{"pkg/figures"}},
	{"pkg/ranking", []string{"pkg/report", "internal/hdf5", "pkg/imports", "pkg/data"}},
	{"pkg/report", []string{"internal/hdf5", "pkg/imports", "pkg/data"}},
	{"pkg/imports", []string{"pkg/benchmarks", "pkg/scoring", "pkg/data"}},
	{"pkg/internal", []string{"pkg/metrics", "pkg/stimuli", "pkg/benchmarks"}},
	{"internal", []string{"cmd", "pkg"}},
}

// within reports whether a slash-separated path is a folder or inside it.
func within(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}

// eachFile parses every Go file of the module, tests too.
func eachFile(t *testing.T, visit func(path string, fset *token.FileSet, file *ast.File)) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if name == "testdata" || path != "." && strings.HasPrefix(name, ".") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			return err
		}
		files++
		visit(filepath.ToSlash(path), fset, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 10 {
		t.Fatalf("only %d Go files were found", files)
	}
}

func TestImportRules(t *testing.T) {
	eachFile(t, func(path string, _ *token.FileSet, file *ast.File) {
		if strings.HasSuffix(file.Name.Name, "_test") {
			return // a package of its own, which sees no more than others do
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if imported == "C" {
				t.Errorf("%s uses cgo", path)
			}
			for _, rule := range importRules {
				for _, folder := range rule.imports {
					if within(path, rule.under) && within(imported, module+"/"+folder) {
						t.Errorf("%s imports %s: nothing under %s may import %s", path, imported, rule.under, folder)
					}
				}
			}
		}
	})
}

// A metric owns what is known of it: nothing outside pkg/metrics compares the name of
// a metric, and no file there but the metric's own.
func TestNobodyAsksForAMetricByName(t *testing.T) {
	names := metrics.Names()
	isName := func(e ast.Expr) bool {
		lit, ok := e.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return false
		}
		s, err := strconv.Unquote(lit.Value)
		return err == nil && slices.Contains(names, s)
	}
	eachFile(t, func(path string, fset *token.FileSet, file *ast.File) {
		if strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "pkg/metrics/metrictest/") {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			asks := false
			switch n := n.(type) {
			case *ast.BinaryExpr:
				asks = (n.Op == token.EQL || n.Op == token.NEQ) && (isName(n.X) || isName(n.Y))
			case *ast.CaseClause:
				asks = slices.ContainsFunc(n.List, isName)
			case *ast.KeyValueExpr:
				asks = isName(n.Key)
			}
			if asks {
				t.Errorf("%s: asks for a metric by its name", fset.Position(n.Pos()))
			}
			return true
		})
	})
}

// A kind of data owns what is known of it: outside of pkg/metrics, nothing names a kind
// of metrics but the files of the kind of data that they compare with, which begin with
// the name of the file that registers it.
func TestNobodyAsksForAKindOfData(t *testing.T) {
	var owners []string
	named := make(map[string][]token.Position) // by file
	eachFile(t, func(path string, fset *token.FileSet, file *ast.File) {
		if strings.HasSuffix(path, "_test.go") || within(path, "pkg/metrics") {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if called, ok := n.Fun.(*ast.Ident); ok && called.Name == "registerKind" {
					owners = append(owners, strings.TrimSuffix(path, ".go"))
				}
			case *ast.SelectorExpr:
				if pkg, ok := n.X.(*ast.Ident); ok && pkg.Name == "metrics" && strings.HasPrefix(n.Sel.Name, "Kind") && n.Sel.Name != "Kind" {
					named[path] = append(named[path], fset.Position(n.Pos()))
				}
			}
			return true
		})
	})
	if len(owners) < 4 {
		t.Errorf("kinds of data are registered in %v alone", owners)
	}
	for path, positions := range named {
		if !slices.ContainsFunc(owners, func(owner string) bool { return strings.HasPrefix(path, owner) }) {
			t.Errorf("%v: asks for a kind of metrics; let the kind of data answer, by a method of dataKind", positions)
		}
	}
}

// maxLines is the length of a file that has one subject.
const maxLines = 400

func TestFilesAreShort(t *testing.T) {
	eachFile(t, func(path string, fset *token.FileSet, file *ast.File) {
		if strings.HasSuffix(path, "_test.go") || ast.IsGenerated(file) {
			return
		}
		if lines := fset.File(file.Pos()).LineCount(); lines > maxLines {
			t.Errorf("%s has %d lines, more than %d: split it by subject", path, lines, maxLines)
		}
	})
}

// Who opens a file reads from its first lines what it is for: a comment on the package or
// on the first declaration.
func TestFilesBeginWithAComment(t *testing.T) {
	eachFile(t, func(path string, fset *token.FileSet, file *ast.File) {
		if strings.HasSuffix(path, "_test.go") || file.Doc != nil || ast.IsGenerated(file) {
			return
		}
		from := file.Name.End()
		for _, decl := range file.Decls {
			if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.IMPORT {
				from = d.End()
				continue
			}
			// The position of a declaration is that of its keyword, after its comment.
			start := decl.Pos()
			if d, ok := decl.(*ast.FuncDecl); ok {
				start = d.Type.Pos()
			}
			explained := slices.ContainsFunc(file.Comments, func(c *ast.CommentGroup) bool { return c.Pos() > from && c.Pos() < start })
			if !explained {
				t.Errorf("%s: say in a comment what the first declaration, and with it the file, is for", fset.Position(start))
			}
			break
		}
	})
}

// The exit code is decided in one place, after deferred clean-up has run.
func TestOnlyMainExits(t *testing.T) {
	leaves := map[string]bool{"os.Exit": true, "log.Fatal": true, "log.Fatalf": true, "log.Fatalln": true, "syscall.Exit": true}
	eachFile(t, func(path string, fset *token.FileSet, file *ast.File) {
		if strings.HasSuffix(path, "_test.go") || filepath.Base(path) == "main.go" && file.Name.Name == "main" {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := call.X.(*ast.Ident); ok && leaves[pkg.Name+"."+call.Sel.Name] {
				t.Errorf("%s: only main.go may end the process", fset.Position(call.Pos()))
			}
			return true
		})
	})
}

// Commands write to the streams that they are given.
func TestNoPrintingToTheProcess(t *testing.T) {
	prints := map[string]bool{"fmt.Print": true, "fmt.Printf": true, "fmt.Println": true}
	eachFile(t, func(path string, fset *token.FileSet, file *ast.File) {
		if strings.HasSuffix(path, "_test.go") || file.Name.Name == "main" {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := s.X.(*ast.Ident)
			switch {
			case !ok:
			case prints[pkg.Name+"."+s.Sel.Name], pkg.Name == "os" && (s.Sel.Name == "Stdout" || s.Sel.Name == "Stderr"):
				t.Errorf("%s: only main.go may use the process's own streams", fset.Position(s.Pos()))
			}
			return true
		})
	})
}

// openers are the functions that open a file that may be anything. Package infile
// stands for them; the files here read arrays or hash, in parts and as often as they
// need, or read what the program has written itself.
var openers = map[string][]string{
	"os.Open":        {"internal/infile/infile.go", "internal/fsutil/fsutil.go", "pkg/stimuli/npy/file.go", "pkg/imports/sweep.go", "pkg/results/index.go", "pkg/scoring/inputs.go", "pkg/report/provenance.go"},
	"os.ReadFile":    {"internal/portable/generate/main.go"}, // source code
	"zip.OpenReader": {"pkg/data/unpack.go"},
}

func TestFilesAreOpenedByOnePackage(t *testing.T) {
	eachFile(t, func(path string, fset *token.FileSet, file *ast.File) {
		if strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "pkg/metrics/internal/testinput/") || !strings.HasPrefix(path, "pkg/") && !strings.HasPrefix(path, "internal/") && !strings.HasPrefix(path, "cmd/brainscore/internal/cli/") {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := s.X.(*ast.Ident); ok {
				if allowed, listed := openers[x.Name+"."+s.Sel.Name]; listed && !slices.Contains(allowed, path) {
					t.Errorf("%s: %s.%s opens anything, also a pipe or a device; use package internal/infile", fset.Position(s.Pos()), x.Name, s.Sel.Name)
				}
			}
			return true
		})
	})
}
