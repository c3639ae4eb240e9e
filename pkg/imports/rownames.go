package imports

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// idNames are the names of arrays that name the rows of others, the surest first.
var idNames = []string{stimulusID, "stimulus_ids", imageID, "image_ids", "ids"}

// fileNames are the names of arrays of image files' names, whose ids are those
// without folder and extension.
var fileNames = []string{"file_names", "filenames", "stimulus_path", "image_paths"}

// errNoText says that an array can hold text and does not.
var errNoText = errors.New("is no text")

// rowNames is an array of a file that may say which stimulus each row is.
type rowNames struct {
	array  string // its name in the file
	length int    // how many values it has, -1 where that is unknown
	number bool   // of numbers, not of text
	field  bool   // of a struct array of MATLAB, which is seldom about rows
	// read returns the values. Its error says why they cannot be taken.
	read func() ([]string, error)

	values []string // once read
}

// rank orders names by how surely they are those of ids; that of any other name is
// the last.
func (n *rowNames) rank() int {
	if i := slices.Index(slices.Concat(idNames, fileNames), n.base()); i >= 0 {
		return i
	}
	return len(idNames) + len(fileNames)
}

// base is the array's name without the groups that it is in.
func (n *rowNames) base() string { return strings.ToLower(path.Base(n.array)) }

// known reports whether the array is called as arrays of ids are.
func (n *rowNames) known() bool { return n.rank() < len(idNames)+len(fileNames) }

// matching counts the values that are ids of the set.
func (n *rowNames) matching(set *stimuli.StimulusSet) (count int) {
	unknown := set.Missing(n.values)
	slices.Sort(unknown)
	for _, v := range n.values {
		if _, is := slices.BinarySearch(unknown, v); !is {
			count++
		}
	}
	return count
}

// fits reports whether the values are ids of the set, each once.
func (n *rowNames) fits(set *stimuli.StimulusSet) bool {
	return len(set.Missing(n.values)) == 0 && distinct(n.values)
}

func distinct(values []string) bool {
	seen := make(map[string]bool, len(values))
	for _, v := range values {
		if seen[v] {
			return false
		}
		seen[v] = true
	}
	return true
}

// contradicts reports whether a row is one stimulus of the set by n and another by
// other.
func (n *rowNames) contradicts(other *rowNames, set *stimuli.StimulusSet) bool {
	if len(n.values) != len(other.values) {
		return false
	}
	for i, id := range n.values {
		if id != other.values[i] && len(set.Missing([]string{id, other.values[i]})) == 0 {
			return true
		}
	}
	return false
}

// names finds what the file says of its rows: their ids, and the array that has
// them. Both are empty where it says nothing. set is nil where the data home has no
// such stimulus set.
func (q DumpRequest) names(files *dumpFiles, set *stimuli.StimulusSet, r *Result) (ids []string, array string, err error) {
	if q.ByPosition {
		return nil, "", nil
	}
	all, unread := files.readNames(q, set)
	if set == nil {
		return q.namesWithoutSet(files, all)
	}
	if ids, array, err = q.namesInSet(files.rows, all, set, r); ids != nil || err != nil {
		return ids, array, err
	}
	beside, path, err := q.idsBeside(set)
	if beside != nil || err != nil {
		return beside, path, err
	}
	if len(unread) > 0 {
		return nil, "", bad(q.Path, "may name its rows in "+unread[0], "or take them in the order of "+set.Table.Path+" with --by-position")
	}
	return nil, "", q.refuse(files, all, set)
}

// readNames reads the arrays that have a value for each row, the surest first, and
// says of those that cannot be read why.
func (f *dumpFiles) readNames(q DumpRequest, set *stimuli.StimulusSet) (all []*rowNames, unread []string) {
	slices.SortStableFunc(f.named, func(a, b *rowNames) int { return a.rank() - b.rank() })
	for _, n := range f.named {
		if n.length >= 0 && n.length != f.rows && !n.known() || f.besideOthers(n) {
			continue
		}
		values, err := n.read()
		if errors.Is(err, errNoText) || err != nil && n.number && !n.known() {
			continue // it is about something else
		}
		if err != nil {
			unread = append(unread, fmt.Sprintf("%s, %v", n.array, err))
			continue
		}
		if n.values = values; slices.Contains(fileNames, n.base()) {
			n.values = idsOfFiles(values, set)
		}
		all = append(all, n)
	}
	return all, unread
}

// besideOthers reports whether an array names the rows of other layers: those in its
// own group, or whose attribute it is, where one of the same name lies in the group
// of the chosen layers.
func (f *dumpFiles) besideOthers(n *rowNames) bool {
	inGroup := func(array string) bool {
		in := path.Dir(array)
		return !slices.ContainsFunc(f.layers, func(l string) bool { return in != path.Dir(l) && in != l })
	}
	return !inGroup(n.array) && slices.ContainsFunc(f.named, func(o *rowNames) bool { return o.base() == n.base() && inGroup(o.array) })
}

