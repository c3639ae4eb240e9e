// Command generate copies functions of another package, and whatever they use of it, with
// every product rounded: it converts each product of floating-point numbers to its own
// type, so that no compiler fuses it with a sum. Without fusing, a copy has the bits of its
// original.
//
// An exported function that is not among the roots is not copied if the flag -qualify is
// set, but named as its package's.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/build"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	var (
		from    = flag.String("from", "", "copy from this `package`")
		roots   = flag.String("roots", "", "`functions` and methods to copy, separated by commas; name=Other renames one")
		replace = flag.String("replace", "", "`old=new,…`: names, of other packages with the package's, and what stands for them")
		imports = flag.String("import", "", "`packages` of what stands for names, separated by commas")
		qualify = flag.Bool("qualify", false, "refer to exported functions instead of copying them")
		name    = flag.String("package", "", "the `name` of the package of the copies")
		out     = flag.String("out", "", "write to this `file`")
	)
	flag.Parse()
	c := &copier{
		fset: token.NewFileSet(), qualify: *qualify, replaced: pairs(*replace), roots: pairs(*roots),
		texts: map[string][]byte{}, decls: map[types.Object]ast.Node{}, copied: map[types.Object]bool{}, imports: map[string]bool{},
	}
	for path := range pairs(*imports) {
		c.imports[path] = true
	}
	text, err := c.run(*from, *name)
	if err == nil {
		err = os.WriteFile(*out, text, 0o666)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// pairs reads a list of old=new; without "=", both are the same.
func pairs(list string) map[string]string {
	out := map[string]string{}
	for pair := range strings.SplitSeq(list, ",") {
		before, after, ok := strings.Cut(strings.TrimSpace(pair), "=")
		if !ok {
			after = before
		}
		if before != "" {
			out[before] = after
		}
	}
	return out
}

// copier is one package with what is copied of it.
type copier struct {
	fset     *token.FileSet
	qualify  bool
	roots    map[string]string
	replaced map[string]string
	pkg      *types.Package
	info     types.Info
	texts    map[string][]byte         // of files
	comments []*ast.Comment            // of all files
	decls    map[types.Object]ast.Node // a function, or one specification of constants or variables
	copied   map[types.Object]bool
	imports  map[string]bool
}

func (c *copier) run(from, name string) ([]byte, error) {
	if err := c.load(from); err != nil {
		return nil, err
	}
	for root := range c.roots {
		found := false
		for object := range c.decls {
			if object != nil && (object.Name() == root || c.methodName(object) == root) {
				c.copy(object)
				found = true
			}
		}
		if !found {
			return nil, fmt.Errorf("%s has no %s", from, root)
		}
	}
	var nodes []ast.Node
	for object := range c.copied {
		if node := c.decls[object]; !slices.Contains(nodes, node) {
			nodes = append(nodes, node)
		}
	}
	slices.SortFunc(nodes, func(a, b ast.Node) int { return int(a.Pos() - b.Pos()) })
	var body bytes.Buffer
	for _, node := range nodes {
		body.WriteByte('\n')
		body.Write(c.rewritten(node))
		body.WriteByte('\n')
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "// Code generated from %s by internal/portable/generate; DO NOT EDIT.\n\npackage %s\n", from, name)
	c.writeImports(&text)
	text.Write(body.Bytes())
	return format.Source(text.Bytes())
}

// writeImports writes the imports of the copies, those of the standard library first.
func (c *copier) writeImports(text *bytes.Buffer) {
	paths := slices.Sorted(maps.Keys(c.imports))
	if len(paths) == 0 {
		return
	}
	text.WriteString("\nimport (\n")
	for _, standard := range []bool{true, false} {
		for _, path := range paths {
			if strings.Contains(path, ".") != standard {
				fmt.Fprintf(text, "\t%q\n", path)
			}
		}
		text.WriteByte('\n')
	}
	text.WriteString(")\n")
}

// load parses and checks a package and lists its declarations. It takes the files of an
// architecture for which neither gonum nor package math has assembly.
func (c *copier) load(path string) error {
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	goOnly := build.Default
	goOnly.GOARCH = "mips64le"
	p, err := goOnly.Import(path, dir, 0)
	if err != nil {
		return err
	}
	var files []*ast.File
	for _, name := range p.GoFiles {
		name = filepath.Join(p.Dir, name)
		if c.texts[name], err = os.ReadFile(name); err != nil {
			return err
		}
		file, err := parser.ParseFile(c.fset, name, c.texts[name], parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			return err
		}
		files = append(files, file)
		for _, group := range file.Comments {
			c.comments = append(c.comments, group.List...)
		}
	}
	c.info = types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: importer.ForCompiler(c.fset, "source", nil)}
	if c.pkg, err = config.Check(path, c.fset, files, &c.info); err != nil {
		return err
	}
	for _, file := range files {
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				c.decls[c.info.Defs[d.Name]] = d
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if value, ok := spec.(*ast.ValueSpec); ok {
						for _, name := range value.Names {
							c.decls[c.info.Defs[name]] = value
						}
					}
				}
			}
		}
	}
	return nil
}

// methodName returns the name of a method with its type's, empty for anything else.
func (c *copier) methodName(object types.Object) string {
	f, ok := c.decls[object].(*ast.FuncDecl)
	if !ok || f.Recv == nil {
		return ""
	}
	receiver := f.Recv.List[0].Type
	if pointer, ok := receiver.(*ast.StarExpr); ok {
		receiver = pointer.X
	}
	return types.ExprString(receiver) + "." + object.Name()
}

// copy marks a declaration and all that it uses to be copied.
func (c *copier) copy(object types.Object) {
	decl := c.decls[object]
	if decl == nil || c.copied[object] {
		return
	}
	c.copied[object] = true
	ast.Inspect(decl, func(n ast.Node) bool {
		if name, ok := n.(*ast.Ident); ok {
			if used := c.info.Uses[name]; used != nil && !c.foreign(used) {
				c.copy(used)
			}
		}
		return true
	})
}

// foreign reports whether copies refer to an object of the package as that package's, or
// to something else instead.
func (c *copier) foreign(object types.Object) bool {
	if object.Pkg() != c.pkg || object.Parent() != c.pkg.Scope() {
		return false
	}
	_, replaced := c.replaced[c.pkg.Name()+"."+object.Name()]
	_, root := c.roots[object.Name()]
	return replaced || c.qualify && object.Exported() && !root
}
