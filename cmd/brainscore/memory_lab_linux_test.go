package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// memoryCase is a score whose memory is measured.
type memoryCase struct {
	name              string
	data              func(testing.TB, memoryCase, string) // writes home and model into a folder
	metrics           []string                             // in YAML
	stimuli, features int
	neuroids          int
	repetitions       int // default 2
	splits            int // default 4
	train             float64
	trials            int
	thresholds        int
	sets              int      // of stimuli, default 1
	text              string   // added to definitions
	fit               int      // stimuli that read-outs are fitted on
	bins              int      // of a layer in time
	noise             bool     // no components explain much, so that pls rounds
	rank              int      // of the activations; 0 for all that there are
	offset            float64  // of the activations
	command           []string // default score of all layers
	models            []string // default the model
	words             []string
	scale             float64 // of the activations, 0 for 1
	layers            int     // default 1
	subjects          int     // whose noise ceiling is estimated
	double            bool    // float64 activations
	splitAll          bool    // similarity metrics are scored in splits too
	rounding          bool    // rounding of inner products matters, of some metrics at least
	large, whole      bool
}

// write writes a table.
func (c memoryCase) table(t testing.TB, path, header string, rows int, row func(i int) string) {
	t.Helper()
	c.file(t, path, func(w *bufio.Writer) {
		fmt.Fprintln(w, header)
		for i := range rows {
			fmt.Fprintln(w, row(i))
		}
	})
}

// file writes a file piece by piece, so that the test itself holds little.
func (memoryCase) file(t testing.TB, path string, write func(w *bufio.Writer)) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	write(w)
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// array writes rows of float32 numbers, or of float64 numbers.
func (c memoryCase) array(t testing.TB, path string, rows, cols int, row func(i int, values []float32)) {
	t.Helper()
	c.file(t, path, func(w *bufio.Writer) {
		descr, number := "<f4", make([]byte, 4)
		if c.double {
			descr, number = "<f8", make([]byte, 8)
		}
		header := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%d, %d), }", descr, rows, cols)
		header += strings.Repeat(" ", 63-(len(header)+10)%64) + "\n"
		w.WriteString("\x93NUMPY\x01\x00")
		binary.Write(w, binary.LittleEndian, uint16(len(header)))
		w.WriteString(header)
		values := make([]float32, cols)
		for i := range rows {
			row(i, values)
			for _, v := range values {
				if c.double {
					binary.LittleEndian.PutUint64(number, math.Float64bits(float64(v)/3))
				} else {
					binary.LittleEndian.PutUint32(number, math.Float32bits(v))
				}
				w.Write(number)
			}
		}
	})
}

// row fills the row of a stimulus, in repetitions with other noise.
func (c memoryCase) row(r *rand.Rand, stimulus int, values []float32) {
	if !c.noise {
		similar(r, stimulus, values)
		return
	}
	for j := range values {
		values[j] = r.Float32() + r.Float32() + float32(stimulus%8*(j%5))/5
	}
}

// similar fills a row with numbers of which a few components explain most, as they do of
// activations and recordings; noise is the rest.
func similar(r *rand.Rand, stimulus int, values []float32) {
	const components, variants = 24, 61
	own, shared := rand.New(rand.NewPCG(uint64(stimulus), 7)), rand.New(rand.NewPCG(8, 9))
	var table [variants]float32
	for k := range components {
		size := float32(own.NormFloat64() / math.Sqrt(float64(k+1)))
		for i := range table {
			table[i] = size * float32(shared.NormFloat64())
		}
		for j := range values {
			if k == 0 {
				v := r.Uint64()
				values[j] = (float32(int32(v)) + float32(int32(v>>32))) / (1 << 33)
			}
			values[j] += table[(j*(k+1)+j/variants)%variants]
		}
	}
}

// layer writes activations to stimuli.
func (c memoryCase) layer(t testing.TB, path string, stimuli int, seed uint64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	c.array(t, path, stimuli, c.features, func(i int, values []float32) {
		c.row(r, i, values)
		if c.rank > 0 {
			for j := c.rank; j < len(values); j++ {
				values[j] = values[j%c.rank]
			}
		}
		for j := range values {
			values[j] = values[j]*float32(cmp.Or(c.scale, 1)) + float32(c.offset)
		}
	})
}

func stimulusID(i int) string { return fmt.Sprintf("s%05d", i) }

// stimulusSet writes a stimulus set and the order of a dump's rows.
func (c memoryCase) stimulusSet(t testing.TB, dir, name string, n int) {
	t.Helper()
	c.table(t, filepath.Join(dir, "home/stimuli", name, "stimuli.csv"), "stimulus_id,object_name", n, func(i int) string { return fmt.Sprintf("%s,o%d", stimulusID(i), i%8) })
	c.table(t, filepath.Join(dir, "model", name, "stimulus_ids.csv"), "stimulus_id", n, stimulusID)
}

