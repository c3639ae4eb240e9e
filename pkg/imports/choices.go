package imports

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Exclusion excludes trials whose column has a value.
type Exclusion struct{ Column, Value string }

// ParseExclusion reads COLUMN=VALUE.
func ParseExclusion(s string) (Exclusion, error) {
	name, value, ok := strings.Cut(s, "=")
	if !ok || name == "" {
		return Exclusion{}, fmt.Errorf("%q is not of the form condition=VALUE", s)
	}
	return Exclusion{strings.ToLower(name), value}, nil
}

// same reports whether two values are the same number, truth value or text.
func same(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	if errX == nil && errY == nil {
		return x == y
	}
	truth := func(s string) bool { s = strings.ToLower(s); return s == "true" || s == "false" }
	return truth(a) && truth(b) && strings.EqualFold(a, b)
}

// ChoicesRequest asks for the import of human trials as an assembly.
type ChoicesRequest struct {
	Home        stimuli.Home
	Paths       []string
	ID          string
	StimulusSet string
	// Columns name, by a column of trials.csv, the column of the files; the others are
	// found by their usual names.
	Columns map[string]string
	Exclude []Exclusion
	Force   bool
}

// Choices installs trials of humans as a behavioral assembly, and their stimulus set if
// the home does not have it. A trial without a choice ("na") counts as a wrong choice.
func Choices(ctx context.Context, q ChoicesRequest) (*Result, error) {
	for _, id := range []string{q.ID, q.StimulusSet} {
		if err := stimuli.SafeID(id); err != nil {
			return nil, err
		}
	}
	r := &Result{}
	all, err := q.read(ctx, r)
	if err != nil {
		return nil, err
	}
	set, err := stimulusTable(q.Paths[0], all)
	if err != nil {
		return nil, err
	}
	newSet := false
	if _, err := os.Stat(q.Home.StimulusSetPath(q.StimulusSet)); errors.Is(err, fs.ErrNotExist) {
		newSet = true
	} else {
		existing, err := loadSet(q.Home, q.StimulusSet)
		if err != nil {
			return nil, err
		}
		if err := checkInSet(q.Paths[0], set.find(stimulusID), existing); err != nil {
			return nil, err
		}
	}
	s, err := stage(q.Home.AssembliesDir(), q.ID, q.Force)
	if err != nil {
		return nil, err
	}
	defer s.discard()
	if err := s.writeTable("trials.csv", all); err != nil {
		return nil, err
	}
	if err := s.writeInfo(q.ID, "behavioral", q.StimulusSet); err != nil {
		return nil, err
	}
	if newSet {
		// The set goes first: without it the assembly cannot be used.
		n, err := stage(q.Home.StimuliDir(), q.StimulusSet, false)
		if err != nil {
			return nil, err
		}
		defer n.discard()
		if err := n.writeTable("stimuli.csv", set); err != nil {
			return nil, err
		}
		if err := n.commit(); err != nil {
			return nil, err
		}
		r.note("%s: made of the trials' %d stimuli", n.target, set.len())
	}
	if n := repeats(all); n > 0 {
		r.note("%d trials show a subject a stimulus again; error_consistency uses the first", n)
	}
	if n := contradictions(all); n > 0 {
		r.note("%d trials have an answer that is right by the column correct and wrong by truth and choice, or the other way round; correct counts", n)
	}
	r.Path, r.What = s.target, fmt.Sprintf("%d trials of %d subjects on %d stimuli", all.len(), len(distinctOf(all.find("subject"))), set.len())
	if !all.has("subject") {
		r.What = fmt.Sprintf("%d trials on %d stimuli", all.len(), set.len())
	}
	return r, s.commit()
}

// read returns the trials of all files that are not excluded.
func (q ChoicesRequest) read(ctx context.Context, r *Result) (table, error) {
	used := make([]bool, len(q.Exclude))
	var all table
	var kind *trialKind
	excluded := 0
	var opened []fs.FileInfo
	for _, path := range q.Paths {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f, err := readTrials(ctx, path, q.Columns, kind)
		if err != nil {
			return nil, err
		}
		info, err := os.Stat(path)
		if err != nil {
			return nil, fileerr.Unreadable(path, err)
		}
		if slices.ContainsFunc(opened, func(o fs.FileInfo) bool { return os.SameFile(o, info) }) {
			return nil, bad(path, "is given twice", "give each file of trials once")
		}
		opened = append(opened, info)
		trials, count, err := f.without(q.Exclude, used)
		if err != nil {
			return nil, err
		}
		if all, err = appendTrials(path, all, trials, kind == nil); err != nil {
			return nil, err
		}
		kind = f.kind
		excluded += count
	}
	for i, e := range q.Exclude {
		if !used[i] {
			return nil, bad(q.Paths[0], fmt.Sprintf("has no trial with %s %s to exclude", e.Column, e.Value), "its conditions are "+strings.Join(distinctOf(all.find("condition")), ", "))
		}
	}
	if all.len() == 0 {
		if excluded == 0 {
			return nil, bad(q.Paths[0], "has no trials", "write one row for each")
		}
		return nil, bad(q.Paths[0], "has only trials that are excluded", "exclude fewer")
	}
	if excluded > 0 {
		r.note("%d trials are excluded", excluded)
	}
	return all, nil
}

// appendTrials appends the trials of a further file, with the columns that all have. A
// column of trials.csv must be in all files or in none.
func appendTrials(path string, all, trials table, first bool) (table, error) {
	if first {
		return trials, nil
	}
	for _, c := range trialColumns {
		if all.has(c.name) != trials.has(c.name) {
			has, lacks := "has a", "have none"
			if all.has(c.name) {
				has, lacks = "has no", "have one"
			}
			return nil, bad(path, fmt.Sprintf("%s column for the %s, but the files before it %s", has, c.name, lacks), "import files of one form together")
		}
	}
	return both(all, trials), nil
}

// repeats counts the trials that show a subject a stimulus again.
func repeats(trials table) int {
	subjects, ids := trials.find("subject"), trials.find(stimulusID)
	if subjects == nil || ids == nil || trials.has("dist_obj") {
		return 0
	}
	shown := map[[2]string]bool{}
	for row, id := range ids {
		shown[[2]string{subjects[row], id}] = true
	}
	return len(ids) - len(shown)
}

// contradictions counts the trials whose answer is right by one column and wrong by
// others.
func contradictions(trials table) (n int) {
	truths, choices := trials.find("truth"), trials.find("choice")
	if truths == nil || choices == nil {
		return 0
	}
	for row, right := range trials.find("correct") {
		if (right == "1") != (choices[row] == truths[row]) {
			n++
		}
	}
	return n
}

// distinctOf lists the distinct values in ascending order.
func distinctOf(values []string) []string {
	found := map[string]bool{}
	for _, v := range values {
		found[v] = true
	}
	return slices.Sorted(maps.Keys(found))
}
