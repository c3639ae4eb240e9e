package stimuli

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Design holds the stimulus and repetition of each presentation of an assembly,
// and the order of the averaged assembly.
type Design struct {
	// Stimuli are the ids in ascending order (numbers as numbers).
	Stimuli []string
	// Stimulus is the index into Stimuli of each presentation.
	Stimulus []int
	// Repetition is the number of each presentation's repetition value among
	// all of them in ascending order; nil without a repetition column.
	Repetition  []int
	Repetitions int
	// Order lists the stimuli, as indices into Stimuli, in the averaged
	// assembly's order: ascending by all presentation columns but repetition.
	// Splits are drawn over this order.
	Order []int
	// Varying names columns that differ among the presentations of one
	// stimulus; the order ignores them.
	Varying []string

	columns map[string][]string // by stimulus
}

// Design groups the presentations by stimulus.
func (a *NeuralAssembly) Design() (*Design, error) {
	t := a.Presentation
	ids, err := t.Names("stimulus_id")
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, &FileError{Path: t.Path, What: "has no rows"}
	}
	if row := slices.Index(ids, ""); row >= 0 {
		return nil, &FileError{Path: t.Path, Line: t.Line(row), What: "has an empty stimulus_id"}
	}
	d := &Design{columns: make(map[string][]string)}
	d.Stimulus, d.Stimuli = Codes(ids)
	if t.Has("repetition") {
		values, _ := t.Column("repetition")
		if row := slices.Index(values, ""); row >= 0 {
			return nil, &FileError{Path: t.Path, Line: t.Line(row), What: "has an empty repetition"}
		}
		var names []string
		d.Repetition, names = Codes(values)
		d.Repetitions = len(names)
	}
	type key struct {
		values  []string
		compare func(a, b string) int
	}
	var keys []key
	for _, name := range t.Columns {
		if name == "repetition" {
			continue
		}
		values, _ := t.Column(name)
		byStimulus, constant := d.perStimulus(values)
		if !constant {
			d.Varying = append(d.Varying, name)
			continue
		}
		d.columns[name] = byStimulus
		keys = append(keys, key{byStimulus, orderOf(values)})
	}
	for i := range d.Stimuli {
		d.Order = append(d.Order, i)
	}
	slices.SortStableFunc(d.Order, func(i, j int) int {
		for _, k := range keys {
			if c := k.compare(k.values[i], k.values[j]); c != 0 {
				return c
			}
		}
		return cmp.Compare(i, j)
	})
	return d, nil
}

// perStimulus returns a presentation column by stimulus, and false if the
// presentations of one stimulus differ.
func (d *Design) perStimulus(values []string) ([]string, bool) {
	byStimulus := make([]string, len(d.Stimuli))
	known := make([]bool, len(d.Stimuli))
	for p, v := range values {
		s := d.Stimulus[p]
		if known[s] && byStimulus[s] != v {
			return nil, false
		}
		byStimulus[s], known[s] = v, true
	}
	return byStimulus, true
}

// Values returns a metadata column by stimulus, in the order of Stimuli: from the
// presentations, else from the stimulus set.
func (d *Design) Values(column string, set *StimulusSet) ([]string, error) {
	if values, ok := d.columns[column]; ok {
		return values, nil
	}
	if slices.Contains(d.Varying, column) {
		return nil, &FileError{Path: set.Table.Path, What: fmt.Sprintf("the presentations of one stimulus differ in %q", column), Remedy: "stratify by a column that belongs to the stimulus"}
	}
	return set.Values(column, d.Stimuli)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
