package imports

import (
	"fmt"
	"slices"
)

// joinPresentations makes the table of the presentations of all parts. It has the columns
// that all parts have and in which they agree.
func (j *joinedRecordings) joinPresentations() error {
	var rows [][]int // by presentation, then part
	index := make(map[string]int)
	for k, p := range j.parts {
		if p.presentation.has(repetition) != j.parts[0].presentation.has(repetition) {
			return bad(p.file("presentation.csv"), "and that of "+j.parts[0].id+" do not both have a column repetition", "add it, or remove it from all that are joined")
		}
		for row, key := range presentationKeys(p.presentation) {
			at, ok := index[key]
			if !ok {
				at = len(rows)
				index[key] = at
				rows = append(rows, slices.Repeat([]int{-1}, len(j.parts)))
			}
			rows[at][k] = row
		}
	}
	if len(rows) > maxRows || j.neuroid.len() > maxRows {
		return bad(j.parts[0].dir, fmt.Sprintf("and the others have %d presentations and %d neuroids, more than %d", len(rows), j.neuroid.len(), maxRows), "join fewer")
	}
	for k, p := range j.parts {
		p.rows = make([]int, len(rows))
		for at := range rows {
			p.rows[at] = rows[at][k]
		}
	}
	names := j.parts[0].presentation
	for _, p := range j.parts[1:] {
		for _, c := range p.presentation {
			if !names.has(c.name) {
				names = append(slices.Clip(names), column{name: c.name})
			}
		}
	}
	for _, c := range names {
		if values, note := j.presentationColumn(c.name, len(rows)); note != "" {
			j.result.note("presentation.csv: leaves out the column %s, %s", c.name, note)
		} else {
			j.presentation = append(j.presentation, column{c.name, values})
		}
	}
	j.presentation = j.presentation.first(stimulusID)
	return nil
}

// presentationKeys names each presentation by its stimulus and repetition, and by how many
// of the same came before.
func presentationKeys(t table) []string {
	keys, before := make([]string, t.len()), make(map[[2]string]int)
	repetitions := t.find(repetition)
	for i, id := range t.find(stimulusID) {
		presented := [2]string{id, ""}
		if repetitions != nil {
			presented[1] = repetitions[i]
		}
		keys[i] = fmt.Sprintf("%q %q %d", presented[0], presented[1], before[presented])
		before[presented]++
	}
	return keys
}

// presentationColumn returns a column of the joined presentations, or why there is none.
func (j *joinedRecordings) presentationColumn(name string, rows int) (values []string, note string) {
	values = make([]string, rows)
	from := make([]*recordedPart, rows)
	for _, p := range j.parts {
		own := p.presentation.find(name)
		if own == nil {
			return nil, "which " + p.id + " does not have"
		}
		for at, row := range p.rows {
			switch {
			case row < 0:
			case from[at] == nil:
				from[at], values[at] = p, own[row]
			case values[at] != own[row]:
				return nil, fmt.Sprintf("in which %s and %s differ, first for the stimulus %q (%q and %q)", from[at].id, p.id, p.presentation.find(stimulusID)[row], values[at], own[row])
			}
		}
	}
	return values, ""
}
