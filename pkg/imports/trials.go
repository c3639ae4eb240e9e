package imports

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// trialColumn is a column of trials.csv. names are those that it has in published files,
// in lower case.
type trialColumn struct{ name, names string }

var trialColumns = []trialColumn{
	{"subject", "subj subject subject_id participant_id"},
	{"condition", "condition"},
	{stimulusID, "imagename stimulus_id image_id image"},
	{"truth", "category truth correct_answer image_label"},
	{"choice", "object_response choice subject_answer prediction response"},
	{"correct", "correct"},
	{"sample_obj", "sample_obj"},
	{"dist_obj", "dist_obj"},
	{"first", "first image_1"},
	{"second", "second image_2"},
	{"third", "third image_3"},
}

// publishedColumn is a column that files of model-vs-human have and others do not.
const publishedColumn = "imagename"

// trialKind is a kind of trials, with the columns that they need. One of either must be
// there too.
type trialKind struct {
	what           string
	needed, either []string
}

var (
	triplets = &trialKind{"triplets", []string{"first", "second", "third", "choice"}, nil}
	twoWay   = &trialKind{"choices between two objects", []string{stimulusID, "truth", "dist_obj", "choice"}, nil}
	manyWay  = &trialKind{"choices", []string{"subject", stimulusID}, []string{"choice", "correct"}}
	ofModels = &trialKind{"a model's choices", []string{stimulusID, "choice"}, nil}
)

// kindOf returns the kind of trials that have a table's columns.
func kindOf(t table) *trialKind {
	switch {
	case t.has("first") && t.has("second") && t.has("third"):
		return triplets
	case t.has("dist_obj"):
		return twoWay
	}
	return manyWay
}

// ParseColumn reads NAME=COLUMN: a column of trials.csv, and that of a file.
func ParseColumn(s string) (name, column string, err error) {
	name, column, ok := strings.Cut(s, "=")
	if !ok || name == "" || column == "" {
		return "", "", fmt.Errorf("%q is not of the form truth=COLUMN", s)
	}
	if lower := strings.ToLower(name); slices.ContainsFunc(trialColumns, func(c trialColumn) bool { return c.name == lower }) {
		name = lower
	}
	return name, strings.ToLower(column), nil
}

// trialFile holds the trials of a file: the columns of trials.csv, then its others.
type trialFile struct {
	path   string
	kind   *trialKind
	table  table
	source *stimuli.Table
	raw    table // as the file has them
}

