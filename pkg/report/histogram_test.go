package report

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/results"
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
	nan := results.Number(math.NaN())
	c := column{Values: []results.Number{0.5, results.Number(math.NaN()), -0.5}, Errors: []results.Number{0.1, nan, nan}, Ceilings: []results.Number{1, nan, nan}}
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

// Numbers of the page have six digits, and null stands for what is not finite.
func TestShort(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 0.5: "0.5", -1.0 / 3: "-0.333333", 1234567: "1234570", 1.23456789e-5: "0.0000123457", 9.9999999e-9: "1e-8",
		math.MaxFloat64: "1.79769e+308", 5e-324: "5e-324", math.Inf(1): "null", math.Inf(-1): "null", math.NaN(): "null",
	} {
		b, err := json.Marshal(short(v))
		if err != nil || string(b) != want {
			t.Errorf("%v is written as %s, %v, want %s", v, b, err, want)
		}
	}
}
