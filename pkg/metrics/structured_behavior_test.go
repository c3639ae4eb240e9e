package metrics_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/choice"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/numpyrand"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/structured"
)

func TestStructuredChoices(t *testing.T) {
	eachCase(t, 1, func(ctx context.Context, seed uint64, tallies *tallies) {
		c := structured.DrawChoices(seed)
		in := metrics.BehavioralInput{Truth: c.Truth, Probabilities: c.Probabilities, Human: metrics.ChoiceTrials{
			Stimulus: c.Stimulus, Truth: c.Shown, Sample: c.Sample, Distractor: c.Distractor, Choice: c.Choice, Stimuli: c.Stimuli, Objects: c.Objects}}
		if len(c.Stimulus) < 4 {
			return
		}
		skip := seed%3 > 0
		for _, name := range []string{"o1", "o2", "i1", "i1n", "i2", "i2n"} {
			checkChoices(ctx, tallies, c, in, name, skip)
		}
	})
}

func checkChoices(ctx context.Context, tallies *tallies, c *structured.Choices, in metrics.BehavioralInput, name string, skip bool) {
	metric, err := metrics.New(name, metrics.Options{"skip_missing": skip})
	if err != nil {
		tallies.fail(name, c.Seed, c, err)
		return
	}
	var raws, ceilings, ceileds []float64
	var wantErr error
	close := false
	random := numpyrand.New(0)
	for range 2 {
		order := random.Permutation(len(c.Stimulus))
		half := peopleTable(c, order[:len(order)/2]).pattern(name)
		rest := peopleTable(c, order[len(order)/2:]).pattern(name)
		raw, near, err := compareCells(modelTable(c).pattern(name), half, false)
		wantErr, close = errors.Join(wantErr, err), close || near
		ceiling, near, err := compareCells(half, rest, skip)
		wantErr, close = errors.Join(wantErr, err), close || near
		raws, ceilings = append(raws, raw), append(ceilings, ceiling)
		ceiled := math.NaN()
		if ceiling > zeroCorrelation {
			ceiled = raw / math.Sqrt(ceiling)
		}
		ceileds = append(ceileds, ceiled)
	}
	score, err := metric.(metrics.Behavioral).ScoreBehavior(ctx, in)
	if wantErr != nil || err != nil {
		var undefined *choice.UndefinedError
		if wantErr == nil || !errors.As(err, &undefined) {
			tallies.fail(name, c.Seed, c, errors.Join(errors.New("error differs"), err, wantErr))
		}
		return
	}
	f := figure{what: c, seed: c.Seed, warnings: score.Warnings, tolerance: closeTolerance, doubtful: close}
	f.metric, f.got, f.want = name, score.Raw.Value, meanOf(raws)
	tallies.check(f)
	f.metric, f.got, f.want = name+" (ceiling)", score.Ceiling.Value, meanOf(ceilings)
	tallies.check(f)
	f.metric, f.got, f.want = name+" (ceiled)", score.Ceiled.Value, meanOf(ceileds)
	for _, v := range ceileds {
		f.steep = max(f.steep, v*v*v)
	}
	tallies.check(f)
}
