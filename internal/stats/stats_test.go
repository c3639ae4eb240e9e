package stats

import (
	"math"
	"testing"
)

func TestFinite(t *testing.T) {
	for v, want := range map[float64]bool{0: true, -1e308: true, 5e-324: true, math.Inf(1): false, math.Inf(-1): false, math.NaN(): false} {
		if Finite(v) != want {
			t.Errorf("Finite(%v) is %v", v, !want)
		}
	}
}

func TestQuantile(t *testing.T) {
	for _, c := range []struct {
		values []float64
		q      float64
		want   float64
	}{
		{nil, 0.5, math.NaN()},
		{[]float64{3}, 0, 3},
		{[]float64{3}, 1, 3},
		{[]float64{1, 2, 4}, 0, 1},
		{[]float64{1, 2, 4}, 0.25, 1.5},
		{[]float64{1, 2, 4}, 0.5, 2},
		{[]float64{1, 2, 4}, 0.75, 3},
		{[]float64{1, 2, 4}, 1, 4},
	} {
		if got := Quantile(c.values, c.q); got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("the %v-quantile of %v is %v, want %v", c.q, c.values, got, c.want)
		}
	}
}
