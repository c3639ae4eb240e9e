package structured

import (
	"math"
	"reflect"
	"testing"
)

// A seed draws the same case again, finite, with the splits apart.
func TestDraw(t *testing.T) {
	limits := Limits{Stimuli: 60, Features: 200, Neuroids: 20}
	for seed := range uint64(300) {
		c := Draw(seed, limits)
		if !reflect.DeepEqual(c, Draw(seed, limits)) {
			t.Fatalf("seed %d draws another case", seed)
		}
		if c.Stimuli > limits.Stimuli || c.Features > limits.Features || c.Neuroids > limits.Neuroids ||
			len(c.Activations) != c.Stimuli*c.Features || len(c.Responses) != c.Stimuli*c.Neuroids {
			t.Fatalf("seed %d: size %v", seed, c)
		}
		for _, x := range [][]float64{c.Activations, c.Responses} {
			for _, v := range x {
				if math.IsNaN(v) || math.IsInf(v, 0) || c.Single && &x[0] == &c.Activations[0] && v != float64(float32(v)) {
					t.Fatalf("seed %d: %v in %v", seed, v, c)
				}
			}
		}
		for _, s := range c.Splits {
			seen := make([]bool, c.Stimuli)
			for _, i := range append(append([]int(nil), s.Train...), s.Test...) {
				if seen[i] {
					t.Fatalf("seed %d: stimulus %d is twice in a split", seed, i)
				}
				seen[i] = true
			}
			if len(s.Train)+len(s.Test) != c.Stimuli || len(s.Test) < 3 || len(s.Train) < 4 {
				t.Fatalf("seed %d: %d train and %d test stimuli", seed, len(s.Train), len(s.Test))
			}
		}
	}
}

func TestDrawOthers(t *testing.T) {
	for seed := range uint64(300) {
		if c := DrawTrials(seed); len(c.Stimulus) != len(c.Responses) || len(c.Repetition) != len(c.Responses) {
			t.Fatalf("seed %d: %v", seed, c)
		}
		c := DrawChoices(seed)
		for i, choice := range c.Choice {
			if choice != c.Sample[i] && choice != c.Distractor[i] || c.Shown[i] != c.Truth[c.Stimulus[i]] {
				t.Fatalf("seed %d: trial %d of %v", seed, i, c)
			}
		}
		if d := DrawConsistency(seed); len(d.Subject) != len(d.Correct) || len(d.Model) != d.Stimuli {
			t.Fatalf("seed %d: %v", seed, d)
		}
	}
}
