package similarity

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

func TestPairAt(t *testing.T) {
	for _, n := range []int{2, 3, 10, 161} {
		p := 0
		for a := range n {
			for b := a + 1; b < n; b++ {
				if i, j := pairAt(n, p); i != a || j != b {
					t.Fatalf("place %d of %d rows: %d, %d, want %d, %d", p, n, i, j, a, b)
				}
				p++
			}
		}
	}
	const n = 60_000
	for _, pair := range [][2]int{{0, 1}, {0, n - 1}, {1, 2}, {n / 2, n/2 + 1}, {n - 3, n - 1}, {n - 2, n - 1}} {
		if a, b := pairAt(n, firstPair(n, pair[0])+pair[1]-pair[0]-1); a != pair[0] || b != pair[1] {
			t.Errorf("%d, %d, want %v", a, b, pair)
		}
	}
}

// TestRDMOfSplitsIsExact checks that the rows of a split rank as they would alone, and
// that stimuli without dissimilarities are left out there.
func TestRDMOfSplitsIsExact(t *testing.T) {
	const n = 40
	r := rand.New(rand.NewPCG(4, 4))
	x, y := make([]float64, n*9), filled(n*5, func(int) float64 { return r.NormFloat64() })
	for i := range n {
		copy(x[i*9:], indicator(9, i%9, 0, 1))
	}
	clear(x[:9])
	test := []int{0, 3, 4, 5, 12, 13, 14, 21, 22, 23, 39}
	for _, distance := range []string{"correlation", "euclidean", "cosine"} {
		for _, compare := range []string{"spearman", "kendall"} {
			metric := rdm{distance, compare}
			in := metrics.NeuralInput{Responses: y, Neuroids: 5, Workers: 2, Splits: []metrics.Split{{Test: test}, {Test: test[1:]}}}
			got, err := metrics.ScoreColumns(context.Background(), metric, stream.InMemory(x, n, 9), in)
			if err != nil {
				t.Fatal(err)
			}
			for s, rows := range [][]int{test, test[1:]} {
				in := metrics.NeuralInput{Responses: dense.SelectRows(y, 5, rows), Neuroids: 5, Workers: 1}
				alone, err := metrics.ScoreColumns(context.Background(), metric, stream.InMemory(dense.SelectRows(x, 9, rows), len(rows), 9), in)
				if err != nil || math.Abs(alone.Raw.Value-got.Raw.Splits[s]) > 1e-13 {
					t.Errorf("%v: %v in a split, %v alone (%v)", metric, got.Raw.Splits[s], alone.Raw.Value, err)
				}
			}
			if (len(got.Warnings) > 0) != (distance != "euclidean") {
				t.Errorf("%v warns %v", metric, got.Warnings)
			}
		}
	}
}

// TestFaintStimuli checks that stimuli of which inner products leave nothing but
// rounding are left out, and that dissimilarities that are mostly rounding are warned
// of, if the activations cannot be read again; and that they count if they can.
func TestFaintStimuli(t *testing.T) {
	const n, features = 30, 50
	r := rand.New(rand.NewPCG(4, 5))
	x, y := filled(n*features, func(int) float64 { return r.NormFloat64() }), filled(n*5, func(int) float64 { return r.NormFloat64() })
	score := func(metric rdm, x, y []float64, again bool) metrics.Score {
		t.Helper()
		n := len(x) / features
		source := stream.InMemory(x, n, features)
		sink := stream.NewGramSink(nil, n, features, rdmInfo.Needs, 1)
		if err := stream.RunPass(context.Background(), source, []stream.Sink{sink}, stream.PassOptions{}); err != nil {
			t.Fatal(err)
		}
		if again {
			sink.Gram().Again = func(ctx context.Context, sink stream.Sink) error {
				return stream.RunPass(ctx, source, []stream.Sink{sink}, stream.PassOptions{})
			}
		}
		score, err := metric.ScoreNeural(context.Background(), metrics.NeuralInput{Gram: sink.Gram(), Stimuli: n, Responses: y, Neuroids: 5, Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		return score
	}
	for _, distance := range []string{"correlation", "cosine"} {
		metric := rdm{distance, "spearman"}
		whole := score(metric, x, y, true)
		without := score(metric, x[features:], y[5:], true)
		scaled := slices.Clone(x)
		dense.Scale(scaled[:features], 1e-9)
		for _, again := range []bool{false, true} {
			got, want, warnings := score(metric, scaled, y, again), without, 2
			if again {
				want, warnings = whole, 0
			}
			if len(got.Warnings) != warnings || math.Abs(got.Raw.Value-want.Raw.Value) > 1e-12 {
				t.Errorf("%s, activations read again: %v: %v, want %v, %v", distance, again, got.Raw.Value, want.Raw.Value, got.Warnings)
			}
		}
	}
	for i := range n { // two distant groups of stimuli that are alike
		for j := range features {
			x[i*features+j] = 1e7*float64(i%2) + r.NormFloat64()
		}
	}
	for again, warnings := range map[bool]int{false: 1, true: 0} {
		if got := score(rdm{"euclidean", "spearman"}, x, y, again); len(got.Warnings) != warnings {
			t.Errorf("two groups, activations read again: %v: %v", again, got.Warnings)
		}
	}
}

// BenchmarkRDMCategories takes a model with few distinct dissimilarities.
func BenchmarkRDMCategories(b *testing.B) {
	c := simulated.New(1, 2560, 64, 168)
	for i := range c.N {
		copy(c.X[i*64:], indicator(64, i%64, 0, 1))
	}
	in := metrics.NeuralInput{Gram: testinput.Gram(b, c, stream.Needs{Gram: true, RowSums: true}), Stimuli: c.N, Responses: c.Y, Neuroids: c.Neuroids, Workers: 2}
	for _, metric := range []rdm{{"correlation", "spearman"}, {"euclidean", "pearson"}} {
		b.Run(fmt.Sprint(metric), func(b *testing.B) {
			for b.Loop() {
				stream.Attached[rdmCache](in.Gram).of = nil
				if _, err := metric.ScoreNeural(context.Background(), in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
