package testinput

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/sbinet/npyio"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// testdata is the folder of golden figures, seen from a package of metrics.
const testdata = "../../../testdata"

// CSV reads a CSV file by column name.
func CSV(t testing.TB, path string) map[string][]string {
	t.Helper()
	f, err := os.Open(filepath.Join(testdata, path))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	columns := map[string][]string{}
	for _, row := range rows[1:] {
		for i, name := range rows[0] {
			columns[name] = append(columns[name], row[i])
		}
	}
	return columns
}

// Codes numbers names in ascending order.
func Codes(names ...[]string) (map[string]int, []string) {
	sorted := slices.Concat(names...)
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	code := map[string]int{}
	for i, name := range sorted {
		code[name] = i
	}
	return code, sorted
}

// Encode returns the code of each name.
func Encode(code map[string]int, names []string) []int {
	out := make([]int, len(names))
	for i, name := range names {
		out[i] = code[name]
	}
	return out
}

// NPY reads a two-dimensional .npy file as float64.
func NPY(t testing.TB, path string) (values []float64, rows, columns int) {
	t.Helper()
	f, err := os.Open(filepath.Join(testdata, path))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := npyio.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	shape := r.Header.Descr.Shape
	rows = shape[0]
	columns = 1
	for _, n := range shape[1:] {
		columns *= n
	}
	switch r.Header.Descr.Type {
	case "<f4":
		var v []float32
		if err := r.Read(&v); err != nil {
			t.Fatal(err)
		}
		for _, x := range v {
			values = append(values, float64(x))
		}
	case "<f8":
		if err := r.Read(&values); err != nil {
			t.Fatal(err)
		}
	default:
		t.Fatalf("%s is of type %s", path, r.Header.Descr.Type)
	}
	if r.Header.Descr.Fortran {
		columnMajor := slices.Clone(values)
		for i := range values {
			values[i] = columnMajor[i%columns*rows+i/columns]
		}
	}
	return values, rows, columns
}

// GoldenEstimate is a figure of an independent program.
type GoldenEstimate struct {
	Value  *float64
	Error  *float64
	Splits []float64
}

// GoldenScore is a score of an independent program.
type GoldenScore struct {
	Model, Benchmark, Layer string
	Raw, Ceiling, Score     GoldenEstimate
}

// GoldenScores reads scores of an independent program.
func GoldenScores(t testing.TB, path string) []GoldenScore {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testdata, path))
	if err != nil {
		t.Fatal(err)
	}
	var scores []GoldenScore
	if err := json.Unmarshal(data, &scores); err != nil {
		t.Fatal(err)
	}
	return scores
}

// Check compares an estimate with the figure.
func (want GoldenEstimate) Check(t *testing.T, what string, got metrics.Estimate, tolerance float64) {
	t.Helper()
	near := func(part string, got, want float64) {
		if !(math.Abs(got-want) <= tolerance) {
			t.Errorf("%s %s is %v, want %v (off by %.2g)", what, part, got, want, got-want)
		}
	}
	if want.Value != nil {
		near("value", got.Value, *want.Value)
	}
	if want.Error != nil {
		near("error", got.Error, *want.Error)
	}
	if want.Splits != nil {
		if len(got.Splits) != len(want.Splits) {
			t.Fatalf("%s has %d splits, want %d", what, len(got.Splits), len(want.Splits))
		}
		for i := range want.Splits {
			near("split", got.Splits[i], want.Splits[i])
		}
	}
}

// objectome is the golden behavioural case.
type objectome struct {
	Human   metrics.ChoiceTrials
	Truth   []int
	stimuli []string // ascending
	objects []string // ascending
}

// GoldenObjectome reads the golden behavioral case.
func GoldenObjectome(t testing.TB) objectome {
	t.Helper()
	const home = "golden/home/"
	trials := CSV(t, home+"assemblies/objectome-mini.private.assembly/trials.csv")
	set := CSV(t, home+"stimuli/objectome-mini.private/stimuli.csv")
	stimulus, stimuli := Codes(set["stimulus_id"])
	object, objects := Codes(set["image_label"], trials["sample_obj"], trials["dist_obj"])
	o := objectome{stimuli: stimuli, objects: objects, Truth: make([]int, len(stimuli))}
	for i, id := range set["stimulus_id"] {
		o.Truth[stimulus[id]] = object[set["image_label"][i]]
	}
	o.Human = metrics.ChoiceTrials{
		Stimulus: Encode(stimulus, trials["stimulus_id"]), Truth: Encode(object, trials["truth"]),
		Sample: Encode(object, trials["sample_obj"]), Distractor: Encode(object, trials["dist_obj"]),
		Choice: Encode(object, trials["choice"]), Stimuli: len(stimuli), Objects: len(objects),
	}
	return o
}

// Arrange puts rows of probabilities, in the order of ids and choices, in
// ascending order of both.
func (o objectome) Arrange(probabilities []float64, ids, choices []string) []float64 {
	stimulus, _ := Codes(o.stimuli)
	object, _ := Codes(o.objects)
	out := make([]float64, len(probabilities))
	for i, id := range ids {
		for j, choice := range choices {
			out[stimulus[id]*len(o.objects)+object[choice]] = probabilities[i*len(choices)+j]
		}
	}
	return out
}

// GivenProbabilities reads the probabilities of the golden model.
func (o objectome) GivenProbabilities(t testing.TB) []float64 {
	t.Helper()
	const dir = "golden/models/objectome-mini-readout/objectome-mini.private/"
	p, _, _ := NPY(t, dir+"probabilities.npy")
	ids := CSV(t, "golden/home/stimuli/objectome-mini.private/stimuli.csv")["stimulus_id"]
	return o.Arrange(p, ids, CSV(t, dir+"choices.csv")["choice"])
}
