package mapping

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// newBanded makes the metric with some options.
func newBanded(t *testing.T, options metrics.Options) bandedRidge {
	t.Helper()
	m, err := metrics.New("banded_ridge", options)
	if err != nil {
		t.Fatal(err)
	}
	return m.(bandedRidge)
}

// scaledColumns returns the bands of x, each times the root of its scale.
func scaledColumns(x []float64, bands []int, scales []float64) (scaled []float64, features int) {
	for _, width := range bands {
		features += width
	}
	for at := 0; at < len(x); at += features {
		lo := 0
		for b, width := range bands {
			for _, v := range x[at+lo : at+lo+width] {
				scaled = append(scaled, v*math.Sqrt(scales[b]))
			}
			lo += width
		}
	}
	return scaled, features
}

// totalVariance is the sum of the variances of a band's features over some rows.
func totalVariance(x []float64, features, from, to int, rows []int) float64 {
	sum := 0.0
	for j := from; j < to; j++ {
		mean := 0.0
		for _, i := range rows {
			mean += x[i*features+j] / float64(len(rows))
		}
		for _, i := range rows {
			d := x[i*features+j] - mean
			sum += d * d / float64(len(rows))
		}
	}
	return sum
}

// TestBandedRidgeIsRidgeOnScaledFeatures wants the penalties that refits without each train
// stimulus choose, and with them the figures of ridge regression on the joined features,
// each band's scaled.
func TestBandedRidgeIsRidgeOnScaledFeatures(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		n, neuroids int
		bands       []int
	}{{30, 3, []int{6, 9}}, {40, 2, []int{300, 40}}, {30, 50, []int{5, 80}}, {28, 4, []int{5, 4, 30}}, {30, 2, []int{12}}} {
		name := fmt.Sprintf("%d stimuli, bands %v, %d neuroids", c.n, c.bands, c.neuroids)
		features := 0
		for _, width := range c.bands {
			features += width
		}
		x, in := searchInput(t, uint64(features), c.n, features, c.neuroids, 2)
		for i := range x {
			if i%features < c.bands[0] {
				x[i] *= 1000 // in another unit
			}
		}
		options := metrics.Options{"alphas": []any{1e-3, .1, 1.}, "ratios": []any{.25, .01}}
		m := newBanded(t, options)
		got, err := metrics.ScoreColumns(ctx, m, stream.InBands(stream.InMemory(x, c.n, features), c.bands), in)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Warnings) > 0 {
			t.Errorf("%s: warns %q", name, got.Warnings)
		}
		for i, s := range in.Splits {
			variances, lo := make([]float64, len(c.bands)), 0
			for b, width := range c.bands {
				variances[b] = totalVariance(x, features, lo, lo+width, s.Train)
				lo += width
			}
			all, err := m.combinations(len(c.bands))
			if err != nil {
				t.Fatal(err)
			}
			least, best := math.Inf(1), []float64(nil)
			if features < 40 { // refits solve systems of features
				for _, weights := range all {
					scales := make([]float64, len(weights))
					for b, w := range weights {
						scales[b] = w / variances[b]
					}
					scaled, _ := scaledColumns(x, c.bands, scales)
					for a, loss := range lossesByRefits(scaled, features, in, s.Train, penaltySearch{alphas: m.alphas}) {
						if loss[0] < least {
							least, best = loss[0], make([]float64, len(weights))
							for b, w := range weights {
								best[b] = m.alphas[a] / w
							}
						}
					}
				}
			}
			penalties := got.Alphas[i*len(c.bands) : (i+1)*len(c.bands)]
			scales := make([]float64, len(c.bands))
			for b, penalty := range penalties {
				if !math.IsNaN(penalty) {
					scales[b] = 1 / (penalty * variances[b])
				}
				if best != nil && !(penalty == best[b] || math.IsNaN(penalty) && math.IsInf(best[b], 1)) {
					t.Errorf("%s, split %d: penalties %v, refits choose %v", name, i, penalties, best)
				}
			}
			scaled, _ := scaledColumns(x, c.bands, scales)
			one := in
			one.Splits = in.Splits[i : i+1]
			want, err := metrics.ScoreColumns(ctx, ridge{1}, stream.InMemory(scaled, c.n, features), one)
			if err != nil {
				t.Fatal(err)
			}
			for j, r := range want.SplitNeuroids[0] {
				if d := math.Abs(got.SplitNeuroids[i][j] - r); !(d < 1e-9) {
					t.Errorf("%s, split %d, neuroid %d: differs by %g from ridge on the scaled features", name, i, j, d)
				}
			}
		}
	}
}

