package scoring

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

const trialsDefinition = `identifier: b
kind: neural
region: IT
assembly: a
stimulus_set: s
per: subject
metric: {name: rdm, distance: sqeuclidean, compare: pearson, dissimilarity: crossnobis, noise: diagonal}
ceiling: {name: leave_one_subject_out}
score: ratio
`

// newTrialsHome is a data home with single trials of two subjects, of which each was shown
// presentations of its own.
func newTrialsHome() subjectsHome {
	const stimuli, repetitions, each, features = 6, 3, 4, 7
	r := rand.New(rand.NewPCG(2, 9))
	var layer, values []float64
	var presentations, ids strings.Builder
	for i := range stimuli {
		fmt.Fprintf(&ids, "s%d\n", i)
		for range features {
			layer = append(layer, r.NormFloat64())
		}
	}
	for s := range 2 {
		for m := range repetitions {
			for i := range stimuli {
				fmt.Fprintf(&presentations, "s%d,%d\n", i, m)
				for j := range 2 * each {
					v := math.NaN()
					if j/each == s {
						v = layer[i*features+j%each] + .3*r.NormFloat64()
					}
					values = append(values, v)
				}
			}
		}
	}
	return subjectsHome{
		"benchmarks/b.yaml":             trialsDefinition,
		"stimuli/s/stimuli.csv":         "stimulus_id\n" + ids.String(),
		"assemblies/a/assembly.yaml":    "kind: neural\nstimulus_set: s\n",
		"assemblies/a/values.npy":       npyText([]int{2 * stimuli * repetitions, 2 * each}, values),
		"assemblies/a/presentation.csv": "stimulus_id,repetition\n" + presentations.String(),
		"assemblies/a/neuroid.csv":      "neuroid_id,subject\n0,p\n1,p\n2,p\n3,p\n0,q\n1,q\n2,q\n3,q\n",
		"models/m/s/fc.npy":             npyText([]int{stimuli, features}, layer),
	}
}

// TestTrials scores subjects by crossnobis, which have presentations of their own: each as if
// it were alone.
func TestTrials(t *testing.T) {
	both, err := newTrialsHome().score(t)
	if err != nil {
		t.Fatal(err)
	}
	r := both.Models[0].Scores[0]
	if len(r.Subjects) != 2 || len(r.CeilingBounds) != 2 || !(r.CeilingBounds[0] > 0 && r.CeilingBounds[1] > r.CeilingBounds[0]) || r.Counts.Neuroids != 8 {
		t.Errorf("%+v, bounds %v, counts %+v", r.Subjects, r.CeilingBounds, r.Counts)
	}
	for k, subject := range []string{"p", "q"} {
		alone, err := newTrialsHome().with("benchmarks/b.yaml", "per: subject", "per: subject\nselect: {subject: "+subject+"}", "{name: leave_one_subject_out}", "{value: 1}").score(t)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := alone.Models[0].Scores[0].Raw.Value, r.Subjects[k].Raw.Value; got != want || !(got > .5) {
			t.Errorf("%s alone: %v, with the other %v", subject, got, want)
		}
	}
}

func TestTrialsRefused(t *testing.T) {
	const b, presentation, values = "benchmarks/b.yaml", "assemblies/a/presentation.csv", "assemblies/a/values.npy"
	for _, c := range []struct {
		name   string
		change func(h subjectsHome)
		want   []string
	}{
		{"no repetition", func(h subjectsHome) { h.with(presentation, ",repetition", ",block") }, []string{"b.yaml:7: metric: ", "presentation.csv: has no column repetition", "add the column"}},
		{"one repetition", func(h subjectsHome) { h.with(presentation, ",1\n", ",0\n", ",2\n", ",0\n") }, []string{"presentation.csv: has one repetition", "two at least"}},
		{"a stimulus with one", func(h subjectsHome) { h.with(presentation, "s2,1\n", "s2,0\n", "s2,2\n", "s2,0\n") }, []string{"assemblies/a: ", `of "p": the stimuli s2 have fewer than two repetitions`, "leave such stimuli out"}},
		{"missing response", func(h subjectsHome) {
			h[values] = strings.Replace(h[values], h[values][len(h[values])-8:], string([]byte{0, 0, 0, 0, 0, 0, 0xf8, 0x7f}), 1)
		}, []string{"presentation.csv:37: ", `"s5" without a response of 1 of 4 neuroids of "q"`, "missing: drop"}},
		{"two assemblies", func(h subjectsHome) {
			h.with(b, "assembly: a", "assembly: [a, a]", "stimulus_set: s", "stimulus_set: [s, s]")
		}, []string{"assembl"}},
		{"dissimilarities", func(h subjectsHome) {
			h.with("assemblies/a/assembly.yaml", "set: s\n", "set: s\nvalues: dissimilarities\n")
		}, []string{"holds dissimilarities", "needs single trials", "remove the option"}},
		{"no noise", func(h subjectsHome) {
			x := make([]float64, 36*8)
			for p := range x {
				if x[p] = float64(p / 8 % 6 * (p % 4)); (p/8 < 18) != (p%8 < 4) {
					x[p] = math.NaN()
				}
			}
			h[values] = npyText([]int{36, 8}, x)
		}, []string{"assemblies/a: cannot be compared by single trials", "noise: none"}},
	} {
		h := newTrialsHome()
		c.change(h)
		_, err := h.score(t)
		if err == nil {
			t.Errorf("%s: no error", c.name)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: error %v, want %q in it", c.name, err, w)
			}
		}
	}
	h := newTrialsHome()
	h[values] = strings.Replace(h[values], h[values][len(h[values])-8:], string([]byte{0, 0, 0, 0, 0, 0, 0xf8, 0x7f}), 1)
	if _, err := h.with(b, "per: subject", "per: subject\nmissing: drop").score(t); err != nil {
		t.Errorf("a trial that lacks a response, dropped: %v", err)
	}
}
