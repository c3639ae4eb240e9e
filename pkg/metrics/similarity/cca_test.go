package similarity

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// shapeOf computes cca and svcca from the definitions on whole matrices.
func shapeOf(x, y []float64, n int, alpha, variance float64) (cca, svcca float64) {
	side := func(values []float64) (u *mat.Dense, s []float64) {
		cols := len(values) / n
		values = dense.SelectRows(values, cols, dense.AllRows(n))
		dense.CenterColumns(values, cols)
		var svd mat.SVD
		svd.Factorize(mat.NewDense(n, cols, values), mat.SVDThin)
		u = new(mat.Dense)
		svd.UTo(u)
		s = svd.Values(nil)
		rank := 0
		for rank < len(s) && s[rank] > math.Sqrt(float64(n)*dense.Epsilon)*s[0] {
			rank++
		}
		return u, s[:rank]
	}
	u, s := side(x)
	v, r := side(y)
	nuclear := func(k, l int, a, b func(int) float64) float64 {
		p := mat.NewDense(k, l, nil)
		for i := range k {
			for j := range l {
				p.Set(i, j, a(i)*b(j)*mat.Dot(u.ColView(i), v.ColView(j)))
			}
		}
		var svd mat.SVD
		svd.Factorize(p, mat.SVDNone)
		sum := 0.0
		for _, value := range svd.Values(nil) {
			sum += value
		}
		return sum
	}
	weight := func(s []float64) (func(int) float64, float64) {
		length := 0.0
		of := func(i int) float64 { return alpha*s[i] + 1 - alpha }
		for i := range s {
			length += of(i) * of(i)
		}
		return of, math.Sqrt(length)
	}
	leading := func(s []float64) int {
		total, part := dense.Dot(s, s), 0.0
		for i, value := range s {
			if part += value * value; part >= variance*total {
				return i + 1
			}
		}
		return len(s)
	}
	a, lengthA := weight(s)
	b, lengthB := weight(r)
	one := func(int) float64 { return 1 }
	k, l := leading(s), leading(r)
	return nuclear(len(s), len(r), a, b) / lengthA / lengthB, nuclear(k, l, one, one) / float64(min(k, l))
}

// TestShapesEqualDefinition compares cca and svcca with the definitions on layers narrower
// and wider than the stimuli, with dead and doubled features, few neuroids and many, an
// offset, from the rows and from inner products alone.
func TestShapesEqualDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 1))
	normal := func(size int) []float64 { return filled(size, func(int) float64 { return r.NormFloat64() }) }
	for _, n := range []int{3, 12, 40} {
		for _, features := range []int{1, 7, 39, 90} {
			for _, neuroids := range []int{1, 5, 60} {
				for _, kind := range []string{"plain", "dead", "doubled", "offset", "spread"} {
					x, y := normal(n*features), normal(n*neuroids)
					for i := range n {
						for j := range features {
							at := i*features + j
							switch {
							case kind == "dead" && j%3 == 1:
								x[at] = 0
							case kind == "doubled" && j%2 == 1:
								x[at] = x[at-1]
							case kind == "offset":
								x[at] += 1000
							case kind == "spread":
								x[at] *= math.Pow(.8, float64(j))
							}
						}
						y[i*neuroids] += x[i*features]
					}
					source := stream.InMemory(x, n, features)
					for _, alpha := range []float64{0, .2, .5, .95, 1} {
						wantCCA, wantSVCCA := shapeOf(x, y, n, alpha, .9)
						for metric, want := range map[metrics.Neural]float64{cca{alpha}: wantCCA, svcca{.9}: wantSVCCA} {
							in := metrics.NeuralInput{Stimuli: n, Responses: y, Neuroids: neuroids, Workers: 2}
							rows, err := metrics.ScoreColumns(context.Background(), metric, source, in)
							if err != nil {
								t.Fatal(err)
							}
							sink := stream.NewGramSink(nil, n, features, stream.Needs{Gram: true}, 1)
							if err := stream.RunPass(context.Background(), source, []stream.Sink{sink}, stream.PassOptions{}); err != nil {
								t.Fatal(err)
							}
							in.Gram = sink.Gram()
							inner, err := metric.ScoreNeural(context.Background(), in)
							if err != nil {
								t.Fatal(err)
							}
							for from, got := range map[string]metrics.Score{"rows": rows, "inner products": inner} {
								within := 1e-10
								if from != "rows" {
									within = 1e-6
								}
								if !(math.Abs(got.Raw.Value-want) < within) && !strings.Contains(strings.Join(got.Warnings, ""), "rounding") {
									t.Errorf("%T %v of %s: %d stimuli, %d %s features, %d neuroids: %v, want %v (%v)", metric, metric, from, n, features, kind, neuroids, got.Raw.Value, want, got.Warnings)
								}
							}
						}
					}
				}
			}
		}
	}
}