// TestBandedRidgeOfNeuroids wants penalties for each neuroid to be those of the neuroid
// alone, and so its figures and parts.
func TestBandedRidgeOfNeuroids(t *testing.T) {
	ctx := context.Background()
	bands, options := []int{12, 60}, metrics.Options{"ratios": []any{.1, .01}}
	each := metrics.Options{"ratios": options["ratios"], "alpha_per": "neuroid"}
	x, in := searchInput(t, 8, 40, 72, 5, 3)
	for i := range in.Stimuli {
		in.Responses[i*in.Neuroids+1] = 4 // constant
	}
	columns := stream.InBands(stream.InMemory(x, 40, 72), bands)
	got, err := metrics.ScoreColumns(ctx, newBanded(t, each), columns, in)
	if err != nil {
		t.Fatal(err)
	}
	parts := partition(t, x, bands, in, each, 50)
	if len(got.Warnings) > 0 || len(got.Alphas) != 3*5*2 || fmt.Sprint(parts.Penalties) != fmt.Sprint(got.Alphas) {
		t.Errorf("warnings %q, penalties %v, those of parts %v", got.Warnings, got.Alphas, parts.Penalties)
	}
	for j := range in.Neuroids {
		own := in
		own.Neuroids, own.Responses = 1, nil
		for i := range in.Stimuli {
			own.Responses = append(own.Responses, in.Responses[i*in.Neuroids+j])
		}
		want, err := metrics.ScoreColumns(ctx, newBanded(t, options), columns, own)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range want.SplitNeuroids {
			at := (i*in.Neuroids + j) * 2
			if fmt.Sprint(got.Alphas[at:at+2]) != fmt.Sprint(want.Alphas[2*i:2*i+2]) {
				t.Errorf("split %d, neuroid %d: penalties %v, alone %v", i, j, got.Alphas[at:at+2], want.Alphas[2*i:2*i+2])
			}
			if r := got.SplitNeuroids[i][j]; !(math.Abs(r-row[0]) < 1e-9) && !(j == 1 && math.IsNaN(r)) {
				t.Errorf("split %d, neuroid %d: %v, alone %v", i, j, r, row[0])
			}
		}
		alone := partition(t, x, bands, own, options, 0)
		for k, explained := range alone.Explained {
			if v := parts.Explained[k][j]; !(math.Abs(v-explained[0]) < 1e-9) && !(j == 1 && math.IsNaN(v)) {
				t.Errorf("model %d, neuroid %d: explains %v, alone %v", k, j, v, explained[0])
			}
		}
	}
}

