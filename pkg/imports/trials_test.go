package imports

import (
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

func TestChoicesOfTables(t *testing.T) {
	columns := func(pairs ...string) map[string]string {
		m := map[string]string{}
		for _, p := range pairs {
			name, column, err := ParseColumn(p)
			if err != nil {
				t.Fatal(err)
			}
			m[name] = column
		}
		return m
	}
	for name, c := range map[string]struct {
		text        string
		columns     map[string]string
		exclude     Exclusion
		trials, set string // the tables, or
		err         string // a part of the error
		what        string
	}{
		"usual names": {
			text:   "subject_id,stimulus_id,correct_answer,subject_answer,rt\n1,a,dog,cat,0.5\n2,b,cat,,0.7\n",
			trials: "subject,stimulus_id,truth,choice,rt\n1,a,dog,cat,0.5\n2,b,cat,na,0.7\n", set: "stimulus_id,truth\na,dog\nb,cat\n", what: "2 trials of 2 subjects on 2 stimuli",
		},
		"columns by name": {
			text: "who,Picture,shown,answer,level\np,im 1.png,dog,dog,1\np,im 2.png,cat,dog,2\n", columns: columns("subject=who", "stimulus_id=picture", "truth=Shown", "choice=answer", "condition=level"),
			trials: "subject,condition,stimulus_id,truth,choice\np,1,im 1.png,dog,dog\np,2,im 2.png,cat,dog\n", set: "stimulus_id,truth,condition\nim 1.png,dog,1\nim 2.png,cat,2\n",
		},
		"a column of one's own": {
			text: "subject,stimulus_id,truth,choice,n\n1,a,x,x,3\n", columns: columns("distractors=n"),
			trials: "subject,stimulus_id,truth,choice,distractors\n1,a,x,x,3\n", set: "stimulus_id,truth\na,x\n",
		},
		"names in their case": {
			text: "Subject,stimulus_id,Truth,choice,Block\n1,a,x,x,3\n", columns: columns("Level=block"),
			trials: "subject,stimulus_id,truth,choice,Level\n1,a,x,x,3\n", set: "stimulus_id,truth\na,x\n",
		},
		"other columns in their case": {
			text:   "subject,stimulus_id,truth,choice,RT\n1,a,x,x,3\n",
			trials: "subject,stimulus_id,truth,choice,RT\n1,a,x,x,3\n", set: "stimulus_id,truth\na,x\n",
		},
		"a usual name for something else": {
			text: "subject_id,category,answer\na,x,y\nb,x,x\n", columns: columns("stimulus_id=subject_id", "choice=answer", "dist_obj=answer"),
			err: "", trials: "stimulus_id,truth,sample_obj,dist_obj,choice\na,x,x,y,y\nb,x,x,x,x\n", set: "stimulus_id,truth\na,x\nb,x\n",
		},
		"right and wrong": {
			text:   "participant_id,stimulus_id,correct,block\np,a,True,first\np,b,0,second\n",
			trials: "subject,stimulus_id,correct,block\np,a,1,first\np,b,0,second\n", set: "stimulus_id\na\nb\n",
		},
		"two-way": {
			text: "image,target,distractor,choice\na,dog,cat,cat\na,dog,bear,dog\n", columns: columns("truth=target", "dist_obj=distractor"),
			trials: "stimulus_id,truth,sample_obj,dist_obj,choice\na,dog,dog,cat,cat\na,dog,dog,bear,dog\n", set: "stimulus_id,truth\na,dog\n", what: "2 trials on 1 stimuli",
		},
		"two-way of BrainIO": {
			text:   "stimulus_id,sample_obj,dist_obj,choice\na,dog,cat,\n",
			trials: "stimulus_id,truth,sample_obj,dist_obj,choice\na,dog,dog,cat,na\n", set: "stimulus_id,truth\na,dog\n",
		},
		"triplets": {
			text: "img1,img2,ooo\na,b,c\nb,d,a\n", columns: columns("first=img1", "second=img2", "third=ooo", "choice=ooo"),
			trials: "first,second,third,choice\na,b,c,c\nb,d,a,a\n", set: "stimulus_id\na\nb\nc\nd\n",
		},
		"a stimulus in two conditions": {
			text:   "subject,condition,stimulus_id,truth,choice\n1,x,a,dog,dog\n1,y,a,dog,dog\n",
			trials: "subject,condition,stimulus_id,truth,choice\n1,x,a,dog,dog\n1,y,a,dog,dog\n", set: "stimulus_id,truth\na,dog\n",
		},
		"no condition at all": {
			text:   "subject,condition,stimulus_id,truth,choice\n1,,a,dog,dog\n1,nan,b,dog,dog\n",
			trials: "subject,stimulus_id,truth,choice\n1,a,dog,dog\n1,b,dog,dog\n", set: "stimulus_id,truth\na,dog\nb,dog\n",
		},
		"cue conflict": {
			text:   "subj,object_response,category,condition,imagename\ns,cat,bear,NaN,bear1-cat2.png\n",
			trials: "subject,condition,stimulus_id,truth,choice\ns,0,bear1-cat2,bear,cat\n", set: "stimulus_id,truth,condition,conflict_image_category\nbear1-cat2,bear,0,cat\n",
		},
		"no truth":           {text: "subject,stimulus_id,choice\n1,a,b\n", err: "t.csv: has no column for the truth of choices (category, truth, correct_answer, image_label); name it by --column truth=COLUMN; the file has subject, stimulus_id, choice"},
		"no choice":          {text: "subject,stimulus_id,truth\n1,a,b\n", err: "has no column for the choice of choices"},
		"no subject":         {text: "stimulus_id,truth,choice\na,b,b\n", err: "name it by --column subject=COLUMN"},
		"no answer of two":   {text: "stimulus_id,truth,dist_obj\na,b,c\n", err: "has no column for the choice of choices between two objects"},
		"a mistyped column":  {text: "who,stimulus_id,truth,choice\n1,a,b,b\n", columns: columns("subject=whom"), err: `t.csv: has no column "whom" for the subject; did you mean "who"?`},
		"an empty subject":   {text: "subject,stimulus_id,truth,choice\n1,a,b,b\n,a,b,b\n", err: "t.csv:3: has an empty subject; complete the row"},
		"an empty truth":     {text: "subject,stimulus_id,truth,choice\n1,a,,b\n", err: "t.csv:2: has an empty truth"},
		"a lost condition":   {text: "subject,condition,stimulus_id,truth,choice\n1,x,a,b,b\n1,NaN,a,b,b\n", err: `t.csv:3: has the condition "NaN", but other trials have one; write each trial's condition`},
		"half right":         {text: "subject,stimulus_id,correct\n1,a,1\n1,b,0.5\n", err: `t.csv:3: has "0.5" in the column of right and wrong answers; write 1 or true, 0 or false`},
		"a third object":     {text: "stimulus_id,truth,dist_obj,choice\na,dog,cat,left\n", err: `t.csv:2: has the choice "left", which is neither of the two objects, "dog" and "cat"; write the chosen object's name`},
		"two truths":         {text: "subject,stimulus_id,truth,choice\n1,a,dog,dog\n1,a,cat,dog\n", err: `has the category "cat" for stimulus "a", but an earlier trial has "dog"`},
		"no rows":            {text: "subject,stimulus_id,truth,choice\n", err: "has no trials"},
		"not text":           {text: "subject,stimulus_id,truth,choice\n1,a,dog,d\xffg\n", err: "has the choice"},
		"excluded by a name": {text: "subject,stimulus_id,truth,choice,day\n1,a,x,x,1\n1,b,x,x,2\n", exclude: Exclusion{"day", "1.0"}, trials: "subject,stimulus_id,truth,choice,day\n1,b,x,x,2\n", set: "stimulus_id,truth\nb,x\n"},
	} {
		home := stimuli.Home{Dir: t.TempDir()}
		path := t.TempDir() + "/t.csv"
		writeFile(t, path, c.text)
		q := ChoicesRequest{Home: home, Paths: []string{path}, ID: "a", StimulusSet: "s", Columns: c.columns}
		if c.exclude != (Exclusion{}) {
			q.Exclude = []Exclusion{c.exclude}
		}
		r, err := Choices(t.Context(), q)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: error %v, want %s", name, err, c.err)
			}
			aboutData(t, err)
			noneHidden(t, home.Dir)
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := read(t, r.Path, "trials.csv"); got != c.trials {
			t.Errorf("%s: trials.csv is %q, want %q", name, got, c.trials)
		}
		if got := read(t, home.StimulusSetPath("s"), "stimuli.csv"); got != c.set {
			t.Errorf("%s: stimuli.csv is %q, want %q", name, got, c.set)
		}
		if c.what != "" && r.What != c.what {
			t.Errorf("%s: %s, want %s", name, r.What, c.what)
		}
	}
}

