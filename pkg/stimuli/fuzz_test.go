package stimuli

import (
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// aboutData fails if an error does not state that the data are to blame.
func aboutData(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	classified, ok := errors.AsType[interface {
		error
		DataError() bool
	}](err)
	if !ok || !classified.DataError() || err.Error() == "" {
		t.Fatalf("%T: %v", err, err)
	}
}

// ascending fails unless names are distinct and codes are among their indices.
func ascending(t *testing.T, names []string, codes []int) {
	t.Helper()
	if !slices.IsSortedFunc(names, orderOf(names)) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("%q", names)
	}
	for _, code := range codes {
		if code < 0 || code >= len(names) {
			t.Fatalf("the code %d of %d names", code, len(names))
		}
	}
}

func FuzzAssemblyInfo(f *testing.F) {
	for _, seed := range []string{"identifier: a\nkind: neural\nstimulus_set: s\n", "kind: behavioral\nstimulus_set: [s]\n", "kind: &k neural\nstimulus_set: *k\n", "kind: neural\nkind: neural\n", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		info, err := ReadAssemblyInfo(folder{"assembly.yaml": text}.write(t))
		aboutData(t, err)
		if err == nil && (info.StimulusSet == "" || info.Kind != "neural" && info.Kind != "behavioral") {
			t.Errorf("%+v", info)
		}
	})
}

func FuzzStimulusSet(f *testing.F) {
	for _, seed := range []string{"stimulus_id,object_name\na,x\nb,y\n", "\ufeffstimulus_id\r\n1\r\n01\r\n", "stimulus_id\n\"a\n\"\n", "stimulus_id\na\na\n", "image_id\na\n", "stimulus_id,x\na\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := LoadStimulusSet(folder{"stimuli.csv": text}.write(t))
		aboutData(t, err)
		if err != nil {
			return
		}
		if missing := s.Missing(s.IDs); len(missing) > 0 {
			t.Errorf("lacks its own %q", missing)
		}
		for _, column := range s.Table.Columns {
			if values, err := s.Values(column, s.IDs); err != nil || len(values) != len(s.IDs) {
				t.Errorf("%d values of %s, %v", len(values), column, err)
			}
		}
		_, err = s.Values("stimulus_id", []string{"none such"})
		aboutData(t, err)
	})
}

func FuzzTrials(f *testing.F) {
	for _, seed := range []string{
		"stimulus_id,truth,sample_obj,dist_obj,choice\ns1,x,x,y,x\ns2,y,y,x,x\ns2,y,y,z,other\n",
		"stimulus_id,truth,subject,condition,choice\ns1,x,a,0,x\ns1,x,b,1.0,y\ns2,,a,0,x\n",
		"stimulus_id,truth,subject,choice\ns1,x,a,x\ns1,y,a,x\n",
		"stimulus_id\n",
	} {
		f.Add(seed, "choice", "x")
	}
	f.Fuzz(func(t *testing.T, text, column, value string) {
		a, err := OpenBehavioral(folder{"assembly.yaml": "kind: behavioral\nstimulus_set: s\n", "trials.csv": text}.write(t))
		aboutData(t, err)
		if err != nil {
			return
		}
		c, err := a.ChoiceTrials()
		aboutData(t, err)
		if err == nil {
			ascending(t, c.StimulusIDs, c.Stimulus)
			ascending(t, c.Objects, slices.Concat(c.Truth, c.Sample, c.Distractor, c.Choice, c.ObjectOf))
			if len(c.Choice)+len(c.Dropped) != a.Trials.Len() {
				t.Errorf("%d trials and %d dropped of %d", len(c.Choice), len(c.Dropped), a.Trials.Len())
			}
		}
		s, err := a.SubjectTrials()
		aboutData(t, err)
		if err == nil {
			ascending(t, s.StimulusIDs, s.Stimulus)
			ascending(t, s.Subjects, s.Subject)
			ascending(t, s.Conditions, s.Condition)
		}
		remaining, n, err := a.Exclude(map[string][]string{column: {value}})
		aboutData(t, err)
		if err == nil && remaining.Trials.Len()+n != a.Trials.Len() {
			t.Errorf("%d excluded, %d of %d remain", n, remaining.Trials.Len(), a.Trials.Len())
		}
	})
}

func FuzzSolutionTimes(f *testing.F) {
	for _, seed := range []string{"stimulus_id,truth,i1,ost\na,x,.5,100\nb,y,,\nc,x,nan,150\n", "stimulus_id,truth,i1,ost\na,x,inf,1e400\n", "stimulus_id,truth,i1,ost\na,,1,0x1p3\n", "stimulus_id,truth,ost\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := OpenSolutionTimes(folder{"assembly.yaml": "kind: behavioral\nstimulus_set: s\n", "osts.csv": text}.write(t))
		aboutData(t, err)
		if err != nil {
			return
		}
		ascending(t, s.StimulusIDs, nil)
		ascending(t, s.Objects, s.Truth)
		for i := range s.StimulusIDs {
			if math.IsInf(s.I1[i], 0) || math.IsInf(s.Times[i], 0) {
				t.Errorf("%v, %v", s.I1[i], s.Times[i])
			}
		}
	})
}

