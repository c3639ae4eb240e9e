package metrictest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// runNeural tests the properties of metrics on activations and recordings.
func init() { addProperties(runNeural, metrics.KindMapping, metrics.KindSimilarity) }

// runNeural checks a metric on activations and recordings. Mappings are
// cross-validated; similarities are also taken over all stimuli at once.
func runNeural(t *testing.T, s *subject, metric metrics.Neural) {
	n := neural{s, metric}
	c := newRecordings(1, 48, 300, 9)
	designs := map[string]recordings{"splits": c.withSplits(t)}
	if s.info.Kind == metrics.KindSimilarity {
		designs["all stimuli"] = c
	}
	for design, c := range designs {
		t.Run(design, func(t *testing.T) {
			n.checkManner(t, c)
			n.checkEntries(t, c)
			n.checkInput(t, c)
			n.checkOrders(t, c)
			n.checkUnits(t, c)
			n.checkColumns(t, c)
			n.checkEdges(t, c.splits != nil)
			n.checkUndefined(t, c)
			n.checkCancelled(t, c)
		})
	}
}

// neural is a metric on recordings under test.
type neural struct {
	*subject
	metric metrics.Neural
}

func (n neural) score(t *testing.T, c recordings) metrics.Score {
	t.Helper()
	return c.mustScore(t, n.subject, n.metric, manner{workers: 2})
}

// checkManner wants the same bits from any number of workers, size of blocks, type
// and order in memory.
func (n neural) checkManner(t *testing.T, c recordings) {
	want := c.mustScore(t, n.subject, n.metric, manner{workers: 1})
	if math.IsNaN(want.Raw.Value) {
		t.Errorf("the score of simulated recordings is NaN; warnings %q", want.Warnings)
	}
	if n.info.Kind == metrics.KindMapping && want.Neuroids != nil && len(want.SplitNeuroids) != len(c.splits) {
		t.Errorf("figures of neuroids in %d splits, want %d", len(want.SplitNeuroids), len(c.splits))
	}
	for property, manners := range manners {
		n.property(t, property, 0, func(t *testing.T, tolerance float64) {
			for _, m := range manners {
				got := c.mustScore(t, n.subject, n.metric, m)
				compare(t, fmt.Sprintf("%d workers, blocks of %d bytes", m.workers, m.blockBytes), got, want, tolerance)
			}
		})
	}
}

// checkEntries wants the same figures by each way to score: the metric's own passes,
// ScoreColumns, and ScoreNeural on a Gram matrix that holds the activations.
func (n neural) checkEntries(t *testing.T, c recordings) {
	ctx := context.Background()
	c.x, c.features = reorderColumns(c.x, c.features, upTo(c.stimuli-3)), c.stimuli-3
	want := n.score(t, c)
	in := metrics.NeuralInput{Stimuli: c.stimuli, Responses: c.y, Neuroids: c.neuroids, Splits: c.splits, Workers: 2}
	n.property(t, "ScoreColumns", 0, func(t *testing.T, tolerance float64) {
		got, err := metrics.ScoreColumns(ctx, n.metric, stream.InMemory(c.x, c.stimuli, c.features), in)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, "ScoreColumns", got, want, tolerance)
	})
	n.property(t, "held activations", roundoff, func(t *testing.T, tolerance float64) {
		sink := stream.NewGramSink(nil, c.stimuli, c.features, stream.Needs{Gram: true, RowSums: true, Features: true}, 2)
		if err := stream.RunPass(ctx, source{recordings: c}, []stream.Sink{sink}, stream.PassOptions{}); err != nil {
			t.Fatal(err)
		}
		in := in
		in.Gram = sink.Gram()
		got, err := n.metric.ScoreNeural(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, "ScoreNeural", got, want, tolerance)
		in.Gram.X = nil
		if _, err := n.metric.ScoreNeural(ctx, in); n.info.Needs.Columns != errors.Is(err, metrics.ErrColumns) {
			t.Errorf("on inner products alone: error %v, but Info.Needs.Columns is %v", err, n.info.Needs.Columns)
		}
	})
}

// checkInput wants an *InputError for recordings and splits that do not fit the layer.
func (n neural) checkInput(t *testing.T, c recordings) {
	splits := c.withSplits(t).splits
	for property, change := range map[string]func(in *metrics.NeuralInput){
		"no neuroids":               func(in *metrics.NeuralInput) { in.Responses, in.Neuroids = nil, 0 },
		"too few responses":         func(in *metrics.NeuralInput) { in.Responses = in.Responses[1:] },
		"response that is NaN":      func(in *metrics.NeuralInput) { in.Responses[4] = math.NaN() },
		"response that is infinite": func(in *metrics.NeuralInput) { in.Responses[4] = math.Inf(-1) },
		"split of unknown stimuli":  func(in *metrics.NeuralInput) { in.Splits[1].Test[0] = c.stimuli },
		"split of negative stimuli": func(in *metrics.NeuralInput) { in.Splits[1].Train[0] = -1 },
		"split without test":        func(in *metrics.NeuralInput) { in.Splits[0].Test = nil },
	} {
		n.property(t, property, 0, func(t *testing.T, _ float64) {
			in := metrics.NeuralInput{Responses: slices.Clone(c.y), Neuroids: c.neuroids, Workers: 2}
			for _, s := range splits {
				in.Splits = append(in.Splits, metrics.Split{Train: slices.Clone(s.Train), Test: slices.Clone(s.Test)})
			}
			change(&in)
			_, err := metrics.ScoreColumns(context.Background(), n.metric, stream.InMemory(c.x, c.stimuli, c.features), in)
			var input *metrics.InputError
			if !errors.As(err, &input) {
				t.Errorf("error %v, want an *InputError", err)
			}
		})
	}
}

