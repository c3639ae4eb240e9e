package mapping

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/internal/thorough"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// partition divides the variance that the bands of x explain.
func partition(t *testing.T, x []float64, bands []int, in metrics.NeuralInput, options metrics.Options, draws int) metrics.Partition {
	t.Helper()
	features := 0
	for _, width := range bands {
		features += width
	}
	columns := stream.InBands(stream.InMemory(x, in.Stimuli, features), bands)
	sink := stream.NewBandedGramSink(nil, in.Stimuli, bands, features, stream.Needs{Bands: true}, 2)
	pass := func(ctx context.Context, sink stream.Sink) error {
		return stream.RunPass(ctx, columns, []stream.Sink{sink}, stream.PassOptions{})
	}
	if err := pass(context.Background(), sink); err != nil {
		t.Fatal(err)
	}
	in.Gram = sink.Gram()
	in.Gram.Again = pass
	p, err := newBanded(t, options).Partition(context.Background(), in, metrics.Resampling{Samples: draws, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPartsAddUp wants the parts of each neuroid to add up to what all bands explain, and
// the model of one band to be that of the band alone.
func TestPartsAddUp(t *testing.T) {
	for _, bands := range [][]int{{12}, {300, 40}, {5, 9}, {6, 80, 3}} {
		features := 0
		for _, width := range bands {
			features += width
		}
		x, in := searchInput(t, uint64(features), 40, features, 6, 3)
		for i := range in.Stimuli {
			in.Responses[i*in.Neuroids+2] = 3 // constant
		}
		options := metrics.Options{"ratios": []any{.1}}
		p := partition(t, x, bands, in, options, 0)
		if len(p.Warnings) > 0 {
			t.Errorf("bands %v: warns %q", bands, p.Warnings)
		}
		for j := range in.Neuroids {
			sum := 0.0
			for of := metrics.Bands(1); of <= p.All(); of++ {
				sum += p.Part(of)[j]
			}
			whole := p.Explained[p.All()-1][j]
			if d := math.Abs(sum - whole); (j == 2) != math.IsNaN(whole) || j != 2 && !(d < 1e-12) {
				t.Errorf("bands %v, neuroid %d: parts add up to %v, all bands explain %v", bands, j, sum, whole)
			}
		}
		lo := 0
		for b, width := range bands {
			var own []float64
			for at := 0; at < len(x); at += features {
				own = append(own, x[at+lo:at+lo+width]...)
			}
			alone := partition(t, own, []int{width}, in, options, 0)
			for j, want := range alone.Explained[0] {
				if got := p.Explained[1<<b-1][j]; !(math.Abs(got-want) < 1e-9) && !(j == 2 && math.IsNaN(got)) {
					t.Errorf("bands %v: band %d explains %v of neuroid %d, alone %v", bands, b, got, j, want)
				}
			}
			lo += width
		}
	}
}

// TestExplainedVarianceOfRidge compares with predictions of ridge regression on the scaled
// features, whatever is added to them.
func TestExplainedVarianceOfRidge(t *testing.T) {
	bands := []int{4, 7}
	x, in := searchInput(t, 3, 40, 11, 4, 2)
	p := partition(t, x, bands, in, nil, 0)
	missed, whole := make([]float64, in.Neuroids), make([]float64, in.Neuroids)
	for i, s := range in.Splits {
		scales := []float64{0, 0}
		for b, penalty := range p.Penalties[2*i : 2*i+2] {
			if !math.IsNaN(penalty) {
				scales[b] = 1 / (penalty * totalVariance(x, 11, 4*b, 4+7*b, s.Train))
			}
		}
		scaled, _ := scaledColumns(x, bands, scales)
		sink := stream.NewGramSink(nil, 40, 11, stream.Needs{Gram: true}, 1)
		if err := stream.RunPass(context.Background(), stream.InMemory(scaled, 40, 11), []stream.Sink{sink}, stream.PassOptions{}); err != nil {
			t.Fatal(err)
		}
		one := in
		one.Gram = sink.Gram()
		of, ok := predictRidge(one, s, 1)
		if !ok {
			t.Fatal("not positive definite")
		}
		for j := range in.Neuroids {
			squares := func(value func(k, row int) float64) float64 {
				mean, sum := 0.0, 0.0
				for k, row := range s.Test {
					mean += value(k, row) / float64(len(s.Test))
				}
				for k, row := range s.Test {
					sum += (value(k, row) - mean) * (value(k, row) - mean)
				}
				return sum
			}
			whole[j] += squares(func(_, row int) float64 { return in.Responses[row*in.Neuroids+j] })
			missed[j] += squares(func(k, row int) float64 { return in.Responses[row*in.Neuroids+j] - of.values[k*in.Neuroids+j] + 17 })
		}
	}
	for j, got := range p.Explained[2] {
		if want := 1 - missed[j]/whole[j]; !(math.Abs(got-want) < 1e-9) {
			t.Errorf("neuroid %d: %v, want %v", j, got, want)
		}
	}
}

// TestPartitionDraws compares draws with explained variance computed of the drawn rows, of
// which a stimulus that is drawn twice is two.
func TestPartitionDraws(t *testing.T) {
	const draws = 150 // more than a block
	x, in := searchInput(t, 4, 30, 8, 5, 3)
	for _, i := range in.Splits[1].Test {
		in.Responses[i*in.Neuroids+3] = 2 // constant on the test rows of a split
	}
	r := metrics.Resampling{Samples: draws, Seed: 9}
	m := newMeasured(in, r)
	missed := make([][]missedSums, len(in.Splits))
	values := make([][]float64, len(in.Splits))
	for i, s := range in.Splits {
		for k := range s.Test {
			for j := range in.Neuroids {
				values[i] = append(values[i], in.Responses[s.Test[k]*in.Neuroids+j]/2+x[k+8*j])
			}
		}
		one, err := m.miss(context.Background(), prediction{values: values[i]}, in, i)
		if err != nil {
			t.Fatal(err)
		}
		missed[i] = []missedSums{one}
	}
	_, got := m.explained(missed, 0)
	all := dense.AllRows(in.Stimuli)
	for from := 0; from < draws; from += drawBlock {
		d := m.drawTimes(from, all, in.Neuroids)
		for k := range d.draws {
			sum, count := 0.0, 0.0
			for j := range in.Neuroids {
				errors, squares := 0.0, 0.0
				for i, s := range in.Splits {
					if i == 1 && j == 3 {
						continue
					}
					var y, e []float64
					for at, row := range s.Test {
						for range int(d.rows[k*in.Stimuli+row]) {
							v := in.Responses[row*in.Neuroids+j]
							y, e = append(y, v), append(e, v-values[i][at*in.Neuroids+j])
						}
					}
					if len(y) > 0 {
						squares += deviationOf(y) * deviationOf(y) * float64(len(y))
						errors += deviationOf(e) * deviationOf(e) * float64(len(e))
					}
				}
				own := d.neuroids[k*in.Neuroids+j]
				sum, count = sum+own*(1-errors/squares), count+own
			}
			if want := sum / count; !(math.Abs(got[from+k]-want) < 1e-9) {
				t.Errorf("draw %d: %v, want %v", from+k, got[from+k], want)
			}
		}
	}
}

// TestPartitionOfNothing covers what varies nowhere: NaN without responses to explain, 0
// without anything to explain them by.
func TestPartitionOfNothing(t *testing.T) {
	x, in := searchInput(t, 2, 30, 8, 3, 2)
	constant := func(n int) []float64 { return slices.Repeat([]float64{.3}, n) }
	for _, per := range []string{"all", "neuroid"} {
		for name, c := range map[string]struct {
			x, y     []float64
			neuroids int
			want     float64
		}{
			"constant responses": {x, constant(30 * 3), 3, math.NaN()},
			"constant bands":     {constant(30 * 8), in.Responses, 3, 0},
			"nothing varies":     {constant(30 * 8), constant(30), 1, math.NaN()},
		} {
			in := in
			in.Responses, in.Neuroids = c.y, c.neuroids
			p := partition(t, c.x, []int{3, 5}, in, metrics.Options{"alpha_per": per}, 70)
			for of := metrics.Bands(1); of <= p.All(); of++ {
				for _, v := range slices.Concat(p.Part(of), p.Explained[of-1]) {
					if v != c.want && !(math.IsNaN(v) && math.IsNaN(c.want)) {
						t.Fatalf("%s, alpha per %s: %v, want %v", name, per, v, c.want)
					}
				}
				for _, v := range slices.Concat(p.PartDraws(of), p.Draws[of-1]) { // whose sums are rounded
					if !(math.Abs(v-c.want) < 1e-14) && !(math.IsNaN(v) && math.IsNaN(c.want)) {
						t.Fatalf("%s, alpha per %s: a draw is %v, want %v", name, per, v, c.want)
					}
				}
				if len(p.Part(of)) != c.neuroids || len(p.PartDraws(of)) != 70 {
					t.Errorf("%s: %d neuroids, %d draws", name, len(p.Part(of)), len(p.PartDraws(of)))
				}
			}
		}
	}
}

// TestPartitionWithConstantBand wants no warning of a band that is constant beside one that
// is not.
func TestPartitionWithConstantBand(t *testing.T) {
	x, in := searchInput(t, 3, 40, 11, 4, 2)
	for i := range x {
		if i%11 < 5 {
			x[i] = 3
		}
	}
	if p := partition(t, x, []int{5, 6}, in, metrics.Options{"ratios": []any{.1}}, 0); len(p.Warnings) > 0 {
		t.Errorf("warns %q", p.Warnings)
	}
}

// TestKnownShares recovers the parts of recordings that are sums of independent latents, of
// which each band holds those of all parts that it has: of 95 % intervals, at most 10 %
// miss the share, none by more than its width.
func TestKnownShares(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates many recordings")
	}
	missed, parts := 0, 0
	for name, c := range map[string]struct {
		bands  int
		shares map[metrics.Bands]float64
	}{
		"both and each":  {2, map[metrics.Bands]float64{1: .35, 2: .2, 3: .35}},
		"only shared":    {2, map[metrics.Bands]float64{3: .9}},
		"nothing shared": {2, map[metrics.Bands]float64{1: .6, 2: .3}},
		"one band":       {2, map[metrics.Bands]float64{1: .9}},
		"a nested band":  {2, map[metrics.Bands]float64{1: .5, 3: .4}},
		"three bands":    {3, map[metrics.Bands]float64{1: .2, 2: .1, 3: .2, 4: .15, 7: .25}},
		"three in pairs": {3, map[metrics.Bands]float64{3: .3, 5: .3, 6: .3}},
	} {
		if long := c.bands > 2 && name != "three bands" || name == "one band" || name == "only shared"; long && !thorough.Asked() {
			continue
		}
		for _, seed := range thorough.OneIn(2, uint64(0), 1) {
			const n, neuroids, latents = 600, 50, 2
			random := rand.New(rand.NewPCG(11+seed, uint64(len(name))))
			all := metrics.Bands(1)<<c.bands - 1
			// Latents of each part, and neuroids that weigh them by its share.
			values, y := make(map[metrics.Bands][]float64), make([]float64, n*neuroids)
			for part := metrics.Bands(1); part <= all; part++ {
				z := make([]float64, n*latents)
				for i := range z {
					z[i] = random.NormFloat64()
				}
				values[part] = z
				for j := range neuroids {
					w, length := make([]float64, latents), 0.0
					for k := range w {
						w[k] = random.NormFloat64()
						length = math.Hypot(length, w[k])
					}
					for i := range n {
						for k, v := range w {
							y[i*neuroids+j] += math.Sqrt(c.shares[part]) * v / length * z[i*latents+k]
						}
					}
				}
			}
			noise := 1.0
			for _, share := range c.shares {
				noise -= share
			}
			for i := range y {
				y[i] += math.Sqrt(noise) * random.NormFloat64()
			}
			// Bands are mixtures of their latents, in units of their own.
			var bands []int
			var columns [][]float64 // by stimulus
			for b := range c.bands {
				var own [][]float64
				for part := metrics.Bands(1); part <= all; part++ {
					if part&(1<<b) != 0 {
						own = append(own, values[part])
					}
				}
				width := 2 * latents * len(own)
				mix := make([]float64, latents*len(own)*width)
				for i := range mix {
					mix[i] = math.Pow(100, float64(b)) * random.NormFloat64()
				}
				for i := range n {
					row := make([]float64, width)
					for k := range latents * len(own) {
						for j := range row {
							row[j] += own[k/latents][i*latents+k%latents] * mix[k*width+j]
						}
					}
					if b == 0 {
						columns = append(columns, nil)
					}
					columns[i] = append(columns[i], row...)
				}
				bands = append(bands, width)
			}
			var x []float64
			for _, row := range columns {
				x = append(x, row...)
			}
			splits, err := metrics.ShuffleSplits(n, metrics.SplitPlan{Splits: 4, TrainSize: .8, Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			in := metrics.NeuralInput{Stimuli: n, Responses: y, Neuroids: neuroids, Splits: splits, Workers: 2}
			p := partition(t, x, bands, in, metrics.Options{"ratios": []any{.1}, "alphas": []any{1e-5, 1e-4, 1e-3, 1e-2, 1., 100.}}, 500)
			for of := metrics.Bands(1); of <= all; of++ {
				mean := metrics.Mean(p.Part(of))
				i, want := metrics.About(mean, p.PartDraws(of), 1, metrics.Alpha), c.shares[of]
				line := fmt.Sprintf("%s, seed %d, part %0*b: %.4f, interval %.4f to %.4f, share %g", name, seed, bits.Len(uint(all)), of, mean, i.Low, i.High, want)
				t.Log(line)
				if parts++; i.Low <= want && want <= i.High {
					continue
				}
				missed++
				if wide := i.High - i.Low; want < i.Low-wide || want > i.High+wide {
					t.Error(line)
				}
			}
		}
	}
	if t.Logf("%d of %d intervals miss the share", missed, parts); 10*missed > parts {
		t.Errorf("%d of %d intervals miss the share", missed, parts)
	}
}