func TestChoicesOfSeveralTables(t *testing.T) {
	home := stimuli.Home{Dir: t.TempDir()}
	dir := t.TempDir()
	writeFile(t, dir+"/1.csv", "subject,stimulus_id,truth,choice,rt\n1,a,x,x,5\n")
	writeFile(t, dir+"/2.csv", "subject,choice,truth,stimulus_id,age\n2,y,x,a,30\n")
	writeFile(t, dir+"/3.csv", "subject,condition,stimulus_id,truth,choice\n3,c,a,x,x\n")
	q := ChoicesRequest{Home: home, Paths: []string{dir + "/1.csv", dir + "/2.csv"}, ID: "a", StimulusSet: "s"}
	r, err := Choices(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := read(t, r.Path, "trials.csv"), "subject,stimulus_id,truth,choice\n1,a,x,x\n2,a,x,y\n"; got != want {
		t.Errorf("trials.csv is %q, want %q", got, want)
	}
	q.ID, q.Paths = "b", []string{dir + "/1.csv", dir + "/3.csv"}
	if _, err := Choices(t.Context(), q); err == nil || !strings.Contains(err.Error(), "3.csv: has a column for the condition, but the files before it have none") {
		t.Errorf("error %v", err)
	}
}

func TestResponsesByColumn(t *testing.T) {
	home := stimuli.Home{Dir: t.TempDir()}
	writeFile(t, home.StimulusSetPath("s")+"/stimuli.csv", "stimulus_id\na\nb\n")
	path := t.TempDir() + "/r.csv"
	writeFile(t, path, "picture,answer\nb,cat\na,dog\nc,cat\n")
	r, err := Responses(t.Context(), DumpRequest{Home: home, Path: path, Model: t.TempDir() + "/net", StimulusSet: "s", Columns: map[string]string{"stimulus_id": "picture", "choice": "answer"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := read(t, strings.TrimSuffix(r.Path, "responses.csv"), "responses.csv"), "stimulus_id,choice\na,dog\nb,cat\n"; got != want {
		t.Errorf("responses.csv is %q, want %q", got, want)
	}
}
