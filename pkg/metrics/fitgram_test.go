package metrics

import (
	"context"
	"errors"
	"slices"
	"testing"
)

// The sink standardises by its fitting rows wherever they are in the pass.
func TestFitGramOfRows(t *testing.T) {
	c := simulate(7, 40, 600, 2)
	const fit, rest = 20, 9
	rows := make([]int, fit+rest)
	x := make([]float64, 0, len(rows)*c.features)
	for i := range rows {
		rows[i] = (i*13 + 4) % c.n
		x = append(x, c.x[rows[i]*c.features:(rows[i]+1)*c.features]...)
	}
	gathered := NewFitGramSink(fit, rest, c.features, true, 2)
	if err := RunPass(context.Background(), inMemory{x, len(rows), c.features}, []Sink{gathered}, PassOptions{}); err != nil {
		t.Fatal(err)
	}
	s := standardize(x[:fit*c.features], fit, c.features)
	a, b := s.apply(x[:fit*c.features]), s.apply(x[fit*c.features:])
	k, cross := crossGram(a, a, c.features), crossGram(b, a, c.features)
	sink := newFitGramSink(fit, rest, true, 2)
	for range 2 { // the second pass starts afresh
		sink.begin(rows, c.features, make([]float64, len(rows)*slabCols))
		if sink.done() {
			t.Error("done before the pass")
		}
		if err := RunPass(context.Background(), c, []Sink{sink}, PassOptions{BlockBytes: 1}); err != nil {
			t.Fatal(err)
		}
		if !sink.done() {
			t.Error("not done after the pass")
		}
		got, want := sink.Gram(), gathered.Gram()
		if !slices.Equal(got.K, want.K) || !slices.Equal(got.Cross, want.Cross) {
			t.Error("rows of a pass give another matrix than the same rows gathered")
		}
		for i, v := range got.K {
			if !near(v, k[i], 1e-9) {
				t.Fatalf("K[%d] is %v, want %v", i, v, k[i])
			}
		}
		for i, v := range got.Cross {
			if !near(v, cross[i], 1e-9) {
				t.Fatalf("Cross[%d] is %v, want %v", i, v, cross[i])
			}
		}
	}
}

// Test rows alone may overflow.
func TestFitGramOverflow(t *testing.T) {
	x := []float64{1, 1e-150, 2, 3e-150, 3, 2e-150, 2, 1e300}
	sink := NewFitGramSink(3, 1, 2, true, 1)
	if err := RunPass(context.Background(), inMemory{x, 4, 2}, []Sink{sink}, PassOptions{}); !errors.Is(err, ErrOverflow) {
		t.Errorf("error %v, want %v", err, ErrOverflow)
	}
}
