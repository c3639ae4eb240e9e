package imports

import (
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Published assemblies of trials have the columns of trials.csv, whatever they are
// called.
func TestAssembliesOfTrials(t *testing.T) {
	dir, _ := extract(t, "testdata/trials.zip")
	for name, c := range map[string]struct {
		want string // trials.csv, or
		err  string // a part of the error
		what string
	}{
		"right":      {want: "subject,condition,stimulus_id,truth,correct,orientation\n1,w,im0,cat,1,normal\n1,f,im1,bear,0,normal\n2,w,im2,cat,1,normal\n", what: "3 trials"},
		"oddball":    {want: "subject,stimulus_id,correct,target_present,distractor_nums,block\np1,im0,1,1,1.0,first\np1,im1,1,0,5.0,first\np2,im2,0,1,11.0,second\n"},
		"answers":    {want: "subject,condition,stimulus_id,truth,choice,is_correct\n7,12,im0,Bowl,Bowl,1\n7,12,im1,Pan,Cup,0\n9,12,im2,Cup,Cup,1\n"},
		"occluded":   {want: "stimulus_id,choice,correct\nim0,hare,1\nim1,bear,0\nim2,hare,0\n"},
		"tasks":      {want: "subject,stimulus_id,truth,choice,image_label,response,task\nn1,im0,face,face,face,f,control\nn1,im1,car,face,car,f,clutter_heavy\nn2,im2,car,car,car,c,control\n"},
		"triplets":   {want: "stimulus_id,first,second,third,choice,triplet_id\n2,0,1,2,2,triplet_0\n0,1,2,0,0,triplet_1\n", what: "2 triplets"},
		"thresholds": {want: "subject,condition,threshold\n1,short2,52.5\n2,short2,\n6,short2,81.0\n", what: "thresholds of 3 subjects"},
		"half":       {err: `half.nc: has "0.5" for presentation 2 in the column of right and wrong answers; write 1 or 0`},
	} {
		home := stimuli.Home{Dir: t.TempDir()}
		writeFile(t, home.StimulusSetPath("s")+"/stimuli.csv", "stimulus_id\nim0\nim1\nim2\n0\n1\n2\n")
		r, err := Assembly(t.Context(), AssemblyRequest{Home: home, Path: dir + "/" + name + ".nc_/" + name + ".nc", ID: "lab.short2", StimulusSet: "s", Kind: "behavioral"})
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: error %v", name, err)
			}
			aboutData(t, err)
			noneHidden(t, home.Dir)
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		file := "trials.csv"
		if name == "thresholds" {
			file = "thresholds.csv"
		}
		if got := read(t, r.Path, file); got != c.want {
			t.Errorf("%s: %s is %q, want %q", name, file, got, c.want)
		}
		if c.what != "" && r.What != c.what {
			t.Errorf("%s: %s, want %s", name, r.What, c.what)
		}
	}
}

// Subjects and labels that only the stimulus set has become columns of the trials.
func TestTrialsOfTheStimulusSet(t *testing.T) {
	dir, _ := extract(t, "testdata/trials.zip")
	for name, c := range map[string]struct{ set, want string }{
		"occluded": {"stimulus_id,subject,object_class\nim2,b,hare\nim0,a,hare\nim1,a,hare\n", "subject,stimulus_id,truth,choice,correct\na,im0,hare,hare,1\na,im1,hare,bear,0\nb,im2,hare,hare,0\n"},
		"oddball":  {"stimulus_id,subject,image_label\nim0,x,same\nim1,x,oddball\nim2,x,same\n", "subject,stimulus_id,truth,correct,target_present,distractor_nums,block\np1,im0,same,1,1,1.0,first\np1,im1,oddball,1,0,5.0,first\np2,im2,same,0,1,11.0,second\n"},
	} {
		home := stimuli.Home{Dir: t.TempDir()}
		writeFile(t, home.StimulusSetPath("s")+"/stimuli.csv", c.set)
		r, err := Assembly(t.Context(), AssemblyRequest{Home: home, Path: dir + "/" + name + ".nc_/" + name + ".nc", ID: "a", StimulusSet: "s"})
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, r.Path, "trials.csv"); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// All three stimuli of a triplet must be in the set.
func TestTripletsOutsideTheSet(t *testing.T) {
	dir, _ := extract(t, "testdata/trials.zip")
	home := stimuli.Home{Dir: t.TempDir()}
	writeFile(t, home.StimulusSetPath("s")+"/stimuli.csv", "stimulus_id\n0\n2\n")
	_, err := Assembly(t.Context(), AssemblyRequest{Home: home, Path: dir + "/triplets.nc_/triplets.nc", ID: "a", StimulusSet: "s"})
	if err == nil || !strings.Contains(err.Error(), `has in the column first 1 stimulus id ("1") not in the stimulus set s`) {
		t.Errorf("error %v", err)
	}
}

// The labels and numbers of distractors of Ferguson et al. follow from image numbers.
func TestSearchColumns(t *testing.T) {
	checkDerived(t, SearchColumns, map[string]string{
		"stimulus_id,image_number\na,0\nb,1\nc,2\nd,3\ne,4\nf,5\ng,6\nh,23\n": "stimulus_id,image_number,image_label,distractor_nums\n" +
			"a,0,oddball,1.0\nb,1,same,1.0\nc,2,oddball,5.0\nd,3,same,5.0\ne,4,oddball,11.0\nf,5,same,11.0\ng,6,oddball,1.0\nh,23,same,11.0\n",
		"stimulus_id,image_number\na,0\nb,319\n":        "stimulus_id,image_number,image_label\na,0,oddball\nb,319,same\n",
		"stimulus_id,image_number,image_label\na,1,x\n": "stimulus_id,image_number,image_label,distractor_nums\na,1,x,1.0\n",
		"stimulus_id\na\n":                              "has no column image_number",
		"stimulus_id,image_number\na,x\n":               `has the image_number "x" in row 1`,
		"stimulus_id,image_number\na,-1\n":              `has the image_number "-1" in row 1`,
	})
}

// The tasks of Maniquet et al. follow from their manipulations.
func TestTaskColumn(t *testing.T) {
	checkDerived(t, TaskColumn, map[string]string{
		"stimulus_id,manipulation,manipulation_details\na,control,control\nb,occluder,fewlarge-high\n": "stimulus_id,manipulation,manipulation_details,task\na,control,control,control-control\nb,occluder,fewlarge-high,occluder-fewlarge-high\n",
		"stimulus_id,manipulation,manipulation_details,task\na,clutter,heavy,x\n":                      "stimulus_id,manipulation,manipulation_details,task\na,clutter,heavy,x\n",
		"stimulus_id,manipulation\na,clutter\n":                                                        "has not both columns manipulation and manipulation_details",
	})
}

// checkDerived imports tables of stimuli, of which columns are derived, and compares what
// is written, or the message, by the table.
func checkDerived(t *testing.T, derived Derived, cases map[string]string) {
	t.Helper()
	for text, want := range cases {
		home := stimuli.Home{Dir: t.TempDir()}
		path := t.TempDir() + "/s.csv"
		writeFile(t, path, text)
		r, err := Stimuli(t.Context(), StimuliRequest{Home: home, Path: path, ID: "s", Derived: derived})
		if err != nil {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q: error %v", text, err)
			}
			continue
		}
		if got := read(t, r.Path, "stimuli.csv"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
