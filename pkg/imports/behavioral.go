package imports

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// assemblyColumns are the columns of trials.csv that published assemblies have under
// other names.
var assemblyColumns = []struct{ name, names string }{
	{"subject", "participant_id subject_id"},
	{"choice", "subject_answer prediction"},
	{"correct", "human_accuracy"},
	{"first", "image_1"},
	{"second", "image_2"},
	{"third", "image_3"},
}

// behavioral writes the trials or solution times of an assembly. Who saw a stimulus, and
// what it shows, may be in its stimulus set alone.
func (q AssemblyRequest) behavioral(d *dataset, t table, set *stimuli.StimulusSet, s *staging, r *Result) error {
	t.rename("osts", "ost")
	if t.has("i1") || t.has("ost") {
		t, err := d.solutionTimes(t, r)
		if err != nil {
			return err
		}
		return q.writeTrials(d, d.truth(t, r, "sample_obj"), []string{"truth", "i1", "ost"}, "osts.csv", "solution times", s, r)
	}
	const expected = "presentation of trials, with the coordinates stimulus_id, truth and choice"
	if _, err := d.order(expected, presentation); err != nil {
		return err
	}
	for _, c := range assemblyColumns {
		for _, name := range strings.Fields(c.names) {
			t.rename(name, c.name)
		}
	}
	t, err := d.answers(t)
	if err != nil {
		return err
	}
	if kindOf(t) == triplets {
		for _, name := range triplets.needed {
			if extra := without(t.find(name), set.IDs); len(extra) > 0 {
				return &stimuli.AlignmentError{Path: d.path, What: "has in the column " + name, IDs: extra, Where: "not in the stimulus set " + set.ID, Remedy: "name the stimulus set that was shown", Known: set.IDs}
			}
		}
		return q.writeTrials(d, t, triplets.needed, "trials.csv", triplets.what, s, r)
	}
	// Whether an answer was right can stand for the truth and the choice.
	required := []string{"truth", "choice"}
	if t.has("correct") {
		required = []string{"correct"}
		if err := wholeTruths(d.path, t.find("correct")); err != nil {
			return err
		}
	}
	t = d.truth(t, r, "sample_obj", "image_label")
	for _, c := range setColumns {
		for _, name := range c.names {
			if t.has(c.name) || !set.Table.Has(name) {
				continue
			}
			values, err := set.Values(name, t.find(stimulusID))
			if err != nil {
				return err
			}
			t = append(t, column{c.name, values})
			r.note("%s: has no coordinate %s; %s of the stimulus set is used instead", d.path, c.name, name)
		}
	}
	return q.writeTrials(d, t, required, "trials.csv", "trials", s, r)
}

// setColumns are the columns of trials that a stimulus set may have in their place.
var setColumns = []struct {
	name  string
	names []string
}{
	{"subject", []string{"subject"}},
	{"truth", []string{"truth", "image_label", "object_class"}},
}

// truth adds the column truth by other names.
func (d *dataset) truth(t table, r *Result, names ...string) table {
	for _, name := range names {
		if !t.has("truth") && t.has(name) {
			t = append(t, column{"truth", t.find(name)})
			r.note("%s: has no coordinate truth; %s is used instead", d.path, name)
		}
	}
	return t
}

// answers adds the values of an assembly to its coordinates as the choices, unless it has
// these or the values repeat whether the answers were right.
func (d *dataset) answers(t table) (table, error) {
	if t.has("choice") {
		return t, nil
	}
	values, err := d.coordinate(d.data, false)
	if err != nil {
		return nil, err
	}
	if correct := t.find("correct"); correct != nil && slices.EqualFunc(values, correct, same) {
		return t, nil
	}
	return append(t, column{"choice", values}), nil
}

// wholeTruths brings right and wrong answers into the form 1 and 0.
func wholeTruths(path string, values []string) error {
	for i, v := range values {
		right, ok := truthValue(v)
		if !ok {
			return bad(path, fmt.Sprintf("has %q for presentation %d in the column of right and wrong answers", v, i+1), "write 1 or 0")
		}
		values[i] = right
	}
	return nil
}

// writeTrials writes the table of trials, whose required columns must be there.
func (q AssemblyRequest) writeTrials(d *dataset, t table, required []string, file, what string, s *staging, r *Result) error {
	for _, name := range required {
		if !t.has(name) {
			return bad(d.path, fmt.Sprintf("has no coordinate %s along presentation, which %s need", name, what), "it has "+t.names())
		}
		if err := checkNames(d.path, name, t.find(name)); err != nil {
			return err
		}
	}
	r.What = fmt.Sprintf("%d %s", t.len(), what)
	return s.writeTable(file, t.first("subject", "condition", stimulusID, "truth", "sample_obj", "dist_obj", "first", "second", "third", "choice", "correct", "i1", "ost"))
}

// isThresholds reports whether the data are one value for each subject.
func isThresholds(dims []string) bool { return len(dims) == 1 && dims[0] == "subject" }

// thresholds installs the thresholds of subjects. Their condition is a coordinate, else
// the last part of the assembly's name: short2 in Malania2007.short2.
func (q AssemblyRequest) thresholds(d *dataset) (*Result, error) {
	r := &Result{}
	t, err := d.columns("subject", r)
	if err != nil {
		return nil, err
	}
	values, err := d.coordinate(d.data, false)
	if err != nil {
		return nil, err
	}
	if !t.has("subject") {
		return nil, bad(d.path, "has no coordinate subject", "it has "+t.names())
	}
	if err := checkUnique(d.path, "subject", t.find("subject")); err != nil {
		return nil, err
	}
	for i, v := range values {
		if _, err := strconv.ParseFloat(v, 64); err != nil && v != "" {
			return nil, bad(d.path, fmt.Sprintf("has the threshold %q for subject %d", v, i+1), "thresholds are numbers; leave those that were not measured empty")
		}
	}
	t = append(t, column{"threshold", values})
	if !t.has("condition") {
		t = append(t, column{"condition", slices.Repeat([]string{conditionOf(q.ID)}, len(values))})
	}
	if err := checkNames(d.path, "condition", t.find("condition")); err != nil {
		return nil, err
	}
	s, err := stage(q.Home.AssembliesDir(), q.ID, q.Force)
	if err != nil {
		return nil, err
	}
	defer s.discard()
	if err := s.writeTable("thresholds.csv", t.first("subject", "condition", "threshold")); err != nil {
		return nil, err
	}
	if err := s.writeInfo(q.ID, "behavioral", q.StimulusSet); err != nil {
		return nil, err
	}
	r.Path, r.What = s.target, fmt.Sprintf("thresholds of %d subjects", len(values))
	return r, s.commit()
}