// checkOrders wants the same figures whatever the order of stimuli, features and
// neuroids.
func (n neural) checkOrders(t *testing.T, c recordings) {
	want := n.score(t, c)
	r := rand.New(rand.NewPCG(2, 12))
	n.property(t, "order of stimuli", roundoff, func(t *testing.T, tolerance float64) {
		compare(t, "stimuli reordered", n.score(t, c.reorder(r.Perm(c.stimuli))), want, tolerance)
	})
	n.property(t, "order within splits", 0, func(t *testing.T, tolerance float64) {
		turned := c
		turned.splits = slices.Clone(c.splits)
		for i, s := range turned.splits {
			train, test := slices.Clone(s.Train), slices.Clone(s.Test)
			slices.Reverse(train)
			slices.Reverse(test)
			turned.splits[i] = metrics.Split{Train: train, Test: test}
		}
		compare(t, "train and test reversed", n.score(t, turned), want, tolerance)
	})
	n.property(t, "order of features", roundoff, func(t *testing.T, tolerance float64) {
		other := c
		other.x = reorderColumns(c.x, c.features, r.Perm(c.features))
		compare(t, "features reordered", n.score(t, other), want, tolerance)
	})
	n.property(t, "order of neuroids", roundoff, func(t *testing.T, tolerance float64) {
		other, order := c, r.Perm(c.neuroids)
		other.y = reorderColumns(c.y, c.neuroids, order)
		got := n.score(t, other)
		if got.Neuroids != nil {
			got.Neuroids = pick(got.Neuroids, invert(order))
		}
		for i, row := range got.SplitNeuroids {
			got.SplitNeuroids[i] = pick(row, invert(order))
		}
		got.Alphas = alphasOf(got, c.neuroids, func(row []float64) []float64 { return pick(row, invert(order)) })
		compare(t, "neuroids reordered", got, want, tolerance)
	})
}

// checkUnits wants the same figures in other units.
func (n neural) checkUnits(t *testing.T, c recordings) {
	want := n.score(t, c)
	if depends, units := n.exception("unit of activations") != nil, n.metric.Info().Needs.Units; depends != units {
		t.Errorf("Needs.Units is %v, but the figures depend on the unit of activations: %v", units, depends)
	}
	for property, scale := range map[string]func(unit float64) recordings{
		"unit of activations": func(unit float64) recordings { return c.scale(unit, 1) },
		"unit of recordings":  func(unit float64) recordings { return c.scale(1, unit) },
	} {
		n.property(t, property, roundoff, func(t *testing.T, tolerance float64) {
			for _, unit := range []float64{1e-9, 1e-3, 1e3, 1e9} {
				compare(t, fmt.Sprintf("times %g", unit), n.score(t, scale(unit)), want, tolerance)
			}
		})
	}
}

// checkColumns adds features and neuroids that change nothing.
func (n neural) checkColumns(t *testing.T, c recordings) {
	want := n.score(t, c)
	// Four copies of half the size have the same inner products. A metric on inner
	// products does not see the difference, not even one with a penalty.
	n.property(t, "duplicated features", roundoff, func(t *testing.T, tolerance float64) {
		other := c.scale(.5, 1)
		var columns []int
		for j := range c.features {
			columns = append(columns, j, j, j, j)
		}
		other.x, other.features = reorderColumns(other.x, c.features, columns), len(columns)
		compare(t, "each feature four times, halved", n.score(t, other), want, tolerance)
	})
	n.property(t, "constant feature", roundoff, func(t *testing.T, tolerance float64) {
		other := c
		other.x, other.features = insertColumns(c.x, c.features, 0, .75), c.features+2
		compare(t, "with two constant features", n.score(t, other), want, tolerance)
	})
	n.property(t, "constant neuroid", roundoff, func(t *testing.T, tolerance float64) {
		other := c
		other.y, other.neuroids = insertColumns(c.y, c.neuroids, .1, -7.3), c.neuroids+2
		got := n.score(t, other)
		if got.Neuroids != nil {
			got.Neuroids = n.withoutEnds(t, got.Neuroids)
		}
		for i, row := range got.SplitNeuroids {
			got.SplitNeuroids[i] = n.withoutEnds(t, row)
		}
		got.Alphas = alphasOf(got, other.neuroids, func(row []float64) []float64 { return n.withoutEnds(t, row) })
		compare(t, "with two constant neuroids", got, want, tolerance)
	})
	n.property(t, "one neuroid", roundoff, func(t *testing.T, _ float64) {
		one := c
		one.y, one.neuroids = reorderColumns(c.y, c.neuroids, []int{4}), 1
		if _, err := one.tryScore(t, n.subject, n.metric, manner{workers: 2}); err != nil && !refuses(err) {
			t.Error(err)
		}
	})
	n.property(t, "one feature", roundoff, func(t *testing.T, _ float64) {
		one := c
		one.x, one.features = reorderColumns(c.x, c.features, []int{4}), 1
		if _, err := one.tryScore(t, n.subject, n.metric, manner{workers: 2}); err != nil && !refuses(err) {
			t.Error(err)
		}
	})
}

