// Package docs holds the pages of the documentation, which the program shows by
// `brainscore help TOPIC`.
package docs

//go:generate go test ../cmd/brainscore -run GeneratedDocs -update-docs

import (
	"embed"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed *.md
var files embed.FS

// Page is one page of the documentation.
type Page struct {
	Name  string // of its file, without .md
	Title string
	Text  string // Markdown
}

// Pages lists all pages by name.
func Pages() []Page { return slices.Clone(pages()) }

var pages = sync.OnceValue(func() []Page {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err) // the files are part of the program
	}
	var all []Page
	for _, e := range entries {
		text, err := files.ReadFile(e.Name())
		if err != nil {
			panic(err)
		}
		title, _, _ := strings.Cut(strings.TrimPrefix(string(text), "# "), "\n")
		all = append(all, Page{Name: strings.TrimSuffix(path.Base(e.Name()), ".md"), Title: title, Text: string(text)})
	}
	return all
})
