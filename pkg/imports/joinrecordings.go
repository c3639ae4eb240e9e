package imports

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// JoinRecordings writes the recordings of all parts, assemblies of other neuroids, as one.
// Presentations of the same stimulus and repetition are one row; in those that a part does
// not have, its neuroids are NaN. So the parts may have the same presentations, or each
// stimuli of its own. Values are copied in blocks: memory does not grow with them.
func JoinRecordings(ctx context.Context, q JoinRequest) (*Result, error) {
	if len(q.Parts) == 0 {
		return nil, bad(q.Home.Dir, "is to be joined of no assembly", "name at least one")
	}
	for i, id := range append([]string{q.ID}, q.Parts...) {
		if err := stimuli.SafeID(id); err != nil {
			return nil, err
		}
		if slices.Contains(q.Parts[:max(0, i-1)], id) {
			return nil, bad(q.Home.AssemblyPath(id), "is named twice", "name each assembly once")
		}
	}
	if err := vacant(q.To.AssemblyPath(q.ID), q.Force); err != nil {
		return nil, err
	}
	set, err := loadSet(q.Home, q.StimulusSet)
	if err != nil {
		return nil, err
	}
	j := &joinedRecordings{JoinRequest: q, result: &Result{}}
	defer j.close()
	for _, id := range q.Parts {
		if err := j.open(ctx, id); err != nil {
			return nil, err
		}
		if err := checkInSet(j.last().file("presentation.csv"), j.last().presentation.find(stimulusID), set); err != nil {
			return nil, err
		}
	}
	if err := j.joinTimeBins(ctx); err != nil {
		return nil, err
	}
	if err := j.joinNeuroids(); err != nil {
		return nil, err
	}
	if err := j.joinPresentations(); err != nil {
		return nil, err
	}
	s, err := stage(q.To.AssembliesDir(), q.ID, q.Force)
	if err != nil {
		return nil, err
	}
	defer s.discard()
	if err := j.write(ctx, s); err != nil {
		return nil, err
	}
	if err := s.writeInfo(q.ID, "neural", q.StimulusSet); err != nil {
		return nil, err
	}
	a, err := stimuli.OpenNeural(s.dir)
	if err != nil {
		return nil, err
	}
	a.Close()
	j.result.Path = s.target
	return j.result, s.commit()
}

// recordedPart is an assembly that is joined with others.
type recordedPart struct {
	id, dir               string
	presentation, neuroid table
	values                *npy.File
	rows                  []int // of each joined presentation, -1 if the part does not have it
	first                 int   // the joined neuroid that its first one is
}

func (p *recordedPart) file(name string) string { return filepath.Join(p.dir, name) }

// joinedRecordings are the parts with their joined tables.
type joinedRecordings struct {
	JoinRequest
	parts                           []*recordedPart
	presentation, neuroid, timeBins table
	bins                            int
	result                          *Result
}

func (j *joinedRecordings) last() *recordedPart { return j.parts[len(j.parts)-1] }

func (j *joinedRecordings) close() {
	for _, p := range j.parts {
		p.values.Close()
	}
}

// open opens a part and checks that its tables fit its values.
func (j *joinedRecordings) open(ctx context.Context, id string) error {
	p := &recordedPart{id: id, dir: j.Home.AssemblyPath(id)}
	if _, err := existing(p.dir, []string{"values.npy"}); err != nil {
		return err
	}
	a, err := stimuli.OpenNeural(p.dir)
	if err != nil {
		return err
	}
	a.Close()
	if a.Values != "" {
		return bad(p.dir, "holds dissimilarities, which are not joined as recordings are", "import the matrices of all subjects at once, by import rdm")
	}
	if p.presentation, _, err = readTable(ctx, p.file("presentation.csv")); err != nil {
		return err
	}
	if p.neuroid, _, err = readTable(ctx, p.file("neuroid.csv")); err != nil {
		return err
	}
	if p.values, err = npy.Open(p.file("values.npy")); err != nil {
		return err
	}
	j.parts = append(j.parts, p)
	return nil
}

