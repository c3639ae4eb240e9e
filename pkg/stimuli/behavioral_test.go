package stimuli

import (
	"slices"
	"strings"
	"testing"
)

func behavioralFolder(trials string) folder {
	return folder{"assembly.yaml": "kind: behavioral\nstimulus_set: set\n", "trials.csv": trials}
}

func TestChoiceTrials(t *testing.T) {
	a, err := OpenBehavioral(behavioralFolder("stimulus_id,truth,sample_obj,dist_obj,choice\n" +
		"s2,dog,dog,cat,cat\ns1,cat,ape,cat,cat\ns1,cat,cat,dog,neither\n").write(t))
	if err != nil {
		t.Fatal(err)
	}
	c, err := a.ChoiceTrials()
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Dropped) != 1 || !slices.Equal(c.Objects, []string{"ape", "cat", "dog"}) || !slices.Equal(c.StimulusIDs, []string{"s1", "s2"}) {
		t.Errorf("trials %+v", c)
	}
	for _, codes := range [][2][]int{
		{c.Stimulus, {1, 0}}, {c.Truth, {2, 1}}, {c.Sample, {2, 0}}, {c.Distractor, {1, 1}}, {c.Choice, {1, 1}}, {c.ObjectOf, {1, 2}},
	} {
		if !slices.Equal(codes[0], codes[1]) {
			t.Errorf("codes %v, want %v", codes[0], codes[1])
		}
	}
}

func TestSubjectTrials(t *testing.T) {
	a, err := OpenBehavioral(behavioralFolder("subject,condition,stimulus_id,truth,choice\n" +
		"p2,10,a,cat,cat\np1,9,a,cat,dog\n").write(t))
	if err != nil {
		t.Fatal(err)
	}
	s, err := a.SubjectTrials()
	if err != nil || !slices.Equal(s.Conditions, []string{"9", "10"}) || !slices.Equal(s.Condition, []int{1, 0}) || !slices.Equal(s.Subject, []int{1, 0}) {
		t.Errorf("trials %+v, %v", s, err)
	}
}

func TestBehavioralErrors(t *testing.T) {
	for _, c := range []struct{ name, trials, part string }{
		{"no trials", "stimulus_id,truth,sample_obj,dist_obj,choice\n", "has no rows"},
		{"no column", "stimulus_id,truth,sample_obj,choice\na,b,c,d\n", `no column "dist_obj"`},
		{"no choice among the objects", "stimulus_id,truth,sample_obj,dist_obj,choice\na,b,b,c,x\n", "no trial whose choice"},
		{"two truths", "stimulus_id,truth,sample_obj,dist_obj,choice\na,b,b,c,b\na,c,b,c,b\n", `trials.csv:3: has the truth "c" for stimulus "a", but an earlier line has "b"`},
	} {
		a, err := OpenBehavioral(behavioralFolder(c.trials).write(t))
		if err == nil {
			_, err = a.ChoiceTrials()
		}
		if err == nil || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.part)
		}
	}
}