// TestCCAIsProcrustesAtOne compares cca that whitens nothing with procrustes, angles too.
func TestCCAIsProcrustesAtOne(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 2))
	const n = 30
	for _, features := range []int{4, 29, 100} {
		x, y := filled(n*features, func(int) float64 { return r.NormFloat64() }), filled(n*6, func(int) float64 { return r.NormFloat64() })
		of := func(metric metrics.Neural) metrics.Score {
			score, err := metrics.ScoreColumns(context.Background(), metric, stream.InMemory(x, n, features), metrics.NeuralInput{Responses: y, Neuroids: 6, Workers: 1})
			if err != nil {
				t.Fatal(err)
			}
			return score
		}
		got, want := of(cca{1}), of(procrustes{})
		if math.Abs(got.Raw.Value-want.Raw.Value) > 1e-12 || math.Abs(got.Angles[0]-want.Angles[0]) > 1e-12 || math.Abs(math.Cos(want.Angles[0])-want.Raw.Value) > 1e-15 {
			t.Errorf("%d features: %v at %v, procrustes %v at %v", features, got.Raw.Value, got.Angles, want.Raw.Value, want.Angles)
		}
	}
}

// TestSaturatedCorrelations checks that correlations that are 1 whatever the data carry a
// warning, and figures that rounding moves another.
func TestSaturatedCorrelations(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 3))
	const n = 10
	normal := func(cols int) []float64 { return filled(n*cols, func(int) float64 { return r.NormFloat64() }) }
	twins := normal(4) // two components of equal variance, between which svcca cuts
	dense.CenterColumns(twins, 4)
	dense.FactorQR(dense.Of(twins, n, 4)).FormQ()
	for _, c := range []struct {
		metric metrics.Neural
		x, y   []float64
		want   float64
		warns  string
	}{
		{cca{}, normal(20), normal(3), math.Sqrt(3. / 9), "whatever the data"},
		{cca{}, normal(2), normal(9), math.Sqrt(2. / 9), "whatever the data"},
		{cca{}, normal(9), normal(9), 1, "whatever the data"},
		{svcca{1}, normal(20), normal(3), 1, "whatever the data"},
		{svcca{.99}, normal(4), normal(3), math.NaN(), ""},
		{svcca{.6}, twins, normal(3), math.NaN(), "rounding"},
		{svcca{1}, twins, normal(3), math.NaN(), ""},
		{svcca{.75}, twins, normal(3), math.NaN(), "rounding"},
	} {
		name := fmt.Sprintf("%T %v", c.metric, c.metric)
		got, err := metrics.ScoreColumns(context.Background(), c.metric, stream.InMemory(c.x, n, len(c.x)/n), metrics.NeuralInput{Responses: c.y, Neuroids: len(c.y) / n, Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		warnings := strings.Join(got.Warnings, "\n")
		if !math.IsNaN(c.want) && math.Abs(got.Raw.Value-c.want) > 1e-12 || c.warns == "" != (warnings == "") || !strings.Contains(warnings, c.warns) {
			t.Errorf("%s: %v, want %v: %q", name, got.Raw.Value, c.want, warnings)
		}
	}
}

func BenchmarkCCA(b *testing.B)   { benchmarkSimilarity(b, cca{.5}, false) }
func BenchmarkSVCCA(b *testing.B) { benchmarkSimilarity(b, svcca{.99}, false) }