// namesWithoutSet takes ids by the array's name alone.
func (q DumpRequest) namesWithoutSet(files *dumpFiles, all []*rowNames) (ids []string, array string, err error) {
	for _, n := range all {
		if n.known() {
			return n.values, n.array, nil
		}
	}
	return q.idsBeside(nil)
}

// namesInSet takes the array whose values are ids of the set, all of them where
// there is such a one, else some under a name that arrays of ids have.
func (q DumpRequest) namesInSet(rows int, all []*rowNames, set *stimuli.StimulusSet, r *Result) (ids []string, array string, err error) {
	var taken *rowNames
	for _, whole := range []bool{true, false} {
		for _, n := range all {
			switch {
			case len(n.values) != rows, n.number && !n.known(), whole && !n.fits(set), !whole && (!n.known() || n.matching(set) == 0):
				continue
			case taken == nil:
				taken = n
			case taken.contradicts(n, set):
				return nil, "", bad(q.Path, fmt.Sprintf("names its rows twice, and differently: by %s (%s) and by %s (%s)", taken.array, few(taken.values), n.array, few(n.values)),
					"leave out the array that does not say which stimulus each row is")
			}
		}
	}
	if taken == nil {
		return nil, "", nil
	}
	if !taken.known() {
		r.note("%s: its rows are named by %s, whose values are ids of the stimulus set %s", q.Path, taken.array, set.ID)
	}
	return taken.values, taken.array, nil
}

// refuse returns an error where an array has a value for each row that could say
// what they are: taken by position, the rows might be of other stimuli.
func (q DumpRequest) refuse(files *dumpFiles, all []*rowNames, set *stimuli.StimulusSet) error {
	position := "or take the rows in the order of " + set.Table.Path + " with --by-position"
	for _, n := range all {
		switch {
		case n.known() && len(n.values) != files.rows:
			return bad(q.Path, fmt.Sprintf("has %d rows, but %d values of %s", files.rows, len(n.values), n.array), "write one id for each row, "+position)
		case n.number && !n.known():
			if n.fits(set) && !slices.Equal(n.values, set.IDs[:min(len(set.IDs), len(n.values))]) {
				return bad(q.Path, fmt.Sprintf("has numbers in %s (%s) that could be ids of the stimulus set %s, in another order than %s", n.array, few(n.values), set.ID, set.Table.Path),
					"call the array stimulus_ids if they are, "+position)
			}
		default:
			how := stimuli.Spelling(set.Missing(n.values), set.IDs)
			if n.field && how == "" && n.matching(set) == 0 {
				continue
			}
			remedy := "name the rows as the stimulus set does, or name the set that the model saw, " + position
			if how != "" {
				remedy = how + ": write the ids alike, " + position
			} else if n.matching(set) > 0 {
				remedy = "call the array stimulus_ids if it says which stimulus each row is, " + position
			}
			return bad(q.Path, fmt.Sprintf("has %s for each row (%s), and %s has other ids (%s)", n.array, few(n.values), set.Table.Path, few(set.IDs)), remedy)
		}
	}
	return nil
}

// idsBeside reads the rows' names from stimulus_ids.csv, or from thingsvision's
// file_names.txt, beside a file.
func (q DumpRequest) idsBeside(set *stimuli.StimulusSet) (ids []string, from string, err error) {
	from = filepath.Join(filepath.Dir(q.Path), "stimulus_ids.csv")
	if _, err := os.Stat(from); err == nil {
		t, err := stimuli.ReadTable(from)
		if err != nil {
			return nil, "", err
		}
		ids, err = t.Column(stimulusID)
		return ids, from, err
	}
	from = filepath.Join(filepath.Dir(q.Path), "file_names.txt")
	data, err := os.ReadFile(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", fileerr.Unreadable(from, err)
	}
	var names []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" {
			names = append(names, line)
		}
	}
	return idsOfFiles(names, set), from, nil
}

// idsOfFiles takes image files' names for stimulus ids: as they are where the
// stimulus set knows them so, else without folder and extension.
func idsOfFiles(names []string, set *stimuli.StimulusSet) []string {
	if set != nil && len(set.Missing(names)) == 0 {
		return names
	}
	var ids []string
	for _, n := range names {
		ids = append(ids, stem(filepath.ToSlash(strings.ReplaceAll(n, `\`, "/"))))
	}
	return ids
}

// wholeNumber writes a number that is whole as an id.
func wholeNumber(v float64) (string, error) {
	if v != math.Trunc(v) || math.Abs(v) > 1<<53 {
		return "", fmt.Errorf("which holds %v: ids are text or whole numbers", v)
	}
	return strconv.FormatFloat(v, 'f', -1, 64), nil
}
