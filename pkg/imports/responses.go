package imports

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Responses adds a model's choices to its dump.
func Responses(ctx context.Context, q DumpRequest) (*Result, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	set, err := loadSet(q.Home, q.StimulusSet)
	if err != nil {
		return nil, err
	}
	f, err := readTrials(ctx, q.Path, q.Columns, ofModels)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if subjects := distinctOf(f.table.find("subject")); len(subjects) > 1 {
		return nil, bad(q.Path, fmt.Sprintf("has the choices of %d subjects (%s)", len(subjects), few(subjects)), "name a file of one model; import trials of humans by import choices")
	}
	known := map[string]bool{}
	for _, id := range set.IDs {
		known[id] = true
	}
	r := &Result{}
	choice := map[string]string{}
	extra := 0
	choices := f.table.find("choice")
	for row, id := range f.table.find(stimulusID) {
		if !known[id] {
			extra++
			continue
		}
		if _, repeated := choice[id]; repeated {
			return nil, f.at(row, fmt.Sprintf("has a second choice for stimulus %q", id), "a model makes one choice for each")
		}
		choice[id] = choices[row]
	}
	ids := slices.DeleteFunc(distinctOf(set.IDs), func(id string) bool { _, ok := choice[id]; return !ok })
	if missing := without(set.IDs, ids); len(missing) > 0 {
		return nil, &stimuli.AlignmentError{Path: q.Path, What: "has no choice for", IDs: missing, Where: "of the stimulus set " + q.StimulusSet, Remedy: "write the model's choice for every stimulus", Known: distinctOf(f.table.find(stimulusID))}
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
