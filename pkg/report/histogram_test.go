package report

import (
	"fmt"
	"math"
	"testing"
)

func TestHistogram(t *testing.T) {
	s := span{0, 1}
	counts, without := s.histogram([]float64{0, 1, 0.5, -3, 2, math.NaN(), math.Inf(1), 0.999})
	if without != 2 || counts[0] != 2 || counts[bins-1] != 3 || counts[bins/2] != 1 {
		t.Errorf("counts %v, without %d", counts, without)
	}
}

func TestSpan(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   span
	}{
		{nil, span{0, 1}},
		{[]float64{math.NaN()}, span{0, 1}},
		{[]float64{0.31, 0.62}, span{0, 0.65}},
		{[]float64{-0.31, 0.62}, span{-0.35, 0.65}},
		{[]float64{-7, 9}, span{-1, 1}},
		{[]float64{0}, span{0, 0.05}},
		{[]float64{-0.2}, span{-0.2, -0.15}},
	} {
		s := span{math.Inf(1), math.Inf(-1)}
		s.widen(c.values)
		if got := s.rounded(); math.Abs(got.low-c.want.low) > 1e-12 || math.Abs(got.high-c.want.high) > 1e-12 {
			t.Errorf("the span of %v is %v, want %v", c.values, got, c.want)
		}
	}
}

func TestQuartiles(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   string
	}{
		{nil, "[]"}, {[]float64{math.NaN()}, "[]"}, {[]float64{2}, "[2 2 2 2 2]"}, {[]float64{4, 1, 2, 3, 5}, "[1 2 3 4 5]"}, {[]float64{1, 2}, "[1 1.25 1.5 1.75 2]"},
	} {
		if got := fmt.Sprint(quartiles(c.values)); got != c.want {
			t.Errorf("the quartiles of %v are %s, want %s", c.values, got, c.want)
		}
	}
}

func TestScale(t *testing.T) {
	nan := figure(math.NaN())
	c := column{Values: []exact{0.5, exact(math.NaN()), -0.5}, Errors: []figure{0.1, nan, nan}, Ceilings: []figure{1, nan, nan}}
	s := scaleOf(c)
	if s != (scale{-0.5, 1}) {
		t.Errorf("the scale is %v", s)
	}
	if b := s.bar(c, 0); *b != (bar{X: "33.33", Width: "33.33", Error: "M60 5H73.33", Ceiling: "100", HasCeiling: true, Zero: "33.33"}) {
		t.Errorf("the bar is %+v", *b)
	}
	if b := s.bar(c, 2); b.X != "0" || b.Width != "33.33" || b.Error != "" || b.HasCeiling {
		t.Errorf("the bar is %+v", *b)
	}
	if s.bar(c, 1) != nil {
		t.Error("a missing value has a bar")
	}
}
