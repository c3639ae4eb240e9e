package mapping

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/brainscore-go/brainscore/internal/thorough"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/double"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// refinedCase draws activations of few dominant directions, and what else layers have that
// costs inner products their digits, with a penalty.
func refinedCase(seed uint64) (c simulated.Case, alpha float64) {
	r := rand.New(rand.NewPCG(seed, 9))
	n, features := 16+r.IntN(30), 8+r.IntN(90)
	c = simulated.New(seed, n, features, 4)
	// Directions fall off by a power.
	power, few := 3*r.Float64(), 1+r.IntN(40)
	clear(c.X)
	for k := range few {
		size := math.Pow(float64(k+1), -power) * 10
		u := make([]float64, n)
		for i := range u {
			u[i] = r.NormFloat64() * size
		}
		for j := range features {
			v := r.NormFloat64()
			for i := range u {
				c.X[i*features+j] += u[i] * v
			}
		}
	}
	noise := math.Pow(10, -4*r.Float64())
	for i := range c.X {
		c.X[i] += noise * r.NormFloat64()
	}
	changes := []func(){
		func() {
			for i := range c.X {
				c.X[i] = float64(float32(max(0, c.X[i])))
			}
		},
		func() {
			at, by := r.IntN(features), math.Pow(10, 5*r.Float64())
			for i := range n {
				c.X[i*features+at] *= by
			}
		},
		func() {
			at, by := r.IntN(n), math.Pow(10, 4*r.Float64())
			for j := range features {
				c.X[at*features+j] *= by
			}
		},
		func() { // stimuli alike
			copy(c.X[:features], c.X[features:2*features])
			c.X[r.IntN(features)] += math.Pow(10, -8*r.Float64())
		},
		func() { // features alike
			for i := range n {
				x := c.X[i*features:]
				x[1], x[2], x[3] = x[0], 3*x[0]+.5, -x[0]
			}
		},
		func() {
			by := math.Pow(10, 2+5*r.Float64())
			for i := range c.X {
				c.X[i] += by
			}
		},
		func() { // all features alike but for some
			for i := range c.X {
				if i%features > 5 {
					c.X[i] = c.X[i-i%features+5]
				}
			}
		},
		func() { // sorted stimuli
			for i := range n {
				for j := range features {
					c.X[i*features+j] += float64(i / 10)
				}
			}
		},
		func() {
			for i := range n {
				c.Y[i*c.Neuroids] *= 1e-4
				c.Y[i*c.Neuroids+1] = max(0, math.Floor(c.Y[i*c.Neuroids+1]))
			}
		},
	}
	for _, change := range changes {
		if r.IntN(4) == 0 {
			change()
		}
	}
	by := []float64{1, 1, 1e-9, 1e9, 1e-3, 1e5}[r.IntN(6)]
	c.X = scaled(c.X, by)
	largest := 0.0
	for i := range n {
		square := 0.0
		for _, v := range c.X[i*features : (i+1)*features] {
			square += v * v
		}
		largest = max(largest, square)
	}
	return c, largest * float64(n) * math.Pow(10, -13*r.Float64())
}

// TestRefinementIsBounded compares refined predictions with those in twice the precision: they
// are off by no more than the bound of rounding, and nearly all are resolved.
func TestRefinementIsBounded(t *testing.T) {
	cases := 60
	if thorough.Asked() {
		cases = 5000
	}
	var fits, moved, resolved, again int
	worst := [mostRefinements]float64{}
	for seed := range uint64(cases) {
		c, alpha := refinedCase(seed)
		in := metrics.NeuralInput{Stimuli: c.N, Responses: c.Y, Neuroids: c.Neuroids, Splits: splitsOf(t, c.N), Workers: 1}
		in.Gram = testinput.Gram(t, c, stream.Needs{Gram: true})
		in.Gram.Again = func(ctx context.Context, sink stream.Sink) error {
			return stream.RunPass(ctx, c, []stream.Sink{sink}, stream.PassOptions{})
		}
		inverse, err := newRidgeInverse(t.Context(), in.Gram, alpha, 1)
		if err != nil {
			t.Fatal(err)
		}
		if inverse == nil || inverse.vague() || !inverse.refinable() {
			continue
		}
		fast, err := inverse.leaveOut(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		f, release := inverse.newRefinement(in)
		if !f.start() {
			t.Errorf("seed %d: no positive definite block", seed)
		}
		done, exact := make([]bool, len(in.Splits)), make([]prediction, len(in.Splits))
		for k, s := range in.Splits {
			exact[k] = exactRidge(t, c, s, alpha)
		}
		for turn := range mostRefinements {
			refined, ok, err := f.turn(t.Context())
			if err != nil || !ok {
				t.Fatal(seed, ok, err)
			}
			for k := range in.Splits {
				share := offBy(refined[k], exact[k], c.Neuroids)
				worst[turn] = max(worst[turn], share)
				if share > 1 {
					t.Errorf("seed %d, split %d, refinement %d: off by %.3g of the bound", seed, k, turn, share)
				}
				switch {
				case turn == 0:
					fits++
					if !fast[k].resolved(c.Neuroids) {
						moved++
						if done[k] = refined[k].resolved(c.Neuroids); done[k] {
							resolved++
						}
					}
				case !done[k] && !fast[k].resolved(c.Neuroids) && refined[k].resolved(c.Neuroids):
					again++
				}
			}
		}
		release()
	}
	t.Logf("%d fits, rounding moves %d, one refinement resolves %d, another %d; errors are %.2g of the bound at most", fits, moved, resolved, again, worst)
	if fits < cases || moved < cases/4 || resolved+again < moved/2 {
		t.Errorf("of %d fits %d are moved, and %d resolved", fits, moved, resolved+again)
	}
}

// exactRidge returns the predictions in twice the precision.
func exactRidge(t *testing.T, c simulated.Case, s metrics.Split, alpha float64) prediction {
	t.Helper()
	regression, err := newDoubleRegression(t.Context(), c.X, c.Features, c.Y, c.Neuroids, s)
	if err != nil {
		t.Fatal(err)
	}
	p := regression.predict(regression.penalised(alpha))
	_, _, exponent := double.CenteredRows(c.Y, c.Neuroids, s.Train, nil) // of the unit of predictions
	for i, v := range p.values {
		p.values[i] = math.Ldexp(v, exponent)
	}
	return p
}

// offBy returns how far predictions are from others, but for a constant of each neuroid,
// relative to their bound: the largest over neuroids.
func offBy(got, want prediction, neuroids int) float64 {
	worst, rows := 0.0, len(got.values)/neuroids
	for j := range neuroids {
		mean, size := 0.0, 0.0
		for i := range rows {
			mean += (got.values[i*neuroids+j] - want.values[i*neuroids+j]) / float64(rows)
			size = max(size, math.Abs(want.values[i*neuroids+j]))
		}
		for i := range rows {
			off := math.Abs(got.values[i*neuroids+j] - want.values[i*neuroids+j] - mean)
			worst = max(worst, off/(got.rounding[j]+0x1p-51*size))
		}
	}
	return worst
}
