package stimuli

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// The chosen group is that with the largest mean of the softmax, the first in a tie,
// however large or small the logits are.
func TestChooser(t *testing.T) {
	for _, c := range []struct {
		name   string
		groups [][]int
		logits []float64
		want   int
	}{
		{"largest mean", [][]int{{0, 1}, {2}}, []float64{3, 0, 2.5}, 1},
		{"a mean, not a sum", [][]int{{0, 1, 2}, {3}}, []float64{1, 1, 1, 1.5}, 1},
		{"a mean of probabilities, not of logits", [][]int{{0, 1}, {2, 3}}, []float64{9, -30, 8, 8}, 0},
		{"exact tie", [][]int{{1}, {0}}, []float64{2, 2}, 0},
		{"tie of different sizes", [][]int{{0, 1, 2}, {3}}, []float64{5, 5, 5, 5}, 0},
		{"the same columns in another order", [][]int{{0, 1, 2}, {2, 0, 1}}, []float64{1, .3, .7}, 0},
		{"the same columns twice as often", [][]int{{0, 1, 2, 3, 4, 5}, {0, 2, 4}}, []float64{.1, .1, .7, .7, 1.3, 1.3}, 0},
		{"overflow", [][]int{{0}, {1, 2}}, []float64{900, 900.5, 880}, 0},
		{"overflow of a float64's exponential", [][]int{{0, 1}, {2}}, []float64{1e6, 1e6 + 2, 1e6 + 1}, 0},
		{"all underflow", [][]int{{0}, {1, 2}}, []float64{-2000, -1999, -3000}, 1},
		{"huge", [][]int{{0}, {1}}, []float64{-math.MaxFloat64, math.MaxFloat64}, 1},
		{"huge groups", [][]int{{0, 2}, {1, 3}}, []float64{-math.MaxFloat64, math.MaxFloat64, 0, 0}, 1},
		{"adjacent numbers are no tie", [][]int{{0}, {1}}, []float64{1, math.Nextafter(1, 2)}, 1},
	} {
		if got := newChooser(c.groups).choose(c.logits); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// Random logits choose as sums in high precision do.
func TestChooserExactly(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 71))
	groups := [][]int{{0, 1, 2, 3, 4, 5, 6, 7}, {8}, {9, 10}, {11, 12, 13}}
	c := newChooser(groups)
	logits := make([]float64, 14)
	for range 2000 {
		for i := range logits {
			logits[i] = 3 * r.NormFloat64()
		}
		var best int
		var largest *big.Float
		for k, group := range groups {
			sum := new(big.Float).SetPrec(200)
			for _, column := range group {
				sum.Add(sum, bigExp(logits[column]))
			}
			sum.Quo(sum, big.NewFloat(float64(len(group))))
			if largest == nil || sum.Cmp(largest) > 0 {
				best, largest = k, sum
			}
		}
		if got := c.choose(logits); got != best {
			t.Fatalf("%v: %d, want %d", logits, got, best)
		}
	}
}

// bigExp returns e^x by its series.
func bigExp(x float64) *big.Float {
	sum, term := big.NewFloat(1).SetPrec(200), big.NewFloat(1).SetPrec(200)
	for n := 1; n < 150; n++ {
		term.Mul(term, big.NewFloat(x))
		term.Quo(term, big.NewFloat(float64(n)))
		sum.Add(sum, term)
	}
	return sum
}

