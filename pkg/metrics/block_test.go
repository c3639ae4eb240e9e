package metrics

import (
	"context"
	"math"
	"slices"
	"testing"
)

// typed is a case in single precision as a source of columns.
type typed struct {
	simulated
	single bool
}

func (c typed) Single() bool { return c.single }
func (c typed) ReadBlockSingle(lo, hi int, dst []float32, ld int) error {
	for i := range c.n {
		for j := lo; j < hi; j++ {
			dst[i*ld+j-lo] = float32(c.x[i*c.features+j])
		}
	}
	return nil
}

// TestSinglePrecisionKeepsBits checks that a layer read as float32 gives what it
// gives as float64.
func TestSinglePrecisionKeepsBits(t *testing.T) {
	c := simulate(3, 50, 700, 4)
	for i, v := range c.x {
		c.x[i] = float64(float32(v))
	}
	some := []int{3, 1, 44, 20, 21, 22, 9}
	grams := func(single bool, rows []int, block int) [][]float64 {
		source := typed{c, single}
		sink := NewGramSink(rows, c.n, c.features, Needs{Gram: true, RowSums: true}, 2)
		fit := NewFitGramSink(30, 20, c.features, true, 2)
		if err := RunPass(context.Background(), source, []Sink{sink, fit}, PassOptions{BlockBytes: block}); err != nil {
			t.Fatal(err)
		}
		g := sink.Gram()
		m := g.moments
		return [][]float64{g.K, m.sums, m.shifts, {m.pivot, m.mean, m.square, m.squares}, fit.Gram().K, fit.Gram().Cross}
	}
	for _, rows := range [][]int{nil, some} {
		want := grams(false, rows, 0)
		for _, block := range []int{0, 1} {
			for i, got := range grams(true, rows, block) {
				if !slices.Equal(got, want[i]) {
					t.Errorf("rows %v, block size %d: matrix %d differs", rows, block, i)
				}
			}
		}
	}
	for _, name := range []string{"neuron_to_neuron", "reverse_neuron_to_neuron"} {
		metric, err := New(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		var scores []Score
		for _, single := range []bool{false, true} {
			in := c.input(t, 2)
			score, err := ScoreColumns(context.Background(), metric.(Neural), typed{c, single}, in)
			if err != nil {
				t.Fatal(err)
			}
			scores = append(scores, score)
		}
		if !slices.Equal(scores[0].Raw.Splits, scores[1].Raw.Splits) {
			t.Errorf("%s: %v in double, %v in single precision", name, scores[0].Raw.Splits, scores[1].Raw.Splits)
		}
	}
}

func TestSinglePrecisionNamesWhatIsNotFinite(t *testing.T) {
	c := simulate(3, 20, 300, 1)
	c.x[7*300+299] = math.Inf(-1)
	err := RunPass(context.Background(), typed{c, true}, nil, PassOptions{BlockBytes: 1})
	bad, ok := err.(*NonFiniteError)
	if !ok || bad.Row != 7 || bad.Col != 299 || !math.IsInf(bad.Value, -1) {
		t.Errorf("got %v", err)
	}
}