// readTrials reads the trials of a file. columns name, by a column of trials.csv, that
// of the file; the others are found by their usual names. kind is what the trials must
// be, nil for what their columns say.
func readTrials(ctx context.Context, path string, columns map[string]string, kind *trialKind) (*trialFile, error) {
	raw, source, err := readTable(ctx, path)
	if err != nil {
		return nil, err
	}
	for i := range raw {
		raw[i].name = strings.ToLower(raw[i].name)
	}
	f := &trialFile{path: path, source: source, raw: raw}
	if err := f.rename(columns); err != nil {
		return nil, err
	}
	if f.kind = kind; kind == nil {
		f.kind = kindOf(f.table)
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	return f, f.complete(len(columns) == 0 && raw.has(publishedColumn))
}

// rename fills the table: with the columns of trials.csv, then with the others of the
// file under their own names.
func (f *trialFile) rename(columns map[string]string) error {
	used := map[string]bool{}
	for _, column := range columns {
		used[column] = true
	}
	add := func(name, column string) {
		used[column] = true
		f.table = append(f.table, newColumn(name, f.raw.find(column)))
	}
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		if column := columns[name]; !f.raw.has(column) {
			var names []string
			for _, c := range f.raw {
				names = append(names, c.name)
			}
			return bad(f.path, fmt.Sprintf("has no column %q for the %s", column, name), nearest.Remedy(column, names, "it has "+f.raw.names()))
		}
	}
	for _, c := range trialColumns {
		if column, ok := columns[c.name]; ok {
			add(c.name, column)
			continue
		}
		for _, column := range strings.Fields(c.names) {
			// Only --column can make one column of a file two.
			if f.raw.has(column) && !used[column] {
				add(c.name, column)
				break
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(columns)) {
		if !f.table.has(name) {
			add(name, columns[name])
		}
	}
	if !f.table.has("choice") && !f.table.has("correct") && f.raw.has("is_correct") {
		add("correct", "is_correct")
	}
	if !f.table.has("truth") && f.table.has("sample_obj") {
		f.table = append(f.table, newColumn("truth", f.table.find("sample_obj")))
	}
	taken := f.table.set() // a table may have a hundred thousand columns
	for i, c := range f.raw {
		name := f.source.Columns[i]
		if used[c.name] || name == "" || taken[name] {
			continue
		}
		taken[name] = true
		f.table = append(f.table, newColumn(name, c.values))
	}
	return nil
}

// newColumn returns a column with values of its own.
func newColumn(name string, values []string) column { return column{name, slices.Clone(values)} }

// check returns an error if a column that the kind needs is missing, or a name in it is
// empty or not text.
func (f *trialFile) check() error {
	for _, name := range f.kind.needed {
		if !f.table.has(name) {
			return f.lacks(name)
		}
	}
	if len(f.kind.either) > 0 && !slices.ContainsFunc(f.kind.either, f.table.has) {
		return f.lacks(f.kind.either[0])
	}
	if f.kind == manyWay && f.table.has("choice") && !f.table.has("truth") && !f.table.has("correct") {
		return f.lacks("truth")
	}
	for _, c := range trialColumns {
		values := f.table.find(c.name)
		if err := checkNames(f.path, c.name, values); err != nil {
			return err
		}
		if c.name == "choice" || c.name == "condition" || c.name == "correct" {
			continue
		}
		if row := slices.Index(values, ""); row >= 0 {
			return f.at(row, fmt.Sprintf("has an empty %s", c.name), "complete the row, or remove it")
		}
	}
	return nil
}

// lacks returns the error about a column that is missing.
func (f *trialFile) lacks(name string) error {
	for _, c := range trialColumns {
		if c.name == name {
			return bad(f.path, fmt.Sprintf("has no column for the %s of %s (%s)", name, f.kind.what, strings.ReplaceAll(c.names, " ", ", ")),
				fmt.Sprintf("name it by --column %s=COLUMN; the file has %s", name, f.raw.names()))
		}
	}
	return bad(f.path, fmt.Sprintf("has no column %q", name), "the file has "+f.raw.names())
}

// at returns an error about a row.
func (f *trialFile) at(row int, what, remedy string) error {
	return &stimuli.FileError{Path: f.path, Line: f.source.Line(row), What: what, Remedy: remedy}
}

// complete brings the cells into the form of trials.csv. A file of model-vs-human keeps
// the usual columns only, has the condition 0 if it names none, and ids in the names of
// its images.
func (f *trialFile) complete(published bool) error {
	if err := f.completeCondition(published); err != nil {
		return err
	}
	choices := f.table.find("choice")
	for row, choice := range choices {
		if missing(choice) {
			choices[row] = "na"
		}
	}
	correct := f.table.find("correct")
	for row, value := range correct {
		right, ok := truthValue(value)
		if !ok {
			return f.at(row, fmt.Sprintf("has %q in the column of right and wrong answers", value), "write 1 or true, 0 or false")
		}
		correct[row] = right
	}
	if f.kind == twoWay {
		truths, others := f.table.find("truth"), f.table.find("dist_obj")
		for row, choice := range choices {
			if choice != truths[row] && choice != others[row] && choice != "na" {
				return f.at(row, fmt.Sprintf("has the choice %q, which is neither of the two objects, %q and %q", choice, truths[row], others[row]), "write the chosen object's name, or na for none")
			}
		}
		if !f.table.has("sample_obj") {
			f.table = append(f.table, newColumn("sample_obj", truths))
		}
	}
	if published {
		ids, conditions, truths := f.table.find(stimulusID), f.table.find("condition"), f.table.find("truth")
		for row, image := range ids {
			truth := ""
			if truths != nil {
				truth = truths[row]
			}
			ids[row] = stimulusOf(image, conditions[row], truth)
		}
		usual := []string{"subject", "condition", stimulusID, "truth", "choice"}
		f.table = slices.DeleteFunc(f.table, func(c column) bool { return !slices.Contains(usual, c.name) })
	}
	f.table = f.table.first("subject", "condition", stimulusID, "truth", "sample_obj", "dist_obj", "first", "second", "third", "choice", "correct")
	return nil
}

// completeCondition removes a condition that no trial has. One that only some have is an
// error: the others might be of any. In files of model-vs-human, no condition is 0.
func (f *trialFile) completeCondition(published bool) error {
	const name = "condition"
	conditions := f.table.find(name)
	if published {
		if conditions == nil {
			conditions = make([]string, f.source.Len())
			f.table = append(f.table, column{name, conditions})
		}
		for row, c := range conditions {
			if missing(c) {
				conditions[row] = "0"
			}
		}
		return nil
	}
	first := slices.IndexFunc(conditions, missing)
	if first < 0 {
		return nil
	}
	if slices.ContainsFunc(conditions, func(c string) bool { return !missing(c) }) {
		return f.at(first, fmt.Sprintf("has the condition %q, but other trials have one", conditions[first]), "write each trial's condition")
	}
	f.table = slices.DeleteFunc(f.table, func(c column) bool { return c.name == name })
	return nil
}

// truthValue returns 1 or 0 for a truth value.
func truthValue(s string) (string, bool) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "1", "1.0", "true":
		return "1", true
	case "0", "0.0", "false":
		return "0", true
	}
	return "", false
}

// without returns the trials that no exclusion applies to, counts the others, and marks
// the exclusions that apply to one as used.
func (f *trialFile) without(exclude []Exclusion, used []bool) (remaining table, excluded int, err error) {
	if len(exclude) == 0 {
		return f.table, 0, nil
	}
	columns := make([][]string, len(exclude))
	for i, e := range exclude {
		switch {
		case f.table.has(e.Column):
			columns[i] = f.table.find(e.Column)
		case f.raw.has(e.Column):
			columns[i] = f.raw.find(e.Column)
		default:
			return nil, 0, bad(f.path, fmt.Sprintf("has no column %q to exclude by", e.Column), "it has "+f.raw.names())
		}
	}
	var rows []int
	for row := range f.source.Len() {
		drop := false
		for i, e := range exclude {
			if same(columns[i][row], e.Value) {
				used[i], drop = true, true
			}
		}
		if !drop {
			rows = append(rows, row)
		}
	}
	return f.table.selectRows(rows), f.source.Len() - len(rows), nil
}

// missing reports whether a cell has no value.
func missing(s string) bool {
	return s == "" || strings.EqualFold(s, "nan") || strings.EqualFold(s, "na")
}
