package stimuli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

func neuralFolder(t *testing.T) folder {
	return folder{
		"assembly.yaml":    "identifier: mini\nkind: neural\nstimulus_set: set\n",
		"neuroid.csv":      "neuroid_id,region\na,V4\nb,IT\nc,IT\n",
		"presentation.csv": "stimulus_id,object_name,repetition\n10,x,1\n9,y,0\n10,x,0\n9,y,1\n",
		"values.npy":       array(t, 4, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
	}
}

func TestNeuralAssembly(t *testing.T) {
	a, err := OpenNeural(neuralFolder(t).write(t))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	it, err := a.SelectNeuroids(map[string]Condition{"region": Is("IT")})
	if err != nil || !slices.Equal(it, []int{1, 2}) {
		t.Fatalf("IT neuroids %v, %v", it, err)
	}
	if all, err := a.SelectNeuroids(nil); err != nil || len(all) != 3 {
		t.Errorf("without a selection %v, %v", all, err)
	}
	var seen []float64
	err = a.EachPresentation(context.Background(), it, nil, func(_ int, r []float64) error {
		seen = append(seen, r...)
		return nil
	})
	if want := []float64{2, 3, 5, 6, 8, 9, 11, 12}; err != nil || !slices.Equal(seen, want) {
		t.Errorf("responses %v, %v", seen, err)
	}
	d, err := a.Design()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(d.Stimuli, []string{"9", "10"}) || !slices.Equal(d.Stimulus, []int{1, 0, 1, 0}) {
		t.Errorf("ids that are numbers are ordered %v, %v", d.Stimuli, d.Stimulus)
	}
	if !slices.Equal(d.Repetition, []int{1, 0, 0, 1}) || d.Repetitions != 2 {
		t.Errorf("repetitions %v of %d", d.Repetition, d.Repetitions)
	}
	objects, err := d.Values("object_name", nil)
	if err != nil || !slices.Equal(objects, []string{"y", "x"}) {
		t.Errorf("objects %v, %v", objects, err)
	}
}

// TestDesignOrder takes the order by all columns in file order: the first
// column need not be the stimulus.
func TestDesignOrder(t *testing.T) {
	for _, c := range []struct {
		name, presentations string
		want                []string
		varying             []string
	}{
		{"stimulus first", "stimulus_id,size\nb,1\na,2\nc,0\n", []string{"a", "b", "c"}, nil},
		{"another column first", "size,stimulus_id\n10,b\n9,a\n10,aa\n", []string{"a", "aa", "b"}, nil},
		{"repetition takes no part", "repetition,stimulus_id\n0,b\n1,a\n", []string{"a", "b"}, nil},
		{"varying column", "day,stimulus_id\n2,a\n1,b\n0,a\n", []string{"a", "b"}, []string{"day"}},
	} {
		rows := strings.Count(c.presentations, "\n") - 1
		dir := neuralFolder(t).with(folder{"presentation.csv": c.presentations, "values.npy": array(t, rows, 3, make([]float64, 3*rows)...)}).write(t)
		a, err := OpenNeural(dir)
		if err != nil {
			t.Fatal(err)
		}
		d, err := a.Design()
		a.Close()
		if err != nil {
			t.Fatal(err)
		}
		var order []string
		for _, i := range d.Order {
			order = append(order, d.Stimuli[i])
		}
		if !slices.Equal(order, c.want) || !slices.Equal(d.Varying, c.varying) {
			t.Errorf("%s: order %v varying %v, want %v %v", c.name, order, d.Varying, c.want, c.varying)
		}
	}
}

func TestTimeBins(t *testing.T) {
	dir := neuralFolder(t).with(folder{
		"presentation.csv": "stimulus_id\na\nb\n",
		"time_bin.csv":     "time_bin_start,time_bin_end\n70,90\n90,110.5\n",
		"values.npy":       cube(t, [3]int{2, 3, 2}, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
	}).write(t)
	a, err := OpenNeural(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if len(a.TimeBins) != 2 || a.TimeBins[1].String() != "90-110.5" {
		t.Errorf("time bins %v", a.TimeBins)
	}
	var seen []float64
	_ = a.EachPresentation(context.Background(), []int{0, 2}, [][]float64{{0, 1}}, func(_ int, r []float64) error {
		seen = append(seen, r...)
		return nil
	})
	if want := []float64{2, 6, 8, 12}; !slices.Equal(seen, want) {
		t.Errorf("second bin %v, want %v", seen, want)
	}
}

func TestNeuralAssemblyErrors(t *testing.T) {
	for _, c := range []struct {
		name    string
		changes folder
		part    string
	}{
		{"rows do not match", folder{"presentation.csv": "stimulus_id\na\n"}, "has shape [4 3], but presentation.csv and neuroid.csv have [1 3] rows"},
		{"wrong kind", folder{"assembly.yaml": "kind: behavioral\nstimulus_set: set\n"}, "a behavioral assembly where a neural one is needed"},
		{"unknown kind", folder{"assembly.yaml": "kind: neuronal\nstimulus_set: set\n"}, `has kind "neuronal"`},
		{"unknown key", folder{"assembly.yaml": "kind: neural\nstimulus_sets: set\n"}, "stimulus_sets"},
		{"no values", folder{"values.npy": ""}, "values.npy"},
		{"no neuroids", folder{"neuroid.csv": ""}, "neuroid.csv: is missing"},
		{"same neuroid twice", folder{"neuroid.csv": "neuroid_id\na\nb\na\n"}, `neuroid.csv: repeats 1 neuroid id ("a")`},
		{"three axes without time", folder{"values.npy": cube(t, [3]int{4, 1, 3}, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)}, "has shape [4 1 3], whose last axis is time bins, but there is no time_bin.csv; write it, a row for each time bin; or read stimuli × repetitions × neuroids by brainscore import recordings"},
	} {
		_, err := OpenNeural(neuralFolder(t).with(c.changes).write(t))
		if err == nil || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.part)
		}
	}
	a, err := OpenNeural(neuralFolder(t).write(t))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	for _, c := range []struct {
		equal map[string]Condition
		part  string
	}{
		{map[string]Condition{"region": Is("V1")}, `no neuroids with region "V1"; region is one of IT, V4`},
		{map[string]Condition{"regoin": Is("IT")}, `did you mean "region"?`},
	} {
		if _, err := a.SelectNeuroids(c.equal); err == nil || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%v: error %v, want %q", c.equal, err, c.part)
		}
	}
}

func TestValuesThatChangeWhileTheyAreRead(t *testing.T) {
	dir := neuralFolder(t).write(t)
	a, err := OpenNeural(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	time.Sleep(20 * time.Millisecond) // more than the resolution of times
	values := filepath.Join(dir, "values.npy")
	err = a.EachPresentation(t.Context(), []int{0}, nil, func(int, []float64) error {
		content, err := os.ReadFile(values)
		if err != nil {
			return err
		}
		content[len(content)-1] ^= 1
		return os.WriteFile(values, content, 0o666)
	})
	if _, ok := errors.AsType[*npy.ChangedError](err); !ok {
		t.Errorf("got %v", err)
	}
}
