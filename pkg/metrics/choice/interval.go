package choice

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// noChoiceInterval is the warning of a score on patterns of choices that has no interval.
const noChoiceInterval = "there is no interval: the objects have one stimulus each, or hardly any sample of them has a correlation"

// addIntervals bootstraps over stimuli: of each object, as many of its stimuli as
// there are are drawn with replacement, the same for the model and both halves of
// the humans' trials, and the raw score and the ceiled one are computed of these as
// of all: false-alarm rates, means of cells, correlations and ceilings. The
// intervals are about the values themselves, as wide as so few stimuli need, the raw
// score's within -1 and 1. What the humans chose is taken as it is. All models meet
// the same samples.
func (c *choicePattern) addIntervals(ctx context.Context, in metrics.BehavioralInput, score *metrics.Score) error {
	model := withHits(matrixOfProbabilities(in.Probabilities, in.Truth, in.Human.Objects))
	var halves [choiceHalvings][2]choiceMatrix
	for i, trials := range halveTrials(in.Human.Len()) {
		for j := range halves[i] {
			halves[i][j] = withHits(matrixOfTrials(in.Human, trials[j]))
		}
	}
	var room choiceMatrix // patterns are read off one matrix after the other
	figures := func(sample []int) (raw, score float64) {
		of := c.pattern(model.take(sample, &room))
		var raws, ceilings [choiceHalvings]float64
		for i := range halves {
			first, second := c.pattern(halves[i][0].take(sample, &room)), c.pattern(halves[i][1].take(sample, &room))
			raws[i], ceilings[i] = choiceCorrelation(of, first), choiceCorrelation(first, second)
		}
		return fisher(metrics.MeanSD(raws[:]).Value), ceilHalvings(raws[:], ceilings[:]).Value
	}
	objects := stratify(in.Truth)
	r := rand.New(rand.NewPCG(in.Intervals.Seed, 0))
	var sample []int
	raws, scores := make([]float64, in.Intervals.Samples), make([]float64, in.Intervals.Samples)
	for k := range raws {
		if err := ctx.Err(); err != nil {
			return err
		}
		sample = objects.draw(r, sample)
		raws[k], scores[k] = figures(sample)
	}
	errors := objects.jackknife(figures)
	rawInterval := aboutCorrelation(score.Raw.Value, raws, objects.widening(raws, errors[0], metrics.Alpha), metrics.Alpha)
	scoreInterval := metrics.About(score.Ceiled.Value, scores, objects.widening(scores, 0, metrics.Alpha), metrics.Alpha)
	if rawInterval.None() && !math.IsNaN(score.Raw.Value) {
		score.Warnings = append(score.Warnings, noChoiceInterval)
	}
	score.Raw.Interval, score.Ceiled.Interval = &rawInterval, &scoreInterval
	return nil
}

func withHits(m choiceMatrix) choiceMatrix {
	m.hits = m.hitScores()
	return m
}

// take returns the matrix of a sample of stimuli in the room of another one.
func (m choiceMatrix) take(sample []int, room *choiceMatrix) choiceMatrix {
	out := choiceMatrix{p: room.p[:0], low: room.low[:0], truth: room.truth[:0], objects: m.objects, hits: room.hits[:0]}
	for _, s := range sample {
		from, to := s*m.objects, (s+1)*m.objects
		out.p, out.low = append(out.p, m.p[from:to]...), append(out.low, m.low[from:to]...)
		out.truth = append(out.truth, m.truth[s])
		out.hits = append(out.hits, m.hits[from:to]...)
	}
	*room = out
	return out
}
