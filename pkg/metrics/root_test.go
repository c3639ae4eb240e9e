package metrics

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// TestRootHasTheProducts makes the square root of layers that hold more features than
// two sets of stimuli, of one grade and of several.
func TestRootHasTheProducts(t *testing.T) {
	for name, by := range map[string]float64{"one grade": 1, "two grades": 1e8} {
		c := simulate(3, 20, 130, 1)
		for i := range c.n {
			for j := range 50 {
				c.x[i*c.features+j] *= by
			}
		}
		copy(c.x[7*c.features:8*c.features], c.x[2*c.features:3*c.features])
		var roots []*layerRoot
		for _, workers := range []int{1, 3} {
			sink := newRootSink(nil, c.n, workers)
			if err := RunPass(context.Background(), c, []Sink{sink}, PassOptions{}); err != nil {
				t.Fatal(err)
			}
			roots = append(roots, sink.root())
		}
		r := roots[0]
		if !slices.Equal(r.z, roots[1].z) {
			t.Errorf("%s: workers change the root", name)
		}
		if want := []int{0, 1, 2, 3, 4, 5, 6, 2}; !slices.Equal(r.twins[:8], want) {
			t.Errorf("%s: twins %v, want %v", name, r.twins[:8], want)
		}
		if r.cols > 3*c.n {
			t.Errorf("%s: %d columns for %d stimuli", name, r.cols, c.n)
		}
		k := c.gram(t, Needs{Gram: true}).K
		scale := 0.0
		for i := range c.n {
			scale = max(scale, k[i*c.n+i])
		}
		for i := range c.n {
			for j := range c.n {
				got := dense.Dot(r.z[i*r.cols:(i+1)*r.cols], r.z[j*r.cols:(j+1)*r.cols])
				if math.Abs(got-k[i*c.n+j]) > 1e-13*scale {
					t.Fatalf("%s: product of rows %d and %d is %v, want %v", name, i, j, got, k[i*c.n+j])
				}
			}
		}
	}
}

// TestLayerThatCannotBeReadAgain wants a warning where inner products do not do.
func TestLayerThatCannotBeReadAgain(t *testing.T) {
	c := shapedCase(5, 40, 120, 4, massive(1, 1e7))
	in := c.input(t, 2)
	in.Gram.Again = nil
	for _, name := range []string{"ridge", "ridgecv", "linear"} {
		metric, err := New(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		score, err := metric.(Neural).ScoreNeural(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		if len(score.Warnings) != 1 || !strings.Contains(score.Warnings[0], lostInProducts) {
			t.Errorf("%s: warnings %q", name, score.Warnings)
		}
		if again, err := ScoreColumns(context.Background(), metric.(Neural), c, in); err != nil || len(again.Warnings) > 0 {
			t.Errorf("%s of a layer that can be read again: warnings %q, error %v", name, again.Warnings, err)
		}
	}
}

// TestStableKeepsBits wants the same bits of any number of workers where features are
// decomposed.
func TestStableKeepsBits(t *testing.T) {
	for _, features := range []int{20, 36, 39, 120} {
		c := shapedCase(6, 40, features, 4, massive(2, 1e8))
		for _, name := range []string{"ridge", "ridgecv", "linear"} {
			metric, err := New(name, nil)
			if err != nil {
				t.Fatal(err)
			}
			var first Score
			for _, workers := range []int{1, 2, 5} {
				in := c.input(t, workers)
				score, err := ScoreColumns(context.Background(), metric.(Neural), c, in)
				if err != nil {
					t.Fatal(err)
				}
				if workers == 1 {
					first = score
				}
				if differ(t, score.SplitNeuroids, first.SplitNeuroids) != 0 || !slices.Equal(score.Alphas, first.Alphas) {
					t.Errorf("%s on %d features: other bits with %d workers", name, features, workers)
				}
			}
		}
	}
}

// TestUnitsOfRecordings wants the same figures whatever the unit of the recordings.
func TestUnitsOfRecordings(t *testing.T) {
	for _, features := range []int{12, 36, 120} {
		c := simulate(9, 40, features, 5)
		for _, name := range []string{"ridge", "ridgecv", "linear"} {
			metric, err := New(name, nil)
			if err != nil {
				t.Fatal(err)
			}
			in := c.input(t, 2)
			want, err := ScoreColumns(context.Background(), metric.(Neural), c, in)
			if err != nil {
				t.Fatal(err)
			}
			for _, unit := range []float64{1e-17, 1e-9, 1e9, 1e17} {
				in.Responses = scaled(c.y, unit)
				got, err := ScoreColumns(context.Background(), metric.(Neural), c, in)
				if err != nil {
					t.Fatal(err)
				}
				if d := differ(t, got.SplitNeuroids, want.SplitNeuroids); !(d < 1e-9) || len(got.Warnings) > 0 {
					t.Errorf("%s on %d features, recordings times %g: differs by %g, warnings %q", name, features, unit, d, got.Warnings)
				}
			}
		}
	}
}

// TestFeaturesConstantOnTrainRows wants no score of features that vary over the test
// rows alone, and no harm of some among others.
func TestFeaturesConstantOnTrainRows(t *testing.T) {
	for _, features := range []int{12, 36, 120} {
		for _, value := range []float64{0, .1, 1e8 / 3} {
			c := simulate(9, 40, features, 5)
			in := c.input(t, 2)
			in.Splits = in.Splits[:1]
			r := rand.New(rand.NewPCG(4, 4))
			layer := func(constant int) simulated {
				out := c
				out.x = slices.Clone(c.x)
				for j := range constant {
					for i := range c.n {
						out.x[i*features+j] = value
					}
					for _, i := range in.Splits[0].Test {
						out.x[i*features+j] += r.Float64()
					}
				}
				return out
			}
			for _, name := range []string{"ridge", "ridgecv", "linear"} {
				metric, err := New(name, nil)
				if err != nil {
					t.Fatal(err)
				}
				score, err := ScoreColumns(context.Background(), metric.(Neural), layer(features), in)
				if err != nil {
					t.Fatal(err)
				}
				for j, r := range score.SplitNeuroids[0] {
					if !math.IsNaN(r) {
						t.Errorf("%s: all %d features are %g on train rows, but r of neuroid %d is %v", name, features, value, j, r)
					}
				}
				some, err := ScoreColumns(context.Background(), metric.(Neural), layer(4), in)
				if err != nil {
					t.Fatal(err)
				}
				fewer := simulated{n: c.n, features: features - 4, neuroids: 5, y: c.y}
				for i := range c.n {
					fewer.x = append(fewer.x, c.x[i*features+4:(i+1)*features]...)
				}
				want, err := ScoreColumns(context.Background(), metric.(Neural), fewer, in)
				if err != nil {
					t.Fatal(err)
				}
				if d := differ(t, some.SplitNeuroids, want.SplitNeuroids); !(d < 1e-8) {
					t.Errorf("%s: 4 of %d features are %g on train rows: differs by %g from the score without them", name, features, value, d)
				}
			}
		}
	}
}
