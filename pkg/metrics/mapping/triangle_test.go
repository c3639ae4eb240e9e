package mapping

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// triangleOf returns the triangle of the Gram matrix of a case. readings counts how often its
// columns are read again, which refused, unless it is nil, refuses.
func triangleOf(t *testing.T, c simulated.Case, readings *int, refused error) *stream.Gram {
	t.Helper()
	sink := stream.NewTriangleSink(nil, c.N, c.Features, 2)
	read := func(ctx context.Context, sink stream.Sink) error {
		return stream.RunPass(ctx, c, []stream.Sink{sink}, stream.PassOptions{})
	}
	if err := read(t.Context(), sink); err != nil {
		t.Fatal(err)
	}
	g := sink.Gram()
	g.Rare = func() error { return refused }
	g.Again = func(ctx context.Context, sink stream.Sink) error {
		*readings++
		return read(ctx, sink)
	}
	return g
}

// TestRidgeOnTriangle wants the figures and the warnings of the whole Gram matrix of the
// triangle, to the last bit, whatever the splits and the layer ask for.
func TestRidgeOnTriangle(t *testing.T) {
	fixed := func(n, test int) []metrics.Split {
		rows := make([]int, n)
		for i := range rows {
			rows[i] = i
		}
		return []metrics.Split{{Train: rows[:n-test], Test: rows[n-test:]}}
	}
	random := func(n int, train float64) []metrics.Split {
		splits, err := metrics.StratifiedSplits(make([]int, n), metrics.SplitPlan{Splits: 3, TrainSize: train, Seed: 5})
		if err != nil {
			t.Fatal(err)
		}
		return splits
	}
	for _, c := range []struct {
		name               string
		n, features, count int // neuroids
		splits             []metrics.Split
		alpha              float64
		change             func(c simulated.Case)
		reads              bool // the layer again
		refines            bool // without the whole matrix
	}{
		{name: "fixed", n: 300, features: 900, count: 7, splits: fixed(300, 12), alpha: 1},
		{name: "several bands", n: 1100, features: 1300, count: 30, splits: fixed(1100, 60), alpha: 100},
		{name: "many neuroids", n: 200, features: 900, count: metrics.BlockNeuroids + 9, splits: fixed(200, 12), alpha: 1},
		{name: "random", n: 300, features: 900, count: 7, splits: random(300, .9), alpha: 1},
		{name: "few to train", n: 300, features: 900, count: 7, splits: random(300, .3), alpha: 1, reads: true},
		{name: "weak", n: 300, features: 900, count: 7, splits: fixed(300, 12), alpha: 1e9},
		{name: "weak and random", n: 300, features: 900, count: 7, splits: random(300, .9), alpha: 1e9, reads: true},
		{name: "constant", n: 300, features: 900, count: 7, splits: fixed(300, 12), alpha: 1, change: func(c simulated.Case) {
			for i := range c.X {
				c.X[i] = 3
			}
		}, reads: true},
		{name: "constant on the train stimuli", n: 300, features: 900, count: 7, splits: fixed(300, 12), alpha: 1, change: func(c simulated.Case) {
			for i := range c.X[:288*900] {
				c.X[i] = 3
			}
		}, reads: true},
		{name: "alike", n: 300, features: 900, count: 7, splits: fixed(300, 12), alpha: 1e-9, change: func(c simulated.Case) {
			copy(c.X[:c.Features], c.X[c.Features:2*c.Features])
			c.X[0] += 1e-7
		}, reads: true},
		{name: "one direction", n: 300, features: 900, count: 7, splits: fixed(300, 12), alpha: 1, change: addDirection, reads: true, refines: true},
		{name: "one direction and several splits", n: 300, features: 900, count: 200, splits: random(300, .9), alpha: 1, change: addDirection, reads: true, refines: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			of := simulated.New(3, c.n, c.features, c.count)
			if c.change != nil {
				c.change(of)
			}
			readings := 0
			in := metrics.NeuralInput{Stimuli: c.n, Responses: of.Y, Neuroids: c.count, Splits: c.splits, Workers: 2}
			// A second subject on the same splits, and another penalty.
			alphas, refused := []float64{c.alpha, c.alpha, 2 * c.alpha}, error(nil)
			if c.refines {
				alphas, refused = alphas[:2], errors.New("no memory for the whole matrix")
			}
			in.Gram = triangleOf(t, of, &readings, refused)
			scores := func() (all []metrics.Score) {
				for _, alpha := range alphas {
					if len(all) == 2 && in.Gram.Triangle != nil && (readings > 0) != c.reads {
						t.Errorf("the layer is read %d times again", readings)
					}
					score, err := ridge{alpha}.ScoreNeural(t.Context(), in)
					if err != nil {
						t.Fatal(err)
					}
					all = append(all, score)
				}
				return all
			}
			got := scores()
			sink := stream.NewGramSink(nil, c.n, c.features, ridgeInfo.Needs, 2)
			if err := stream.RunPass(t.Context(), of, []stream.Sink{sink}, stream.PassOptions{}); err != nil {
				t.Fatal(err)
			}
			again := in.Gram.Again
			in.Gram = sink.Gram()
			in.Gram.Again = again
			for k, want := range scores() {
				if fmt.Sprint(got[k]) != fmt.Sprint(want) || !slices.EqualFunc(got[k].SplitNeuroids, want.SplitNeuroids, sameBits) {
					t.Errorf("score %d is %v, want %v", k, got[k], want)
				}
			}
		})
	}
}

