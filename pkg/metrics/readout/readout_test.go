package readout

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/plain"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

var readoutCases = []struct {
	name                 string
	m, features, classes int
	c, signal            float64
}{
	{"weak penalty", 60, 40, 4, 10, 0.5},
	{"rank below rows", 200, 12, 5, 1e-3, 0.3},
	{"rank above rows", 80, 300, 8, 1e-3, 0.2},
	{"separable", 90, 200, 3, 1, 3},
	{"two classes", 50, 5, 2, 1, 0.1},
	{"many more rows than directions", 400, 600, 12, 1 / (0.463 * 400), 0.3},
	{"tiny penalty", 40, 100, 4, 1e4, 1},
}

// The gradient of the objective in the weights themselves, from the features,
// vanishes at the fit.
func TestReadoutGradientVanishes(t *testing.T) {
	for _, tt := range readoutCases {
		t.Run(tt.name, func(t *testing.T) {
			x, labels := simulated.Readout(tt.m, tt.features, tt.classes, tt.signal)
			k := plain.CrossGram(x, x, tt.features)
			r, err := Fit(context.Background(), k, tt.m, labels, tt.classes, tt.c, 1)
			if err != nil {
				t.Fatal(err)
			}
			p := r.Probabilities(k, tt.m)
			dual := r.Dual()
			norm, start := 0.0, 0.0
			for c := range tt.classes {
				intercept := 0.0
				for f := range tt.features {
					w, g, g0 := 0.0, 0.0, 0.0
					for i := range tt.m {
						xi := x[i*tt.features+f]
						w += dual[c*tt.m+i] * xi
						y := 0.0
						if labels[i] == c {
							y = 1
						}
						g += tt.c * (p[i*tt.classes+c] - y) * xi
						g0 += tt.c * (1/float64(tt.classes) - y) * xi
					}
					norm += (w + g) * (w + g)
					start += g0 * g0
				}
				for i := range tt.m {
					intercept += p[i*tt.classes+c]
					if labels[i] == c {
						intercept--
					}
				}
				norm += intercept * intercept * tt.c * tt.c
			}
			if relative := math.Sqrt(norm / start); !(relative <= 1e-10) {
				t.Errorf("relative gradient %.3g after %d steps (own figure %.3g)", relative, r.Iterations(), r.Gradient())
			}
		})
	}
}

func TestReadoutDoesNotDependOnWorkers(t *testing.T) {
	x, labels := simulated.Readout(150, 400, 6, 0.4)
	k := plain.CrossGram(x, x, 400)
	fit := func(workers int) []float64 {
		r, err := Fit(context.Background(), k, 150, labels, 6, 1e-3, workers)
		if err != nil {
			t.Fatal(err)
		}
		return append(r.Dual(), r.Intercepts()...)
	}
	one, eight := fit(1), fit(8)
	for i := range one {
		if one[i] != eight[i] {
			t.Fatalf("coefficient %d: %v with 1 worker, %v with 8", i, one[i], eight[i])
		}
	}
}

func TestReadoutFollowsRelabelledClasses(t *testing.T) {
	x, labels := simulated.Readout(80, 60, 5, 0.4)
	k := plain.CrossGram(x, x, 60)
	to := []int{3, 0, 4, 1, 2}
	relabelled := make([]int, len(labels))
	for i, label := range labels {
		relabelled[i] = to[label]
	}
	fit := func(labels []int) []float64 {
		r, err := Fit(context.Background(), k, 80, labels, 5, 0.1, 1)
		if err != nil {
			t.Fatal(err)
		}
		return r.Probabilities(k, 80)
	}
	p, q := fit(labels), fit(relabelled)
	for i := range 80 {
		for c := range 5 {
			if d := math.Abs(p[i*5+c] - q[i*5+to[c]]); d > 1e-9 {
				t.Fatalf("row %d, class %d: off by %.2g", i, c, d)
			}
		}
	}
}

// Without features the intercepts alone give the frequencies of the classes.
func TestReadoutOfConstantFeatures(t *testing.T) {
	labels := []int{0, 0, 0, 1, 1, 2}
	r, err := Fit(context.Background(), make([]float64, 36), 6, labels, 3, 1e-3, 1)
	if err != nil {
		t.Fatal(err)
	}
	p := r.Probabilities(make([]float64, 6), 1)
	for c, want := range []float64{3. / 6, 2. / 6, 1. / 6} {
		if math.Abs(p[c]-want) > 1e-10 {
			t.Errorf("class %d: %v, want %v", c, p[c], want)
		}
	}
}

// Equal classes and constant features start at the optimum, to rounding.
func TestReadoutOfNothing(t *testing.T) {
	r, err := Fit(context.Background(), make([]float64, 36), 6, []int{0, 1, 2, 0, 1, 2}, 3, 1e-3, 1)
	if err != nil {
		t.Fatal(err)
	}
	for c, p := range r.Probabilities(make([]float64, 6), 1) {
		if math.Abs(p-1./3) > 1e-14 {
			t.Errorf("class %d: %v, want 1/3", c, p)
		}
	}
}

