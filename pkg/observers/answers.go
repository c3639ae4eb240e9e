// Package observers compares the answers of observers, which are models and people, to the
// same stimuli: accuracy by condition, shape bias by category, confusion matrices, error
// consistency of all pairs, and the mean ranks of models over several benchmarks. Its
// input is an Answers, which package scoring reads from a data home and model dumps; its
// tables are what package figures draws and package report shows.
//
// Formulas are those of Geirhos et al. 2021 (Partial success in closing the gap between
// human and machine vision, NeurIPS, arXiv:2106.07411) and of their program
// bethgelab/model-vs-human.
package observers

import (
	"fmt"
	"slices"
)

// PeopleName is the name of the row of a table that pools the trials of all subjects.
const PeopleName = "people"

// Answers holds what models and people answered on one benchmark, in codes.
type Answers struct {
	Benchmark string
	Version   int
	// By names the columns whose combinations of values are the conditions; without columns
	// there is one condition.
	By         []string
	Conditions []string // in natural order
	Stimuli    int
	Names      []string // of truths, choices and textures, ascending
	// Texture holds the name of each stimulus's texture, -1 if it is not known. It is nil if
	// the stimulus set has no such column; TextureColumn is the one that was asked for.
	Texture       []int
	TextureColumn string
	Models        []Observer
	People        []Observer // one for each subject, in the order of their names
	Warnings      []string
}

// Observer is a model, on one layer, or a subject.
type Observer struct {
	Name    string
	Layer   string // of a model; "" for a subject
	Answers []Answer
}

// Answer is the answer in one trial of a subject, or a model's answer to a stimulus in a
// condition.
type Answer struct {
	Stimulus, Condition int
	Truth               int // the name of the right answer
	Choice              int // the name that was chosen; -1 if only Right is known
	Right               bool
}

// DataError reports answers that a table cannot be made of.
type DataError struct{ msg string }

func (e *DataError) Error() string { return e.msg }

// DataError reports that the cause is invalid data.
func (e *DataError) DataError() bool { return true }

func dataErrorf(format string, args ...any) error { return &DataError{fmt.Sprintf(format, args...)} }

// Group is the observers that one row of a table is about: a model, a subject, or all
// subjects together.
type Group struct {
	Name, Layer string
	Kind        Kind
	observers   []Observer
}

// Kind is the kind of a group of observers.
type Kind string

// The kinds of groups.
const (
	Model   Kind = "model"
	People  Kind = "people" // all subjects, whose trials are pooled
	Subject Kind = "subject"
)

// Groups returns the models, then all people together, if there are any, and each subject.
// A model with several layers has its layer in its name.
func (a *Answers) Groups() []Group {
	layers := make(map[string]int)
	for _, m := range a.Models {
		layers[m.Name]++
	}
	var groups []Group
	for _, m := range a.Models {
		name := m.Name
		if layers[m.Name] > 1 {
			name += " (" + m.Layer + ")"
		}
		groups = append(groups, Group{name, m.Layer, Model, []Observer{m}})
	}
	if len(a.People) > 0 {
		groups = append(groups, Group{PeopleName, "", People, a.People})
	}
	for _, s := range a.People {
		groups = append(groups, Group{s.Name, "", Subject, []Observer{s}})
	}
	return groups
}

// each calls visit with all answers of a group.
func (g Group) each(visit func(Answer)) {
	for _, o := range g.observers {
		for _, answer := range o.Answers {
			visit(answer)
		}
	}
}

// KeepModels keeps the models of these names; no names keep all.
func (a *Answers) KeepModels(find func(name string, known []string) (string, error), names []string) error {
	if len(names) == 0 {
		return nil
	}
	var known []string
	for _, m := range a.Models {
		known = append(known, m.Name)
	}
	var models []Observer
	for _, name := range names {
		found, err := find(name, known)
		if err != nil {
			return err
		}
		for _, m := range a.Models {
			if m.Name == found && !slices.ContainsFunc(models, func(o Observer) bool { return o.Name == m.Name && o.Layer == m.Layer }) {
				models = append(models, m)
			}
		}
	}
	a.Models = models
	return nil
}