// addDirection gives most of the variance to one direction of all features.
func addDirection(c simulated.Case) {
	r := newRand(4)
	for i := range c.N {
		v := 1e3 * r.NormFloat64()
		for j := range c.Features {
			c.X[i*c.Features+j] += v
		}
	}
}

// TestPLSOnTriangle wants the figures and the warnings of the whole Gram matrix, to the last bit.
func TestPLSOnTriangle(t *testing.T) {
	for _, c := range []struct {
		name               string
		n, features, count int
		scale              float64
	}{
		{"covariances", 200, 900, 7, 1},
		{"several bands", 1100, 1200, 7, 1},
		{"many neuroids", 120, 900, 200, 1},
		{"another unit", 120, 900, 7, 0x1p150},
	} {
		t.Run(c.name, func(t *testing.T) {
			of := simulated.New(3, c.n, c.features, c.count)
			for i := range of.X {
				of.X[i] *= c.scale
			}
			readings := 0
			in := metrics.NeuralInput{Stimuli: c.n, Responses: of.Y, Neuroids: c.count, Workers: 2, Gram: triangleOf(t, of, &readings, nil)}
			var err error
			if in.Splits, err = metrics.StratifiedSplits(make([]int, c.n), metrics.SplitPlan{Splits: 2, TrainSize: .9, Seed: 5}); err != nil {
				t.Fatal(err)
			}
			got, err := pls{4}.ScoreNeural(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			sink := stream.NewGramSink(nil, c.n, c.features, stream.Needs{Gram: true}, 2)
			if err := in.Gram.Again(t.Context(), sink); err != nil {
				t.Fatal(err)
			}
			again := in.Gram.Again
			in.Gram = sink.Gram()
			in.Gram.Again = again
			want, err := pls{4}.ScoreNeural(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(got) != fmt.Sprint(want) || !slices.EqualFunc(got.SplitNeuroids, want.SplitNeuroids, sameBits) {
				t.Errorf("score is %v, want %v", got, want)
			}
		})
	}
}

// A layer whose triangle is overwritten is not read again if there is no memory for it.
func TestTriangleRefused(t *testing.T) {
	refused, readings := errors.New("no memory"), 0
	c := simulated.New(3, 80, 900, 4)
	in := metrics.NeuralInput{Stimuli: c.N, Responses: c.Y, Neuroids: c.Neuroids, Workers: 1, Gram: triangleOf(t, c, &readings, refused)}
	in.Gram.Again = func(context.Context, stream.Sink) error { panic("read again") }
	in.Splits, _ = metrics.StratifiedSplits(make([]int, c.N), metrics.SplitPlan{Splits: 2, TrainSize: .3, Seed: 5})
	if _, err := (ridge{1}).onTriangle(t.Context(), in); !errors.Is(err, refused) {
		t.Errorf("got %v", err)
	}
}

func sameBits(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) })
}
