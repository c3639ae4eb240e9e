package choice

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// crowd makes stimuli whose confusions model and humans share in part, and
// trials of the humans on them.
type crowd struct {
	objects, images, trials int // images of each object, trials of each image and distractor
	shared, own             float64
}

func (c crowd) draw(r *rand.Rand, pairs []float64) metrics.BehavioralInput {
	logistic := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	n := c.objects * c.images
	in := metrics.BehavioralInput{Human: metrics.ChoiceTrials{Stimuli: n, Objects: c.objects}}
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

// coverage is how often intervals hold what the values are about: their median, as
// a ceiling close to 0 makes a ceiled score as large as may be.
func coverage(estimates []metrics.Estimate) float64 {
	held, values := 0.0, make([]float64, len(estimates))
	for i, e := range estimates {
		values[i] = e.Value
	}
	middle := series.Median(values)
	for _, e := range estimates {
		if e.Interval.Low <= middle && middle <= e.Interval.High {
			held++
		}
	}
	return held / float64(len(estimates))
}

// panel is how many subjects see how many images of each condition: images that are
// hard for everyone, and a model that shares some of that.
type panel struct{ subjects, conditions, images int }

func (p panel) scores(t *testing.T, r *rand.Rand, experiments, samples int) (raws, ceileds []metrics.Estimate) {
	t.Helper()
	for i := range experiments {
		in := metrics.ConsistencyInput{Subjects: p.subjects, Conditions: p.conditions, Stimuli: p.conditions * p.images, Intervals: metrics.Resampling{Samples: samples, Seed: uint64(i)}}
		for s := range in.Stimuli {
			hard := 1.5 * r.NormFloat64()
			in.ModelCorrect = append(in.ModelCorrect, 0.5+0.5*hard+1.5*r.NormFloat64() > 0)
			for subject := range p.subjects {
				in.Trials = append(in.Trials, metrics.ConsistencyTrial{Subject: subject, Condition: s / p.images, Stimulus: s, Correct: 0.8+hard+r.NormFloat64() > 0})
			}
		}
		score, err := errorConsistency{}.ScoreConsistency(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		raws, ceileds = append(raws, score.Raw), append(ceileds, score.Ceiled)
	}
	return raws, ceileds
}

// A few experiments of 60 stimuli; many more are behind the tag simulation.
func TestIntervalsOfFewStimuli(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	raws, _ := panel{4, 1, 60}.scores(t, r, 200, 199)
	if held := coverage(raws); held < 0.91 || held > 0.99 {
		t.Errorf("error_consistency: coverage %.1f %%", 100*held)
	}
	c, pairs := crowd{objects: 4, images: 15, trials: 24, shared: 0.6, own: 0.4}, make([]float64, 16)
	raws = nil
	for k := range 60 {
		in := c.draw(r, pairs)
		in.Intervals = metrics.Resampling{Samples: 99, Seed: uint64(k)}
		s, err := newBehavioral(t, "i1", metrics.Options{"skip_missing": true}).ScoreBehavior(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if i := s.Raw.Interval; i.Low < -1 || i.High > 1 || i.Low > s.Raw.Value || i.High < s.Raw.Value {
			t.Errorf("%v of %v", i, s.Raw.Value)
		}
		raws = append(raws, s.Raw)
	}
	if held := coverage(raws); held < 0.86 {
		t.Errorf("i1: coverage %.1f %%", 100*held)
	}
}
