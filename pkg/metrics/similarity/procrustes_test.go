package similarity

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/plain"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// plainProcrustes is from the definition, on features.
func plainProcrustes(c simulated.Case, rows []int) float64 {
	x, _ := plain.CenteredDense(mat.NewDense(len(rows), c.Features, dense.SelectRows(c.X, c.Features, rows)))
	y, _ := plain.CenteredDense(mat.NewDense(len(rows), c.Neuroids, dense.SelectRows(c.Y, c.Neuroids, rows)))
	var product mat.Dense
	product.Mul(x.T(), y)
	var svd mat.SVD
	if !svd.Factorize(&product, mat.SVDNone) {
		panic("no singular values")
	}
	nuclear := 0.0
	for _, s := range svd.Values(nil) {
		nuclear += s
	}
	return nuclear / mat.Norm(x, 2) / mat.Norm(y, 2)
}

// TestProcrustesEqualsPlain has fewer and more features and neuroids than stimuli, and
// features that are copies.
func TestProcrustesEqualsPlain(t *testing.T) {
	for _, shape := range []struct{ n, features, neuroids int }{
		{50, 80, 15}, {50, 20, 70}, {50, 300, 60}, {50, 1, 1}, {9, 200, 3}, {2, 5, 4}, {130, 40, 30},
	} {
		for _, copies := range []bool{false, true} {
			c := simulated.New(uint64(shape.n+shape.features), shape.n, shape.features, shape.neuroids)
			if copies {
				for i := range c.X {
					c.X[i] = c.X[i-i%c.Features%3]
				}
			}
			score, err := procrustes{}.ScoreNeural(context.Background(), metrics.NeuralInput{
				Gram: testinput.Gram(t, c, stream.Needs{Gram: true}), Stimuli: c.N, Responses: c.Y, Neuroids: c.Neuroids, Workers: 2,
			})
			if err != nil {
				t.Fatal(err)
			}
			if want := plainProcrustes(c, dense.AllRows(c.N)); !(math.Abs(score.Raw.Value-want) < 1e-10) || len(score.Warnings) > 0 {
				t.Errorf("%v, copies %v: %v, want %v; warnings %q", shape, copies, score.Raw.Value, want, score.Warnings)
			}
		}
	}
	c := simulated.New(5, 60, 90, 12)
	in := testinput.Neural(t, c, 3)
	score, err := procrustes{}.ScoreNeural(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range in.Splits {
		if want := plainProcrustes(c, s.Test); !(math.Abs(score.Raw.Splits[i]-want) < 1e-10) {
			t.Errorf("split %d: %v, want %v", i, score.Raw.Splits[i], want)
		}
	}
}

// TestProcrustesOfRotations scores rotated, scaled and shifted copies of the responses.
func TestProcrustesOfRotations(t *testing.T) {
	c := simulated.New(6, 40, 2, 2)
	for i := range c.N {
		sin, cos := math.Sincos(.7)
		a, b := c.Y[2*i], c.Y[2*i+1]
		c.X[2*i], c.X[2*i+1] = 30*(cos*a-sin*b)+5, 30*(sin*a+cos*b)-8
	}
	score, err := procrustes{}.ScoreNeural(context.Background(), metrics.NeuralInput{
		Gram: testinput.Gram(t, c, stream.Needs{Gram: true}), Stimuli: c.N, Responses: c.Y, Neuroids: 2, Workers: 1,
	})
	if err != nil || !(math.Abs(score.Raw.Value-1) < 1e-12) {
		t.Errorf("%v, want 1 (%v)", score.Raw.Value, err)
	}
}

// TestProcrustesOfLargeFeatures has a feature so large that inner products lose the
// others, which then hardly count.
func TestProcrustesOfLargeFeatures(t *testing.T) {
	for _, size := range []float64{1e4, 1e6, 1e7, 1e8, 1e10} {
		c := simulated.New(7, 40, 80, 10)
		for i := range c.N {
			c.X[i*c.Features] *= size
		}
		score, err := procrustes{}.ScoreNeural(context.Background(), metrics.NeuralInput{
			Gram: testinput.Gram(t, c, stream.Needs{Gram: true}), Stimuli: c.N, Responses: c.Y, Neuroids: c.Neuroids, Workers: 1,
		})
		if err != nil {
			t.Fatal(err)
		}
		if d := math.Abs(score.Raw.Value - plainProcrustes(c, dense.AllRows(c.N))); !(d < 1e-6) {
			t.Errorf("%g: off by %.2g; warnings %q", size, d, score.Warnings)
		}
	}
}

// TestProcrustesGolden scores the golden model on the golden recordings of IT. The
// figures are of numpy 1.24: the singular values of X_cᵀ·Y_c over the norms, as in
// netrep.
func TestProcrustesGolden(t *testing.T) {
	const home, dump = "golden/home/", "golden/models/mini-net/hvm-mini/"
	presentations := testinput.CSV(t, home+"assemblies/hvm-mini.assembly/presentation.csv")["stimulus_id"]
	region := testinput.CSV(t, home+"assemblies/hvm-mini.assembly/neuroid.csv")["region"]
	values, _, all := testinput.NPY(t, home+"assemblies/hvm-mini.assembly/values.npy")
	stimulus, ids := testinput.Codes(presentations)
	var kept []int
	for j, r := range region {
		if r == "IT" {
			kept = append(kept, j)
		}
	}
	average := metrics.NewAverager(len(ids), len(kept))
	for row, id := range presentations {
		average.Add(stimulus[id], dense.SelectColumns(values[row*all:(row+1)*all], all, kept))
	}
	responses := average.Mean()
	for layer, want := range map[string]float64{"conv": 0.6665047151591436, "fc": 0.668281754065377} {
		x, rows, features := testinput.NPY(t, dump+layer+".npy")
		ordered := make([]float64, len(x))
		for row, id := range testinput.CSV(t, dump+"stimulus_ids.csv")["stimulus_id"] {
			copy(ordered[stimulus[id]*features:], x[row*features:(row+1)*features])
		}
		score, err := metrics.ScoreColumns(t.Context(), procrustes{}, stream.InMemory(ordered, rows, features),
			metrics.NeuralInput{Responses: responses, Neuroids: len(kept), Workers: 2})
		if err != nil {
			t.Fatal(err)
		}
		if !(math.Abs(score.Raw.Value-want) < 1e-11) || len(score.Warnings) > 0 {
			t.Errorf("%s: %v, want %v; warnings %q", layer, score.Raw.Value, want, score.Warnings)
		}
	}
}
