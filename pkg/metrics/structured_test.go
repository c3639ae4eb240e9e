package metrics

import (
	"context"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// structured are cases of the kinds that networks and cortex give. Each starts from
// a simulated case, whose train and test rows are those of its splits.
var structured = []struct {
	name   string
	change func(c *simulated, r *rand.Rand)
}{
	{"plain", func(*simulated, *rand.Rand) {}},
	{"sparse features", func(c *simulated, r *rand.Rand) {
		for i, v := range c.x {
			if c.x[i] = float64(float32(max(0, v-5))); r.Float64() < .85 {
				c.x[i] = 0
			}
		}
	}},
	{"z-scored neuroids silent but for a stimulus or two", func(c *simulated, r *rand.Rand) {
		for j := range c.neuroids {
			if j%2 == 1 {
				continue
			}
			for i := range c.n {
				c.y[i*c.neuroids+j] = -.37612345
			}
			for range 1 + j {
				c.y[r.IntN(c.n)*c.neuroids+j] = 5.123 + r.Float64()
			}
		}
	}},
	{"dead channels", func(c *simulated, _ *rand.Rand) {
		for i := range c.n {
			c.x[i*c.features], c.x[(i+1)*c.features-1] = .1, 1e6
			c.y[i*c.neuroids], c.y[(i+1)*c.neuroids-1] = 1e6, .1
		}
	}},
	{"spike counts", func(c *simulated, _ *rand.Rand) {
		for i, v := range c.y {
			c.y[i] = max(0, math.Floor(v/2))
		}
		for i, v := range c.x {
			c.x[i] = max(0, math.Floor(v/2))
		}
	}},
	{"duplicates", func(c *simulated, _ *rand.Rand) {
		for i := range c.n {
			x, y := c.x[i*c.features:], c.y[i*c.neuroids:]
			x[1], x[2], x[3], x[4] = x[0], 4*x[0], -x[0], x[5]
			y[1], y[2] = y[0], -2*y[3]
		}
	}},
	{"affine copies", func(c *simulated, _ *rand.Rand) {
		for i, v := range c.x {
			c.x[i] = float64(float32(v))
		}
		for i := range c.n {
			x := c.x[i*c.features:]
			x[1], x[2] = 3*x[0]+.5, 5-x[4]*7
			x[6] = x[4]
		}
	}},
	{"offset", func(c *simulated, _ *rand.Rand) {
		for i := range c.x {
			c.x[i] += 1e7
		}
		for i := range c.y {
			c.y[i] += 1e7
		}
	}},
	{"huge feature", func(c *simulated, _ *rand.Rand) {
		for i := range c.n {
			c.x[i*c.features+2] *= 1e4
		}
	}},
	{"huge row", func(c *simulated, _ *rand.Rand) {
		for j := range c.features {
			c.x[7*c.features+j] *= 1e4
		}
	}},
	{"huge responses", func(c *simulated, _ *rand.Rand) {
		for j := range c.neuroids {
			c.y[11*c.neuroids+j] *= 1e6
		}
	}},
	{"neuroids of other sizes", func(c *simulated, _ *rand.Rand) {
		for i := range c.y {
			c.y[i] *= []float64{1e-4, 1, 1e3, 1e6}[i%c.neuroids%4]
		}
	}},
}

// units are those of activations and recordings that change no score but, for the
// latter, ridge regression's.
var units = []struct{ x, y float64 }{{1, 1}, {1e-9, 1e17}, {1e9, 1e-17}, {1, 1e-26}, {1e-140, 1e-150}, {1e140, 1e140}}

// structuredCase is small enough for the slow path.
func structuredCase(kind int, seed uint64) simulated {
	c := simulate(seed, 24, 10, 6)
	structured[kind].change(&c, rand.New(rand.NewPCG(seed, 2)))
	return c
}

// splitsOf are two splits with six test rows.
func splitsOf(t testing.TB, n int) []Split {
	splits, err := ShuffleSplits(n, SplitPlan{Splits: 2, TrainSize: .75, Seed: 1})
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
func (c simulated) scaledCase(x, y float64) simulated {
	c.x, c.y = scaled(c.x, x), scaled(c.y, y)
	return c
}

// preciseScore is the r of each target and split by the slow path.
func (c simulated) preciseScore(splits []Split, fit func(x, y, test precise) precise) [][]float64 {
	var out [][]float64
	for _, s := range splits {
		varies := make([]bool, c.neuroids)
		for j := range varies {
			for _, i := range s.Train {
				varies[j] = varies[j] || c.y[i*c.neuroids+j] != c.y[s.Train[0]*c.neuroids+j]
			}
		}
		p := fit(preciseRows(c.x, c.features, s.Train), preciseRows(c.y, c.neuroids, s.Train), preciseRows(c.x, c.features, s.Test))
		out = append(out, correlationsOf(p, preciseRows(c.y, c.neuroids, s.Test), varies))
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
func rsOf(t testing.TB, metric Metric, c simulated, splits []Split, workers, block int) (Score, [][]float64) {
	t.Helper()
	in := NeuralInput{Stimuli: c.n, Responses: c.y, Neuroids: c.neuroids, Splits: splits, Workers: workers}
	if metric.Info().Needs.Held() {
		in.Gram = c.gram(t, Needs{Gram: true})
	}
	if !metric.Info().Needs.Columns {
		score, err := metric.(Neural).ScoreNeural(context.Background(), in)
		if err != nil {
			t.Fatalf("%s: %v", metric.Info().Name, err)
		}
		return score, score.SplitNeuroids
	}
	stream, err := metric.(Streaming).NewStream(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := RunPass(context.Background(), c, []Sink{stream}, PassOptions{BlockBytes: block}); err != nil {
		t.Fatalf("%s: %v", metric.Info().Name, err)
	}
	score, err := stream.Score(context.Background())
	if err != nil {
		t.Fatalf("%s: %v", metric.Info().Name, err)
	}
	var rs [][]float64
	switch s := stream.(type) {
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
	metric  Metric
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
	splits := splitsOf(t, c.n)
	for _, m := range preciseForms {
		of := func(c simulated) simulated {
			if m.reverse {
				return c.reverse()
			}
			return c
		}
		want := of(c).preciseScore(splits, m.fit)
		for _, u := range units {
			in, want, within := c.scaledCase(u.x, u.y), want, 1e-9
			if m.unit && u.y != 1 {
				want = of(in).preciseScore(splits, m.fit)
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
			if d := far(got, want); !(d < within) && !warnsOfRounding(score) {
				t.Errorf("%s, %s, seed %d, units %v: differs by %.2g; warnings %q\ngot  %v\nwant %v", m.name, structured[kind].name, seed, u, d, score.Warnings, got, want)
			}
		}
	}
}

// warnsOfRounding reports whether a score says that rounding moves it.
func warnsOfRounding(s Score) bool {
	return slices.ContainsFunc(s.Warnings, func(w string) bool { return strings.Contains(w, "rounding") })
}

func newRand(seed int) *rand.Rand { return rand.New(rand.NewPCG(uint64(seed), 2)) }