// alphasOf changes the penalties of the neuroids of each split; those of whole splits are
// returned as they are.
func alphasOf(score metrics.Score, neuroids int, change func(row []float64) []float64) (all []float64) {
	if len(score.Alphas) != neuroids*len(score.SplitNeuroids) {
		return score.Alphas
	}
	for row := range slices.Chunk(score.Alphas, neuroids) {
		all = append(all, change(row)...)
	}
	return all
}

// withoutEnds returns the figures of all neuroids but the first and the last, which
// are constant and have none.
func (n neural) withoutEnds(t *testing.T, figures []float64) []float64 {
	t.Helper()
	last := len(figures) - 1
	if !math.IsNaN(figures[0]) || !math.IsNaN(figures[last]) {
		t.Errorf("constant neuroids have the figures %v and %v, want NaN", figures[0], figures[last])
	}
	return figures[1:last]
}

// checkEdges wants sizes around those of tiles and slabs to have no effect: the
// stimuli in another order on other workers score the same, and so does a layer that
// constant features widen across the edge.
func (n neural) checkEdges(t *testing.T, split bool) {
	design := func(c recordings) recordings {
		if split {
			return c.withSplits(t)
		}
		return c
	}
	r := rand.New(rand.NewPCG(3, 13))
	n.property(t, "number of stimuli", roundoff, func(t *testing.T, tolerance float64) {
		for _, edge := range []int{16, 32, 64, 192} {
			for stimuli := edge - 1; stimuli <= edge+1; stimuli++ {
				c := design(newRecordings(uint64(stimuli), stimuli, 40, 5))
				want := c.mustScore(t, n.subject, n.metric, manner{workers: 1})
				got := c.mustScore(t, n.subject, n.metric, manner{workers: 3})
				compare(t, fmt.Sprintf("%d stimuli, three workers", stimuli), got, want, 0)
				got = c.reorder(r.Perm(stimuli)).mustScore(t, n.subject, n.metric, manner{workers: 2})
				compare(t, fmt.Sprintf("%d stimuli, reordered", stimuli), got, want, tolerance)
			}
		}
	})
	n.property(t, "number of features", roundoff, func(t *testing.T, tolerance float64) {
		for _, features := range []int{31, 32, 33, 255, 256, 257, 511, 512, 513} {
			c := design(newRecordings(uint64(features), 32, features, 5))
			want := c.mustScore(t, n.subject, n.metric, manner{workers: 1, blockBytes: 1})
			got := c.mustScore(t, n.subject, n.metric, manner{workers: 3})
			compare(t, fmt.Sprintf("%d features, three workers", features), got, want, 0)
			c.x = reorderColumns(c.x, features, r.Perm(features))
			got = c.mustScore(t, n.subject, n.metric, manner{workers: 2})
			compare(t, fmt.Sprintf("%d features, reordered", features), got, want, tolerance)
		}
	})
}

// checkUndefined wants NaN with a reason where there is nothing to compare.
func (n neural) checkUndefined(t *testing.T, c recordings) {
	constant := func(columns int) []float64 {
		var x []float64
		for range c.stimuli {
			for j := range columns {
				x = append(x, float64(j%7)/8-.1)
			}
		}
		return x
	}
	for property, change := range map[string]func(c *recordings){
		"constant activations": func(c *recordings) { c.x = constant(c.features) },
		"silent layer":         func(c *recordings) { c.x = make([]float64, len(c.x)) },
		"constant responses":   func(c *recordings) { c.y = constant(c.neuroids) },
		"silent neuroids":      func(c *recordings) { c.y = make([]float64, len(c.y)) },
		"nothing varies":       func(c *recordings) { c.x, c.y = constant(c.features), constant(c.neuroids) },
	} {
		n.property(t, property, roundoff, func(t *testing.T, _ float64) {
			other := c
			change(&other)
			if got := n.score(t, other); !math.IsNaN(got.Raw.Value) {
				t.Errorf("the raw score is %v, want NaN", got.Raw.Value)
			}
		})
	}
}
