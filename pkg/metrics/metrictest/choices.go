package metrictest

import (
	"context"
	"math"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// onChoices is a metric under test whose input is made of choices.
type onChoices[Input any] struct {
	*subject
	run     func(context.Context, Input) (metrics.Score, error)
	ceiling func(context.Context, Input) (metrics.Estimate, error)
	// sampled returns the input with intervals asked for.
	sampled func(Input, metrics.Resampling) Input
	clone   func(Input) Input
	same    func(a, b Input) bool
}

func (c onChoices[Input]) try(t *testing.T, in Input) (metrics.Score, error) {
	t.Helper()
	before := c.clone(in)
	score, err := c.run(context.Background(), in)
	if !c.same(before, in) {
		t.Error("the metric changes its input")
	}
	if err == nil {
		c.checkFigures(t, score)
	}
	return score, err
}

func (c onChoices[Input]) score(t *testing.T, in Input) metrics.Score {
	t.Helper()
	score, err := c.try(t, in)
	if err != nil {
		t.Fatal(err)
	}
	return score
}

// check checks what holds for all metrics on choices, and returns the score.
func (c onChoices[Input]) check(t *testing.T, in Input) metrics.Score {
	want := c.score(t, in)
	if math.IsNaN(want.Raw.Value) {
		t.Errorf("the score of simulated choices is NaN; warnings %q", want.Warnings)
	}
	c.property(t, "repeated call", 0, func(t *testing.T, tolerance float64) {
		compare(t, "a second time", c.score(t, in), want, tolerance)
	})
	c.property(t, "ceiling alone", 0, func(t *testing.T, tolerance float64) {
		ceiling, err := c.ceiling(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, "ceiling", metrics.Score{Ceiling: ceiling}, metrics.Score{Ceiling: want.Ceiling}, tolerance)
	})
	c.property(t, "intervals", 0, func(t *testing.T, tolerance float64) {
		got := c.score(t, c.sampled(in, metrics.Resampling{Samples: 50, Seed: 3}))
		checkInterval(t, got.Raw)
		got.Warnings = want.Warnings
		compare(t, "with intervals", got, want, tolerance)
	})
	c.property(t, "cancelled context", 0, func(t *testing.T, _ float64) {
		checkCancelled(t, func(ctx context.Context) error {
			_, err := c.run(ctx, in)
			return err
		})
		checkCancelled(t, func(ctx context.Context) error {
			_, err := c.ceiling(ctx, in)
			return err
		})
	})
	return want
}

// checkInterval wants the ends of an interval, if there is one, in order.
func checkInterval(t *testing.T, e metrics.Estimate) {
	t.Helper()
	if i := e.Interval; i != nil && !i.None() && !(i.Low <= i.High) {
		t.Errorf("the interval is from %v to %v", i.Low, i.High)
	}
}