// TestBandedRidgeManner wants the same bits from any blocks and workers, and in any unit
// of each band to rounding.
func TestBandedRidgeManner(t *testing.T) {
	ctx := context.Background()
	bands := []int{300, 17, 290}
	x, in := searchInput(t, 5, 40, 607, 5, 3)
	m := newBanded(t, metrics.Options{"ratios": []any{.1}})
	score := func(x []float64, workers, block int) metrics.Score {
		in := in
		in.Workers = workers
		sink := stream.NewBandedGramSink(nil, 40, bands, 607, stream.Needs{Bands: true}, workers)
		if err := stream.RunPass(ctx, stream.InMemory(x, 40, 607), []stream.Sink{sink}, stream.PassOptions{BlockBytes: block}); err != nil {
			t.Fatal(err)
		}
		in.Gram = sink.Gram()
		got, err := m.ScoreNeural(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	want := score(x, 1, 0)
	for _, workers := range []int{2, 5} {
		got := score(x, workers, 1)
		if !slices.Equal(got.Raw.Splits, want.Raw.Splits) || fmt.Sprint(got.Alphas) != fmt.Sprint(want.Alphas) {
			t.Errorf("%d workers: %v with %v, want %v with %v", workers, got.Raw.Splits, got.Alphas, want.Raw.Splits, want.Alphas)
		}
	}
	scaled, _ := scaledColumns(x, bands, []float64{1e18, 1e-12, 9})
	got := score(scaled, 2, 0)
	for i, v := range want.Raw.Splits {
		if d := math.Abs(got.Raw.Splits[i] - v); !(d < 1e-9) {
			t.Errorf("split %d: bands in other units differ by %g", i, d)
		}
	}
}

// TestBandedRidgeIsolatesBands covers bands that have nothing to say.
func TestBandedRidgeIsolatesBands(t *testing.T) {
	ctx := context.Background()
	x, in := searchInput(t, 6, 40, 20, 5, 3)
	alone, err := metrics.ScoreColumns(ctx, newBanded(t, nil), stream.InMemory(x, 40, 20), in)
	if err != nil {
		t.Fatal(err)
	}
	for name, column := range map[string]func(i, j int) float64{
		"a constant band":         func(_, j int) float64 { return float64(j) / 7 },
		"a silent band":           func(int, int) float64 { return 0 },
		"a copy of the band":      func(i, j int) float64 { return x[i*20+j] },
		"a scaled copy of it":     func(i, j int) float64 { return -64 * x[i*20+j] },
		"a band of one train row": func(i, j int) float64 { return map[bool]float64{true: 1}[i == 3 && j == 2] },
	} {
		var joined []float64
		for i := range 40 {
			joined = append(joined, x[i*20:(i+1)*20]...)
			for j := range 20 {
				joined = append(joined, column(i, j))
			}
		}
		got, err := metrics.ScoreColumns(ctx, newBanded(t, nil), stream.InBands(stream.InMemory(joined, 40, 40), []int{20, 20}), in)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		// One row alone in a band leaves nothing of itself, which rounding can hide.
		if len(got.Warnings) > 0 && name != "a band of one train row" {
			t.Errorf("%s: warns %q", name, got.Warnings)
		}
		if d := math.Abs(got.Raw.Value - alone.Raw.Value); name != "a band of one train row" && !(d < .02) {
			t.Errorf("%s: %v, alone %v", name, got.Raw.Value, alone.Raw.Value)
		}
		if name == "a constant band" || name == "a silent band" {
			if !slices.Equal(got.Raw.Splits, alone.Raw.Splits) || !math.IsNaN(got.Alphas[1]) || got.Alphas[0] != alone.Alphas[0] {
				t.Errorf("%s: %v with %v, alone %v with %v", name, got.Raw.Splits, got.Alphas, alone.Raw.Splits, alone.Alphas)
			}
		}
	}
}

// TestBandedRidgeRefuses wants errors for combinations that are too many and for options.
func TestBandedRidgeRefuses(t *testing.T) {
	x, in := searchInput(t, 7, 30, 20, 2, 1)
	_, err := metrics.ScoreColumns(context.Background(), newBanded(t, nil), stream.InBands(stream.InMemory(x, 30, 20), []int{4, 4, 4, 4, 4}), in)
	var option *metrics.OptionError
	if !errors.As(err, &option) || option.Option != "ratios" {
		t.Errorf("five bands: error %v, want one of the option ratios", err)
	}
	for _, options := range []metrics.Options{{"ratios": []any{1.}}, {"ratios": []any{2.}}, {"ratios": []any{0.}}, {"alphas": []any{0.}}, {"alphas": []any{}}} {
		if _, err := metrics.New("banded_ridge", options); !errors.As(err, &option) {
			t.Errorf("options %v: error %v, want an *OptionError", options, err)
		}
	}
}
