package ranking

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// clustered draws a score of neuroids that share much with those of their cluster,
// about 0.5.
func clustered(r *rand.Rand, clusters, size int, named bool) benchmarks.Result {
	result := benchmarks.Result{Benchmark: "simulated", Metric: "pls"}
	result.Ceiling = metrics.Exact(0.8)
	for c := range clusters {
		shared := 0.1 * r.NormFloat64()
		for i := range size {
			result.NeuroidIDs = append(result.NeuroidIDs, fmt.Sprint(c, " ", i))
			result.Neuroids = append(result.Neuroids, 0.5+shared+0.04*r.NormFloat64())
			if named {
				result.Clusters = append(result.Clusters, fmt.Sprint("electrode ", c))
			}
		}
	}
	result.Raw = metrics.Estimate{Value: metrics.Median(result.Neuroids)}
	result.Ceiled, _ = metrics.Ceil(result.Raw, result.Ceiling, metrics.Ratio)
	return result
}

// Intervals of clustered neuroids hold the true value as often as they say only
// where whole clusters are drawn.
func TestClusterIntervalCoverage(t *testing.T) {
	const experiments = 150
	for _, c := range []struct {
		clusters, size int
		named          bool
		least, most    float64
	}{
		{12, 8, true, 0.91, 0.99},
		{6, 20, true, 0.90, 0.995},
		{30, 3, true, 0.91, 0.99},
		{12, 8, false, 0, 0.85},
	} {
		r := rand.New(rand.NewPCG(3, uint64(c.clusters)))
		held := 0.0
		for k := range experiments {
			result := clustered(r, c.clusters, c.size, c.named)
			addInterval(&result, uint64(k), 199)
			if i := result.Raw.Interval; i.Low <= 0.5 && 0.5 <= i.High {
				held += 1. / experiments
			}
		}
		t.Logf("%d clusters of %d neuroids, named %v: %.1f %%", c.clusters, c.size, c.named, 100*held)
		if held < c.least || held > c.most {
			t.Errorf("%d clusters of %d neuroids, named %v: coverage %.1f %%", c.clusters, c.size, c.named, 100*held)
		}
	}
}

func TestOneCluster(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	result := clustered(r, 1, 20, true)
	result.Raw.Splits = []float64{0.5, 0.51, 0.52}
	addInterval(&result, 1, 99)
	if !result.Raw.Interval.None() || !result.Ceiled.Interval.None() || !strings.Contains(strings.Join(result.Warnings, " "), "one cluster") {
		t.Errorf("%v, %v, %q", result.Raw.Interval, result.Ceiled.Interval, result.Warnings)
	}
}

// Where each neuroid is its own cluster, the interval is about as wide as without.
func TestClustersOfOne(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	alone := clustered(r, 60, 1, true)
	plain := alone
	plain.Clusters = nil
	addInterval(&alone, 1, 1999)
	addInterval(&plain, 1, 1999)
	width := func(i *Interval) float64 { return i.High - i.Low }
	if ratio := width(alone.Raw.Interval) / width(plain.Raw.Interval); ratio < 0.85 || ratio > 1.15 {
		t.Errorf("%v as clusters, %v alone", *alone.Raw.Interval, *plain.Raw.Interval)
	}
}

// No interval of correlations leaves -1 to 1.
func TestIntervalsAreOfCorrelations(t *testing.T) {
	for _, value := range []float64{-0.98, 0, 0.97, 1} {
		result := benchmarks.Result{Benchmark: "simulated", Metric: "ost"}
		result.Ceiling = metrics.Exact(0.8)
		result.Raw = metrics.MeanSEM([]float64{value, max(-1, value-0.3), min(1, value+0.3), value})
		result.Ceiled, _ = metrics.Ceil(result.Raw, result.Ceiling, metrics.Ratio)
		addInterval(&result, 1, 999)
		if i, s := result.Raw.Interval, result.Ceiled.Interval; i.Low < -1 || i.High > 1 || s.Low < -1.25-1e-12 || s.High > 1.25+1e-12 {
			t.Errorf("%v: %v and %v", value, i, s)
		}
	}
}
