package choice

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

// TestPsychometricRecovers fits shares that lie on a function: it is that function.
func TestPsychometricRecovers(t *testing.T) {
	x := []float64{0, 10, 25, 40, 60, 80, 110, 150}
	for _, c := range []struct{ slope, middle, lapse float64 }{
		{.03, 50, .03}, {.03, 50, .1}, {.2, 40, .05}, {.01, 90, .04}, {.05, 20, .25}, {.08, 110, .03}, {.03, -5, .03}, {.02, 75, .4},
	} {
		// Units and offsets of x change nothing.
		for _, unit := range []float64{1, 1e-150, 1e150} {
			for _, origin := range []float64{0, -70} {
				xs, y := make([]float64, len(x)), make([]float64, len(x))
				for i, v := range x {
					xs[i] = (v + origin) * unit
					y[i] = .5 + (.5-c.lapse)*normalShare(c.slope*(v-c.middle))
				}
				p, explained, err := fitPsychometric(xs, y, thorough)
				if err != nil {
					t.Fatalf("%+v: %v", c, err)
				}
				if math.Abs(explained-1) > 1e-9 {
					t.Errorf("%+v: R² = %v, want 1", c, explained)
				}
				accuracy := .5 + .4*(.5-c.lapse)
				want := c.middle - .2533471031357997/c.slope // Φ⁻¹(0.4)
				if got := p.inverse(accuracy)/unit - origin; !(math.Abs(got-want) < 1e-6) {
					t.Errorf("%+v, unit %v, origin %v: ψ is %v at %v, want %v", c, unit, origin, accuracy, got, want)
				}
				for i, v := range xs {
					if got := p.value(v); math.Abs(got-y[i]) > 1e-9 {
						t.Errorf("%+v: ψ(%v) = %v, want %v", c, v, got, y[i])
					}
				}
			}
		}
	}
}

// TestPsychometricIndependent compares with maxima that an independent program found from
// many starts (SciPy's BFGS and Nelder–Mead).
func TestPsychometricIndependent(t *testing.T) {
	for _, c := range []struct {
		trials          int
		x               []float64
		right           []int
		want, explained float64
	}{
		{27, []float64{95, 100, 110, 220, 230, 260, 280, 295}, []int{20, 18, 19, 27, 26, 27, 27, 27}, 112.260548861, 0.935023874},
		{54, []float64{20, 40, 125, 200, 210, 235, 285, 295}, []int{27, 22, 32, 40, 46, 48, 48, 50}, 186.147091007, 0.949454768},
		{33, []float64{40, 45, 65, 70, 80, 105, 125, 215}, []int{18, 14, 21, 21, 20, 30, 29, 30}, 86.578193356, 0.901213657},
		{48, []float64{35, 40, 95, 150, 190, 260, 280}, []int{26, 25, 28, 38, 42, 41, 47}, 140.697482416, 0.954827241},
		{45, []float64{35, 65, 130, 170, 185, 200, 275}, []int{25, 22, 27, 26, 31, 37, 40}, 190.975785845, 0.898100433},
	} {
		y := make([]float64, len(c.x))
		for i, k := range c.right {
			y[i] = float64(k) / float64(c.trials)
		}
		p, explained, err := fitPsychometric(c.x, y, thorough)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.inverse(.75); math.Abs(got-c.want) > 1e-6*c.want {
			t.Errorf("%v of %d: threshold %.9f, want %.9f", c.right, c.trials, got, c.want)
		}
		if math.Abs(explained-c.explained) > 1e-6 {
			t.Errorf("%v of %d: R² %.9f, want %.9f", c.right, c.trials, explained, c.explained)
		}
	}
}

