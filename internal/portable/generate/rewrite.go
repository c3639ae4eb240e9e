package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// edit replaces the text from one position to another.
type edit struct {
	from, to token.Pos
	text     string
}

// rewritten returns the text of a declaration without comments and with every product
// rounded.
func (c *copier) rewritten(node ast.Node) []byte {
	var edits []edit
	ast.Inspect(node, func(n ast.Node) bool {
		edits = append(edits, c.editsOf(n)...)
		return true
	})
	for _, comment := range c.comments {
		if node.Pos() <= comment.Pos() && comment.End() <= node.End() {
			edits = append(edits, edit{c.lineStart(comment.Pos()), comment.End(), ""})
		}
	}
	slices.SortStableFunc(edits, func(a, b edit) int { return int(a.from - b.from) })
	text, at := c.text(node.Pos(), node.End()), node.Pos()
	var out []byte
	switch spec := node.(type) {
	case *ast.FuncDecl:
		if doc := spec.Doc; doc != nil {
			at, text = spec.Type.Pos(), c.text(spec.Type.Pos(), node.End())
		}
	case *ast.ValueSpec:
		out = append(out, "var "...)
		if _, constant := c.info.Defs[spec.Names[0]].(*types.Const); constant {
			out = append(out[:0], "const "...)
		}
	}
	for _, e := range edits {
		if e.from < at {
			continue
		}
		n := int(e.from - at)
		out = append(append(out, text[:n]...), e.text...)
		text, at = text[n+int(e.to-e.from):], e.to
	}
	return append(out, text...)
}

func (c *copier) text(from, to token.Pos) string {
	start, end := c.fset.Position(from), c.fset.Position(to)
	return string(c.texts[start.Filename][start.Offset:end.Offset])
}

// lineStart returns where the blanks before a position begin, from the end of the line
// before if there is nothing else.
func (c *copier) lineStart(pos token.Pos) token.Pos {
	at := c.fset.Position(pos)
	text := string(c.texts[at.Filename][:at.Offset])
	return pos - token.Pos(len(text)-len(strings.TrimRight(text, " \t\n")))
}

// editsOf returns the edits of one node.
func (c *copier) editsOf(n ast.Node) []edit {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		// Compilers multiply by the inverse of a constant that is a power of two.
		if (n.Op == token.MUL || n.Op == token.QUO && c.info.Types[n.Y].Value != nil) && c.float(n) != "" {
			return []edit{{n.Pos(), n.Pos(), c.float(n) + "("}, {n.End(), n.End(), ")"}}
		}
	case *ast.AssignStmt:
		if op := n.Tok; (op == token.MUL_ASSIGN || op == token.QUO_ASSIGN && c.info.Types[n.Rhs[0]].Value != nil) && c.float(n.Lhs[0]) != "" {
			return []edit{
				{n.TokPos, n.TokPos + 2, "= " + c.float(n.Lhs[0]) + "(" + c.text(n.Lhs[0].Pos(), n.Lhs[0].End()) + op.String()[:1] + "("},
				{n.End(), n.End(), "))"},
			}
		}
	case *ast.SelectorExpr:
		if pkg, ok := n.X.(*ast.Ident); ok {
			if name, ok := c.info.Uses[pkg].(*types.PkgName); ok {
				if replaced, ok := c.replaced[name.Name()+"."+n.Sel.Name]; ok {
					return []edit{{n.Pos(), n.End(), replaced}}
				}
				c.imports[name.Imported().Path()] = true
			}
		}
	case *ast.Ident:
		return c.rename(n)
	}
	return nil
}

// rename returns the edit of a name of the package that copies call otherwise.
func (c *copier) rename(name *ast.Ident) []edit {
	object := c.info.Uses[name]
	if object == nil {
		object = c.info.Defs[name]
	}
	if object == nil || object.Pkg() != c.pkg || object.Parent() != c.pkg.Scope() {
		return nil
	}
	other := name.Name
	if root, ok := c.roots[name.Name]; ok {
		other = root
	} else if replaced, ok := c.replaced[name.Name]; ok {
		other = replaced
	} else if replaced, ok := c.replaced[c.pkg.Name()+"."+name.Name]; ok {
		other = replaced
	} else if c.foreign(object) {
		other = c.pkg.Name() + "." + name.Name
		c.imports[c.pkg.Path()] = true
	}
	if other == name.Name {
		return nil
	}
	return []edit{{name.Pos(), name.End(), other}}
}

// float returns the name of the type of an expression that is computed in floating point,
// empty for any other.
func (c *copier) float(e ast.Expr) string {
	t := c.info.Types[e]
	basic, ok := types.Unalias(t.Type).(*types.Basic)
	if !ok || basic.Info()&types.IsFloat == 0 || t.Value != nil {
		return ""
	}
	return basic.Name()
}
