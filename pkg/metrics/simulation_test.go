//go:build simulation

package metrics

import (
	"math"
	"math/rand/v2"
	"testing"
)

// crowd makes stimuli whose confusions model and humans share in part, and
// trials of the humans on them.
type crowd struct {
	objects, images, trials int // images of each object, trials of each image and distractor
	shared, own             float64
}

func (c crowd) draw(r *rand.Rand, pairs []float64) BehavioralInput {
	logistic := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	n := c.objects * c.images
	in := BehavioralInput{Human: ChoiceTrials{Stimuli: n, Objects: c.objects}}
	for s := range n {
		truth := s / c.images
		in.Truth = append(in.Truth, truth)
		hard := 0.6 * r.NormFloat64()
		row := make([]float64, c.objects)
		for o := range row {
			if o == truth {
				row[o] = 1
				continue
			}
			common := -1.2 + pairs[truth*c.objects+o] + hard + c.shared*r.NormFloat64()
			human, model := logistic(common+c.own*r.NormFloat64()), logistic(common+c.own*r.NormFloat64())
			row[o] = model / (1 - model)
			for range c.trials {
				choice := truth
				if r.Float64() < human {
					choice = o
				}
				h := &in.Human
				h.Stimulus, h.Truth = append(h.Stimulus, s), append(h.Truth, truth)
				h.Sample, h.Distractor, h.Choice = append(h.Sample, truth), append(h.Distractor, o), append(h.Choice, choice)
			}
		}
		in.Probabilities = append(in.Probabilities, row...)
	}
	return in
}

// Intervals over stimuli hold, in about 95 % of experiments, the score that is
// expected of so many stimuli of the same objects.
func TestChoiceIntervalCoverage(t *testing.T) {
	const experiments = 400
	r := rand.New(rand.NewPCG(1, 1))
	pairs := make([]float64, 64)
	for i := range pairs {
		pairs[i] = 0.5 * r.NormFloat64()
	}
	c := crowd{objects: 8, images: 20, trials: 16, shared: 0.6, own: 0.4}
	inputs := make([]BehavioralInput, experiments)
	for i := range inputs {
		inputs[i] = c.draw(r, pairs)
		inputs[i].Intervals = Resampling{Samples: 199, Seed: uint64(i)}
	}
	for _, name := range []string{"i1", "i1n", "i2", "i2n", "o1", "o2"} {
		t.Run(name, func(t *testing.T) {
			metric, err := New(name, Options{"skip_missing": true})
			if err != nil {
				t.Fatal(err)
			}
			var raws, ceileds []Estimate
			for _, in := range inputs {
				s, err := metric.(Behavioral).ScoreBehavior(t.Context(), in)
				if err != nil {
					continue // a cell of d′ is not defined
				}
				raws, ceileds = append(raws, s.Raw), append(ceileds, s.Ceiled)
			}
			raw, ceiled := coverage(raws), coverage(ceileds)
			t.Logf("%d experiments, coverage raw %.1f %%, ceiled %.1f %%", len(raws), 100*raw, 100*ceiled)
			for _, covered := range []float64{raw, ceiled} {
				// Correlations of few objects fall in samples, whose spread is
				// then too wide.
				most := 0.985
				if name[0] == 'o' {
					most = 1
				}
				if covered < 0.90 || covered > most {
					t.Errorf("coverage %.1f %%", 100*covered)
				}
			}
		})
	}
}

// coverage is how often intervals hold the mean of the values.
func coverage(estimates []Estimate) float64 {
	mean, held := 0.0, 0.0
	for _, e := range estimates {
		mean += e.Value / float64(len(estimates))
	}
	for _, e := range estimates {
		if e.Interval.Low <= mean && mean <= e.Interval.High {
			held++
		}
	}
	return held / float64(len(estimates))
}

// The same of error consistency: stimuli that are hard for everyone, and a model
// that shares some of that.
func TestConsistencyIntervalCoverage(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	const subjects, conditions, images = 4, 8, 80
	var raws, ceileds []Estimate
	for i := range 1000 {
		in := ConsistencyInput{Subjects: subjects, Conditions: conditions, Stimuli: conditions * images, Intervals: Resampling{Samples: 499, Seed: uint64(i)}}
		for s := range in.Stimuli {
			hard := 1.5 * r.NormFloat64()
			in.ModelCorrect = append(in.ModelCorrect, 0.5+0.5*hard+1.5*r.NormFloat64() > 0)
			for subject := range subjects {
				in.Trials = append(in.Trials, ConsistencyTrial{subject, s / images, s, 0.8+hard+r.NormFloat64() > 0})
			}
		}
		score, err := errorConsistency{}.ScoreConsistency(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		raws, ceileds = append(raws, score.Raw), append(ceileds, score.Ceiled)
	}
	raw, ceiled := coverage(raws), coverage(ceileds)
	t.Logf("coverage raw %.1f %%, ceiled %.1f %%", 100*raw, 100*ceiled)
	if raw < 0.93 || raw > 0.97 || ceiled < 0.90 {
		t.Errorf("coverage raw %.1f %%, ceiled %.1f %%", 100*raw, 100*ceiled)
	}
}
