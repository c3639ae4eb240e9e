package mapping

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/plain"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// primalLinear is the least-norm solution by singular values.
func primalLinear(x, y, test *mat.Dense) *mat.Dense {
	x, xMean := plain.CenteredDense(x)
	y, yMean := plain.CenteredDense(y)
	n, f := x.Dims()
	var svd mat.SVD
	if !svd.Factorize(x, mat.SVDThin) {
		panic("no singular values")
	}
	rank := 0
	for _, v := range svd.Values(nil) {
		if v > float64(max(n, f))*dense.Epsilon*svd.Values(nil)[0] {
			rank++
		}
	}
	var b, out mat.Dense
	svd.SolveTo(&b, y, rank)
	out.Mul(plain.LessRow(test, xMean), &b)
	return plain.LessRow(&out, scaled(yMean, -1))
}

// primalRidgeCV leaves out one row after the other.
func primalRidgeCV(x, y, test *mat.Dense) *mat.Dense {
	n, f := x.Dims()
	_, t := y.Dims()
	best, least := 0.0, math.Inf(1)
	for _, alpha := range ridgeAlphas() {
		loss := 0.0
		for i := range n {
			var xs, ys []float64
			for k := range n {
				if k != i {
					xs, ys = append(xs, x.RawRowView(k)...), append(ys, y.RawRowView(k)...)
				}
			}
			p := primalRidge(mat.NewDense(n-1, f, xs), mat.NewDense(n-1, t, ys), mat.NewDense(1, f, slices.Clone(x.RawRowView(i))), alpha)
			for j := range t {
				d := p.At(0, j) - y.At(i, j)
				loss += d * d
			}
		}
		if loss < least {
			best, least = alpha, loss
		}
	}
	return primalRidge(x, y, test, best)
}

// primalBestNeuron predicts each target by the predictor most correlated.
func primalBestNeuron(x, y, test *mat.Dense) *mat.Dense {
	m, f := test.Dims()
	_, t := y.Dims()
	out := mat.NewDense(m, t, nil)
	for j := range t {
		best, at := math.NaN(), 0
		for k := range f {
			if r := series.Pearson(mat.Col(nil, k, x), mat.Col(nil, j, y)); r > best || math.IsNaN(best) {
				best, at = r, k
			}
		}
		for i := range m {
			out.Set(i, j, test.At(i, at))
		}
	}
	return out
}

// reverse is the case with activations and responses changed for each other.
func reversed(c simulated.Case) simulated.Case {
	return simulated.Case{N: c.N, Features: c.Neuroids, Neuroids: c.Features, X: c.Y, Y: c.X}
}

