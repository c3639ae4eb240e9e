package benchmarks

import (
	"math"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

func TestCurves(t *testing.T) {
	m := &ModelResult{Model: "net"}
	add := func(benchmark, region, layer string, raw, ceiled float64) {
		m.Scores = append(m.Scores, Result{Benchmark: benchmark, Region: region, Layer: layer, Score: metrics.Score{Raw: metrics.Exact(raw), Ceiled: metrics.Exact(ceiled)}})
	}
	add("a", "IT", "conv10", 0.9, 0.5)
	add("a", "IT", "conv2", 0.1, 0.5)
	add("a", "IT", "conv3", 0.1, 0.9)
	add("b", "IT", "conv10", 0.5, 0.5)
	add("b", "IT", "conv2", 0.5, 0.5)
	add("c", "behavior", "responses", 0.5, 0.5)
	curves := Curves(m, OfCeiled)
	if len(curves) != 1 || curves[0].Best != "conv2" {
		t.Fatalf("got %+v", curves)
	}
	var names []string
	for _, p := range curves[0].Layers {
		names = append(names, p.Layer)
	}
	if !slices.Equal(names, []string{"conv2", "conv3", "conv10"}) || !math.IsNaN(curves[0].Layers[1].Value) {
		t.Errorf("got %+v", curves[0].Layers)
	}
	if best := Curves(m, OfRaw)[0].Best; best != "conv10" {
		t.Errorf("by raw scores %s is best", best)
	}
}

func TestCurvesByDepth(t *testing.T) {
	for _, c := range []struct{ byDepth, want []string }{
		{nil, []string{"avgpool", "conv2", "conv10", "layer1"}},
		{[]string{"conv2", "conv10", "layer1", "avgpool"}, []string{"conv2", "conv10", "layer1", "avgpool"}},
		{[]string{"layer1", "no-layer", "avgpool"}, []string{"layer1", "avgpool", "conv2", "conv10"}},
	} {
		m := &ModelResult{Model: "net", Layers: c.byDepth}
		for _, layer := range []string{"layer1", "conv10", "avgpool", "conv2"} {
			m.Scores = append(m.Scores, Result{Benchmark: "a", Region: "IT", Layer: layer, Score: metrics.Score{Raw: metrics.Exact(0.5), Ceiled: metrics.Exact(0.5)}})
		}
		curve := Curves(m, OfRaw)[0]
		var got []string
		for _, p := range curve.Layers {
			got = append(got, p.Layer)
		}
		if !slices.Equal(got, c.want) || curve.Best != c.want[0] {
			t.Errorf("by %v: %v, best %s, want %v", c.byDepth, got, curve.Best, c.want)
		}
	}
}

func TestInfiniteScoreIsNotBest(t *testing.T) {
	m := &ModelResult{Model: "net"}
	for layer, v := range map[string]float64{"a": 0.3, "b": math.Inf(1), "c": math.NaN(), "d": math.Inf(-1)} {
		m.Scores = append(m.Scores, Result{Benchmark: "IT", Region: "IT", Layer: layer, Score: metrics.Score{Raw: metrics.Exact(v), Ceiled: metrics.Exact(v)}})
	}
	if best := Curves(m, OfRaw)[0].Best; best != "a" {
		t.Errorf("the best layer is %q", best)
	}
}

func TestCompareNatural(t *testing.T) {
	ordered := []string{"", "a", "a1", "a2", "a10", "a10b", "b", "layer.2.conv9", "layer.2.conv10", "layer.10.conv1"}
	for i, a := range ordered {
		for j, b := range ordered {
			if got := CompareNatural(a, b); (got < 0) != (i < j) || (got == 0) != (i == j) {
				t.Errorf("%q against %q: %d", a, b, got)
			}
		}
	}
	if CompareNatural("a01", "a1") == 0 {
		t.Error("two names are one")
	}
}
