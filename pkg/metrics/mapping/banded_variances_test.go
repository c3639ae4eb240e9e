package mapping

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// TestBandedRidgeOfDistantTestStimuli adds an offset to all test stimuli, beside which inner
// products centred on all stimuli lose what the train stimuli differ in. It wants the
// penalties and figures without the offset, and a warning where the layer cannot be read
// again.
func TestBandedRidgeOfDistantTestStimuli(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		bands  []int
		offset []float64 // of each band
		each   bool
	}{
		{[]int{12}, []float64{1 << 27}, false},
		{[]int{60}, []float64{1 << 34}, false},
		{[]int{6, 9}, []float64{1 << 28, 0}, false},
		{[]int{6, 50}, []float64{1 << 26, 1 << 29}, true},
	} {
		name := fmt.Sprintf("bands %v, offsets %v", c.bands, c.offset)
		features := 0
		for _, width := range c.bands {
			features += width
		}
		x, in := searchInput(t, uint64(features), 40, features, 4, 1)
		for i, v := range x {
			x[i] = math.Round(v*(1<<16)) / (1 << 16) // so that offsets leave all digits
		}
		far := slices.Clone(x)
		for _, i := range in.Splits[0].Test {
			at := i * features
			for b, width := range c.bands {
				for j := range width {
					far[at+j] += c.offset[b]
				}
				at += width
			}
		}
		m := newBanded(t, metrics.Options{"ratios": []any{.1}, "alphas": []any{1e-4, 1e-3, 1e-2, .1, 1.}})
		m.perNeuroid = c.each
		want, err := metrics.ScoreColumns(ctx, m, stream.InBands(stream.InMemory(x, in.Stimuli, features), c.bands), in)
		if err != nil {
			t.Fatal(err)
		}
		columns := stream.InBands(stream.InMemory(far, in.Stimuli, features), c.bands)
		got, err := metrics.ScoreColumns(ctx, m, columns, in)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(got.Alphas) != fmt.Sprint(want.Alphas) {
			t.Errorf("%s: penalties %v, want %v", name, got.Alphas, want.Alphas)
		}
		for j, r := range want.SplitNeuroids[0] {
			d := math.Abs(got.SplitNeuroids[0][j] - r)
			if !(d < 1e-6) && len(got.Warnings) == 0 || !(d < 1e-5) {
				t.Errorf("%s: neuroid %d differs by %g from the layer without offsets", name, j, d)
			}
		}
		sink := stream.NewBandedGramSink(nil, in.Stimuli, c.bands, features, m.Info().Needs, 2)
		if err := stream.RunPass(ctx, columns, []stream.Sink{sink}, stream.PassOptions{}); err != nil {
			t.Fatal(err)
		}
		in.Gram = sink.Gram() // which cannot be read again
		once, err := m.ScoreNeural(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		if len(once.Warnings) == 0 || !strings.Contains(once.Warnings[0], lostInProducts) {
			t.Errorf("%s, read once: warnings %q", name, once.Warnings)
		}
	}
}
