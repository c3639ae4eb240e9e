package scoring

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

const (
	givenStimuli    = 7
	givenDefinition = `identifier: b
kind: neural
region: IT
assembly: given
stimulus_set: s
per: subject
metric: {name: rdm, compare: COMPARE}
ceiling: {name: leave_one_subject_out, bound: BOUND, average: AVERAGE}
score: ratio
`
)

// givenHome is a data home with the responses of three subjects, and with their correlation
// distances as an assembly of its own, and a model with a layer and its distances.
type givenHome struct {
	subjectsHome
	responses []float64 // stimuli × 3 subjects × 5 neuroids
}

// correlationDistances returns 1 − r between the rows of some columns.
func correlationDistances(x []float64, rows, cols, from, to int) []float64 {
	out := make([]float64, rows*rows)
	at := func(i int) []float64 { return x[i*cols+from : i*cols+to] }
	for i := range rows {
		for k := range rows {
			var ma, mb, ab, aa, bb float64
			for j := range at(i) {
				ma, mb = ma+at(i)[j]/float64(to-from), mb+at(k)[j]/float64(to-from)
			}
			for j := range at(i) {
				a, b := at(i)[j]-ma, at(k)[j]-mb
				ab, aa, bb = ab+a*b, aa+a*a, bb+b*b
			}
			if i != k {
				out[i*rows+k] = 1 - ab/math.Sqrt(aa*bb)
			}
		}
	}
	return out
}

// upper returns the values above the diagonal.
func upper(square []float64, n int) (triangle []float64) {
	for i := range n {
		triangle = append(triangle, square[i*n+i+1:(i+1)*n]...)
	}
	return triangle
}

func newGivenHome(compare, bound, average string) *givenHome {
	const n, subjects, each, features = givenStimuli, 3, 5, 9
	r := rand.New(rand.NewPCG(4, 4))
	draw := func(count int) []float64 {
		x := make([]float64, count)
		for i := range x {
			x[i] = r.NormFloat64()
		}
		return x
	}
	responses, layer := draw(n*subjects*each), draw(n*features)
	for i := range responses { // what subjects and model share
		responses[i] += 2 * layer[i/(subjects*each)*features+i%each]
	}
	var ids, reversed, neuroids, columns strings.Builder
	for i := range n {
		fmt.Fprintf(&ids, "s%d\n", i)
		fmt.Fprintf(&reversed, "s%d\n", n-1-i)
	}
	given := make([]float64, n*subjects*n)
	for s := range subjects {
		d := correlationDistances(responses, n, subjects*each, s*each, (s+1)*each)
		for i := range n {
			fmt.Fprintf(&columns, "s%d,%c\n", i, 'p'+s)
			copy(given[i*subjects*n+s*n:], d[i*n:(i+1)*n])
		}
		for j := range each {
			fmt.Fprintf(&neuroids, "%d,%c\n", j, 'p'+s)
		}
	}
	// The dump has the rows in reverse.
	dumped := make([]float64, 0, len(layer))
	for i := n - 1; i >= 0; i-- {
		dumped = append(dumped, layer[i*features:(i+1)*features]...)
	}
	distances := correlationDistances(dumped, n, features, 0, features)
	text := strings.NewReplacer("COMPARE", compare, "BOUND", bound, "AVERAGE", average)
	return &givenHome{subjectsHome{
		"benchmarks/b.yaml":                 text.Replace(givenDefinition),
		"benchmarks/responses.yaml":         text.Replace(strings.NewReplacer("identifier: b", "identifier: responses", "assembly: given", "assembly: r").Replace(givenDefinition)),
		"stimuli/s/stimuli.csv":             "stimulus_id\n" + ids.String(),
		"assemblies/given/assembly.yaml":    "kind: neural\nstimulus_set: s\nvalues: dissimilarities\n",
		"assemblies/given/values.npy":       npyText([]int{n, subjects * n}, given),
		"assemblies/given/neuroid.csv":      "neuroid_id,subject\n" + columns.String(),
		"assemblies/given/presentation.csv": "stimulus_id\n" + ids.String(),
		"assemblies/r/assembly.yaml":        "kind: neural\nstimulus_set: s\n",
		"assemblies/r/values.npy":           npyText([]int{n, subjects * each}, responses),
		"assemblies/r/neuroid.csv":          "neuroid_id,subject\n" + neuroids.String(),
		"assemblies/r/presentation.csv":     "stimulus_id\n" + ids.String(),
		"models/m/s/stimulus_ids.csv":       "stimulus_id\n" + reversed.String(),
		"models/m/s/fc.npy":                 npyText([]int{n, features}, dumped),
		"models/m/s/square.rdm.npy":         npyText([]int{n, n}, distances),
		"models/m/s/triangle.rdm.npy":       npyText([]int{n * (n - 1) / 2}, upper(distances, n)),
	}, responses}
}

