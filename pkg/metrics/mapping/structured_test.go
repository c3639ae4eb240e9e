package mapping

import (
	"context"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// structured are cases of the kinds that networks and cortex give. Each starts from
// a simulated case, whose train and test rows are those of its splits.
var structured = []struct {
	name   string
	change func(c *simulated.Case, r *rand.Rand)
}{
	{"plain", func(*simulated.Case, *rand.Rand) {}},
	{"sparse features", func(c *simulated.Case, r *rand.Rand) {
		for i, v := range c.X {
			if c.X[i] = float64(float32(max(0, v-5))); r.Float64() < .85 {
				c.X[i] = 0
			}
		}
	}},
	{"z-scored neuroids silent but for a stimulus or two", func(c *simulated.Case, r *rand.Rand) {
		for j := range c.Neuroids {
			if j%2 == 1 {
				continue
			}
			for i := range c.N {
				c.Y[i*c.Neuroids+j] = -.37612345
			}
			for range 1 + j {
				c.Y[r.IntN(c.N)*c.Neuroids+j] = 5.123 + r.Float64()
			}
		}
	}},
	{"dead channels", func(c *simulated.Case, _ *rand.Rand) {
		for i := range c.N {
			c.X[i*c.Features], c.X[(i+1)*c.Features-1] = .1, 1e6
			c.Y[i*c.Neuroids], c.Y[(i+1)*c.Neuroids-1] = 1e6, .1
		}
	}},
	{"spike counts", func(c *simulated.Case, _ *rand.Rand) {
		for i, v := range c.Y {
			c.Y[i] = max(0, math.Floor(v/2))
		}
		for i, v := range c.X {
			c.X[i] = max(0, math.Floor(v/2))
		}
	}},
	{"duplicates", func(c *simulated.Case, _ *rand.Rand) {
		for i := range c.N {
			x, y := c.X[i*c.Features:], c.Y[i*c.Neuroids:]
			x[1], x[2], x[3], x[4] = x[0], 4*x[0], -x[0], x[5]
			y[1], y[2] = y[0], -2*y[3]
		}
	}},
	{"affine copies", func(c *simulated.Case, _ *rand.Rand) {
		for i, v := range c.X {
			c.X[i] = float64(float32(v))
		}
		for i := range c.N {
			x := c.X[i*c.Features:]
			x[1], x[2] = 3*x[0]+.5, 5-x[4]*7
			x[6] = x[4]
		}
	}},
	{"offset", func(c *simulated.Case, _ *rand.Rand) {
		for i := range c.X {
			c.X[i] += 1e7
		}
		for i := range c.Y {
			c.Y[i] += 1e7
		}
	}},
	{"huge feature", func(c *simulated.Case, _ *rand.Rand) {
		for i := range c.N {
			c.X[i*c.Features+2] *= 1e4
		}
	}},
	{"huge row", func(c *simulated.Case, _ *rand.Rand) {
		for j := range c.Features {
			c.X[7*c.Features+j] *= 1e4
		}
	}},
	{"huge responses", func(c *simulated.Case, _ *rand.Rand) {
		for j := range c.Neuroids {
			c.Y[11*c.Neuroids+j] *= 1e6
		}
	}},
	{"neuroids of other sizes", func(c *simulated.Case, _ *rand.Rand) {
		for i := range c.Y {
			c.Y[i] *= []float64{1e-4, 1, 1e3, 1e6}[i%c.Neuroids%4]
		}
	}},
}

// units are those of activations and recordings that change no score but, for the
// latter, ridge regression's.
var units = []struct{ x, y float64 }{{1, 1}, {1e-9, 1e17}, {1e9, 1e-17}, {1, 1e-26}, {1e-140, 1e-150}, {1e140, 1e140}}

// structuredCase is small enough for the slow path.
func structuredCase(kind int, seed uint64) simulated.Case {
	c := simulated.New(seed, 24, 10, 6)
	structured[kind].change(&c, rand.New(rand.NewPCG(seed, 2)))
	return c
}

// splitsOf are two splits with six test rows.
func splitsOf(t testing.TB, n int) []metrics.Split {
	splits, err := metrics.ShuffleSplits(n, metrics.SplitPlan{Splits: 2, TrainSize: .75, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range splits {
		slices.Sort(s.Train)
		slices.Sort(s.Test)
		splits[i] = s
	}
	return splits
}

// scaledCase is a case in other units, rounded as units do.
func scaledCase(c simulated.Case, x, y float64) simulated.Case {
	c.X, c.Y = scaled(c.X, x), scaled(c.Y, y)
	return c
}

// preciseScore is the r of each target and split by the slow path.
func preciseScore(c simulated.Case, splits []metrics.Split, fit func(x, y, test precise) precise) [][]float64 {
	var out [][]float64
	for _, s := range splits {
		varies := make([]bool, c.Neuroids)
		for j := range varies {
			for _, i := range s.Train {
				varies[j] = varies[j] || c.Y[i*c.Neuroids+j] != c.Y[s.Train[0]*c.Neuroids+j]
			}
		}
		p := fit(preciseRows(c.X, c.Features, s.Train), preciseRows(c.Y, c.Neuroids, s.Train), preciseRows(c.X, c.Features, s.Test))
		out = append(out, correlationsOf(p, preciseRows(c.Y, c.Neuroids, s.Test), varies))
	}
	return out
}

// far is by how much r differ, +Inf where one of two is NaN.
func far(got, want [][]float64) float64 {
	worst := 0.0
	for i := range want {
		for j, w := range want[i] {
			switch g := got[i][j]; {
			case math.IsNaN(g) != math.IsNaN(w):
				return math.Inf(1)
			case !math.IsNaN(g):
				worst = max(worst, math.Abs(g-w))
			}
		}
	}
	return worst
}

// rsOf scores a metric and gives its r by split, of neuroids or, for reverse forms,
// features.
func rsOf(t testing.TB, metric metrics.Metric, c simulated.Case, splits []metrics.Split, workers, block int) (metrics.Score, [][]float64) {
	t.Helper()
	in := metrics.NeuralInput{Stimuli: c.N, Responses: c.Y, Neuroids: c.Neuroids, Splits: splits, Workers: workers}
	if metric.Info().Needs.Held() {
		in.Gram = testinput.Gram(t, c, stream.Needs{Gram: true})
	}
	if !metric.Info().Needs.Columns {
		score, err := metric.(metrics.Neural).ScoreNeural(context.Background(), in)
		if err != nil {
			t.Fatalf("%s: %v", metric.Info().Name, err)
		}
		return score, score.SplitNeuroids
	}
	sink, err := metric.(metrics.Streaming).NewStream(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.RunPass(context.Background(), c, []stream.Sink{sink}, stream.PassOptions{BlockBytes: block}); err != nil {
		t.Fatalf("%s: %v", metric.Info().Name, err)
	}
	score, err := sink.Score(context.Background())
	if err != nil {
		t.Fatalf("%s: %v", metric.Info().Name, err)
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
	default:
		rs = score.SplitNeuroids
	}
	return score, rs
}

// preciseForms are the mappings with their slow paths. Those that know no unit are
// scored in all of them.
var preciseForms = []struct {
	name    string
	metric  metrics.Metric
	reverse bool
	unit    bool // the score depends on the recordings' unit
	fit     func(x, y, test precise) precise
}{
	{"neuron_to_neuron", neuronToNeuron{}, false, false, preciseBest},
	{"reverse_neuron_to_neuron", reverseNeuronToNeuron{}, true, false, preciseBest},
	{"pls", pls{3}, false, false, func(x, y, test precise) precise { return precisePLS(x, y, test, 3) }},
	{"reverse_pls", reversePLS{3}, true, false, func(x, y, test precise) precise { return precisePLS(x, y, test, 3) }},
	{"reverse_linear", reverseLinear{}, true, false, func(x, y, test precise) precise { return preciseLinear(x, y, test) }},
	{"reverse_ridge", reverseRidge{1}, true, true, func(x, y, test precise) precise { return preciseRidge(x, y, test, bigOf(1)) }},
}

// preciseLinear is ridge regression with a penalty that leaves no trace.
func preciseLinear(x, y, test precise) precise {
	c := x.less(x.means())
	trace := bigZero()
	for i := range c {
		trace.Add(trace, bigDot(c[i], c[i]))
	}
	tiny := new(big.Float).SetPrec(preciseBits).SetMantExp(trace, -240)
	return preciseRidge(x, y, test, tiny)
}

// TestStructuredEqualsSlowPath wants r within 1e-9 of the slow path's for every kind
// of data, in every unit, wherever no warning says that rounding moves it.
func TestStructuredEqualsSlowPath(t *testing.T) {
	for seed := range uint64(structuredSeeds) {
		for kind := range structured {
			checkStructured(t, kind, seed)
		}
	}
}

const structuredSeeds = 2

func checkStructured(t *testing.T, kind int, seed uint64) {
	t.Helper()
	c := structuredCase(kind, 100*seed+uint64(kind+1))
	splits := splitsOf(t, c.N)
	for _, m := range preciseForms {
		of := func(c simulated.Case) simulated.Case {
			if m.reverse {
				return reversed(c)
			}
			return c
		}
		want := preciseScore(of(c), splits, m.fit)
		for _, u := range units {
			in, want, within := scaledCase(c, u.x, u.y), want, 1e-9
			if m.unit && u.y != 1 {
				want = preciseScore(of(in), splits, m.fit)
			}
			switch structured[kind].name {
			case "offset":
				within = 1e-8 // another unit rounds the values themselves by 1e-9 of what varies
			case "huge feature", "huge row":
				if m.name == "pls" {
					within = 1e-6
				}
			}
			score, got := rsOf(t, m.metric, in, splits, 2, 0)
			if d := far(got, want); !(d < within) && !testinput.WarnsOfRounding(score) {
				t.Errorf("%s, %s, seed %d, units %v: differs by %.2g; warnings %q\ngot  %v\nwant %v", m.name, structured[kind].name, seed, u, d, score.Warnings, got, want)
			}
		}
	}
}

func newRand(seed int) *rand.Rand { return rand.New(rand.NewPCG(uint64(seed), 2)) }
