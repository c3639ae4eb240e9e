package imports

import (
	"context"
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

	"github.com/brainscore-go/brainscore/internal/hdf5"
	"github.com/brainscore-go/brainscore/internal/infile"
	"github.com/brainscore-go/brainscore/internal/mat5"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// idNames are the usual names of arrays of ids, the most reliable first.
var idNames = []string{stimulusID, "stimulus_ids", imageID, "image_ids", "ids"}

// fileNames are the usual names of arrays of image files' names, which are ids
// without folder and extension.
var fileNames = []string{"file_names", "filenames", "stimulus_path", "image_paths"}

// errNoText reports that an array, which could hold text, does not.
var errNoText = errors.New("is not text")

// rowNames is an array of a file that may name the stimulus of each row.
type rowNames struct {
	array  string // its name in the file
	length int    // the number of values, -1 if it is unknown
	number bool   // the values are numbers, not text
	field  bool   // it is a field of a struct array of MATLAB, which seldom names rows
	// read returns the values, which must not take more than limit bytes. Its error is
	// the reason why they are no use.
	read func(limit int64) ([]string, error)

	values []string // nil until they are read
}

// namesLimit returns the bytes that the names of rows may take: paths are no longer
// than 4 KiB.
func namesLimit(rows int) int64 { return 16<<20 + int64(rows)<<12 }

// count returns the number of values.
func (n *rowNames) count() int {
	if n.values == nil && n.length >= 0 {
		return n.length
	}
	return len(n.values)
}

// rank returns the place of the array's name among the usual names of ids and
// files; any other name is the last.
func (n *rowNames) rank() int {
	if i := slices.Index(slices.Concat(idNames, fileNames), n.base()); i >= 0 {
		return i
	}
	return len(idNames) + len(fileNames)
}

// base returns the array's name without its groups.
func (n *rowNames) base() string { return strings.ToLower(path.Base(n.array)) }

// known reports whether the array has a usual name of ids or files.
func (n *rowNames) known() bool { return n.rank() < len(idNames)+len(fileNames) }

// matching counts the values that are ids of the set.
func (n *rowNames) matching(set *stimuli.StimulusSet) (count int) {
	unknown := set.Missing(n.values)
	slices.Sort(unknown)
	for _, v := range n.values {
		if _, found := slices.BinarySearch(unknown, v); !found {
			count++
		}
	}
	return count
}

// fits reports whether the values are ids of the set, each once. Text may repeat ids if
// the rows are trials.
func (n *rowNames) fits(set *stimuli.StimulusSet, trials bool) bool {
	return len(set.Missing(n.values)) == 0 && (trials && !n.number || distinct(n.values))
}

// distinct reports whether no value is repeated.
func distinct(values []string) bool {
	found := make(map[string]bool, len(values))
	for _, v := range values {
		if found[v] {
			return false
		}
		found[v] = true
	}
	return true
}

// contradicts reports whether n and other name different stimuli of the set for the
// same row.
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

// names returns the ids of the rows by the file, and the array that has them. Both
// are empty if the file does not name its rows. set is nil if the data home does not
// have the stimulus set.
func (q DumpRequest) names(ctx context.Context, files *dumpFiles, set *stimuli.StimulusSet, r *Result) (ids []string, array string, err error) {
	if q.ByPosition {
		return nil, "", nil
	}
	all, unreadable, err := files.readNames(ctx, q, set)
	if err != nil {
		return nil, "", err
	}
	if set == nil {
		return q.namesWithoutSet(ctx, files, all)
	}
	if ids, array, err = q.namesInSet(files.rows, all, set, r); ids != nil || err != nil {
		return ids, array, err
	}
	ids, path, err := q.idsInFolder(ctx, files.rows, set)
	if ids != nil || err != nil {
		return ids, path, err
	}
	if len(unreadable) > 0 {
		return nil, "", bad(q.Path, "may name its rows in "+unreadable[0], "or read them in the order of "+set.Table.Path+" with --by-position")
	}
	return nil, "", q.refuse(files, all, set)
}

// readNames reads the arrays that have a value for each row, the most reliable
// first, and returns the reasons why others cannot be read.
// An array of a usual name is listed unread if it has not a value for each row.
func (f *dumpFiles) readNames(ctx context.Context, q DumpRequest, set *stimuli.StimulusSet) (all []*rowNames, unusable []string, err error) {
	slices.SortStableFunc(f.candidates, func(a, b *rowNames) int { return a.rank() - b.rank() })
	for _, n := range f.candidates {
		if f.belongsToOthers(n) {
			continue
		}
		if n.length >= 0 && n.length != f.rows {
			if n.known() {
				all = append(all, n)
			}
			continue
		}
		values, err := n.read(namesLimit(f.rows))
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		if damaged, ok := errors.AsType[*memberError](err); ok {
			return nil, nil, bad(q.Path, "the array "+n.array+" "+damaged.Error(), "save or download the archive again")
		}
		if errors.Is(err, hdf5.ErrCorrupt) || errors.Is(err, hdf5.ErrTruncated) {
			return nil, nil, unreadable(q.Path, expectedHDF5, err)
		}
		if errors.Is(err, mat5.ErrCorrupt) {
			return nil, nil, q.mat5Error(err)
		}
		if errors.Is(err, errNoText) || err != nil && n.number && !n.known() {
			continue // it does not name rows
		}
		if err != nil {
			unusable = append(unusable, fmt.Sprintf("%s, %v", n.array, err))
			continue
		}
		if n.values = values; slices.Contains(fileNames, n.base()) {
			n.values = idsOfFiles(values, set)
		}
		if err := checkNames(q.Path, n.array, n.values); err != nil && n.known() {
			return nil, nil, err
		} else if err != nil {
			unusable = append(unusable, n.array+", which is not text")
			continue
		}
		all = append(all, n)
	}
	return all, unusable, nil
}

// belongsToOthers reports whether an array names the rows of other layers than the
// chosen ones: it is in another group, or an attribute of another object, and the
// group of the chosen layers has an array of the same name.
func (f *dumpFiles) belongsToOthers(n *rowNames) bool {
	inGroup := func(array string) bool {
		group := path.Dir(array)
		return !slices.ContainsFunc(f.layers, func(l string) bool { return group != path.Dir(l) && group != l })
	}
	return !inGroup(n.array) && slices.ContainsFunc(f.candidates, func(o *rowNames) bool { return o.base() == n.base() && inGroup(o.array) })
}

// namesWithoutSet finds ids by the array's name alone.
func (q DumpRequest) namesWithoutSet(ctx context.Context, files *dumpFiles, all []*rowNames) (ids []string, array string, err error) {
	for _, n := range all {
		if n.known() && n.values == nil {
			return nil, "", bad(q.Path, fmt.Sprintf("has %d rows, but %d values of %s", files.rows, n.count(), n.array), "write one id for each row")
		}
		if n.known() {
			return n.values, n.array, nil
		}
	}
	return q.idsInFolder(ctx, files.rows, nil)
}

// namesInSet finds the array whose values are all ids of the set, else one with a
// usual name of ids some of whose values are.
func (q DumpRequest) namesInSet(rows int, all []*rowNames, set *stimuli.StimulusSet, r *Result) (ids []string, array string, err error) {
	var chosen *rowNames
	for _, whole := range []bool{true, false} {
		for _, n := range all {
			switch {
			case len(n.values) != rows, n.number && !n.known(), whole && !n.fits(set, q.trials), !whole && (!n.known() || n.matching(set) == 0):
				continue
			case chosen == nil:
				chosen = n
			case chosen.contradicts(n, set):
				return nil, "", bad(q.Path, fmt.Sprintf("names its rows twice, and differently: by %s (%s) and by %s (%s)", chosen.array, few(chosen.values), n.array, few(n.values)),
					"remove the array that does not name the stimulus of each row")
			}
		}
	}
	if chosen == nil {
		return nil, "", nil
	}
	if !chosen.known() {
		r.note("%s: its rows are named by %s, whose values are ids of the stimulus set %s", q.Path, chosen.array, set.ID)
	}
	return chosen.values, chosen.array, nil
}

// refuse returns an error if an array has a value for each row that could be an
// id: read by position, the rows might be of other stimuli.
func (q DumpRequest) refuse(files *dumpFiles, all []*rowNames, set *stimuli.StimulusSet) error {
	position := "or read the rows in the order of " + set.Table.Path + " with --by-position"
	for _, n := range all {
		switch {
		case n.known() && n.count() != files.rows:
			return bad(q.Path, fmt.Sprintf("has %d rows, but %d values of %s", files.rows, n.count(), n.array), "write one id for each row, "+position)
		case n.number && !n.known():
			if n.fits(set, q.trials) && !slices.Equal(n.values, set.IDs[:min(len(set.IDs), len(n.values))]) {
				return bad(q.Path, fmt.Sprintf("has numbers in %s (%s) that could be ids of the stimulus set %s, in another order than %s", n.array, few(n.values), set.ID, set.Table.Path),
					"call the array stimulus_ids if they are, "+position)
			}
		default:
			difference := stimuli.Spelling(set.Missing(n.values), set.IDs)
			if n.field && difference == "" && n.matching(set) == 0 {
				continue
			}
			remedy := "name the rows as the stimulus set does, or name the set that the model saw, " + position
			if difference != "" {
				remedy = difference + ": write the ids alike, " + position
			} else if n.matching(set) > 0 {
				remedy = "call the array stimulus_ids if it names the stimulus of each row, " + position
			}
			return bad(q.Path, fmt.Sprintf("has %s for each row (%s), and %s has other ids (%s)", n.array, few(n.values), set.Table.Path, few(set.IDs)), remedy)
		}
	}
	return nil
}

// idsInFolder reads the ids of rows from stimulus_ids.csv, or from thingsvision's
// file_names.txt, in the folder of the imported file.
func (q DumpRequest) idsInFolder(ctx context.Context, rows int, set *stimuli.StimulusSet) (ids []string, source string, err error) {
	source = filepath.Join(filepath.Dir(q.Path), "stimulus_ids.csv")
	if _, err := os.Stat(source); err == nil {
		t, err := stimuli.ReadTableContext(ctx, source, rows)
		if err != nil {
			return nil, "", err
		}
		ids, err = t.Column(stimulusID)
		return ids, source, err
	}
	source = filepath.Join(filepath.Dir(q.Path), "file_names.txt")
	data, err := infile.ReadFile(ctx, source, infile.Limit{Bytes: namesLimit(rows), What: fmt.Sprintf("the names of %d rows", rows), Remedy: "write one line for each row"})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	var names []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" {
			names = append(names, line)
		}
	}
	return idsOfFiles(names, set), source, nil
}

// idsOfFiles returns the stimulus ids of image files: the names themselves if the
// stimulus set has them all, else without folder and extension.
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

// wholeNumber formats a whole number as an id.
func wholeNumber(v float64) (string, error) {
	if v != math.Trunc(v) || math.Abs(v) > 1<<53 {
		return "", fmt.Errorf("which holds %v: ids are text or whole numbers", v)
	}
	return strconv.FormatFloat(v, 'f', -1, 64), nil
}
