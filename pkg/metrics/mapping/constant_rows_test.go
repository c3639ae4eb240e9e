package mapping

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
)

// constantCase is a case of 1,500 stimuli with series that are constant, but not 0,
// over the rows of a split: features 0 … 3 and neuroids 0 … 3 over no rows, all train
// rows, all test rows, and all rows.
func constantCase(t *testing.T) (simulated.Case, []metrics.Split) {
	t.Helper()
	c := simulated.New(31, 1500, 12, 7)
	splits, err := metrics.ShuffleSplits(c.N, metrics.SplitPlan{Splits: 1, TrainSize: .9, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(splits[0].Train)
	slices.Sort(splits[0].Test)
	set := func(rows []int, column int, x, y float64) {
		for _, i := range rows {
			c.X[i*c.Features+column], c.Y[i*c.Neuroids+column] = x, y
		}
	}
	set(splits[0].Train, 1, .1, -.37612345)
	set(splits[0].Test, 2, 7.3e5, .1)
	set(dense.AllRows(c.N), 3, 1e6/3, .3)
	return c, splits
}

// TestConstantRowsOfASplit leaves out what is constant over the train or test rows.
func TestConstantRowsOfASplit(t *testing.T) {
	c, splits := constantCase(t)
	for _, name := range []string{"pls", "ridge", "neuron_to_neuron",
		"reverse_pls", "reverse_ridge", "reverse_ridgecv", "reverse_linear", "reverse_neuron_to_neuron"} {
		options := metrics.Options{}
		if name == "pls" || name == "reverse_pls" {
			options["components"] = 3
		}
		metric, err := metrics.New(name, options)
		if err != nil {
			t.Fatal(err)
		}
		_, rs := rsOf(t, metric, c, splits, 2, 0)
		for j, r := range rs[0] {
			// The one that predicts a feature best may be constant on the test rows.
			if constant := 1 <= j && j <= 3; math.IsNaN(r) != constant && (constant || name != "reverse_neuron_to_neuron") {
				t.Errorf("%s: series %d has r %v", name, j, r)
			}
		}
	}
}

// TestNeuronToNeuronOfManyRows compares with the slow path where a naive mean errs most.
func TestNeuronToNeuronOfManyRows(t *testing.T) {
	c, splits := constantCase(t)
	for i := range c.N { // a later duplicate, which must not be taken
		c.X[i*c.Features+11] = c.X[i*c.Features]
	}
	for _, m := range []metrics.Metric{neuronToNeuron{}, reverseNeuronToNeuron{}} {
		of := c
		if m.Info().Name == "reverse_neuron_to_neuron" {
			of = reversed(c)
		}
		_, got := rsOf(t, m, c, splits, 2, 0)
		if d := far(got, preciseScore(of, splits, preciseBest)); !(d < 1e-12) {
			t.Errorf("%s: differs by %g", m.Info().Name, d)
		}
	}
}

// TestNeuronToNeuronTakesTheFirst has features that are equal in exact arithmetic on
// the train rows, in the same slab and in another, and differ on the test rows.
func TestNeuronToNeuronTakesTheFirst(t *testing.T) {
	for _, copied := range []func(v float64) float64{
		func(v float64) float64 { return v },
		func(v float64) float64 { return 4 * v },
		func(v float64) float64 { return v / 1024 },
		func(v float64) float64 { return 3*v + 1 },
	} {
		for _, at := range []int{9, 300} {
			c := simulated.New(8, 400, 301, 1)
			splits := splitsOf(t, c.N)
			for i := range c.N { // the best feature
				c.X[i*c.Features+5] = math.Round(64*c.Y[i]) / 64
			}
			for _, s := range splits[:1] {
				for _, i := range s.Train {
					c.X[i*c.Features+at] = copied(c.X[i*c.Features+5])
				}
			}
			_, rs := rsOf(t, neuronToNeuron{}, c, splits[:1], 2, 0)
			if !(rs[0][0] > .99) {
				t.Errorf("copy %d: r %v, which is not the first feature's", at, rs[0][0])
			}
			for i := range c.N { // the copy comes first
				row := c.X[i*c.Features : (i+1)*c.Features]
				row[5], row[at] = row[at], row[5]
			}
			if _, rs := rsOf(t, neuronToNeuron{}, c, splits[:1], 2, 0); !(rs[0][0] < .99) {
				t.Errorf("copy %d: r %v, which is not the first feature's", at, rs[0][0])
			}
		}
	}
}

// TestStructuredBits scores every kind of data with other workers and block sizes.
func TestStructuredBits(t *testing.T) {
	for kind, k := range structured {
		c := simulated.New(uint64(kind+40), 40, 700, 6)
		k.change(&c, newRand(kind))
		splits := splitsOf(t, c.N)
		for _, m := range preciseForms {
			want, rs := rsOf(t, m.metric, c, splits, 1, 1)
			for _, workers := range []int{2, 5} {
				got, others := rsOf(t, m.metric, c, splits, workers, 0)
				if math.Float64bits(got.Raw.Value) != math.Float64bits(want.Raw.Value) && !math.IsNaN(got.Raw.Value) {
					t.Errorf("%s, %s: %v with %d workers, %v with one", m.name, k.name, got.Raw.Value, workers, want.Raw.Value)
				}
				if d := far(others, rs); d != 0 {
					t.Errorf("%s, %s: r differ by %g with %d workers", m.name, k.name, d, workers)
				}
			}
		}
	}
}

// TestCeilingOfConstantHalves has neuroids that are constant, but not 0, in all trials,
// in those of one half, and with trials missing: they have no ceiling.
func TestCeilingOfConstantHalves(t *testing.T) {
	const stimuli, neuroids, repetitions = 40, 4, 7
	c, err := metrics.NewInternalConsistency(stimuli, neuroids, repetitions, 10, 1)
	if err != nil {
		t.Fatal(err)
	}
	r := newRand(9)
	for s := range stimuli {
		signal := r.NormFloat64()
		for rep := range repetitions {
			row := []float64{.1, 1e6 / 3, -.376, signal + r.NormFloat64()}
			if (s+rep)%5 == 0 {
				row[1] = math.NaN()
			}
			if s%9 == 3 && rep != 2 { // varies in some halves alone
				row[2] = math.NaN()
			}
			if rep == 2 {
				row[2] = signal
			}
			c.Add(s, rep, row)
		}
	}
	ceiling, each, _ := c.Ceiling()
	for j, constant := range []bool{true, true, true, false} {
		if math.IsNaN(each[j]) != constant {
			t.Errorf("neuroid %d: ceiling %v", j, each[j])
		}
	}
	if !(ceiling.Value > .5 && ceiling.Value < 1) || math.Abs(ceiling.Value-each[3]) > 1e-12 {
		t.Errorf("ceiling %v, want that of the one neuroid that varies, %v", ceiling.Value, each[3])
	}
}

// TestCeilingKnowsNoUnit takes ceilings of recordings in units that squares of would
// underflow or overflow.
func TestCeilingKnowsNoUnit(t *testing.T) {
	value := func(unit float64) float64 {
		c, err := metrics.NewInternalConsistency(30, 3, 4, 5, 1)
		if err != nil {
			t.Fatal(err)
		}
		r := newRand(5)
		for s := range 30 {
			for rep := range 4 {
				row := make([]float64, 3)
				for j := range row {
					row[j] = unit * (float64(s%7) + r.NormFloat64())
				}
				c.Add(s, rep, row)
			}
		}
		ceiling, _, _ := c.Ceiling()
		return ceiling.Value
	}
	want := value(1)
	for _, unit := range []float64{1e-26, 1e-170, 1e17, 1e150} {
		if got := value(unit); !(math.Abs(got-want) < 1e-12) {
			t.Errorf("unit %g: %v, want %v", unit, got, want)
		}
	}
}

// TestPLSWarnsOfTheGramMatrix has a feature so large that inner products lose the rest,
// and nothing but these.
func TestPLSWarnsOfTheGramMatrix(t *testing.T) {
	c := simulated.New(50, 60, 20, 6)
	for i := range c.N {
		c.X[i*c.Features+2] *= 1e6
	}
	in := testinput.Neural(t, c, 2)
	in.Gram.X, in.Gram.Again = nil, nil
	score, err := pls{3}.ScoreNeural(context.Background(), in)
	if err != nil || !testinput.WarnsOfRounding(score) {
		t.Errorf("warnings %q, error %v", score.Warnings, err)
	}
}

// TestReverseLinearWarnsOfCollinear has neuroids that differ in their last digits, and
// more stimuli than are fitted in twice the precision.
func TestReverseLinearWarnsOfCollinear(t *testing.T) {
	c := simulated.New(51, 900, 20, 400)
	r := newRand(6)
	for i := range c.N {
		c.Y[i*c.Neuroids+1] = c.Y[i*c.Neuroids] * (1 + 1e-11*r.NormFloat64())
	}
	score, _ := rsOf(t, reverseLinear{}, c, splitsOf(t, c.N), 2, 0)
	if !testinput.WarnsOfRounding(score) {
		t.Errorf("warnings %q", score.Warnings)
	}
}

// TestCeilingOfOppositeHalves has halves that are each other's negative: 1 + r is 0 in
// exact arithmetic.
func TestCeilingOfOppositeHalves(t *testing.T) {
	for _, stimuli := range []int{2, 17, 1000} {
		c, err := metrics.NewInternalConsistency(stimuli, 1, 2, 2, 1)
		if err != nil {
			t.Fatal(err)
		}
		r := newRand(stimuli)
		for s := range stimuli {
			v := r.NormFloat64()
			c.Add(s, 0, []float64{v})
			c.Add(s, 1, []float64{.1 - 3*v})
		}
		if ceiling, each, _ := c.Ceiling(); !math.IsNaN(each[0]) || !math.IsNaN(ceiling.Value) {
			t.Errorf("%d stimuli: ceiling %v", stimuli, each[0])
		}
	}
}
