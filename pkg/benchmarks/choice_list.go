package benchmarks

import (
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// ImageNetClasses is the number of classes that lists of choices are made of.
const ImageNetClasses = 1000

// ImageNet names the list that offers every class, by its synset.
const ImageNet = "imagenet"

// ChoiceList maps choices to the ImageNet classes that they are made of.
type ChoiceList struct {
	Name    string
	Path    string   // of the file, or what an embedded list is called in messages
	Choices []string // in the order of the file
	indices map[string][]int
}

// Indices returns the classes of a choice: those of its name or else of its name in lower
// case without spaces. It returns nil if the list has neither.
func (l *ChoiceList) Indices(choice string) []int {
	if indices, ok := l.indices[choice]; ok {
		return indices
	}
	return l.indices[strings.ToLower(strings.ReplaceAll(choice, " ", ""))]
}

// All reports whether the list offers all its choices, not just the truths of a
// benchmark.
func (l *ChoiceList) All() bool { return l.Name == ImageNet }

// Hash returns the SHA-256 of the choices and their classes, in order.
func (l *ChoiceList) Hash() string {
	h := sha256.New()
	for _, choice := range l.Choices {
		fmt.Fprintf(h, "%q %d\n", choice, l.indices[choice])
	}
	return fmt.Sprintf("sha256:%x", h.Sum(nil))
}

//go:embed choices
var choiceFiles embed.FS

// embeddedLists reads the lists of the program, with the synsets by class.
var embeddedLists = sync.OnceValue(func() map[string]*ChoiceList {
	lists := make(map[string]*ChoiceList)
	add := func(name, choice string, index int) {
		l, ok := lists[name]
		if !ok {
			l = &ChoiceList{Name: name, Path: "list " + name, indices: make(map[string][]int)}
			lists[name] = l
		}
		l.add(choice, index)
	}
	for _, row := range embeddedRows("lists.csv", "list", "choice", "index") {
		index, err := strconv.Atoi(row[2])
		if err != nil {
			panic(err)
		}
		add(row[0], row[1], index)
	}
	for index, row := range embeddedRows("imagenet.csv", "synset") {
		add(ImageNet, row[0], index)
	}
	return lists
})

// embeddedRows returns columns of a table of the program. It panics if the table is
// invalid, which tests exclude.
func embeddedRows(name string, columns ...string) [][]string {
	data, err := choiceFiles.Open("choices/" + name)
	if err != nil {
		panic(err)
	}
	defer data.Close()
	table, err := stimuli.ParseTable(name, data)
	if err != nil {
		panic(err)
	}
	rows := make([][]string, table.Len())
	for _, column := range columns {
		values, err := table.Names(column)
		if err != nil {
			panic(err)
		}
		for i, v := range values {
			rows[i] = append(rows[i], v)
		}
	}
	return rows
}

func (l *ChoiceList) add(choice string, index int) {
	if _, ok := l.indices[choice]; !ok {
		l.Choices = append(l.Choices, choice)
	}
	l.indices[choice] = append(l.indices[choice], index)
}

// choiceLists lists the names of the embedded lists.
func choiceLists() []string {
	var names []string
	for name := range embeddedLists() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// isListFile reports whether choices names a CSV file beside the definition.
func isListFile(choices string) bool { return strings.HasSuffix(choices, ".csv") }

// ChoiceListPath returns the path of the definition's own list, "" if it has none or an
// embedded one.
func (d *Definition) ChoiceListPath() string {
	if !isListFile(d.Choices) {
		return ""
	}
	return filepath.Join(filepath.Dir(d.Source), d.Choices)
}

// ChoiceList returns the list that the definition names, nil if it names none.
func (d *Definition) ChoiceList() (*ChoiceList, error) {
	if d.Choices == "" {
		return nil, nil
	}
	path := d.ChoiceListPath()
	if path == "" {
		list, ok := embeddedLists()[d.Choices]
		if !ok {
			return nil, d.ErrorAt("choices", "", "unknown list of choices %q", d.Choices)
		}
		own := filepath.Join(filepath.Dir(d.Source), d.Choices+".csv")
		if _, err := os.Stat(own); d.Source != Embedded && !errors.Is(err, os.ErrNotExist) {
			return nil, d.ErrorAt("choices", "rename the file and name it with its ending .csv", "two lists are named %s: that of the program, and %s", d.Choices, own)
		}
		return list, nil
	}
	name := strings.TrimSuffix(d.Choices, ".csv")
	if _, taken := embeddedLists()[name]; taken {
		return nil, d.ErrorAt("choices", "rename the file, or write choices: "+name+" for that of the program", "two lists are named %s: that of the program, and %s", name, path)
	}
	table, err := stimuli.ReadTable(path)
	if err != nil {
		return nil, d.WrapAt("choices", err)
	}
	list, err := newChoiceList(name, table)
	if err != nil {
		return nil, d.WrapAt("choices", err)
	}
	return list, nil
}

// newChoiceList reads a table of choices and classes, one class a row.
func newChoiceList(name string, t *stimuli.Table) (*ChoiceList, error) {
	choices, err := t.Names("choice")
	if err != nil {
		return nil, err
	}
	indices, err := t.Column("index")
	if err != nil {
		return nil, err
	}
	if t.Len() == 0 {
		return nil, &FileError{Path: t.Path, What: "has no rows", Remedy: "write a row for each class of each choice: choice,index"}
	}
	list := &ChoiceList{Name: name, Path: t.Path, indices: make(map[string][]int)}
	for row, choice := range choices {
		fail := func(remedy, format string, args ...any) error {
			return &FileError{Path: t.Path, Line: t.Line(row), What: fmt.Sprintf(format, args...), Remedy: remedy}
		}
		index, err := strconv.Atoi(strings.TrimSpace(indices[row]))
		switch {
		case choice == "":
			return nil, fail("name a choice", "has an empty choice")
		case err != nil && indices[row] == "":
			return nil, fail("write a row for each of its classes", "has the choice %q without a class", choice)
		case err != nil || index < 0 || index >= ImageNetClasses:
			return nil, fail(fmt.Sprintf("ImageNet's %d classes are numbered from 0 to %d", ImageNetClasses, ImageNetClasses-1), "has the index %s for choice %q", indices[row], choice)
		case slices.Contains(list.indices[choice], index):
			return nil, fail("remove one of them", "repeats the index %d of choice %q", index, choice)
		}
		list.add(choice, index)
	}
	return list, nil
}

// UnknownTruth returns the error about a truth that a list has no entry for.
func (l *ChoiceList) UnknownTruth(path, truth string) error {
	remedy := "it has " + strings.Join(l.Choices[:min(len(l.Choices), 20)], ", ")
	return &FileError{Path: path, What: fmt.Sprintf("has the truth %q, which the list of choices %s does not have", truth, l.Name), Remedy: nearest.Remedy(truth, l.Choices, remedy)}
}

// Synset returns the number of an ImageNet class by its synset.
func Synset(name string) (index int, ok bool) {
	indices := embeddedLists()[ImageNet].indices[name]
	if len(indices) == 0 {
		return 0, false
	}
	return indices[0], true
}