// scoreAll scores the model's layers on benchmarks.
func (h subjectsHome) scoreAll(t *testing.T, ids ...string) *benchmarks.Report {
	t.Helper()
	dir := t.TempDir()
	for name, content := range h {
		write(t, filepath.Join(dir, name), content)
	}
	runner := NewRunner(benchmarks.Home{Dir: dir}, Options{Workers: 2})
	report, err := runner.Score(t.Context(), Request{Models: []string{filepath.Join(dir, "models/m")}, Benchmarks: ids, AllLayers: true})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// TestGivenDissimilarities scores layers and recordings that are given as dissimilarities as
// the activations and responses that these are of.
func TestGivenDissimilarities(t *testing.T) {
	for _, c := range []struct{ compare, bound, average string }{
		{"spearman", "lower", "matched"}, {"pearson", "upper", "plain"}, {"kendall", "lower", "plain"}, {"cosine", "upper", "matched"}, {"whitened_cosine", "lower", "matched"}, {"whitened_pearson", "upper", "matched"},
	} {
		report := newGivenHome(c.compare, c.bound, c.average).scoreAll(t, "responses", "b")
		model := report.Models[0]
		if len(model.Failures) > 0 || len(model.Scores) != 6 {
			t.Fatal(model.Failures, len(model.Scores))
		}
		want := model.Scores[0]
		for _, r := range model.Scores {
			if !near(r.Raw.Value, want.Raw.Value, 1e-12) || !near(r.Ceiling.Value, want.Ceiling.Value, 1e-12) || !near(r.Ceiled.Value, want.Ceiled.Value, 1e-11) {
				t.Errorf("%v: %s on %s: raw %v, ceiling %v, want %v and %v", c, r.Benchmark, r.Layer, r.Raw.Value, r.Ceiling.Value, want.Raw.Value, want.Ceiling.Value)
			}
			for k, s := range r.Subjects {
				if !near(s.Raw.Value, want.Subjects[k].Raw.Value, 1e-12) {
					t.Errorf("%v: %s on %s: subject %s %v", c, r.Benchmark, r.Layer, s.Subject, s.Raw.Value)
				}
			}
			for k, bound := range r.CeilingBounds {
				if !near(bound, want.CeilingBounds[k], 1e-12) {
					t.Errorf("%v: %s: bounds %v, want %v", c, r.Benchmark, r.CeilingBounds, want.CeilingBounds)
				}
			}
			if given := r.Layer != "fc"; given != (r.Counts.Features == 0) || (r.Benchmark == "b") != (r.Counts.Neuroids == 0) || r.Counts.Subjects != 3 || r.Counts.Stimuli != givenStimuli {
				t.Errorf("%s on %s: counts %+v", r.Benchmark, r.Layer, r.Counts)
			}
		}
	}
}

// TestGivenDissimilaritiesBetween compares a ceiling between subjects with that of responses.
func TestGivenDissimilaritiesBetween(t *testing.T) {
	h := newGivenHome("pearson", "lower", "plain")
	for _, name := range []string{"benchmarks/b.yaml", "benchmarks/responses.yaml"} {
		h.with(name, "{name: leave_one_subject_out, bound: lower, average: plain}", "{name: between_subjects}")
	}
	scores := h.scoreAll(t, "responses", "b").Models[0].Scores
	if len(scores) != 6 {
		t.Fatal(len(scores))
	}
	for _, r := range scores {
		if !near(r.Ceiling.Value, scores[0].Ceiling.Value, 1e-12) || math.IsNaN(r.Ceiling.Value) {
			t.Errorf("%s: ceiling %v, want %v", r.Benchmark, r.Ceiling.Value, scores[0].Ceiling.Value)
		}
	}
}

// TestGivenDissimilaritiesRefused covers assemblies that hold no matrices, definitions that
// ask for what these do not serve, and layers that a metric cannot take.
func TestGivenDissimilaritiesRefused(t *testing.T) {
	const b, values, neuroid, presentation = "benchmarks/b.yaml", "assemblies/given/values.npy", "assemblies/given/neuroid.csv", "assemblies/given/presentation.csv"
	changed := func(row, column int, to float64) func(h subjectsHome) {
		return func(h subjectsHome) {
			x := make([]float64, givenStimuli*3*givenStimuli)
			for p := range x {
				if i, k := p/(3*givenStimuli), p%givenStimuli; i != k {
					x[p] = 1 + float64((i*k)%5)
				}
			}
			x[row*3*givenStimuli+givenStimuli+column] = to // of q
			h[values] = npyText([]int{givenStimuli, 3 * givenStimuli}, x)
		}
	}
	with := func(file string, replaced ...string) func(h subjectsHome) {
		return func(h subjectsHome) { h.with(file, replaced...) }
	}
	const ceiling = "{name: leave_one_subject_out, bound: lower, average: matched}"
	for _, c := range []struct {
		name   string
		change func(h subjectsHome)
		want   []string
	}{
		{"not symmetric", changed(1, 2, 50), []string{"assemblies/given", "not symmetric", "50", "matrix of q", "average the two halves"}},
		{"diagonal", changed(3, 3, 1), []string{"1 on its diagonal", `"s3"`, "matrix of q"}},
		{"NaN", changed(1, 2, math.NaN()), []string{"NaN", `"s1" and "s2"`, "matrix of q"}},
		{"infinite", changed(1, 2, math.Inf(1)), []string{"infinite"}},
		{"not square", with(neuroid, "s6,q", "s6,r"), []string{"neuroid.csv: repeats 1"}},
		{"other stimuli", with(neuroid, "s6,q", "s9,q"), []string{`no neuroid "s6"`, `of "q"`, "name the neuroids of each subject as the stimuli"}},
		{"fewer stimuli", with(b, "per: subject", "per: subject\nselect: {neuroid_id: [s0, s1, s2, s3]}"), []string{"not square", "7 stimuli and 4"}},
		{"repeated row", with(presentation, "s6", "s5"), []string{"7 rows", "6 stimuli"}},
		{"one subject", with(b, "per: subject", "per: subject\nselect: {subject: p}"), []string{"neuroid.csv", "1 subject(s)", "two at least"}},
		{"no subjects", with(b, "per: subject\n", "", ceiling, "{value: 1}"), []string{"repeats 7 neuroid_id", "per: COLUMN"}},
		{"cka", with(b, "{name: rdm, compare: spearman}", "{name: cka}", ceiling, "{name: between_subjects}"), []string{"b.yaml:", "cka needs responses of neuroids", "use the metric rdm"}},
		{"pls", with(b, "{name: rdm, compare: spearman}", "{name: pls, components: 2}", ceiling, "{value: 1}"), []string{"pls needs responses of neuroids"}},
		{"center", with(b, "score:", "center: true\nscore:"), []string{"no neuroids to center", "remove center"}},
		{"trials", with(b, ceiling, "{name: internal_consistency}"), []string{"needs single trials", "leave_one_subject_out"}},
		{"layer", func(h subjectsHome) { h["models/m/s/square.rdm.npy"] = npyText([]int{2, 2}, []float64{0, 1, 1, 0}) }, []string{"square.rdm.npy", "of 2 stimuli", "lists 7"}},
	} {
		h := newGivenHome("spearman", "lower", "matched")
		c.change(h.subjectsHome)
		_, err := h.score(t)
		if err == nil {
			t.Errorf("%s: no error", c.name)
			continue
		}
		if !strings.Contains(err.Error(), "; ") && c.name != "infinite" || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want one line with a remedy", c.name, err)
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: error %v, want %q in it", c.name, err, w)
			}
		}
	}
	// A dump of matrices alone, for metrics that take activations.
	for _, metric := range []string{"cka", "procrustes", "pls, components: 2", "ridge"} {
		h := newGivenHome("spearman", "lower", "matched")
		delete(h.subjectsHome, "models/m/s/fc.npy")
		h.with("benchmarks/b.yaml", "assembly: given", "assembly: r", "rdm, compare: spearman", metric, ceiling, "{value: 1}")
		_, err := h.score(t)
		name, _, _ := strings.Cut(metric, ",")
		if err == nil || !strings.Contains(err.Error(), "square, triangle as dissimilarities alone (.rdm.npy), and "+name+" needs activations; dump activations") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", metric, err)
		}
	}
}
