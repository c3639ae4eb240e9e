package scoring

import (
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Data documents a kind of data that benchmarks compare models with.
type Data struct {
	Name  string     // as "choices by subject"
	Files []DataFile // of an assembly, beside assembly.yaml; none if the stimulus set is enough
	Dump  string     // what of a model's dump is compared with the data

	// Kind of the benchmarks, neural or behavioral, and Metrics, by name, follow from
	// the rules.
	Kind    string
	Metrics []string
}

// DataFile documents a file of an assembly.
type DataFile struct {
	Name string
	// Columns are those that a table must have, Others those that are read if it has
	// them; of an array, Columns are its axes.
	Columns, Others []string
	Optional        bool // true if an assembly may lack the file
	// Stimuli are the columns that hold ids of stimuli; nil stands for stimulus_id.
	Stimuli []string
}

// behaviorTables lists the tables of behavioural assemblies.
func behaviorTables() []stimuli.BehaviorTable {
	var tables []stimuli.BehaviorTable
	for _, k := range drafting {
		files := k.data().Files
		if k.rules()[0].Benchmark != benchmarks.KindBehavioral || len(files) == 0 {
			continue
		}
		f := files[0]
		if f.Stimuli == nil {
			f.Stimuli = []string{"stimulus_id"}
		}
		tables = append(tables, stimuli.BehaviorTable{Name: f.Name, Columns: f.Stimuli})
	}
	return tables
}

// DataKinds documents the kinds of data that metrics compare with, by name.
func DataKinds() []Data {
	var all []Data
	for _, k := range drafting {
		d := k.data()
		for _, r := range k.rules() {
			d.Kind = r.Benchmark
		}
		for _, info := range metrics.List() {
			if dataKinds[info.Kind] == k {
				d.Metrics = append(d.Metrics, info.Name)
			}
		}
		if len(d.Metrics) > 0 {
			all = append(all, d)
		}
	}
	slices.SortFunc(all, func(a, b Data) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// required lists the files that an assembly must have.
func (d Data) required() []string {
	var names []string
	for _, f := range d.Files {
		if !f.Optional {
			names = append(names, f.Name)
		}
	}
	return names
}

// lacks returns the columns that a table must have and has does not report, in words; ""
// if it has all.
func (f DataFile) lacks(has func(column string) bool) string {
	lacking := slices.DeleteFunc(slices.Clone(f.Columns), has)
	switch n := len(lacking); n {
	case 0:
		return ""
	case 1:
		return "a column " + lacking[0]
	default:
		return "columns " + strings.Join(lacking[:n-1], ", ") + " and " + lacking[n-1]
	}
}

// WhatToDump returns what of a model's dump a benchmark is scored on, as an instruction: the
// files by their path in the dump.
func WhatToDump(d *benchmarks.Definition) (string, error) {
	data, _, err := kindOf(d)
	if err != nil {
		return "", err
	}
	return data.whatToDump(d), nil
}