// TestPsychometricSteps fits shares whose likelihood grows for ever with the slope.
func TestPsychometricSteps(t *testing.T) {
	x := []float64{10, 20, 40, 80, 160}
	for _, c := range []struct {
		name  string
		x, y  []float64
		want  float64
		lapse float64
	}{
		{"chance, then perfect", x, []float64{.5, .5, 1, 1, 1}, 30, .03},
		{"below chance, then near perfect", x, []float64{.3, .4, .45, .98, .99}, 60, .03},
		{"with lapses", x, []float64{.5, .4, .5, .9, .9}, 60, .1},
		{"uneven lapses", x, []float64{.5, .4, .9, .8, .85}, 30, .15},
		{"first alone is below", x, []float64{.4, 1, 1, 1, 1}, 15, .03},
		{"last alone is above", x, []float64{.4, .5, .5, .3, .9}, 120, .1},
		{"a value on the step", x, []float64{.5, .5, .8, 1, 1}, 40, .03},
		{"a value on the step, lapses", x, []float64{.4, .5, .6, .9, .9}, 40, .1},
		{"the first value on the step", x, []float64{.7, 1, 1, 1, 1}, 10, .03},
		{"two values", []float64{1, 3}, []float64{.5, 1}, 2, .03},
		{"two values, lapses", []float64{1, 3}, []float64{.25, .9}, 2, .1},
		{"huge numbers", []float64{-1.5e308, 1.7e308}, []float64{.5, 1}, 1e307, .03},
	} {
		p, _, err := fitPsychometric(c.x, c.y, thorough)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := p.inverse(.75); !(math.Abs(got-c.want) <= 1e-12*math.Abs(c.want)) {
			t.Errorf("%s: threshold %v, want %v", c.name, got, c.want)
		}
		if got := 0.5 - p.scale; math.Abs(got-c.lapse) > 1e-12 {
			t.Errorf("%s: lapse rate %v, want %v", c.name, got, c.lapse)
		}
	}
}

func TestPsychometricUndefined(t *testing.T) {
	for _, c := range []struct {
		name string
		x, y []float64
		want error
	}{
		{"one value", []float64{1}, []float64{1}, errConstantShares},
		{"all perfect", []float64{1, 2, 3}, []float64{1, 1, 1}, errConstantShares},
		{"all at chance", []float64{1, 2, 3}, []float64{.5, .5, .5}, errConstantShares},
		{"two values above chance", []float64{1, 2}, []float64{.6, .9}, errTwoShares},
	} {
		if _, _, err := fitPsychometric(c.x, c.y, thorough); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.want)
		}
	}
	for name, y := range map[string][]float64{"falling": {1, .9, .7, .6}, "low in the middle": {1, .5, .5, 1}, "high in the middle": {.5, 1, 1, .5}} {
		if _, explained, err := fitPsychometric([]float64{1, 2, 3, 4}, y, thorough); err != nil || explained > .4 {
			t.Errorf("%s: R² %v, error %v", name, explained, err)
		}
	}
}

// TestPsychometricIsLargest wants no point of a dense grid above the maximum that was
// found, and no slope at it.
func TestPsychometricIsLargest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	fits := 0
	for range 150 {
		n, trials := 3+r.IntN(10), 4+r.IntN(30)
		x, y := make([]float64, n), make([]float64, n)
		slope, middle, lapse := math.Exp(3*r.Float64()), 2*r.Float64()-1, .2*r.Float64()
		for i := range x {
			x[i] = 2*float64(i)/float64(n-1) - 1
			for range trials {
				if r.Float64() < .5+(.5-lapse)*normalShare(slope*(x[i]-middle)) {
					y[i] += 1 / float64(trials)
				}
			}
			y[i] = min(1, y[i])
		}
		p, explained, err := fitPsychometric(x, y, thorough)
		if err != nil {
			if !errors.Is(err, errConstantShares) {
				t.Errorf("%v: %v", y, err)
			}
			continue
		}
		f := newPsychometricFit(x, y, thorough)
		best := f.bestStep().likelihood
		if !math.IsInf(p.slope, 1) {
			fits++
			at := psychometricPoint{offset: p.offset, logSlope: math.Log(p.slope), scale: p.scale}
			best = f.likelihoodAt(at)
			gradient, _ := f.derivatives(at)
			if p.scale == maxScale {
				gradient[2] = 0
			}
			if slope := max(math.Abs(gradient[0]), math.Abs(gradient[1]), math.Abs(gradient[2])); explained > .4 && slope > 1e-9 {
				t.Errorf("%v: the likelihood has the slope %v", y, slope)
			}
		}
		for i := range 40 {
			for j := range 41 {
				slope, center := math.Exp(-1.5+6*float64(i)/39), -1.5+3*float64(j)/40
				q := f.bestScale(psychometricPoint{offset: -slope * center, logSlope: math.Log(slope)})
				if q.likelihood > best+1e-9 && explained > .3 {
					t.Fatalf("%v: likelihood %v at %+v, above the %v of %+v", y, q.likelihood, q, best, p)
				}
			}
		}
	}
	if fits < 40 {
		t.Errorf("only %d of the fits are finite", fits)
	}
}

func BenchmarkPsychometric(b *testing.B) {
	x := []float64{0, 20, 40, 60, 80, 100, 120, 140, 160, 180}
	y := []float64{.533, .583, .65, .73, .816, .883, .933, .966, .95, .966}
	for b.Loop() {
		if _, _, err := fitPsychometric(x, y, thorough); err != nil {
			b.Fatal(err)
		}
	}
}
