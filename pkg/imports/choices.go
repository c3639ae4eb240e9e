package imports

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
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

// trial is a choice as model-vs-human publishes it.
type trial struct {
	subject, condition, stimulus, truth, choice string
}

// trialColumns are the names that a column has in published files.
var trialColumns = []struct{ name, names string }{
	{"subject", "subj subject subject_id"},
	{"choice", "object_response response choice"},
	{"truth", "category truth"},
	{"condition", "condition"},
	{"image", "imagename stimulus_id image_id image"},
}

// readTrials reads the trials of one file that are not excluded, counts those that
// are, and marks the exclusions that apply to a trial as used.
func readTrials(ctx context.Context, path string, exclude []Exclusion, used []bool) (trials []trial, excluded int, err error) {
	t, source, err := readTable(ctx, path)
	if err != nil {
		return nil, 0, err
	}
	for i := range t {
		t[i].name = strings.ToLower(t[i].name)
	}
	columns := map[string][]string{}
	for _, c := range trialColumns {
		for _, name := range strings.Fields(c.names) {
			if t.has(name) {
				columns[c.name] = t.find(name)
				break
			}
		}
		if columns[c.name] == nil && c.name != "condition" {
			return nil, 0, bad(path, fmt.Sprintf("has no column for the %s (%s)", c.name, strings.ReplaceAll(c.names, " ", ", ")),
				"trials have the columns subj, session, trial, rt, object_response, category, condition, imagename; the file has "+t.names())
		}
	}
	for i := range exclude {
		if !t.has(exclude[i].Column) {
			return nil, 0, bad(path, fmt.Sprintf("has no column %q to exclude by", exclude[i].Column), "it has "+t.names())
		}
	}
	for _, c := range trialColumns {
		if err := checkNames(path, c.name, columns[c.name]); err != nil {
			return nil, 0, err
		}
	}
	for row := range source.Len() {
		condition := "0"
		if columns["condition"] != nil {
			if c := columns["condition"][row]; !missing(c) {
				condition = c
			}
		}
		drop := false
		for i, e := range exclude {
			value := t.find(e.Column)[row]
			if e.Column == "condition" {
				value = condition
			}
			if same(value, e.Value) {
				used[i], drop = true, true
			}
		}
		if drop {
			excluded++
			continue
		}
		one := trial{columns["subject"][row], condition, "", columns["truth"][row], columns["choice"][row]}
		for i, v := range []string{one.subject, one.truth, columns["image"][row]} {
			if v == "" {
				return nil, 0, &stimuli.FileError{Path: path, Line: source.Line(row), What: "has an empty " + []string{"subject", "category", "image name"}[i]}
			}
		}
		if missing(one.choice) {
			one.choice = "na"
		}
		one.stimulus = stimulusOf(columns["image"][row], one.condition, one.truth)
		trials = append(trials, one)
	}
	return trials, excluded, nil
}

// missing reports whether a cell has no value.
func missing(s string) bool {
	return s == "" || strings.EqualFold(s, "nan") || strings.EqualFold(s, "na")
}

