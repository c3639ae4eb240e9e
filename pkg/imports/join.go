package imports

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// JoinRequest asks for one stimulus set, or one assembly, of several parts in a home.
type JoinRequest struct {
	Home  stimuli.Home
	Parts []string
	ID    string
	// StimulusSet is the stimulus set of the assembly; "" joins stimulus sets.
	StimulusSet string
	// To is the home that is written.
	To stimuli.Home
	// Subjects adds a column subject to the neuroids of recordings that have none: what
	// the name of each part does not share with the others.
	Subjects bool
	Force    bool
	Progress Progress // of recordings
}

// Join joins recordings by JoinRecordings. Of other parts, it writes the rows of all as one
// table with the column condition, which is the last part of each name: short2 of
// Malania2007.short2. Stimuli of several conditions may have one id; short2/7 is the
// stimulus 7 of short2.
func Join(ctx context.Context, q JoinRequest) (*Result, error) {
	names, pathOf, target := []string{"stimuli.csv"}, q.Home.StimulusSetPath, q.To.StimuliDir()
	if q.StimulusSet != "" {
		if _, err := existing(q.Home.AssemblyPath(q.Parts[0]), []string{"values.npy"}); err == nil {
			return JoinRecordings(ctx, q)
		}
		names, pathOf, target = []string{"trials.csv", "thresholds.csv"}, q.Home.AssemblyPath, q.To.AssembliesDir()
	}
	var all table
	var file string
	for i, part := range q.Parts {
		if err := stimuli.SafeID(part); err != nil {
			return nil, err
		}
		name, err := existing(pathOf(part), names)
		if err != nil {
			return nil, err
		}
		if i > 0 && name != file {
			return nil, bad(filepath.Join(pathOf(part), name), "cannot be joined with "+file+" of "+q.Parts[0], "join data of one kind")
		}
		file = name
		t, _, err := readTable(ctx, filepath.Join(pathOf(part), name))
		if err != nil {
			return nil, err
		}
		condition := conditionOf(part)
		if !t.has("condition") {
			t = append(t, column{"condition", slices.Repeat([]string{condition}, t.len())})
		}
		ids := t.find(stimulusID)
		for row, id := range ids {
			ids[row] = condition + "/" + id
		}
		if i == 0 {
			all = t
			continue
		}
		all = both(all, t)
	}
	s, err := stage(target, q.ID, false)
	if err != nil {
		return nil, err
	}
	defer s.discard()
	if err := s.writeTable(file, all); err != nil {
		return nil, err
	}
	if q.StimulusSet != "" {
		if err := s.writeInfo(q.ID, "behavioral", q.StimulusSet); err != nil {
			return nil, err
		}
	}
	return &Result{Path: s.target, What: "joined of " + strings.Join(q.Parts, ", ")}, s.commit()
}

// conditionOf returns the last part of a name.
func conditionOf(id string) string { return id[strings.LastIndexByte(id, '.')+1:] }

// existing returns the first of the names that a folder has a file of.
func existing(dir string, names []string) (string, error) {
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return name, nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return "", bad(dir, "has no "+strings.Join(names, " and no "), "fetch or import it first")
}
