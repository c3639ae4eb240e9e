package metrics_test

import (
	"context"
	"math"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/exact"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/structured"
)

func TestStructuredCeilings(t *testing.T) {
	eachCase(t, 2, func(_ context.Context, seed uint64, tallies *tallies) { checkConsistency(t, tallies, seed) })
}

func checkConsistency(t *testing.T, tallies *tallies, seed uint64) {
	t.Helper()
	c := structured.DrawTrials(seed)
	const splits, draw = 4, 1
	ceiling, err := metrics.NewInternalConsistency(c.Stimuli, c.Neuroids, c.Repetitions, splits, draw)
	if err != nil {
		tallies.fail("internal consistency", seed, c, err)
		return
	}
	for i, row := range c.Responses {
		ceiling.Add(c.Stimulus[i], c.Repetition[i], row)
	}
	got, neuroids, warnings := ceiling.Ceiling()
	halves, err := metrics.ShuffleSplits(c.Repetitions, metrics.SplitPlan{Splits: splits, TrainSize: 0.5, Seed: draw})
	if err != nil {
		t.Fatal(err)
	}
	each := make([][]float64, c.Neuroids)
	var medians []float64
	for _, h := range halves {
		rs := halvesAgree(c, h)
		for j, r := range rs {
			each[j] = append(each[j], r)
		}
		medians = append(medians, medianOf(rs))
	}
	f := figure{metric: "internal consistency", what: c, seed: seed, warnings: warnings, tolerance: closeTolerance}
	f.got, f.want = got.Value, meanOf(medians)
	f.steep = f.want * f.want // 2r/(1+r) near r = −1
	tallies.check(f)
	f.metric, f.part = f.metric+" (neuroid)", true
	for j, values := range each {
		f.got, f.want, f.steep = neuroids[j], meanOf(values), 1
		for _, v := range values {
			f.steep = max(f.steep, v*v)
		}
		tallies.check(f)
	}
}

// halvesAgree is Spearman and Brown's 2r/(1+r) for each neuroid, r between the means
// of two halves of the repetitions.
func halvesAgree(c *structured.Trials, halves metrics.Split) []float64 {
	side := make([]int, c.Repetitions)
	for _, r := range halves.Test {
		side[r] = 1
	}
	out := make([]float64, c.Neuroids)
	for j := range out {
		sums, counts := make([][2]exact.Number, c.Stimuli), make([][2]int, c.Stimuli)
		for i, row := range c.Responses {
			if v := row[j]; !math.IsNaN(v) {
				s, h := c.Stimulus[i], side[c.Repetition[i]]
				sums[s][h] = sums[s][h].Add(exact.Of(v))
				counts[s][h]++
			}
		}
		var x, y []exact.Number
		for s, n := range counts {
			if n[0] > 0 && n[1] > 0 {
				x, y = append(x, sums[s][0].Div(exact.Int(n[0]))), append(y, sums[s][1].Div(exact.Int(n[1])))
			}
		}
		out[j] = math.NaN()
		if len(x) < 2 {
			continue
		}
		x, _ = settled(x)
		y, _ = settled(y)
		r := correlationOf(x, y)
		if r == nil {
			continue
		}
		if below := exact.Of(1).Add(*r); below.Float() > 1e-24 {
			out[j] = r.Add(*r).Div(below).Float()
		}
	}
	return out
}