// stimulusOf returns the stimulus id of an image name. Names such as
// 0001_cop_s01_c30_knife_10_n03041632_7380.png hold the trial's number and
// subject: the name of the image follows the category and a two-digit number. An
// image under several conditions is several stimuli: c30/n03041632_7380. If the
// only condition is 0, the id is the image: boat-0068-sketch-23,
// airplane1-bicycle2.
func stimulusOf(image, condition, category string) string {
	name := strings.ReplaceAll(image, `\`, "/")
	name = name[strings.LastIndexByte(name, '/')+1:]
	switch ext := strings.ToLower(filepath.Ext(name)); ext {
	case ".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".gif", ".webp":
		name = name[:len(name)-len(ext)]
	}
	if p := strings.SplitN(name, "_", 7); len(p) == 7 && p[4] == category && digits(p[0]) && digits(p[5]) {
		name = p[6]
	}
	if same(condition, "0") {
		return name
	}
	return condition + "/" + name
}

// ChoicesRequest asks for the import of human trials as an assembly.
type ChoicesRequest struct {
	Home        stimuli.Home
	Paths       []string
	ID          string
	StimulusSet string
	Exclude     []Exclusion
	Force       bool
}

// Choices installs published trials of humans as a behavioral assembly, and their
// stimulus set if the home does not have it. A trial without a choice ("na") counts
// as a wrong choice.
func Choices(ctx context.Context, q ChoicesRequest) (*Result, error) {
	for _, id := range []string{q.ID, q.StimulusSet} {
		if err := stimuli.SafeID(id); err != nil {
			return nil, err
		}
	}
	r := &Result{}
	used := make([]bool, len(q.Exclude))
	var all []trial
	truths := map[string]trial{}
	excluded, repeats := 0, 0
	var opened []fs.FileInfo
	shown := map[[2]string]bool{} // subject, stimulus
	for _, path := range q.Paths {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		trials, count, err := readTrials(ctx, path, q.Exclude, used)
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
		for _, t := range trials {
			if former, ok := truths[t.stimulus]; ok && former.truth != t.truth {
				return nil, bad(path, fmt.Sprintf("has the category %q for stimulus %q, but an earlier trial has %q", t.truth, t.stimulus, former.truth), "each image shows one object")
			}
			if shown[[2]string{t.subject, t.stimulus}] {
				repeats++
			}
			shown[[2]string{t.subject, t.stimulus}] = true
			truths[t.stimulus] = t
		}
		all = append(all, trials...)
		excluded += count
	}
	for i, e := range q.Exclude {
		if !used[i] {
			return nil, bad(q.Paths[0], fmt.Sprintf("has no trial with %s %s to exclude", e.Column, e.Value), "its conditions are "+strings.Join(conditions(all), ", "))
		}
	}
	if len(all) == 0 {
		return nil, bad(q.Paths[0], "has only trials that are excluded", "exclude fewer")
	}
	set := stimulusTable(truths)
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
	t := table{{name: "subject"}, {name: "condition"}, {name: stimulusID}, {name: "truth"}, {name: "choice"}}
	subjects := map[string]bool{}
	for _, one := range all {
		subjects[one.subject] = true
		for j, v := range []string{one.subject, one.condition, one.stimulus, one.truth, one.choice} {
			t[j].values = append(t[j].values, v)
		}
	}
	if err := s.writeTable("trials.csv", t); err != nil {
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
		r.note("%s: made of the trials' %d stimuli", n.target, len(truths))
	}
	if excluded > 0 {
		r.note("%d trials are excluded", excluded)
	}
	if repeats > 0 {
		r.note("%d trials show a subject a stimulus again; error_consistency uses the first", repeats)
	}
	r.Path, r.What = s.target, fmt.Sprintf("%d trials of %d subjects on %d stimuli", len(all), len(subjects), len(truths))
	return r, s.commit()
}

// conditions lists the conditions of trials in ascending order.
func conditions(trials []trial) []string {
	distinct := map[string]bool{}
	for _, t := range trials {
		distinct[t.condition] = true
	}
	return slices.Sorted(maps.Keys(distinct))
}

// stimulusTable returns the stimulus set of trials, of which one is given by
// stimulus.
func stimulusTable(trials map[string]trial) table {
	t := table{{name: stimulusID}, {name: "truth"}, {name: "condition"}}
	for _, id := range slices.Sorted(maps.Keys(trials)) {
		for j, v := range []string{id, trials[id].truth, trials[id].condition} {
			t[j].values = append(t[j].values, v)
		}
	}
	return t
}

// Responses adds a model's choices to its dump.
func Responses(ctx context.Context, q DumpRequest) (*Result, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	set, err := loadSet(q.Home, q.StimulusSet)
	if err != nil {
		return nil, err
	}
	trials, _, err := readTrials(ctx, q.Path, nil, nil)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	choice := map[string]string{}
	subjects := map[string]bool{}
	known := map[string]bool{}
	for _, id := range set.IDs {
		known[id] = true
	}
	r := &Result{}
	extra := 0
	for _, t := range trials {
		subjects[t.subject] = true
		if !known[t.stimulus] {
			extra++
			continue
		}
		if _, repeated := choice[t.stimulus]; repeated {
			return nil, bad(q.Path, fmt.Sprintf("has two choices for stimulus %q", t.stimulus), "a model makes one choice for each")
		}
		choice[t.stimulus] = t.choice
	}
	if len(subjects) > 1 {
		return nil, bad(q.Path, fmt.Sprintf("has the choices of %d subjects (%s)", len(subjects), few(slices.Sorted(maps.Keys(subjects)))), "name a file of one model; import trials of humans by import choices")
	}
	ids := slices.Sorted(maps.Keys(choice))
	if missing := without(set.IDs, ids); len(missing) > 0 {
		return nil, &stimuli.AlignmentError{Path: q.Path, What: "has no choice for", IDs: missing, Where: "of the stimulus set " + q.StimulusSet, Remedy: "write the model's choice for every stimulus"}
	}
	if extra > 0 {
		r.note("%s: ignores %d choices for stimuli that are not in %s", q.Path, extra, q.StimulusSet)
	}
	t := table{{name: stimulusID, values: ids}, {name: "choice"}}
	for _, id := range ids {
		t[1].values = append(t[1].values, choice[id])
	}
	s, err := q.stage([]string{"responses.csv"})
	if err != nil {
		return nil, err
	}
	defer s.discard()
	if err := s.writeTable("responses.csv", t); err != nil {
		return nil, err
	}
	r.Path, r.What = filepath.Join(s.target, "responses.csv"), fmt.Sprintf("%d choices", len(ids))
	return r, s.commitInto([]string{"responses.csv"})
}
