package mapping

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// differ is the largest difference between r of the same neuroids.
func differ(t *testing.T, got, want [][]float64) float64 {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d splits, want %d", len(got), len(want))
	}
	worst := 0.0
	for i := range want {
		for j := range want[i] {
			worst = max(worst, math.Abs(got[i][j]-want[i][j]))
		}
	}
	return worst
}

// plsForms are the forms of pls: among stimuli by covariances and without them, and among
// features.
var plsForms = []struct {
	name string
	make func(ctx context.Context, in metrics.NeuralInput) (*plsRun, error)
}{
	{"by covariances", func(ctx context.Context, in metrics.NeuralInput) (*plsRun, error) { return newPLSRun(ctx, in, true) }},
	{"without covariances", func(ctx context.Context, in metrics.NeuralInput) (*plsRun, error) { return newPLSRun(ctx, in, false) }},
	{"primal", newPrimalPLSRun},
}

// TestPLSPathsAgree fits in all forms, of more neuroids than features and of fewer.
func TestPLSPathsAgree(t *testing.T) {
	for i, trainSize := range []float64{.9, .5, .3, .9, .5} {
		c := simulated.New(7, 70, 60-12*i, 50)
		in := testinput.Neural(t, c, 2)
		var err error
		in.Splits, err = metrics.StratifiedSplits(make([]int, c.N), metrics.SplitPlan{Splits: 3, TrainSize: trainSize, Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		in.Gram.FormProducts(2)
		want := primalScore(c, in.Splits, func(x, y, test *mat.Dense) *mat.Dense { return primalPLS(x, y, test, 12) })
		for _, form := range plsForms {
			run, err := form.make(context.Background(), in)
			if err != nil {
				t.Fatal(err)
			}
			fits, err := run.fit(context.Background(), in.Splits, 12)
			if err != nil {
				t.Fatal(err)
			}
			var got [][]float64
			for i, f := range fits {
				test := in.Splits[i].Test
				got = append(got, series.ColumnPearson(f.prediction, dense.SelectRows(c.Y, c.Neuroids, test), len(test), c.Neuroids))
			}
			if d := differ(t, got, want); !(d < 1e-9) {
				t.Errorf("train size %g, %d features, %s: differs from NIPALS on the features by %.3g", trainSize, c.Features, form.name, d)
			}
		}
	}
}

func TestCovarianceSmall(t *testing.T) {
	for _, c := range []struct {
		stimuli, neuroids, splits int
		want                      bool
	}{
		{2560, 168, 10, true}, {256, 168, 10, true}, {100, 100, 10, true}, {100, 101, 10, false},
		{2560, 2000, 10, false}, {2560, 2000, 1, true}, {30000, 30000, 1, true},
	} {
		if got := covarianceSmall(c.stimuli, c.neuroids, c.splits); got != c.want {
			t.Errorf("%d stimuli, %d neuroids, %d splits: %v", c.stimuli, c.neuroids, c.splits, got)
		}
	}
}

// TestPLSGroups checks that the number of splits advanced together does not show.
func TestPLSGroups(t *testing.T) {
	c := simulated.New(11, 60, 80, 20)
	in := testinput.Neural(t, c, 2)
	all, err := newPLSRun(context.Background(), in, true)
	if err != nil {
		t.Fatal(err)
	}
	together, err := all.fit(context.Background(), in.Splits, 9)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range in.Splits {
		alone, err := all.fit(context.Background(), []metrics.Split{s}, 9)
		if err != nil {
			t.Fatal(err)
		}
		if d := differ(t, [][]float64{alone[0].prediction}, [][]float64{together[i].prediction}); !(d < 1e-9) {
			t.Errorf("split %d: differs by %.3g", i, d)
		}
	}
	for _, s := range []struct {
		of   plsShape
		want int
	}{
		{plsShape{2560, 168, 10, 25, 0}, 10}, {plsShape{2560, 168, 10, 25, 1000}, 10}, {plsShape{10000, 300, 10, 25, 1000}, 5},
		{plsShape{10000, 3000, 10, 25, 0}, 3}, {plsShape{10000, 3000, 10, 25, 1000}, 1}, {plsShape{100000, 2000, 10, 25, 50000}, 10},
	} {
		if got := s.of.group(); got != s.want {
			t.Errorf("%+v: %d splits are advanced together, want %d", s.of, got, s.want)
		}
	}
}

// TestPLSEndsAtTheRank has activations of rank 5, and responses that five
// components explain only in part.
func TestPLSEndsAtTheRank(t *testing.T) {
	for i, neuroids := range []int{6, 90, 6} { // with covariances and without
		c := simulated.New(5, 60, 5, neuroids)
		copied := simulated.Case{N: 60, Features: 20, Neuroids: neuroids, Y: c.Y}
		for i := range c.N {
			for range 4 {
				copied.X = append(copied.X, c.X[i*5:(i+1)*5]...)
			}
		}
		in := testinput.Neural(t, copied, 2)
		if i > 0 { // among stimuli
			in.Gram = testinput.Gram(t, copied, stream.Needs{Gram: true})
			in.Gram.Again = func(ctx context.Context, sink stream.Sink) error {
				return stream.RunPass(ctx, copied, []stream.Sink{sink}, stream.PassOptions{})
			}
		}
		score, err := pls{8}.ScoreNeural(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		if len(score.Warnings) != 1 || !strings.Contains(score.Warnings[0], "the activations are used up after 5 of 8 components in 4 of 4 splits") {
			t.Errorf("%d neuroids: warnings %q", neuroids, score.Warnings)
		}
		want := primalScore(copied, in.Splits, func(x, y, test *mat.Dense) *mat.Dense { return primalPLS(x, y, test, 5) })
		if d := differ(t, score.SplitNeuroids, want); !(d < 1e-8) {
			t.Errorf("%d neuroids: differs from the primal path of 5 components by %.3g", neuroids, d)
		}
	}
}

// TestPLSExplainsWholly has responses that two components explain.
func TestPLSExplainsWholly(t *testing.T) {
	c := simulated.New(5, 40, 2, 1)
	for i := range c.N {
		c.Y[i] = 2*c.X[2*i] - c.X[2*i+1]
	}
	in := testinput.Neural(t, c, 1)
	score, err := pls{2}.ScoreNeural(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	if !(math.Abs(score.Raw.Value-1) < 1e-12) {
		t.Errorf("r is %v, want 1", score.Raw.Value)
	}
}

// The bound of what rounding does to r knows how large what is left of X is, and holds; few
// stimuli need no fit in twice the precision then.
func TestPLSUncertainty(t *testing.T) {
	for _, shape := range []struct{ n, features, neuroids int }{{128, 64, 30}, {128, 600, 30}, {256, 200, 30}} {
		for _, kind := range shapes {
			if kind.name != "plain" && kind.name != "pixels" && kind.name != "offset 1e7" && kind.name != "times 1e5" {
				continue
			}
			c := shapedCase(uint64(shape.n+shape.features), shape.n, shape.features, shape.neuroids, kind.make)
			if kind.name == "times 1e5" {
				dense.Scale(c.X, 1e50) // as large as 1e55, whose sixth powers are infinite
			}
			in := oneSplit(t, c, 1)
			in.Gram.FormProducts(2)
			run, err := newPLSRun(t.Context(), in, true)
			if err != nil {
				t.Fatal(err)
			}
			fits, err := run.fit(t.Context(), in.Splits, 25)
			if err != nil {
				t.Fatal(err)
			}
			f, s := fits[0], in.Splits[0]
			n := len(s.Train)
			k, _ := trainGram(in.Gram, s.Train)
			for component, size := range run.sizes(f) {
				left := slices.Clone(k) // P·K·P, columns and then rows
				for range 2 {
					for i := range n {
						f.deflate(left[i*n:(i+1)*n], component)
					}
					left = dense.Transposed(left, n, n)
				}
				if want := gramUnit(in.Gram) * math.Sqrt(dense.Dot(left, left)); !(math.Abs(size/want-1) < 1e-6) {
					t.Errorf("%v, %s: size before component %d is %g, want %g", shape, kind.name, component, size, want)
				}
			}
			exact := newDoublePLS(c.X, c.Features, in.Responses, in.Neuroids, s)
			if err := exact.fit(t.Context(), 25); err != nil {
				t.Fatal(err)
			}
			want := exact.predict().correlations(in.Responses, s.Test, in.Neuroids)
			off := 0.0
			for j, r := range (prediction{values: f.prediction, rounding: f.rounding}).correlations(in.Responses, s.Test, in.Neuroids) {
				off = max(off, math.Abs(r-want[j]))
			}
			if bound := run.uncertainty(f); !(off <= bound && bound <= plsCertain) {
				t.Errorf("%v, %s: r is off by %g, the bound is %g", shape, kind.name, off, bound)
			}
		}
	}
}