// joinTimeBins returns an error unless all parts have the same time bins, or none.
func (j *joinedRecordings) joinTimeBins(ctx context.Context) error {
	j.bins = 1
	for i, p := range j.parts {
		var t table
		if len(p.values.Shape()) == 3 {
			var err error
			if t, _, err = readTable(ctx, p.file("time_bin.csv")); err != nil {
				return err
			}
		}
		if i == 0 {
			if j.timeBins = t; t != nil {
				j.bins = t.len()
			}
			continue
		}
		if !slices.Equal(t.find("time_bin_start"), j.timeBins.find("time_bin_start")) || !slices.Equal(t.find("time_bin_end"), j.timeBins.find("time_bin_end")) {
			return bad(p.dir, "has other time bins than "+j.parts[0].id, "join recordings in the same time bins")
		}
	}
	return nil
}

// joinNeuroids makes the table of the neuroids of all parts. Columns that a part does not
// have are empty in its rows.
func (j *joinedRecordings) joinNeuroids() error {
	named := slices.ContainsFunc(j.parts, func(p *recordedPart) bool { return p.neuroid.has(subject) })
	names := subjectsOf(j.JoinRequest.Parts)
	for i, p := range j.parts {
		switch {
		case !named && j.Subjects:
			p.neuroid = append(p.neuroid, column{subject, slices.Repeat([]string{names[i]}, p.neuroid.len())})
		case named && !p.neuroid.has(subject):
			return bad(p.file("neuroid.csv"), "has no column subject, but others that are joined have", "add it")
		}
	}
	owner := make(map[[2]string]string)
	for _, p := range j.parts {
		p.first = j.neuroid.len()
		subjects := p.neuroid.find(subject)
		for i, id := range p.neuroid.find(neuroidID) {
			key := [2]string{"", id}
			if subjects != nil {
				key[0] = subjects[i]
			}
			if other, ok := owner[key]; ok {
				what := fmt.Sprintf("has the neuroid %q", id)
				if subjects != nil {
					what += fmt.Sprintf(" of the subject %q", key[0])
				}
				if other == p.id {
					return bad(p.file("neuroid.csv"), what+" twice", "name the neuroids of each subject uniquely")
				}
				return bad(p.file("neuroid.csv"), what+", as "+other+" has", "name neuroids uniquely within a subject, in a column subject")
			}
			owner[key] = p.id
		}
		j.neuroid = j.stacked(p)
	}
	j.neuroid = j.neuroid.first(neuroidID, subject)
	return nil
}

// stacked returns the neuroids so far with those of a part below.
func (j *joinedRecordings) stacked(p *recordedPart) table {
	before, rows := j.neuroid.len(), p.neuroid.len()
	all := slices.Clone(j.neuroid)
	for _, c := range p.neuroid {
		if !all.has(c.name) {
			if before > 0 {
				j.result.note("%s: %s has no column %s; its cells are empty", "neuroid.csv", j.parts[0].id, c.name)
			}
			all = append(all, column{c.name, make([]string, before)})
		}
	}
	for i, c := range all {
		values := p.neuroid.find(c.name)
		if values == nil {
			j.result.note("%s: %s has no column %s; its cells are empty", "neuroid.csv", p.id, c.name)
			values = make([]string, rows)
		}
		all[i].values = append(slices.Clip(c.values), values...)
	}
	return all
}

// subjectsOf returns the names of parts without what all begin with, up to a full stop or
// an underscore: sub-01 of Zerbe2026_fmri_full_sub-01.
func subjectsOf(parts []string) []string {
	common := parts[0]
	for _, p := range parts[1:] {
		for !strings.HasPrefix(p, common) {
			common = common[:len(common)-1]
		}
	}
	from := strings.LastIndexAny(common, "._") + 1
	var names []string
	for _, p := range parts {
		names = append(names, cmp.Or(p[from:], p))
	}
	return names
}
