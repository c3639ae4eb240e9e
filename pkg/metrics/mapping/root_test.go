package mapping

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// TestRootHasTheProducts makes the square root of layers that hold more features than
// two sets of stimuli, of one grade and of several.
func TestRootHasTheProducts(t *testing.T) {
	for name, by := range map[string]float64{"one grade": 1, "two grades": 1e8} {
		c := simulated.New(3, 20, 130, 1)
		for i := range c.N {
			for j := range 50 {
				c.X[i*c.Features+j] *= by
			}
		}
		copy(c.X[7*c.Features:8*c.Features], c.X[2*c.Features:3*c.Features])
		var roots []*layerRoot
		for _, workers := range []int{1, 3} {
			sink := newRootSink(nil, c.N, workers)
			if err := stream.RunPass(context.Background(), c, []stream.Sink{sink}, stream.PassOptions{}); err != nil {
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
		if r.cols > 3*c.N {
			t.Errorf("%s: %d columns for %d stimuli", name, r.cols, c.N)
		}
		k := testinput.Gram(t, c, stream.Needs{Gram: true}).K
		scale := 0.0
		for i := range c.N {
			scale = max(scale, k[i*c.N+i])
		}
		for i := range c.N {
			for j := range c.N {
				got := dense.Dot(r.z[i*r.cols:(i+1)*r.cols], r.z[j*r.cols:(j+1)*r.cols])
				if math.Abs(got-k[i*c.N+j]) > 1e-13*scale {
					t.Fatalf("%s: product of rows %d and %d is %v, want %v", name, i, j, got, k[i*c.N+j])
				}
			}
		}
	}
}

// TestLayerThatCannotBeReadAgain wants a warning where inner products do not do.
func TestLayerThatCannotBeReadAgain(t *testing.T) {
	c := shapedCase(5, 40, 120, 4, massive(1, 1e7))
	in := testinput.Neural(t, c, 2)
	in.Gram.Again = nil
	for _, name := range []string{"ridge", "ridgecv", "linear"} {
		metric, err := metrics.New(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		score, err := metric.(metrics.Neural).ScoreNeural(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		if len(score.Warnings) != 1 || !strings.Contains(score.Warnings[0], lostInProducts) {
			t.Errorf("%s: warnings %q", name, score.Warnings)
		}
		if again, err := metrics.ScoreColumns(context.Background(), metric.(metrics.Neural), c, in); err != nil || len(again.Warnings) > 0 {
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
			metric, err := metrics.New(name, nil)
			if err != nil {
				t.Fatal(err)
			}
			var first metrics.Score
			for _, workers := range []int{1, 2, 5} {
				in := testinput.Neural(t, c, workers)
				score, err := metrics.ScoreColumns(context.Background(), metric.(metrics.Neural), c, in)
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
		c := simulated.New(9, 40, features, 5)
		for _, name := range []string{"ridge", "ridgecv", "linear"} {
			metric, err := metrics.New(name, nil)
			if err != nil {
				t.Fatal(err)
			}
			in := testinput.Neural(t, c, 2)
			want, err := metrics.ScoreColumns(context.Background(), metric.(metrics.Neural), c, in)
			if err != nil {
				t.Fatal(err)
			}
			for _, unit := range []float64{1e-17, 1e-9, 1e9, 1e17} {
				in.Responses = scaled(c.Y, unit)
				got, err := metrics.ScoreColumns(context.Background(), metric.(metrics.Neural), c, in)
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
			c := simulated.New(9, 40, features, 5)
			in := testinput.Neural(t, c, 2)
			in.Splits = in.Splits[:1]
			r := rand.New(rand.NewPCG(4, 4))
			layer := func(constant int) simulated.Case {
				out := c
				out.X = slices.Clone(c.X)
				for j := range constant {
					for i := range c.N {
						out.X[i*features+j] = value
					}
					for _, i := range in.Splits[0].Test {
						out.X[i*features+j] += r.Float64()
					}
				}
				return out
			}
			for _, name := range []string{"ridge", "ridgecv", "linear"} {
				metric, err := metrics.New(name, nil)
				if err != nil {
					t.Fatal(err)
				}
				score, err := metrics.ScoreColumns(context.Background(), metric.(metrics.Neural), layer(features), in)
				if err != nil {
					t.Fatal(err)
				}
				for j, r := range score.SplitNeuroids[0] {
					if !math.IsNaN(r) {
						t.Errorf("%s: all %d features are %g on train rows, but r of neuroid %d is %v", name, features, value, j, r)
					}
				}
				some, err := metrics.ScoreColumns(context.Background(), metric.(metrics.Neural), layer(4), in)
				if err != nil {
					t.Fatal(err)
				}
				fewer := simulated.Case{N: c.N, Features: features - 4, Neuroids: 5, Y: c.Y}
				for i := range c.N {
					fewer.X = append(fewer.X, c.X[i*features+4:(i+1)*features]...)
				}
				want, err := metrics.ScoreColumns(context.Background(), metric.(metrics.Neural), fewer, in)
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