// Logits are read in any order of rows and in blocks; what is wrong is named.
func TestLogits(t *testing.T) {
	f := dumpFolder(t)
	f["net/set/logits.npy"] = array(t, 3, 2, 1, 2, 4, 3, 6, 5) // of c, a, b
	d, set := open(t, f)
	l, err := d.OpenLogits(set)
	if err != nil || l.Classes != nil {
		t.Fatal(l, err)
	}
	defer l.Close()
	seen := make([]float64, 3)
	chosen, err := l.Choose([]string{"a", "b", "c"}, [][]int{{0}, {1}}, func(i int, logits []float64) { seen[i] = logits[0] })
	if err != nil || !slices.Equal(chosen, []int{0, 0, 1}) || !slices.Equal(seen, []float64{4, 6, 1}) {
		t.Errorf("got %v, %v, %v", chosen, seen, err)
	}
	var misaligned *AlignmentError
	if _, err := l.Choose([]string{"a", "z"}, [][]int{{0}}, nil); !errors.As(err, &misaligned) || !slices.Equal(misaligned.IDs, []string{"z"}) {
		t.Errorf("error %v", err)
	}
	for name, c := range map[string]struct{ file, text, part string }{
		"NaN":            {"logits.npy", array(t, 3, 2, 1, 2, 3, math.NaN(), 5, 6), `NaN for stimulus "a"`},
		"infinite":       {"logits.npy", array(t, 3, 2, 1, 2, 3, 4, math.Inf(-1), 6), `-Inf for stimulus "b"`},
		"too few names":  {"classes.csv", "class\nx\n", "has 2 columns"},
		"too many names": {"classes.csv", "class\nx\ny\nz\n", "has 2 columns"},
		"a name twice":   {"classes.csv", "class\nx\nx\n", "repeats"},
		"an empty name":  {"classes.csv", "class\nx\n\"\"\n", "empty class"},
		"no column":      {"classes.csv", "choice\nx\ny\n", `no column "class"`},
		"too few rows":   {"logits.npy", array(t, 2, 2, 1, 2, 3, 4), "has 2 rows"},
	} {
		f := dumpFolder(t)
		f["net/set/logits.npy"] = array(t, 3, 2, 1, 2, 4, 3, 6, 5)
		f["net/set/"+c.file] = c.text
		d, set := open(t, f)
		l, err := d.OpenLogits(set)
		if err == nil {
			_, err = l.Choose([]string{"a", "b", "c"}, [][]int{{0}, {1}}, nil)
			l.Close()
		}
		var file *FileError
		var alignment *AlignmentError
		if !errors.As(err, &file) && !errors.As(err, &alignment) || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%s: error %v, want %q", name, err, c.part)
		}
	}
}

// Choices of probabilities are of the first column in a tie, whatever the order of what is
// offered.
func TestChooseProbabilities(t *testing.T) {
	f := dumpFolder(t)
	f["net/set/probabilities.npy"] = array(t, 3, 3, .2, .4, .4, .5, .2, .3, .1, .8, .1) // of c, a, b
	f["net/set/choices.csv"] = "choice\ny\nz\nx\n"
	d, set := open(t, f)
	for _, c := range []struct {
		offered []string
		want    []string
		others  int
	}{
		{[]string{"x", "y", "z"}, []string{"y", "z", "z"}, 0},
		{[]string{"x", "y"}, []string{"y", "y", "x"}, 1},
	} {
		chosen, others, err := d.ChooseProbabilities(set, []string{"a", "b", "c"}, c.offered, nil)
		var names []string
		for _, k := range chosen {
			names = append(names, c.offered[k])
		}
		if err != nil || others != c.others || !slices.Equal(names, c.want) {
			t.Errorf("%v: %v, %d others, %v, want %v", c.offered, names, others, err, c.want)
		}
	}
	for part, change := range map[string]string{
		`-0.1 for stimulus "a", choice "x"`: array(t, 3, 3, .2, .4, .4, .5, .6, -.1, .1, .8, .1),
		"NaN for stimulus":                  array(t, 3, 3, .2, .4, math.NaN(), .5, .2, .3, .1, .8, .1),
	} {
		f["net/set/probabilities.npy"] = change
		d, set := open(t, f)
		if _, _, err := d.ChooseProbabilities(set, set.IDs, []string{"x", "y"}, nil); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("error %v, want %q", err, part)
		}
	}
	if _, _, err := d.ChooseProbabilities(set, set.IDs, []string{"x", "knife"}, nil); err == nil || !strings.Contains(err.Error(), "knife") {
		t.Errorf("error %v", err)
	}
}