// streamed scores a metric on a case and gives the r of each feature by split.
func streamed(t *testing.T, name string, options metrics.Options, c simulated.Case, workers, blockBytes int) (metrics.Score, [][]float64) {
	t.Helper()
	ctx := context.Background()
	metric, err := metrics.New(name, options)
	if err != nil {
		t.Fatal(err)
	}
	in := testinput.Neural(t, c, workers)
	if !metric.Info().Needs.Held() {
		in.Gram = nil
	}
	sink, err := metric.(metrics.Streaming).NewStream(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.RunPass(ctx, c, []stream.Sink{sink}, stream.PassOptions{BlockBytes: blockBytes}); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	score, err := sink.Score(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var rs [][]float64
	switch s := sink.(type) {
	case *reverseStream:
		for _, split := range s.splits {
			rs = append(rs, split.r)
		}
	case *bestNeuroids:
		for _, split := range s.splits {
			rs = append(rs, split.r)
		}
	}
	return score, rs
}

var reverseForms = []struct {
	name    string
	options metrics.Options
	fit     func(x, y, test *mat.Dense) *mat.Dense
	within  float64
}{
	{"reverse_pls", metrics.Options{"components": 8}, func(x, y, test *mat.Dense) *mat.Dense { return primalPLS(x, y, test, 8) }, 1e-9},
	{"reverse_pls", metrics.Options{"components": 3}, func(x, y, test *mat.Dense) *mat.Dense { return primalPLS(x, y, test, 3) }, 1e-10},
	{"reverse_ridge", nil, func(x, y, test *mat.Dense) *mat.Dense { return primalRidge(x, y, test, 1) }, 1e-10},
	{"reverse_ridge", metrics.Options{"alpha": 50.0}, func(x, y, test *mat.Dense) *mat.Dense { return primalRidge(x, y, test, 50) }, 1e-10},
	{"reverse_linear", nil, primalLinear, 1e-8},
	{"reverse_neuron_to_neuron", nil, primalBestNeuron, 1e-10},
	{"reverse_ridgecv", nil, primalRidgeCV, 1e-9},
}

func TestReverseEqualsPrimal(t *testing.T) {
	for _, shape := range []struct{ n, features, neuroids int }{
		{60, 300, 30}, {60, 27, 12}, {40, 500, 90}, {100, 1, 9}, {40, 6, 8}, {40, 9, 40},
	} {
		c := simulated.New(uint64(shape.n+shape.features), shape.n, shape.features, shape.neuroids)
		splits := testinput.Neural(t, c, 1).Splits
		for _, m := range reverseForms {
			if m.name == "reverse_ridgecv" && shape.n != 40 || shape.neuroids > 40 {
				continue // leaving out by hand takes long
			}
			score, rs := streamed(t, m.name, m.options, c, 2, 0)
			if len(score.Warnings) > 0 {
				t.Errorf("%s %v warns %v", m.name, shape, score.Warnings)
			}
			if score.Neuroids != nil {
				t.Errorf("%s %v gives figures for neuroids", m.name, shape)
			}
			for i, want := range primalScore(reversed(c), splits, m.fit) {
				for j := range want {
					if !(math.Abs(rs[i][j]-want[j]) < m.within) {
						t.Fatalf("%s %v on %v split %d feature %d: %v, want %v", m.name, m.options, shape, i, j, rs[i][j], want[j])
					}
				}
				if d := score.Raw.Splits[i] - series.Median(want); !(math.Abs(d) < m.within) {
					t.Errorf("%s %v split %d differs by %g", m.name, shape, i, d)
				}
			}
		}
	}
}

// withDead puts columns that are the same for all stimuli among the features,
// one of them first, and one column that varies on one stimulus alone.
func withDead(c simulated.Case) simulated.Case {
	const more = 4
	out := simulated.Case{N: c.N, Features: c.Features + more, Neuroids: c.Neuroids, Y: c.Y, X: make([]float64, c.N*(c.Features+more))}
	for i := range c.N {
		row := out.X[i*out.Features : (i+1)*out.Features]
		row[0], row[1], row[out.Features-1] = .1, 0, 7.3
		if i == 5 {
			row[1] = 1
		}
		copy(row[2:], c.X[i*c.Features:(i+1)*c.Features])
	}
	return out
}

func TestReverseDeadFeatures(t *testing.T) {
	c := simulated.New(3, 60, 300, 20)
	dead := withDead(c)
	for _, m := range reverseForms {
		want, all := streamed(t, m.name, m.options, c, 2, 0)
		got, rs := streamed(t, m.name, m.options, dead, 2, 0)
		for i := range rs {
			inTest := slices.Contains(testinput.Neural(t, dead, 1).Splits[i].Test, 5)
			for j := range c.Features {
				// The feature of one stimulus starts NIPALS where that is a
				// train stimulus, and it stops within its tolerance.
				if d := math.Abs(rs[i][j+2] - all[i][j]); d > 1e-9 && (m.name != "reverse_pls" || inTest) || d > .1 {
					t.Fatalf("%s split %d feature %d: %v among dead ones, %v alone", m.name, i, j, rs[i][j+2], all[i][j])
				}
			}
			for _, j := range []int{0, 1, dead.Features - 2, dead.Features - 1} {
				if !math.IsNaN(rs[i][j]) {
					t.Errorf("%s split %d: feature %d has r %v", m.name, i, j, rs[i][j])
				}
			}
		}
		if len(want.Warnings) != 0 || len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "3 of 304 features") {
			t.Errorf("%s: warnings %q", m.name, got.Warnings)
		}
		for i := range want.Alphas {
			if want.Alphas[i] != got.Alphas[i] {
				t.Errorf("%s: alphas %v, want %v", m.name, got.Alphas, want.Alphas)
			}
		}
	}
	c.Features, c.X = 2, make([]float64, 2*c.N)
	for _, m := range reverseForms {
		if got, _ := streamed(t, m.name, m.options, c, 2, 0); !math.IsNaN(got.Raw.Value) {
			t.Errorf("%s of dead features alone: %v", m.name, got.Raw)
		}
	}
}

func TestReverseOrderOfFeatures(t *testing.T) {
	c := simulated.New(4, 50, 600, 15)
	turned := c
	turned.X = make([]float64, len(c.X))
	for i := range c.N {
		for j := range c.Features {
			turned.X[i*c.Features+c.Features-1-j] = c.X[i*c.Features+j]
		}
	}
	for _, m := range reverseForms {
		within := 1e-12
		if m.name == "reverse_pls" {
			within = 1e-3 // the first feature starts NIPALS
		}
		a, _ := streamed(t, m.name, m.options, c, 2, 0)
		b, _ := streamed(t, m.name, m.options, turned, 2, 0)
		if d := math.Abs(a.Raw.Value - b.Raw.Value); !(d < within) {
			t.Errorf("%s %v differs by %g", m.name, m.options, d)
		}
	}
}

func TestReverseBits(t *testing.T) {
	c := simulated.New(5, 50, 1100, 15)
	for _, m := range reverseForms {
		_, want := streamed(t, m.name, m.options, c, 1, 1)
		for _, workers := range []int{2, 5} {
			for _, bytes := range []int{1, 8 * 600 * c.N, 0} {
				_, got := streamed(t, m.name, m.options, c, workers, bytes)
				for i := range want {
					if !slices.Equal(got[i], want[i]) {
						t.Fatalf("%s: bits depend on %d workers, %d bytes", m.name, workers, bytes)
					}
				}
			}
		}
	}
}

// TestReverseConstantNeuroids checks that neuroids without variance change
// nothing, and that components beyond the rest are told.
func TestReverseConstantNeuroids(t *testing.T) {
	c := simulated.New(6, 50, 80, 12)
	more := c
	more.Neuroids = 14
	more.Y = make([]float64, c.N*more.Neuroids)
	for i := range c.N {
		row := more.Y[i*more.Neuroids : (i+1)*more.Neuroids]
		row[0], row[13] = .3, 2
		copy(row[1:], c.Y[i*c.Neuroids:(i+1)*c.Neuroids])
	}
	for _, m := range reverseForms {
		_, want := streamed(t, m.name, m.options, c, 2, 0)
		_, got := streamed(t, m.name, m.options, more, 2, 0)
		for i := range want {
			if !slices.Equal(got[i], want[i]) {
				t.Errorf("%s: constant neuroids change figures", m.name)
			}
		}
	}
	score, _ := streamed(t, "reverse_pls", metrics.Options{"components": 14}, more, 2, 0)
	if len(score.Warnings) != 1 || !strings.Contains(score.Warnings[0], "used up after 12 of 14 components in 4 of 4 splits") {
		t.Errorf("warnings %q", score.Warnings)
	}
	_, err := reversePLS{15}.NewStream(testinput.Neural(t, more, 1), nil)
	var components *ComponentsError
	if !errors.As(err, &components) || !strings.Contains(err.Error(), "14 neuroids") {
		t.Errorf("error %v", err)
	}
}

// TestReverseRankDeficient checks responses of which some are copies.
func TestReverseRankDeficient(t *testing.T) {
	c := simulated.New(8, 60, 100, 10)
	for i := range c.N {
		c.Y[i*10+9] = c.Y[i*10] + c.Y[i*10+1]
	}
	_, rs := streamed(t, "reverse_linear", nil, c, 2, 0)
	for i, want := range primalScore(reversed(c), testinput.Neural(t, c, 1).Splits, primalLinear) {
		for j := range want {
			if !(math.Abs(rs[i][j]-want[j]) < 1e-8) {
				t.Fatalf("split %d feature %d: %v, want %v", i, j, rs[i][j], want[j])
			}
		}
	}
}

// TestReverseManyNeuroidsOfLowRank has more neuroids than train stimuli, which span few
// directions or have different sizes, in units for which the penalty is small or none.
func TestReverseManyNeuroidsOfLowRank(t *testing.T) {
	const n, neuroids = 14, 18
	for _, kind := range []struct {
		name string
		set  func(y []float64) // of one stimulus, given whole numbers
	}{
		{"copies of five", func(y []float64) {
			for j := 5; j < neuroids; j++ {
				y[j] = y[j%5]
			}
		}},
		{"sums of six", func(y []float64) {
			for j := 6; j < neuroids; j++ {
				y[j] = y[j%6] + float64(j)*y[(j+1)%6]
			}
		}},
		{"copies of seven, two of them large", func(y []float64) {
			y[0], y[1] = 1000*y[0], 1000*y[1]
			for j := 7; j < neuroids; j++ {
				y[j] = y[j%7]
			}
		}},
		{"multiples of six, and two large ones", func(y []float64) {
			for j := 6; j < neuroids-2; j++ {
				y[j] = float64(j) * y[j%6]
			}
			y[neuroids-2], y[neuroids-1] = 1e6*y[neuroids-2], 1e6*y[neuroids-1]
		}},
		{"different sizes", func(y []float64) {
			for j := range y {
				y[j] *= []float64{1, 1e3, 1e6}[j%3]
			}
		}},
		{"two of another size", func(y []float64) {
			y[neuroids-2], y[neuroids-1] = 1e9*y[neuroids-2], 1e9*y[neuroids-1]
		}},
	} {
		for seed := range uint64(2) {
			c := simulated.New(20+seed, n, 6, neuroids)
			r := rand.New(rand.NewPCG(seed, 5))
			for i := range c.Y {
				c.Y[i] = float64(r.IntN(9))
			}
			for i := range n {
				kind.set(c.Y[i*neuroids : (i+1)*neuroids])
			}
			splits := splitsOf(t, n)
			for _, unit := range []float64{1, 1e5, 1e10} {
				c := scaledCase(c, 1, unit)
				for _, form := range []struct {
					metric metrics.Metric
					fit    func(x, y, test precise) precise
				}{
					{reverseRidge{1}, func(x, y, test precise) precise { return preciseRidge(x, y, test, bigOf(1)) }},
					{reverseLinear{}, preciseLinear},
				} {
					want := preciseScore(reversed(c), splits, form.fit)
					score, got := rsOf(t, form.metric, c, splits, 1, 0)
					if d := far(got, want); !(d < 1e-9) && !testinput.WarnsOfRounding(score) {
						t.Errorf("%s of %s, seed %d, unit %.0e: differs by %.2g; warnings %q", form.metric.Info().Name, kind.name, seed, unit, d, score.Warnings)
					}
				}
			}
		}
	}
}
