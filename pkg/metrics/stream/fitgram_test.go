package stream

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/plain"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
)

// The sink standardises by its fitting rows wherever they are in the pass.
func TestFitGramOfRows(t *testing.T) {
	c := simulated.New(7, 40, 600, 2)
	const fit, rest = 20, 9
	rows := make([]int, fit+rest)
	x := make([]float64, 0, len(rows)*c.Features)
	for i := range rows {
		rows[i] = (i*13 + 4) % c.N
		x = append(x, c.X[rows[i]*c.Features:(rows[i]+1)*c.Features]...)
	}
	gathered := NewFitGramSink(fit, rest, c.Features, true, 2)
	if err := RunPass(context.Background(), InMemory(x, len(rows), c.Features), []Sink{gathered}, PassOptions{}); err != nil {
		t.Fatal(err)
	}
	s := plain.Standardize(x[:fit*c.Features], fit, c.Features)
	a, b := s.Apply(x[:fit*c.Features]), s.Apply(x[fit*c.Features:])
	k, cross := plain.CrossGram(a, a, c.Features), plain.CrossGram(b, a, c.Features)
	sink := NewRepeatedFitGramSink(fit, rest, true, 2)
	for range 2 { // the second pass starts afresh
		sink.Begin(rows, c.Features, make([]float64, len(rows)*SlabCols))
		if sink.Complete() {
			t.Error("done before the pass")
		}
		if err := RunPass(context.Background(), c, []Sink{sink}, PassOptions{BlockBytes: 1}); err != nil {
			t.Fatal(err)
		}
		if !sink.Complete() {
			t.Error("not done after the pass")
		}
		got, want := sink.Gram(), gathered.Gram()
		if !slices.Equal(got.K, want.K) || !slices.Equal(got.Cross, want.Cross) {
			t.Error("rows of a pass give another matrix than the same rows gathered")
		}
		for i, v := range got.K {
			if !plain.Near(v, k[i], 1e-9) {
				t.Fatalf("K[%d] is %v, want %v", i, v, k[i])
			}
		}
		for i, v := range got.Cross {
			if !plain.Near(v, cross[i], 1e-9) {
				t.Fatalf("Cross[%d] is %v, want %v", i, v, cross[i])
			}
		}
	}
}

// Test rows alone may overflow.
func TestFitGramOverflow(t *testing.T) {
	x := []float64{1, 1e-150, 2, 3e-150, 3, 2e-150, 2, 1e300}
	sink := NewFitGramSink(3, 1, 2, true, 1)
	if err := RunPass(context.Background(), InMemory(x, 4, 2), []Sink{sink}, PassOptions{}); !errors.Is(err, ErrOverflow) {
		t.Errorf("error %v, want %v", err, ErrOverflow)
	}
}