// FuzzClasses reads classes.csv of logits.
func FuzzClasses(f *testing.F) {
	for _, seed := range []string{"class\nx\ny\n", "class\nx\nx\n", "class,index\nn01440764,0\nn01443537,1\n", "choice\nx\ny\n", "class\n\"\"\ny\n", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		dir := folder{"model/set/logits.npy": array(t, 2, 2, .25, .75, 1, 0), "model/set/classes.csv": text, "set/stimuli.csv": "stimulus_id\na\nb\n"}.write(t)
		d, err := OpenDump(filepath.Join(dir, "model"))
		if err != nil {
			t.Fatal(err)
		}
		set, err := LoadStimulusSet(filepath.Join(dir, "set"))
		if err != nil {
			t.Fatal(err)
		}
		l, err := d.OpenLogits(set)
		aboutData(t, err)
		if err != nil {
			return
		}
		defer l.Close()
		if len(l.Classes) != 2 || l.Classes[0] == l.Classes[1] {
			t.Errorf("%q", l.Classes)
		}
	})
}

// FuzzSubjectTrials reads trials by columns of which they have any.
func FuzzSubjectTrials(f *testing.F) {
	for _, seed := range []string{
		"subject,stimulus_id,truth,choice,a,b\n1,x,c,c,0.1,u\n2,x,c,d,0.2,v\n", "subject,stimulus_id,truth,correct,a,b\n1,x,c,1,0,0\n1,x,c,false,nan,\n",
		"subject,stimulus_id,truth,choice,correct,a,b\n1,x,c,c,TRUE,1,1.0\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		dir := folder{"assembly.yaml": "kind: behavioral\nstimulus_set: s\n", "trials.csv": text}.write(t)
		a, err := OpenBehavioral(dir)
		aboutData(t, err)
		if err != nil {
			return
		}
		s, err := a.SubjectTrialsBy("truth", []string{"a", "b"})
		aboutData(t, err)
		if err != nil {
			return
		}
		if n := a.Trials.Len(); len(s.Correct) != n || len(s.Condition) != n || slices.Max(s.Condition) != len(s.Conditions)-1 || slices.Min(s.Condition) != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// BenchmarkChoose makes choices of 10,000 × 1,000 logits, of every class and of 16 groups.
func BenchmarkChoose(b *testing.B) {
	const rows, cols = 10_000, 1000
	dir := b.TempDir()
	r := rand.New(rand.NewPCG(1, 72))
	x := make([]float32, rows*cols)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	var file bytes.Buffer
	if err := npy.Write(&file, rows, cols, x); err != nil {
		b.Fatal(err)
	}
	ids := []string{"stimulus_id"}
	for i := range rows {
		ids = append(ids, fmt.Sprintf("s%05d", i))
	}
	for name, data := range map[string][]byte{"net/set/logits.npy": file.Bytes(), "set/stimuli.csv": []byte(strings.Join(ids, "\n") + "\n")} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o666); err != nil {
			b.Fatal(err)
		}
	}
	d, err := OpenDump(filepath.Join(dir, "net"))
	if err != nil {
		b.Fatal(err)
	}
	set, err := LoadStimulusSet(filepath.Join(dir, "set"))
	if err != nil {
		b.Fatal(err)
	}
	every, some := make([][]int, cols), make([][]int, 16)
	for i := range cols {
		every[i], some[i%16] = []int{i}, append(some[i%16], i)
	}
	for name, groups := range map[string][][]int{"classes": every, "groups": some} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(4 * rows * cols)
			for b.Loop() {
				l, err := d.OpenLogits(set)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := l.Choose(set.IDs, groups, nil); err != nil {
					b.Fatal(err)
				}
				l.Close()
			}
		})
	}
}