func FuzzRecordings(f *testing.F) {
	f.Add("stimulus_id,repetition\na,0\nb,0\n", "neuroid_id,region\nn,IT\nm,V4\n", "time_bin_start,time_bin_end\n70,90\n90,110\n", "region", "IT")
	f.Add("stimulus_id\n", "neuroid_id\nn\nn\n", "time_bin_start,time_bin_end\n1e999,-inf\n", "", "")
	f.Add("", "x\n", "time_bin_start,time_bin_end\nnan,nan\n0x10,1_0\n", "x", "y")
	f.Fuzz(func(t *testing.T, presentation, neuroid, bins, column, value string) {
		values := cube(t, [3]int{2, 2, 2}, 1, 2, 3, 4, 5, 6, 7, 8)
		a, err := OpenNeural(folder{"assembly.yaml": "kind: neural\nstimulus_set: s\n", "presentation.csv": presentation, "neuroid.csv": neuroid, "time_bin.csv": bins, "values.npy": values}.write(t))
		aboutData(t, err)
		if err != nil {
			return
		}
		defer a.Close()
		selected, err := a.SelectNeuroids(map[string]Condition{column: Is(value)})
		aboutData(t, err)
		weights, covered := a.TimeBins.Weights(TimeBin{70, 170})
		if err := a.TimeBins.Check("x"); err != nil || !covered {
			aboutData(t, err)
			return
		}
		err = a.EachPresentation(t.Context(), selected, [][]float64{weights}, func(_ int, responses []float64) error {
			for _, r := range responses {
				if !(r >= 1-1e-9 && r <= 8+1e-9) {
					t.Errorf("the mean %v of values from 1 to 8 by %v", r, weights)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func FuzzModelYAML(f *testing.F) {
	for _, seed := range []string{
		"identifier: m\ncommitments: {V4: layer1, IT: layer2}\nmetadata: {top1: 0.5, family: cnn}\nreduction: {pca: 10, fit_stimulus_set: s}\n",
		"# a comment\ncommitments:\n  V4: a # why\nchosen: {V4: {benchmarks: [b], of: raw}}\n",
		"commitments: &c {IT: x}\nchosen: *c\n", "commitments: !!map\n", "---\n...\n", "? [x]\n: y\n", "<<: {identifier: x}\n", "",
	} {
		f.Add(seed, "IT", "layer")
	}
	f.Fuzz(func(t *testing.T, text, region, layer string) {
		dir := folder{"model.yaml": text}.write(t)
		d, err := OpenDump(dir)
		aboutData(t, err)
		if err != nil {
			return
		}
		if strings.ContainsAny(d.ID, "\n\r") {
			t.Errorf("the identifier %q", d.ID)
		}
		if err := d.Commit(map[string][]string{region: {layer}}, map[string]Choice{region: {Benchmarks: []string{"b"}, Of: "raw"}}); err != nil || !plainName(layer) {
			return
		}
		after, err := OpenDump(dir)
		if err != nil || after.ID != d.ID && filepath.Base(dir) != d.ID || after.Commitments[region] != layer || after.Chosen[region].Of != "raw" {
			t.Fatalf("%q became %+v, %v", text, after, err)
		}
		for other, before := range d.Commitments {
			if other != region && after.Commitments[other] != before {
				t.Errorf("%s: %q became %q", other, before, after.Commitments[other])
			}
		}
	})
}

// FuzzChoices reads choices.csv and responses.csv of a model.
func FuzzChoices(f *testing.F) {
	for _, seed := range []string{"choice\nx\ny\n", "choice\nx\nx\n", "stimulus_id,choice\na,x\nb,y\n", "stimulus_id,choice\na,\n", "choice,stimulus_id\ny,b\nx,a\n", "choice\n\"\"\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		dir := folder{"model/set/probabilities.npy": array(t, 2, 2, .25, .75, 1, 0), "model/set/choices.csv": text, "model/set/responses.csv": text, "set/stimuli.csv": "stimulus_id\na\nb\n"}.write(t)
		d, err := OpenDump(filepath.Join(dir, "model"))
		if err != nil {
			t.Fatal(err)
		}
		set, err := LoadStimulusSet(filepath.Join(dir, "set"))
		if err != nil {
			t.Fatal(err)
		}
		p, err := d.Probabilities(set, []string{"b", "a"}, []string{"x", "y"})
		aboutData(t, err)
		if err == nil && (len(p) != 4 || p[0]+p[1] != 1 && p[0] != p[1]) {
			t.Errorf("%v", p)
		}
		choices, _, err := d.Responses("set", set.IDs)
		aboutData(t, err)
		if err == nil && len(choices) != 2 {
			t.Errorf("%q", choices)
		}
	})
}

// FuzzTimeBin reads the names of the files of layers in time.
func FuzzTimeBin(f *testing.F) {
	for _, seed := range []string{"70-90", "-10-0", "-10--5", "1e-3-1e3", "nan-inf", "-", "0-0", "70-90-110"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		bin, ok := ParseTimeBin(name)
		if !ok {
			return
		}
		if !(bin.Start < bin.End) {
			t.Fatalf("%q is %v", name, bin)
		}
		if again, ok := ParseTimeBin(bin.String()); !ok || again != bin {
			t.Errorf("%q is %v, which is %v", name, bin, again)
		}
	})
}

// FuzzCodes numbers the lines of a text.
func FuzzCodes(f *testing.F) {
	for _, seed := range []string{"b\na\nb", "10\n9\n1e1\n", "nan\ninf\n-0\n0\n", "\n\n1\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		values := strings.Split(text, "\n")
		codes, names := Codes(values)
		ascending(t, names, codes)
		for i, v := range values {
			if names[codes[i]] != v {
				t.Fatalf("%q got the code of %q", v, names[codes[i]])
			}
		}
	})
}