func TestReadoutErrors(t *testing.T) {
	good := []float64{1, 0, 0, 1}
	for _, tt := range []struct {
		name    string
		k       []float64
		labels  []int
		classes int
		c       float64
		want    string
	}{
		{"size", []float64{1}, []int{0, 1}, 2, 1, "1 values for 2 rows"},
		{"labels", good, []int{0}, 2, 1, "1 labels for 2 rows"},
		{"label range", good, []int{0, 2}, 2, 1, "label 2 of row 1"},
		{"one class", good, []int{0, 0}, 1, 1, "1 classes"},
		{"class without rows", good, []int{0, 0}, 2, 1, "class 1 has no fitting rows"},
		{"c", good, []int{0, 1}, 2, 0, "C is 0"},
		{"NaN", []float64{1, 0, math.NaN(), 1}, []int{0, 1}, 2, 1, "NaN at row 1, column 0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Fit(context.Background(), tt.k, 2, tt.labels, tt.classes, tt.c, 1)
			var typed *InputError
			if !errors.As(err, &typed) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Fit(ctx, good, 2, []int{0, 1}, 2, 1, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

// On features and on inner products the optimum is the same.
func TestReadoutOfFeatures(t *testing.T) {
	for _, tt := range readoutCases {
		t.Run(tt.name, func(t *testing.T) {
			ctx := context.Background()
			x, labels := simulated.Readout(tt.m, tt.features, tt.classes, tt.signal)
			k := plain.CrossGram(x, x, tt.features)
			a, err := Fit(ctx, k, tt.m, labels, tt.classes, tt.c, 2)
			if err != nil {
				t.Fatal(err)
			}
			b, err := FitFeatures(ctx, x, tt.m, tt.features, labels, tt.classes, tt.c, 2)
			if err != nil {
				t.Fatal(err)
			}
			p, q := a.Probabilities(k, tt.m), b.ProbabilitiesOf(x, tt.m)
			for i := range p {
				if d := math.Abs(p[i] - q[i]); !(d < 1e-9) {
					t.Fatalf("probability %d: off by %.2g", i, d)
				}
			}
		})
	}
	if _, err := FitFeatures(context.Background(), []float64{1, math.Inf(1)}, 2, 1, []int{0, 1}, 2, 1, 1); err == nil || !strings.Contains(err.Error(), "features have +Inf at row 1") {
		t.Errorf("error %v", err)
	}
}

// TestReadoutSink compares both ways through a pass.
func TestReadoutSink(t *testing.T) {
	c := simulated.New(31, 90, 300, 1)
	labels := make([]int, 60)
	for i := range labels {
		labels[i] = i % 3
	}
	for _, features := range []int{30, 31} {
		c := simulated.Case{N: c.N, Features: features, X: dense.SelectColumns(c.X, c.Features, dense.AllRows(features))}
		var want []float64
		for _, sink := range []*stream.FitGramSink{stream.NewFitGramSink(60, 30, features, true, 2), stream.NewReadoutSink(60, 30, features, 2)} {
			if err := stream.RunPass(context.Background(), c, []stream.Sink{sink}, stream.PassOptions{}); err != nil {
				t.Fatal(err)
			}
			p, _, err := FitGram(context.Background(), sink.Gram(), labels, 3, .1, 2)
			if err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = p
				continue
			}
			if held := sink.Gram().X != nil; held != (features == 30) {
				t.Errorf("%d features held: %v", features, held)
			}
			for i := range want {
				if !(math.Abs(p[i]-want[i]) < 1e-9) {
					t.Fatalf("%d features: probability %d is %v, want %v", features, i, p[i], want[i])
				}
			}
		}
	}
}

func BenchmarkReadout(b *testing.B) {
	for _, tt := range []struct {
		name                 string
		m, features, classes int
		c                    float64
	}{{"objectome", 2400, 4096, 24, 1e-3}, {"narrow", 2400, 512, 24, 1e-3}, {"ost", 1200, 2048, 10, 1 / (0.463 * 1200)}} {
		b.Run(tt.name, func(b *testing.B) {
			x, labels := simulated.Readout(tt.m, tt.features, tt.classes, 0.1)
			k := plain.CrossGram(x, x, tt.features)
			for b.Loop() {
				if _, err := Fit(context.Background(), k, tt.m, labels, tt.classes, tt.c, 2); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkReadoutOfFeatures(b *testing.B) {
	x, labels := simulated.Readout(2400, 512, 24, 0.1)
	for b.Loop() {
		if _, err := FitFeatures(context.Background(), x, 2400, 512, labels, 24, 1e-3, 2); err != nil {
			b.Fatal(err)
		}
	}
}
