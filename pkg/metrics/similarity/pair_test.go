package similarity_test

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

// pairMetrics are the metrics that compare layers, with options of every kind.
var pairMetrics = []struct {
	name    string
	options metrics.Options
	// below is true if a layer with ties is less than 1 like itself, by definition.
	below bool
	// near is how far a score of recordings may differ, which goes another way.
	near float64
}{
	{name: "cka"},
	{name: "cka", options: metrics.Options{"biased": true}},
	{name: "rdm"},
	{name: "rdm", options: metrics.Options{"compare": "pearson"}},
	{name: "rdm", options: metrics.Options{"compare": "kendall", "distance": "cosine"}, below: true},
	{name: "rdm", options: metrics.Options{"compare": "rho_a", "distance": "euclidean"}, below: true},
	{name: "rdm", options: metrics.Options{"compare": "cosine", "distance": "sqeuclidean"}},
	{name: "rdm", options: metrics.Options{"compare": "whitened_cosine", "distance": "euclidean"}},
	{name: "rdm", options: metrics.Options{"compare": "whitened_pearson"}},
	{name: "procrustes", near: 1e-9},
	{name: "cca", near: 1e-9},
	{name: "cca", options: metrics.Options{"alpha": 0.5}, near: 1e-9},
	{name: "svcca", near: 1e-9},
}

// pairLayers are two layers that share a part of their features, in kinds of numbers.
func pairLayers(kind string, n, f int) [2][]float64 {
	random := rand.New(rand.NewPCG(uint64(n), uint64(f)))
	var layers [2][]float64
	for k := range layers {
		layers[k] = make([]float64, n*f)
		for i := range layers[k] {
			v := random.NormFloat64()
			if k == 1 {
				v += layers[0][i]
			}
			switch kind {
			case "float32":
				v = float64(float32(v))
			case "counts": // with ties
				v = math.Round(math.Abs(v))
			case "far from 0":
				v = float64(float32(v + 1000))
			case "huge":
				v *= 0x1p100
			case "constant stimulus":
				if i/f == k {
					v = 2
				}
			}
			layers[k][i] = v
		}
	}
	return layers
}

// gramOf returns the Gram matrix of a layer that can be read again.
func gramOf(t *testing.T, x []float64, n int, needs stream.Needs) *stream.Gram {
	t.Helper()
	layer := stream.InMemory(x, n, len(x)/n)
	sink := stream.NewGramSink(nil, n, len(x)/n, needs, 2)
	read := func(ctx context.Context, sink stream.Sink) error {
		return stream.RunPass(ctx, layer, []stream.Sink{sink}, stream.PassOptions{})
	}
	sink.Gram().Again = read
	if err := read(context.Background(), sink); err != nil {
		t.Fatal(err)
	}
	return sink.Gram()
}

func represent(t *testing.T, metric metrics.Pairwise, x []float64, n, workers int) metrics.Represented {
	t.Helper()
	r, err := metric.Represent(context.Background(), gramOf(t, x, n, metric.Info().Needs), workers)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func compare(t *testing.T, a, b metrics.Represented, workers int) float64 {
	t.Helper()
	score, err := a.Compare(context.Background(), b, workers)
	if err != nil {
		t.Fatal(err)
	}
	return score.Raw.Value
}

// A comparison of layers is symmetric, 1 of equal layers, and the score of one layer on the
// other as recordings.
func TestPairs(t *testing.T) {
	ctx := context.Background()
	for _, c := range pairMetrics {
		metric, err := metrics.New(c.name, c.options)
		if err != nil {
			t.Fatal(err)
		}
		pairwise := metric.(metrics.Pairwise)
		for _, kind := range []string{"float64", "float32", "counts", "far from 0", "huge", "constant stimulus"} {
			for _, size := range [][2]int{{12, 300}, {40, 7}, {24, 45000}} {
				n, f := size[0], size[1]
				if many := n*f > 1<<20; many && kind != "float32" && kind != "constant stimulus" {
					continue // rows are not taken at once, whatever the numbers
				}
				t.Run(fmt.Sprint(c.name, c.options, " ", kind, " ", n, "×", f), func(t *testing.T) {
					x := pairLayers(kind, n, f)
					a, b := represent(t, pairwise, x[0], n, 2), represent(t, pairwise, x[1], n, 1)
					value := compare(t, a, b, 2)
					if again := compare(t, b, a, 1); math.Float64bits(again) != math.Float64bits(value) {
						t.Errorf("%v, but %v with the layers exchanged", value, again)
					}
					equal := compare(t, a, represent(t, pairwise, slices.Clone(x[0]), n, 1), 2)
					if equal != 1 && !(c.below && equal > 0.1 && equal < 1) {
						t.Errorf("%v of equal layers, want 1", equal)
					}
					want, err := metrics.ScoreColumns(ctx, pairwise, stream.InMemory(x[0], n, f), metrics.NeuralInput{Responses: x[1], Neuroids: f, Workers: 2})
					if err != nil {
						t.Fatal(err)
					}
					if !(math.Abs(value-want.Raw.Value) <= c.near) {
						t.Errorf("%v, but the score of recordings is %v", value, want.Raw.Value)
					}
				})
			}
		}
	}
}

// A layer that is the same for all stimuli has no score, and says so.
func TestPairWithoutVariance(t *testing.T) {
	const n, f = 8, 5
	flat, other := slices.Repeat([]float64{3}, n*f), pairLayers("float64", n, f)[0]
	for _, name := range metrics.PairwiseNames() {
		metric, err := metrics.New(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		pairwise := metric.(metrics.Pairwise)
		a, b := represent(t, pairwise, flat, n, 1), represent(t, pairwise, other, n, 1)
		for _, pair := range [][2]metrics.Represented{{a, b}, {b, a}, {a, a}} {
			if v := compare(t, pair[0], pair[1], 1); !math.IsNaN(v) {
				t.Errorf("%s: %v, want NaN", name, v)
			}
		}
		if len(a.Warnings()) == 0 || len(b.Warnings()) > 0 {
			t.Errorf("%s: warnings %q of the constant layer, %q of the other", name, a.Warnings(), b.Warnings())
		}
	}
}

func TestPairMistakes(t *testing.T) {
	x := pairLayers("float64", 8, 5)[0]
	var made []metrics.Represented
	for _, name := range metrics.PairwiseNames() {
		metric, err := metrics.New(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		pairwise := metric.(metrics.Pairwise)
		one := represent(t, pairwise, x, 8, 1)
		made = append(made, one)
		var input *metrics.InputError
		if _, err := one.Compare(context.Background(), represent(t, pairwise, x[:7*5], 7, 1), 1); !errors.As(err, &input) {
			t.Errorf("%s of 8 and 7 stimuli: error %v", name, err)
		}
		var few *metrics.TooFewError
		if _, err := pairwise.Represent(context.Background(), gramOf(t, x[:5], 1, pairwise.Info().Needs), 1); !errors.As(err, &few) {
			t.Errorf("%s of one stimulus: error %v", name, err)
		}
	}
	if _, err := made[0].Compare(context.Background(), made[1], 1); err == nil {
		t.Error("layers of different metrics were compared")
	}
}
