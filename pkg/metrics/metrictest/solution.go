package metrictest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// recurrent is a simulated model whose layer separates objects better from time bin
// to time bin, with measured times.
type recurrent struct {
	in     metrics.SolutionInput
	starts []float64
	bins   []recordings // without neuroids
}

func newRecurrent(t *testing.T) recurrent {
	t.Helper()
	const classes, images, features, bins = 3, 40, 270, 5
	r := rand.New(rand.NewPCG(1, 41))
	n := classes * images
	c := recurrent{in: metrics.SolutionInput{Classes: classes}}
	centres := make([]float64, classes*features)
	for i := range centres {
		centres[i] = r.NormFloat64()
	}
	easy := make([]float64, n)
	for i := range n {
		easy[i] = r.NormFloat64()
		c.in.Truth = append(c.in.Truth, i%classes)
		c.in.I1 = append(c.in.I1, 1.2+.2*r.NormFloat64())
		c.in.Times = append(c.in.Times, 100-15*easy[i]+10*r.NormFloat64())
	}
	c.in.I1[4], c.in.Times[11] = math.NaN(), math.NaN()
	for bin := range bins {
		b := recordings{stimuli: n, features: features, x: make([]float64, n*features)}
		for i := range b.x {
			image, feature := i/features, i%features
			strength := .08 * (float64(bin) + .7*easy[image])
			b.x[i] = float64(float32(2 + r.NormFloat64() + strength*centres[c.in.Truth[image]*features+feature]))
		}
		c.starts, c.bins = append(c.starts, float64(70+10*bin)), append(c.bins, b)
	}
	var err error
	c.in.Splits, err = metrics.StratifiedSplits(c.in.Truth, metrics.SplitPlan{Splits: 2, TrainSize: .6, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// score runs all time bins in the given manner.
func (c recurrent) score(ctx context.Context, metric metrics.SolutionTimes, m manner) (metrics.Score, error) {
	c.in.Workers = m.workers
	series, err := metric.NewSeries(c.in)
	if err != nil {
		return metrics.Score{}, err
	}
	for i, bin := range c.bins {
		layer, rows := m.layer(bin)
		sinks, err := series.Bin(c.starts[i], rows, bin.features)
		if err != nil {
			return metrics.Score{}, err
		}
		if err := stream.RunPass(ctx, layer, sinks, stream.PassOptions{BlockBytes: m.blockBytes}); err != nil {
			return metrics.Score{}, err
		}
		if err := series.EndBin(ctx); err != nil {
			return metrics.Score{}, err
		}
	}
	return series.Score(ctx)
}

func (c recurrent) mustScore(t *testing.T, s *subject, metric metrics.SolutionTimes, m manner) metrics.Score {
	t.Helper()
	times, thresholds, truth := slices.Clone(c.in.Times), slices.Clone(c.in.I1), slices.Clone(c.in.Truth)
	score, err := c.score(context.Background(), metric, m)
	if err != nil {
		t.Fatal(err)
	}
	if !sameNumbers(times, c.in.Times) || !sameNumbers(thresholds, c.in.I1) || !slices.Equal(truth, c.in.Truth) {
		t.Error("the metric changes its input")
	}
	s.checkFigures(t, score)
	return score
}

// reorder returns the case with its images in another order and its splits of the
// same images.
func (c recurrent) reorder(order []int) recurrent {
	inverse := invert(order)
	c.in.Truth, c.in.I1, c.in.Times = pick(c.in.Truth, order), pick(c.in.I1, order), pick(c.in.Times, order)
	splits := slices.Clone(c.in.Splits)
	for i, s := range splits {
		splits[i] = metrics.Split{Train: pick(inverse, s.Train), Test: pick(inverse, s.Test)}
	}
	c.in.Splits = splits
	c.bins = slices.Clone(c.bins)
	for i := range c.bins {
		c.bins[i].x = reorderRows(c.bins[i].x, c.bins[i].features, order)
	}
	return c
}

func init() { addProperties(runSolution, metrics.KindSolutionTime) }

// runSolution checks a metric on solution times.
func runSolution(t *testing.T, s *subject, metric metrics.SolutionTimes) {
	c := newRecurrent(t)
	want := c.mustScore(t, s, metric, manner{workers: 1})
	if math.IsNaN(want.Raw.Value) {
		t.Errorf("the score of a simulated model is NaN; warnings %q", want.Warnings)
	}
	for property, manners := range manners {
		s.property(t, property, 0, func(t *testing.T, tolerance float64) {
			for _, m := range manners {
				compare(t, fmt.Sprintf("%d workers, blocks of %d bytes", m.workers, m.blockBytes), c.mustScore(t, s, metric, m), want, tolerance)
			}
		})
	}
	r := rand.New(rand.NewPCG(2, 42))
	s.property(t, "order of stimuli", roundoff, func(t *testing.T, tolerance float64) {
		compare(t, "images reordered", c.reorder(r.Perm(len(c.in.Truth))).mustScore(t, s, metric, manner{workers: 2}), want, tolerance)
	})
	s.property(t, "order of features", roundoff, func(t *testing.T, tolerance float64) {
		other := c
		other.bins = slices.Clone(c.bins)
		order := r.Perm(c.bins[0].features)
		for i, b := range c.bins {
			other.bins[i].x = reorderColumns(b.x, b.features, order)
		}
		compare(t, "features reordered", other.mustScore(t, s, metric, manner{workers: 2}), want, tolerance)
	})
	s.property(t, "order of objects", roundoff, func(t *testing.T, tolerance float64) {
		other := c
		other.in.Truth = pick([]int{2, 0, 1}, c.in.Truth)
		compare(t, "objects renumbered", other.mustScore(t, s, metric, manner{workers: 2}), want, tolerance)
	})
	checkSolutionUndefined(t, s, metric, c)
	s.property(t, "calls out of order", 0, func(t *testing.T, _ float64) { checkCalls(t, metric, c) })
	s.property(t, "cancelled context", 0, func(t *testing.T, _ float64) {
		checkCancelled(t, func(ctx context.Context) error {
			_, err := c.score(ctx, metric, manner{workers: 2})
			return err
		})
	})
}

// checkSolutionUndefined wants NaN with a reason where there are no times to compare.
func checkSolutionUndefined(t *testing.T, s *subject, metric metrics.SolutionTimes, c recurrent) {
	missing := slices.Repeat([]float64{math.NaN()}, len(c.in.Truth))
	for property, change := range map[string]func(c *recurrent){
		"no measured times":        func(c *recurrent) { c.in.Times = missing },
		"no thresholds":            func(c *recurrent) { c.in.I1 = missing },
		"thresholds out of reach":  func(c *recurrent) { c.in.I1 = slices.Repeat([]float64{1e6}, len(missing)) },
		"times that are all alike": func(c *recurrent) { c.in.Times = slices.Repeat([]float64{95}, len(missing)) },
		"one time bin":             func(c *recurrent) { c.bins, c.starts = c.bins[:1], c.starts[:1] },
		"time bins that are alike": func(c *recurrent) { c.bins = slices.Repeat(c.bins[2:3], len(c.bins)) },
		"constant activations": func(c *recurrent) {
			constant := c.bins[0]
			constant.x = slices.Repeat([]float64{.1}, len(constant.x))
			c.bins = slices.Repeat([]recordings{constant}, len(c.bins))
		},
	} {
		s.property(t, property, 0, func(t *testing.T, _ float64) {
			other := c
			change(&other)
			if score := other.mustScore(t, s, metric, manner{workers: 2}); !math.IsNaN(score.Raw.Value) {
				t.Errorf("the raw score is %v, want NaN", score.Raw.Value)
			}
		})
	}
}

// checkCalls wants a *metrics.SolutionError for calls of a series out of order.
func checkCalls(t *testing.T, metric metrics.SolutionTimes, c recurrent) {
	ctx := context.Background()
	for call, run := range map[string]func(series metrics.Series) error{
		"Score before a bin":  func(series metrics.Series) error { _, err := series.Score(ctx); return err },
		"EndBin before Bin":   func(series metrics.Series) error { return series.EndBin(ctx) },
		"Bin of no features":  func(series metrics.Series) error { _, err := series.Bin(70, nil, 0); return err },
		"Bin at no time":      func(series metrics.Series) error { _, err := series.Bin(math.NaN(), nil, 3); return err },
		"Bin of too few rows": func(series metrics.Series) error { _, err := series.Bin(70, []int{0}, 3); return err },
		"Bin within a bin": func(series metrics.Series) error {
			if _, err := series.Bin(70, nil, 3); err != nil {
				return nil
			}
			_, err := series.Bin(80, nil, 3)
			return err
		},
		"EndBin before the pass is done": func(series metrics.Series) error {
			if _, err := series.Bin(70, nil, 3); err != nil {
				return nil
			}
			return series.EndBin(ctx)
		},
	} {
		series, err := metric.NewSeries(c.in)
		if err != nil {
			t.Fatal(err)
		}
		var order *metrics.SolutionError
		if err := run(series); !errors.As(err, &order) {
			t.Errorf("%s: error %v, want a *SolutionError", call, err)
		}
	}
}