// definitions writes a definition for each metric.
func (c memoryCase) definitions(t testing.TB, dir, kind, text string) {
	t.Helper()
	for i, metric := range c.metrics {
		put(t, filepath.Join(dir, fmt.Sprintf("home/benchmarks/b%d.yaml", i)), fmt.Appendf(nil, "identifier: b%d\nversion: 1\nkind: %s\nregion: IT\nassembly: a\nstimulus_set: st\nmetric: {%s}\n%s", i, kind, metric, text))
	}
	put(t, filepath.Join(dir, "home/assemblies/a/assembly.yaml"), fmt.Appendf(nil, "identifier: a\nkind: %s\nstimulus_set: st\n", kind))
}

// recordings is a layer with recordings.
func recordings(t testing.TB, c memoryCase, dir string) {
	c.stimulusSet(t, dir, "st", c.stimuli)
	folder := filepath.Join(dir, "home/assemblies/a")
	c.table(t, filepath.Join(folder, "presentation.csv"), "stimulus_id,repetition", c.stimuli*c.repetitions, func(i int) string { return fmt.Sprintf("%s,%d", stimulusID(i%c.stimuli), i/c.stimuli) })
	c.table(t, filepath.Join(folder, "neuroid.csv"), "neuroid_id,region,subject", c.neuroids, func(i int) string { return fmt.Sprintf("n%d,IT,p%d", i, i%max(1, c.subjects)) })
	c.values(t, filepath.Join(folder, "values.npy"))
	model := filepath.Join(dir, "model")
	for layer := range max(1, c.layers) {
		name := fmt.Sprintf("layer%d", layer)
		c.layer(t, filepath.Join(model, "st", name+".npy"), c.stimuli, uint64(layer))
		for bin := range c.bins {
			c.layer(t, filepath.Join(model, "st", name, fmt.Sprintf("%d-%d.npy", 70+10*bin, 80+10*bin)), c.stimuli, uint64(bin))
		}
	}
	if c.fit > 0 {
		c.stimulusSet(t, dir, "fit", c.fit)
		c.layer(t, filepath.Join(model, "fit/layer0.npy"), c.fit, 9)
		put(t, filepath.Join(model, "model.yaml"), []byte("reduction: {pca: 300, fit_stimulus_set: fit}\n"))
	}
	text := "ceiling: {name: internal_consistency, splits: 5, seed: 1}\nscore: explained_variance\n"
	switch {
	case c.subjects > 0 && c.metrics[0] != "name: rdm":
		text = "per: subject\n" + text
	case c.subjects > 0:
		text = "ceiling: {name: leave_one_subject_out, column: subject}\nscore: explained_variance\n"
	}
	if c.splitAll || !slices.Contains(similarityMetrics, c.metrics[0]) {
		text = fmt.Sprintf("cross_validation: {splits: %d, train_size: %g, seed: 1}\n", c.splits, c.train) + text
	}
	if c.bins > 0 {
		text = "time: per_bin\n" + text
	}
	c.definitions(t, dir, "neural", text)
}

// values writes recordings, in time bins if there are any.
func (c memoryCase) values(t testing.TB, path string) {
	t.Helper()
	r := rand.New(rand.NewPCG(2, 3))
	row := func(i int, values []float32) { c.row(r, i%c.stimuli, values) }
	if c.bins == 0 {
		c.array(t, path, c.stimuli*c.repetitions, c.neuroids, row)
		return
	}
	c.table(t, filepath.Join(filepath.Dir(path), "time_bin.csv"), "time_bin_start,time_bin_end", c.bins, func(i int) string { return fmt.Sprintf("%d,%d", 70+10*i, 80+10*i) })
	values, one := make([]float32, 0, c.stimuli*c.repetitions*c.neuroids*c.bins), make([]float32, c.neuroids*c.bins)
	for i := range c.stimuli * c.repetitions {
		row(i%c.stimuli, one)
		values = append(values, one...)
	}
	var b bytes.Buffer
	if err := npy.WriteHeader(&b, "<f4", c.stimuli*c.repetitions, c.neuroids, c.bins); err != nil {
		t.Fatal(err)
	}
	if err := binary.Write(&b, binary.LittleEndian, values); err != nil {
		t.Fatal(err)
	}
	put(t, path, b.Bytes())
}

