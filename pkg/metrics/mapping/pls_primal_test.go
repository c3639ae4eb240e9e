package mapping

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// TestPrimalPLSUncertainty wants the bound of what rounding does to r to hold for activations
// of any kind, and to be small for usual ones. It is smaller than that of inner products.
func TestPrimalPLSUncertainty(t *testing.T) {
	usual := []string{"plain", "pixels", "offset 1e7", "times 1e9", "rectified, 90 % silent", "dead and constant features"}
	for _, shape := range []struct{ n, features, neuroids int }{{128, 64, 30}, {200, 150, 60}, {160, 40, 90}, {120, 30, 1}} {
		for _, kind := range shapes {
			t.Run(fmt.Sprintf("%d × %d, %d/%s", shape.n, shape.features, shape.neuroids, kind.name), func(t *testing.T) {
				t.Parallel()
				c := shapedCase(uint64(shape.n+shape.features), shape.n, shape.features, shape.neuroids, kind.make)
				in := oneSplit(t, c, 1)
				run, err := newPrimalPLSRun(t.Context(), in)
				if err != nil {
					t.Fatal(err)
				}
				fits, err := run.fit(t.Context(), in.Splits, 20)
				if err != nil {
					t.Fatal(err)
				}
				f, s := fits[0], in.Splits[0]
				bound := run.uncertainty(f)
				if slices.Contains(usual, kind.name) && !(bound <= plsCertain && f.ended == "") {
					t.Errorf("the bound is %g, ended %q", bound, f.ended)
				}
				exact := newDoublePLS(c.X, c.Features, in.Responses, in.Neuroids, s)
				if err := exact.fit(t.Context(), 20); err != nil {
					t.Fatal(err)
				}
				if len(exact.norms) != len(f.norms) {
					if f.ended == "" {
						t.Errorf("%d components, want %d, bound %g", len(f.norms), len(exact.norms), bound)
					}
					return // it is known that they may not be all
				}
				want := exact.predict().correlations(in.Responses, s.Test, in.Neuroids)
				off := 0.0
				for j, r := range (prediction{values: f.prediction, rounding: f.rounding}).correlations(in.Responses, s.Test, in.Neuroids) {
					if math.IsNaN(r) != math.IsNaN(want[j]) {
						t.Errorf("r of neuroid %d is %v, want %v", j, r, want[j])
					} else if !math.IsNaN(r) {
						off = max(off, math.Abs(r-want[j]))
					}
				}
				if !(off <= bound+1e-14) {
					t.Errorf("r is off by %g, the bound is %g", off, bound)
				}
				t.Logf("off by %.2g, bound %.2g", off, bound)
			})
		}
	}
}

// TestPrimalPLSSums wants products of train rows as they are computed there, whether they
// come as differences or not, and zeros where a feature or a neuroid is constant.
func TestPrimalPLSSums(t *testing.T) {
	for _, kind := range []struct {
		name   string
		change func(x, y []float64, features, neuroids int, s metrics.Split)
	}{
		{"plain", func([]float64, []float64, int, int, metrics.Split) {}},
		{"features that vary on test rows alone", func(x, _ []float64, features, _ int, s metrics.Split) {
			for _, i := range s.Train {
				x[i*features], x[i*features+3] = 7.3, 0
			}
		}},
		{"a test row far larger than all others", func(x, _ []float64, features, _ int, s metrics.Split) {
			dense.Scale(x[s.Test[1]*features:(s.Test[1]+1)*features], 1e6)
		}},
		{"a neuroid that varies on test rows alone", func(_, y []float64, _, neuroids int, s metrics.Split) {
			for _, i := range s.Train {
				y[i*neuroids+2] = 1. / 3
			}
		}},
		{"a test response far larger than all others", func(_, y []float64, _, neuroids int, s metrics.Split) { y[s.Test[0]*neuroids] = 1e9 }},
		{"few train rows", nil},
	} {
		c := shapedCase(3, 90, 40, 6, shapes[0].make)
		s := oneSplit(t, c, 1).Splits[0]
		if kind.change == nil {
			s.Train, s.Test = s.Test, s.Train
		} else {
			kind.change(c.X, c.Y, c.Features, c.Neuroids, s)
		}
		in := oneSplit(t, c, 2)
		in.Splits = []metrics.Split{s}
		run, err := newPrimalPLSRun(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		fits, err := run.fit(t.Context(), in.Splits, 0)
		if err != nil {
			t.Fatal(err)
		}
		m := fits[0].primal
		x, _ := dense.CenteredRows(c.X, c.Features, s.Train)
		y, _ := dense.CenteredRows(run.y, c.Neuroids, s.Train)
		want := columnProducts(1, x, y, len(s.Train), c.Features, c.Neuroids)
		norms, left := dense.ColumnNorms(y, c.Neuroids), dense.ColumnNorms(x, c.Features)
		for i, v := range want {
			j, of := i/c.Neuroids, i%c.Neuroids
			most := 1e-13 * m.sizes[j] * max(norms[of], 1e-3*math.Sqrt(run.features.yTotals[of]))
			if d := math.Abs(m.xy[i] - v); !(d <= most) || v == 0 && d > 0 {
				t.Errorf("%s: product of feature %d and neuroid %d is %g, want %g", kind.name, j, of, m.xy[i], v)
			}
		}
		for j, v := range left {
			if d := math.Abs(m.left[j] - v*v); !(d <= 1e-12*m.sizes[j]*m.sizes[j]) {
				t.Errorf("%s: squares of feature %d are %g, want %g", kind.name, j, m.left[j], v*v)
			}
		}
	}
}
