package ranking

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

func TestSwaps(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for n := 2; n < 30; n++ {
		a, b, flips := make([]float64, n), make([]float64, n), make([]bool, n)
		for i := range n {
			a[i], b[i] = float64(r.IntN(9)), float64(r.IntN(9))
		}
		s := newSwaps(a, b)
		flipBits(r, flips)
		x, y := append([]float64{}, a...), append([]float64{}, b...)
		for i, flip := range flips {
			if flip {
				x[i], y[i] = y[i], x[i]
			}
		}
		if got, want := s.difference(flips), metrics.Median(y)-metrics.Median(x); got != want {
			t.Errorf("%d pairs: got %v, want %v", n, got, want)
		}
		if got, want := s.difference(nil), metrics.Median(b)-metrics.Median(a); got != want {
			t.Errorf("%d pairs unswapped: got %v, want %v", n, got, want)
		}
	}
}

func TestEveryFlip(t *testing.T) {
	if got := everyFlip([]float64{1, 2, 3}); got != 2.0/8 {
		t.Errorf("got %v", got)
	}
	if got := everyFlip([]float64{1, -1, 0}); got != 1 {
		t.Errorf("got %v of values of mean 0", got)
	}
}

// Student's t of 9 degrees of freedom has 2.2622 where the normal has 1.9600.
func TestWidening(t *testing.T) {
	if got, want := widening(10, 0.05), 2.2621571628/1.9599639845*math.Sqrt(10.0/9); math.Abs(got-want) > 1e-9 {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := widening(1, 0.05); got != 0 {
		t.Errorf("got %v of one value", got)
	}
}

func TestFormOf(t *testing.T) {
	for _, form := range metrics.Forms() {
		var results []benchmarks.Result
		for _, raw := range []float64{0.5, 0.6} {
			r := benchmarks.Result{Score: metrics.Score{Raw: metrics.Exact(raw), Ceiling: metrics.Exact(0.8)}}
			r.Ceiled, _ = metrics.Ceil(r.Raw, r.Ceiling, metrics.Form(form))
			results = append(results, r)
		}
		want, _ := metrics.Ceil(metrics.Exact(0.7), metrics.Exact(0.8), metrics.Form(form))
		if got := formOf(results[1], results[0])(0.7); math.Abs(got-want.Value) > 1e-12 {
			t.Errorf("%s: got %v, want %v", form, got, want.Value)
		}
	}
	odd := benchmarks.Result{Score: metrics.Score{Raw: metrics.Exact(0.5), Ceiling: metrics.Exact(0.8), Ceiled: metrics.Exact(0.1)}}
	if got := formOf(odd, odd)(1); got != 0.2 {
		t.Errorf("of no known form: got %v, want it in proportion", got)
	}
}

// Scores in time follow from their bins.
func TestFormInTime(t *testing.T) {
	r := benchmarks.Result{Score: metrics.Score{Raw: metrics.Exact(0.5), Ceiling: metrics.Exact(0.85)}}
	for _, b := range [][2]float64{{0.4, 0.8}, {0.6, 0.9}} {
		bin := benchmarks.TimeBinResult{Raw: metrics.Exact(b[0]), Ceiling: metrics.Exact(b[1])}
		bin.Ceiled, _ = metrics.Ceil(bin.Raw, bin.Ceiling, metrics.ExplainedVariance)
		r.TimeBins = append(r.TimeBins, bin)
		r.Ceiled.Value += bin.Ceiled.Value / 2
	}
	if got, want := formOf(r)(0.6), (0.5*0.5/0.8+0.7*0.7/0.9)/2; math.Abs(got-want) > 1e-12 {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A score of halvings is bootstrapped over the normalised halvings.
func TestHalvings(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	a, b := halved("x", 10, r, 0), halved("x", 10, r, 0.1)
	p := newPairing(a, b)
	if p.halfA == nil || p.formA != nil {
		t.Fatal("halvings are not found")
	}
	raw, score := p.intervals(generator(1, "x"), 999, 0.05)
	if ratio := (score.High - score.Low) / (raw.High - raw.Low); math.Abs(ratio-math.Sqrt(2)) > 1e-9 {
		t.Errorf("raw %v, score %v", raw, score)
	}
}
