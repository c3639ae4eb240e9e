package imports

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fsutil"
	"github.com/brainscore-go/brainscore/internal/text"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// The columns that tables are joined and checked by.
const (
	stimulusID = "stimulus_id"
	imageID    = "image_id"
	neuroidID  = "neuroid_id"
	subject    = "subject"
)

// column is a named column of text.
type column struct {
	name   string
	values []string
}

// table holds columns of equal length.
type table []column

func (t table) find(name string) []string {
	for _, c := range t {
		if c.name == name {
			return c.values
		}
	}
	return nil
}

// len returns the number of rows.
func (t table) len() int {
	if len(t) == 0 {
		return 0
	}
	return len(t[0].values)
}

func (t table) has(name string) bool {
	return slices.ContainsFunc(t, func(c column) bool { return c.name == name })
}

// set returns the names of the columns.
func (t table) set() map[string]bool {
	names := make(map[string]bool, len(t))
	for _, c := range t {
		names[c.name] = true
	}
	return names
}

// both returns the columns that two tables have, with the rows of both.
func both(a, b table) table {
	rows := make(map[string][]string, len(b))
	for _, c := range b {
		rows[c.name] = c.values
	}
	a = slices.DeleteFunc(a, func(c column) bool { _, ok := rows[c.name]; return !ok })
	for i := range a {
		a[i].values = append(a[i].values, rows[a[i].name]...)
	}
	return a
}

func (t table) names() string {
	names := make([]string, len(t))
	for i, c := range t {
		names[i] = c.name
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// rename renames a column, unless the new name is taken.
func (t table) rename(from, to string) {
	if t.has(to) {
		return
	}
	for i := range t {
		if t[i].name == from {
			t[i].name = to
		}
	}
}

// first moves the named columns to the front, in this order.
func (t table) first(names ...string) table {
	rank := func(c column) int {
		if i := slices.Index(names, c.name); i >= 0 {
			return i
		}
		return len(names)
	}
	slices.SortStableFunc(t, func(a, b column) int { return rank(a) - rank(b) })
	return t
}

// selectRows returns the rows of the given indices.
func (t table) selectRows(rows []int) table {
	selected := make(table, len(t))
	for j, c := range t {
		selected[j].name = c.name
		for _, i := range rows {
			selected[j].values = append(selected[j].values, c.values[i])
		}
	}
	return selected
}

// firstOfEach returns the first row of each id, in the order of rows.
func (t table) firstOfEach(name string) table {
	found := map[string]bool{}
	var rows []int
	for i, id := range t.find(name) {
		if id == "" || !found[id] {
			rows = append(rows, i)
		}
		found[id] = true
	}
	return t.selectRows(rows)
}

func (t table) write(w io.Writer) error {
	c := csv.NewWriter(w)
	row := make([]string, len(t))
	for j := range t {
		row[j] = t[j].name
	}
	if err := c.Write(row); err != nil {
		return err
	}
	for i := range t[0].values {
		for j := range t {
			row[j] = t[j].values[i]
		}
		// An empty line would not be read as a row.
		if len(row) == 1 && row[0] == "" {
			return fmt.Errorf("an empty %s", t[0].name)
		}
		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// writeTable writes a CSV file of the folder.
func (s *staging) writeTable(name string, t table) error {
	return s.write(name, func(f *os.File) error {
		if err := t.write(f); err != nil {
			return fmt.Errorf("writing %s: %w", name, fsutil.Reason(err))
		}
		return nil
	})
}

// readTable reads a CSV file, its columns in their order.
func readTable(ctx context.Context, path string) (table, *stimuli.Table, error) {
	source, err := stimuli.ReadTableContext(ctx, path, 0)
	if err != nil {
		return nil, nil, err
	}
	var t table
	for _, name := range source.Columns {
		values, err := source.Column(name)
		if err != nil {
			return nil, nil, err
		}
		t = append(t, column{name, values})
	}
	return t, source, nil
}

// checkNames returns an error if a name is not text. values are of the column name.
func checkNames(path, name string, values []string) error {
	for i, v := range values {
		if fault := text.Fault(v); fault != "" {
			return bad(path, fmt.Sprintf("has the %s %q in row %d, which %s", name, v, i+1, fault), "save names as UTF-8 text")
		}
	}
	return nil
}

// checkUnique returns an error if an id is empty, repeated or not text.
func checkUnique(path, name string, ids []string) error {
	return checkUniqueWithin(path, name, ids, "", nil)
}

// checkNeuroids returns an error if an id of a table of neuroids is empty, repeated within
// its subject or not text. Without a column subject, all are of one.
func checkNeuroids(path string, t table) error {
	return checkUniqueWithin(path, neuroidID, t.find(neuroidID), subject, t.find(subject))
}

// checkUniqueWithin is checkUnique for ids that may repeat between values of a column, if
// these are not nil.
func checkUniqueWithin(path, name string, ids []string, column string, values []string) error {
	if err := checkNames(path, name, ids); err != nil {
		return err
	}
	found := make(map[[2]string]bool, len(ids))
	var repeated []string
	for i, id := range ids {
		if id == "" {
			return bad(path, fmt.Sprintf("has an empty %s in row %d", name, i+1), "every row needs an id")
		}
		key := [2]string{id}
		if values != nil {
			key[1] = values[i]
		}
		if found[key] && !slices.Contains(repeated, id) {
			repeated = append(repeated, id)
		}
		found[key] = true
	}
	switch {
	case len(repeated) > 0 && values != nil:
		return bad(path, fmt.Sprintf("repeats %d %s(s) within one %s (%s)", len(repeated), name, column, few(repeated)), "name those of each uniquely")
	case len(repeated) > 0:
		return bad(path, fmt.Sprintf("repeats %d %s(s) (%s)", len(repeated), name, few(repeated)), "write one row for each")
	}
	return nil
}

// few quotes the first of many names.
func few(names []string) string {
	var quoted []string
	for i, n := range names {
		if i == 3 {
			quoted = append(quoted, "…")
			break
		}
		quoted = append(quoted, strconv.Quote(n))
	}
	return strings.Join(quoted, ", ")
}

// loadSet reads a stimulus set of the home.
func loadSet(home stimuli.Home, id string) (*stimuli.StimulusSet, error) {
	if err := stimuli.SafeID(id); err != nil {
		return nil, err
	}
	dir := home.StimulusSetPath(id)
	if _, err := os.Stat(dir); os.IsNotExist(err) {
		remedy := "import it first, by import stimuli FILE.csv --id " + id
		if known := home.StimulusSets(); len(known) > 0 {
			remedy += "; there are " + strings.Join(known, ", ")
		}
		return nil, bad(home.Dir, fmt.Sprintf("has no stimulus set %q", id), remedy)
	}
	return stimuli.LoadStimulusSet(dir)
}

// checkInSet returns an error if a stimulus set does not have all ids.
func checkInSet(path string, ids []string, set *stimuli.StimulusSet) error {
	if extra := without(ids, set.IDs); len(extra) > 0 {
		return &stimuli.AlignmentError{Path: path, What: "names", IDs: extra, Where: "not in the stimulus set " + set.ID,
			Remedy: "name the stimulus set that was shown, or complete " + set.Table.Path, Known: set.IDs}
	}
	return nil
}

// without returns the distinct ids that are not among others, in order.
func without(ids, others []string) []string {
	known := make(map[string]bool, len(others))
	for _, id := range others {
		known[id] = true
	}
	var unknown []string
	for _, id := range ids {
		if !known[id] {
			known[id] = true
			unknown = append(unknown, id)
		}
	}
	return unknown
}
