package property

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// The streamed sums are those of the pairs taken whole, also far from 0, where sums of
// products that are not centred would lose all digits.
func TestFactorSums(t *testing.T) {
	for _, offset := range []float64{0, 1e6} {
		const shapes, originals, textures, features = 3, 4, 4, 150
		r := rand.New(rand.NewPCG(1, 81))
		in := metrics.FactorInput{Features: features, Workers: 2}
		var x []float64
		for i := range shapes * originals * textures {
			o, texture := i/textures, i%textures
			in.Shape, in.Texture, in.Original, in.Rows = append(in.Shape, o/originals), append(in.Texture, texture), append(in.Original, o), append(in.Rows, i)
			for j := range features {
				x = append(x, offset*float64(j%3)+float64(o/originals*j%7)+float64(texture*j%5)+r.NormFloat64())
			}
		}
		metric := dimensionality{factor: metrics.ShapeColumn, seed: 3}
		made, err := metric.NewFactors(in)
		if err != nil {
			t.Fatal(err)
		}
		s := made.(*factorSums)
		for low := 0; low < features; low += 70 {
			cols := min(70, features-low)
			if err := s.Block(context.Background(), stream.Block{X: x[low:], Stride: features, Lo: low, Cols: cols}); err != nil {
				t.Fatal(err)
			}
		}
		at := func(i, j int) float64 { return x[i*features+j] - offset*float64(j%3) }
		whole := func(pairs []pair) (sum float64) { // mean a·b - |m|²
			for j := range features {
				var product, m float64
				for _, p := range pairs {
					product += at(p.first, j) * at(p.second, j)
					m += at(p.first, j) + at(p.second, j)
				}
				n := float64(len(pairs))
				sum += product/n - m/(2*n)*m/(2*n)
			}
			return sum
		}
		var all []pair
		for _, list := range [][]pair{s.pairs.shape, s.pairs.texture} {
			for _, p := range list {
				all = append(all, pair{p.first, p.first}, pair{p.second, p.second})
			}
		}
		if len(s.pairs.shape)+len(s.pairs.texture) != len(in.Rows) {
			t.Fatalf("%d pairs of shape and %d of texture", len(s.pairs.shape), len(s.pairs.texture))
		}
		for what, c := range map[string][2]float64{
			"shape":    {s.shape.High, whole(s.pairs.shape)},
			"texture":  {s.texture.High, whole(s.pairs.texture)},
			"variance": {s.variance.High, whole(all)},
		} {
			if tolerance := 1e-12 * (1 + offset*1e-3) * whole(all); !(math.Abs(c[0]-c[1]) <= tolerance) {
				t.Errorf("offset %g, %s: %v, want %v", offset, what, c[0], c[1])
			}
		}
	}
}

// Pairs of shape agree in the original alone, pairs of texture in the texture alone.
func TestDrawPairs(t *testing.T) {
	var in metrics.FactorInput
	for i := range 5 * 3 * 4 {
		in.Shape, in.Texture, in.Original, in.Rows = append(in.Shape, i/12), append(in.Texture, i%4), append(in.Original, i/4), append(in.Rows, i)
	}
	pairs, err := drawPairs(in, 1751)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pairs.shape {
		if in.Original[p.first] != in.Original[p.second] || in.Texture[p.first] == in.Texture[p.second] {
			t.Errorf("pair of shape %v", p)
		}
	}
	for _, p := range pairs.texture {
		if in.Shape[p.first] == in.Shape[p.second] || in.Texture[p.first] != in.Texture[p.second] {
			t.Errorf("pair of texture %v", p)
		}
	}
}

func BenchmarkFactorSums(b *testing.B) {
	const stimuli, features = 21840, 64
	in := metrics.FactorInput{Features: features, Workers: 1}
	x := make([]float32, stimuli*features)
	r := rand.New(rand.NewPCG(1, 82))
	for i := range x {
		x[i] = r.Float32()
	}
	for i := range stimuli {
		in.Shape, in.Texture, in.Original, in.Rows = append(in.Shape, i/1092), append(in.Texture, i%4), append(in.Original, i/4), append(in.Rows, i)
	}
	s, err := dimensionality{seed: 1751}.NewFactors(in)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(x)) * 4)
	for b.Loop() {
		if err := s.Block(context.Background(), stream.Block{Single: x, Stride: features, Cols: features}); err != nil {
			b.Fatal(err)
		}
	}
}
