package stream

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
)

// TestBandsAreLayersOfTheirOwn wants the Gram matrix of each band to have the bits of its
// columns read alone, whatever the blocks, rows, type and workers.
func TestBandsAreLayersOfTheirOwn(t *testing.T) {
	c := simulated.New(7, 40, 900, 1)
	for i, v := range c.X {
		c.X[i] = float64(float32(v))
	}
	some := []int{3, 1, 39, 20, 21, 22, 9}
	for _, bands := range [][]int{{300, 600}, {256, 644}, {1, 511, 388}, {899, 1}} {
		for _, rows := range [][]int{nil, some} {
			var want [][]float64
			for lo, b := 0, 0; b < len(bands); lo, b = lo+bands[b], b+1 {
				var x []float64
				for i := range c.N {
					x = append(x, c.X[i*c.Features+lo:][:bands[b]]...)
				}
				alone := NewGramSink(rows, c.N, bands[b], Needs{Gram: true}, 1)
				if err := RunPass(context.Background(), InMemory(x, c.N, bands[b]), []Sink{alone}, PassOptions{}); err != nil {
					t.Fatal(err)
				}
				want = append(want, alone.Gram().K)
			}
			for _, single := range []bool{false, true} {
				for _, needs := range []Needs{{Bands: true}, {Bands: true, Gram: true}} {
					for _, block := range []int{0, 1} {
						name := fmt.Sprintf("bands %v, rows %v, single %v, %+v, blocks %d", bands, rows, single, needs, block)
						sink := NewBandedGramSink(rows, c.N, bands, c.Features, needs, 1+block)
						if err := RunPass(context.Background(), simulated.Typed{Case: c, InSingle: single}, []Sink{sink}, PassOptions{BlockBytes: block}); err != nil {
							t.Fatal(err)
						}
						g := sink.Gram()
						if (g.K != nil) != needs.Gram || len(g.Bands) != len(bands) {
							t.Fatalf("%s: whole %v, %d bands", name, g.K != nil, len(g.Bands))
						}
						for b, band := range g.Bands {
							if !slices.Equal(band.K, want[b]) || band.Features != bands[b] {
								t.Errorf("%s: band %d differs", name, b)
							}
						}
					}
				}
			}
		}
	}
}

// TestCombinedBandsAreScaledColumns wants a combination to have the products of scaled
// columns, and to pass these on when the layer is read again.
func TestCombinedBandsAreScaledColumns(t *testing.T) {
	c := simulated.New(8, 30, 700, 1)
	bands, weights := []int{100, 350, 250}, []float64{.25, 0, 4}
	columns := InBands(InMemory(c.X, c.N, c.Features), bands)
	again := func(ctx context.Context, sink Sink) error { return RunPass(ctx, columns, []Sink{sink}, PassOptions{}) }
	sink := NewBandedGramSink(nil, c.N, BandsOf(columns), c.Features, Needs{Bands: true}, 2)
	if err := again(context.Background(), sink); err != nil {
		t.Fatal(err)
	}
	g := sink.Gram()
	g.Again = again
	got := g.Combine(weights, 2)
	if got.Features != 350 {
		t.Fatalf("%d features, want 350", got.Features)
	}
	// Powers of two scale without rounding.
	var x []float64
	for i := range c.N {
		row := c.X[i*c.Features:]
		for j, v := range row[:c.Features] {
			switch {
			case j < 100:
				x = append(x, v/2)
			case j >= 450:
				x = append(x, 2*v)
			}
		}
	}
	want := NewGramSink(nil, c.N, 350, Needs{Gram: true}, 2)
	if err := RunPass(context.Background(), InMemory(x, c.N, 350), []Sink{want}, PassOptions{}); err != nil {
		t.Fatal(err)
	}
	for i, v := range want.Gram().K {
		if d := got.K[i] - v; d > 1e-11 || d < -1e-11 {
			t.Fatalf("element %d differs by %g", i, d)
		}
	}
	passed := &collect{x: make([]float64, c.N*350), cols: 350}
	if err := got.Again(context.Background(), passed); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(passed.x, x) || !passed.done {
		t.Error("reading the layer again passes other columns on")
	}
}

// TestJoinedGramsPassOnAllColumns wants layers that are read one by one to be passed on
// side by side when they are read again, those without weight left out.
func TestJoinedGramsPassOnAllColumns(t *testing.T) {
	c := simulated.New(9, 20, 600, 1)
	widths := []int{270, 30, 300}
	var grams []*Gram
	lo := 0
	for _, width := range widths {
		var x []float64
		for i := range c.N {
			x = append(x, c.X[i*c.Features+lo:][:width]...)
		}
		again := func(ctx context.Context, sink Sink) error {
			return RunPass(ctx, InMemory(x, c.N, width), []Sink{sink}, PassOptions{BlockBytes: 1})
		}
		sink := NewGramSink(nil, c.N, width, Needs{Gram: true}, 1)
		if err := again(context.Background(), sink); err != nil {
			t.Fatal(err)
		}
		sink.Gram().Again = again
		grams = append(grams, sink.Gram())
		lo += width
	}
	joined := JoinGrams(grams)
	for _, weights := range [][]float64{{1, 1, 1}, {1, 0, 1}, {0, 1, 0}} {
		var want []float64
		for i := range c.N {
			lo := 0
			for b, width := range widths {
				if weights[b] > 0 {
					want = append(want, c.X[i*c.Features+lo:][:width]...)
				}
				lo += width
			}
		}
		g := joined.Combine(weights, 2)
		got := &collect{x: make([]float64, len(want)), cols: g.Features}
		if err := g.Again(context.Background(), got); err != nil {
			t.Fatal(err)
		}
		if len(want) != c.N*g.Features || !slices.Equal(got.x, want) || !got.done {
			t.Errorf("weights %v: reading the layers again passes other columns on", weights)
		}
	}
}

// collect keeps the columns that it is given.
type collect struct {
	x    []float64
	cols int
	done bool
}

func (c *collect) Block(_ context.Context, b Block) error {
	for i := range len(c.x) / c.cols {
		b.Row(i, 0, c.x[i*c.cols+b.Lo:][:b.Cols])
	}
	return nil
}

func (c *collect) Done(context.Context) error {
	c.done = true
	return nil
}
