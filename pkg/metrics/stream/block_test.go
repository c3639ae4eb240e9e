package stream

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
)

// TestSinglePrecisionKeepsBits checks that a layer read as float32 gives what it
// gives as float64.
func TestSinglePrecisionKeepsBits(t *testing.T) {
	c := simulated.New(3, 50, 700, 4)
	for i, v := range c.X {
		c.X[i] = float64(float32(v))
	}
	some := []int{3, 1, 44, 20, 21, 22, 9}
	grams := func(single bool, rows []int, block int) [][]float64 {
		source := simulated.Typed{Case: c, InSingle: single}
		sink := NewGramSink(rows, c.N, c.Features, Needs{Gram: true, RowSums: true}, 2)
		fit := NewFitGramSink(30, 20, c.Features, true, 2)
		if err := RunPass(context.Background(), source, []Sink{sink, fit}, PassOptions{BlockBytes: block}); err != nil {
			t.Fatal(err)
		}
		g := sink.Gram()
		m := g.Moments
		return [][]float64{g.K, m.Sums, m.Shifts, {m.pivot, m.mean, m.square, m.squares}, fit.Gram().K, fit.Gram().Cross}
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
}

func TestSinglePrecisionNamesWhatIsNotFinite(t *testing.T) {
	c := simulated.New(3, 20, 300, 1)
	c.X[7*300+299] = math.Inf(-1)
	err := RunPass(context.Background(), simulated.Typed{Case: c, InSingle: true}, nil, PassOptions{BlockBytes: 1})
	bad, ok := err.(*NonFiniteError)
	if !ok || bad.Row != 7 || bad.Col != 299 || !math.IsInf(bad.Value, -1) {
		t.Errorf("got %v", err)
	}
}