// twoWayChoices is trials of choices between two objects, beside the probabilities of a
// model.
func twoWayChoices(t testing.TB, c memoryCase, dir string) {
	r := c.choices(t, dir, "")
	const objects = 8
	c.table(t, filepath.Join(dir, "model/st/choices.csv"), "choice", objects, func(i int) string { return fmt.Sprintf("o%d", i) })
	c.array(t, filepath.Join(dir, "model/st/probabilities.npy"), c.stimuli, objects, func(i int, values []float32) {
		sum := float32(0)
		for j := range values {
			values[j] = r.Float32() + .01
			sum += values[j]
		}
		for j := range values {
			values[j] /= sum
		}
	})
}

// choices writes trials and their stimuli.
func (c memoryCase) choices(t testing.TB, dir, text string) *rand.Rand {
	t.Helper()
	c.stimulusSet(t, dir, "st", c.stimuli)
	r := rand.New(rand.NewPCG(5, 6))
	c.table(t, filepath.Join(dir, "home/assemblies/a/trials.csv"), "stimulus_id,truth,choice,sample_obj,dist_obj", c.trials, func(i int) string {
		object := i % c.stimuli % 8
		other := (object + 1 + r.IntN(7)) % 8
		chosen := object
		if r.IntN(4) == 0 {
			chosen = other
		}
		return fmt.Sprintf("%s,o%d,o%d,o%d,o%d", stimulusID(i%c.stimuli), object, chosen, object, other)
	})
	c.definitions(t, dir, "behavioral", text)
	return r
}

// fittedChoices is the same beside a layer on which a read-out is fitted.
func fittedChoices(t testing.TB, c memoryCase, dir string) {
	c.choices(t, dir, "fitting_stimulus_set: fit\nfitting_label: object_name\n")
	c.stimulusSet(t, dir, "fit", c.fit)
	c.layer(t, filepath.Join(dir, "model/st/layer.npy"), c.stimuli, 4)
	c.layer(t, filepath.Join(dir, "model/fit/layer.npy"), c.fit, 5)
}

// subjectChoices is trials by subject, beside the choices of a model.
func subjectChoices(t testing.TB, c memoryCase, dir string) {
	c.stimulusSet(t, dir, "st", c.stimuli)
	r := rand.New(rand.NewPCG(5, 6))
	choice := func(i int) int {
		if r.IntN(4) == 0 {
			return r.IntN(8)
		}
		return i % c.stimuli % 8
	}
	c.table(t, filepath.Join(dir, "home/assemblies/a/trials.csv"), "subject,stimulus_id,truth,choice", c.trials, func(i int) string {
		return fmt.Sprintf("p%d,%s,o%d,o%d", i/c.stimuli, stimulusID(i%c.stimuli), i%c.stimuli%8, choice(i))
	})
	c.table(t, filepath.Join(dir, "model/st/responses.csv"), "stimulus_id,choice", c.stimuli, func(i int) string { return fmt.Sprintf("%s,o%d", stimulusID(i), choice(i)) })
	c.definitions(t, dir, "behavioral", "score: ratio\n")
}

// triplets is choices of the odd one out, beside a layer.
func triplets(t testing.TB, c memoryCase, dir string) {
	c.stimulusSet(t, dir, "st", c.stimuli)
	r := rand.New(rand.NewPCG(5, 6))
	c.table(t, filepath.Join(dir, "home/assemblies/a/trials.csv"), "subject,first,second,third,choice", c.trials, func(i int) string {
		first := i % c.stimuli
		second := (first + 1 + r.IntN(c.stimuli/2-1)) % c.stimuli
		third := (second + 1 + r.IntN(c.stimuli/2-1)) % c.stimuli
		return fmt.Sprintf("p%d,%s,%s,%s,%s", i%10, stimulusID(first), stimulusID(second), stimulusID(third), stimulusID(second))
	})
	c.layer(t, filepath.Join(dir, "model/st/layer.npy"), c.stimuli, 4)
	c.definitions(t, dir, "behavioral", "score: ratio\n")
}

// solutionTimes is times at which stimuli are solved, beside a layer in time.
func solutionTimes(t testing.TB, c memoryCase, dir string) {
	c.stimulusSet(t, dir, "st", c.stimuli)
	r := rand.New(rand.NewPCG(5, 6))
	c.table(t, filepath.Join(dir, "home/assemblies/a/osts.csv"), "stimulus_id,truth,i1,ost", c.stimuli, func(i int) string {
		return fmt.Sprintf("%s,o%d,%g,%g", stimulusID(i), i%8, r.Float64(), 70+100*r.Float64())
	})
	for bin := range c.bins {
		c.layer(t, filepath.Join(dir, fmt.Sprintf("model/st/layer/%d-%d.npy", 70+10*bin, 80+10*bin)), c.stimuli, uint64(bin))
	}
	c.definitions(t, dir, "behavioral", fmt.Sprintf("cross_validation: {splits: %d, test_size: 0.1, seed: 1}\nceiling: {value: 1}\nscore: ratio\n", c.splits))
}
