package benchmarks

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"text/template"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"golang.org/x/sync/errgroup"
)

// The files of a family of definitions that differ in a few values: a folder with a
// list of these and templates, each of which is expanded with each row.
const (
	listName    = "list.csv"
	templateEnd = ".yaml.tmpl"
)

// definitionText is the YAML of one definition. label names its source in messages.
type definitionText struct{ label, yaml string }

// identifier returns the identifier, which is on the first line.
func (t definitionText) identifier() string {
	line, _, _ := strings.Cut(strings.TrimSpace(t.yaml), "\n")
	return strings.TrimSpace(strings.TrimPrefix(line, "identifier:"))
}

// expandLists returns the definitions of the folders of dir that hold a list.
func expandLists(fsys fs.FS, dir string) ([]definitionText, error) {
	lists, err := fs.Glob(fsys, path.Join(dir, "*", listName))
	if err != nil {
		return nil, err
	}
	expanded := make([][]definitionText, len(lists))
	var all errgroup.Group // every command that looks up a benchmark waits for them
	for i, list := range lists {
		all.Go(func() (err error) {
			expanded[i], err = expandList(fsys, path.Dir(list))
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(expanded...), nil
}

// expandList returns the definitions of a folder with a list. A template that gives
// only blanks for a row makes no definition of it.
func expandList(fsys fs.FS, dir string) ([]definitionText, error) {
	rows, err := readList(fsys, path.Join(dir, listName))
	if err != nil {
		return nil, err
	}
	templates, err := template.New("").Option("missingkey=error").ParseFS(fsys, path.Join(dir, "*"+templateEnd))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	var texts []definitionText
	sorted := slices.SortedFunc(slices.Values(templates.Templates()), func(a, b *template.Template) int { return strings.Compare(a.Name(), b.Name()) })
	for _, t := range sorted {
		for i, row := range rows {
			var text bytes.Buffer
			if err := t.Execute(&text, row); err != nil {
				return nil, fmt.Errorf("%s, row %d: %w", path.Join(dir, listName), i+1, err)
			}
			if strings.TrimSpace(text.String()) != "" {
				texts = append(texts, definitionText{fmt.Sprintf("%s, row %d of %s", path.Join(dir, t.Name()), i+1, listName), text.String()})
			}
		}
	}
	return texts, nil
}

// readList returns the rows of a list by the names of its columns.
func readList(fsys fs.FS, name string) ([]map[string]string, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fileerr.Unreadable(name, err)
	}
	records, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err == nil && len(records) == 0 {
		err = errors.New("it has no header")
	}
	if err != nil {
		return nil, fileerr.Wrap(name, "is not valid CSV", err)
	}
	var rows []map[string]string
	for record := range slices.Values(records[1:]) {
		row := map[string]string{}
		for i, column := range records[0] {
			row[column] = record[i]
		}
		rows = append(rows, row)
	}
	return rows, nil
}
