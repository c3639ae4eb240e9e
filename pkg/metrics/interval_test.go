package metrics

import (
	"math"
	"testing"
)

func TestQuantiles(t *testing.T) {
	draws, mirrored := make([]float64, 1999), make([]float64, 1999)
	for i := range draws {
		draws[i] = float64(i + 1)
		mirrored[i] = -draws[i]
	}
	if got := Quantiles(draws, 0.05); got != (Interval{50, 1950}) {
		t.Errorf("got %v", got)
	}
	if got := Quantiles(mirrored, 0.05); got != (Interval{-1950, -50}) {
		t.Errorf("got %v", got)
	}
	if got := Quantiles([]float64{math.NaN(), math.NaN(), 1}, 0.05); !math.IsNaN(got.Low) {
		t.Errorf("got %v of nearly no draws", got)
	}
}

func TestIntervalThroughForms(t *testing.T) {
	for _, c := range []struct {
		form      Form
		in        Interval
		low, high float64
	}{
		{ExplainedVariance, Interval{0.4, 0.6}, 0.2, 0.45},
		{ExplainedVariance, Interval{-0.2, 0.4}, 0, 0.2},
		{ExplainedVariance, Interval{-0.6, -0.4}, 0.2, 0.45},
		{Ratio, Interval{-0.4, 0.8}, -0.5, 1},
		{RawForm, Interval{-0.4, 0.8}, -0.4, 0.8},
	} {
		got := c.in.through(c.form, 0.8)
		if math.Abs(got.Low-c.low) > 1e-12 || math.Abs(got.High-c.high) > 1e-12 {
			t.Errorf("%s of %v is %v", c.form, c.in, got)
		}
	}
	if !NoInterval.through(Ratio, 0.8).None() {
		t.Error("an interval of nothing")
	}
}

func TestMagnitude(t *testing.T) {
	for in, want := range map[Interval]Interval{{0.1, 0.2}: {0.1, 0.2}, {-0.1, 0.2}: {0, 0.2}, {-0.3, 0.2}: {0, 0.3}, {-0.3, -0.2}: {0.2, 0.3}} {
		if got := in.Magnitude(); got != want {
			t.Errorf("%v: got %v, want %v", in, got, want)
		}
	}
}
