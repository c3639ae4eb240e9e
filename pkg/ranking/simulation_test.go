//go:build simulation

package ranking

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// experiment is how scores of two models come about: a value of each neuroid
// and split is the model's true one, plus what the neuroid, the split and both
// together give it.
type experiment struct {
	name             string
	neuroids, splits int
	// Standard deviations: of neuroids' values that both models share, of each
	// model's own ones, of splits (shared, own), and of single values.
	shared, own, splitShared, splitOwn, single float64
	heavy                                      bool // own values have heavier tails
	difference                                 float64
}

func (e experiment) draw(r *rand.Rand) [2]benchmarks.ModelResult {
	normal := func(sd float64) float64 { return sd * r.NormFloat64() }
	own := func() float64 {
		if e.heavy { // Student's t of 3 degrees of freedom, of the same spread
			s := 0.0
			for range 3 {
				z := r.NormFloat64()
				s += z * z
			}
			return e.own * r.NormFloat64() / math.Sqrt(s)
		}
		return normal(e.own)
	}
	n, s := max(1, e.neuroids), e.splits
	neuroid, split := make([]float64, n), make([]float64, s)
	for i := range neuroid {
		neuroid[i] = normal(e.shared)
	}
	for i := range split {
		split[i] = normal(e.splitShared)
	}
	var out [2]benchmarks.ModelResult
	for m := range out {
		splitOwn, rows := make([]float64, s), make([][]float64, s)
		for i := range s {
			splitOwn[i] = normal(e.splitOwn)
			rows[i] = make([]float64, n)
		}
		result := benchmarks.Result{Benchmark: "simulated", Layer: "l", Region: "IT"}
		for j := range n {
			mine, sum := 0.0, 0.0
			if e.neuroids > 0 {
				mine = own()
			}
			for i := range s {
				rows[i][j] = 0.5 + float64(m)*e.difference + neuroid[j] + mine + split[i] + splitOwn[i] + normal(e.single)
				sum += rows[i][j]
			}
			if e.neuroids > 0 {
				result.NeuroidIDs = append(result.NeuroidIDs, fmt.Sprint("n", j))
				result.Neuroids = append(result.Neuroids, sum/float64(s))
			}
		}
		medians := make([]float64, s)
		for i := range s {
			medians[i] = metrics.Median(rows[i])
		}
		result.Metric = "pls"
		result.Raw = metrics.MeanSEM(medians)
		result.Ceiling = metrics.Exact(0.8)
		result.Ceiled, _ = metrics.Ceil(result.Raw, result.Ceiling, metrics.ExplainedVariance)
		out[m] = benchmarks.ModelResult{Model: fmt.Sprint("m", m), Scores: []benchmarks.Result{result}}
	}
	return out
}

// Equal models are told apart in about 5 % of experiments, and intervals hold
// the true difference in about 95 %.
func TestErrorRates(t *testing.T) {
	const experiments = 2000
	for _, e := range []experiment{
		{name: "30 neuroids", neuroids: 30, splits: 10, shared: 0.1, own: 0.05, splitShared: 0.02, splitOwn: 0.003, single: 0.03},
		{name: "168 neuroids", neuroids: 168, splits: 10, shared: 0.1, own: 0.05, splitShared: 0.02, splitOwn: 0.002, single: 0.03},
		{name: "168 neuroids, splits matter", neuroids: 168, splits: 10, shared: 0.1, own: 0.05, splitShared: 0.02, splitOwn: 0.015, single: 0.03},
		{name: "60 neuroids, splits do not matter", neuroids: 60, splits: 10, shared: 0.1, own: 0.05, single: 0.03},
		{name: "88 neuroids, heavy tails", neuroids: 88, splits: 10, shared: 0.1, own: 0.05, splitOwn: 0.002, single: 0.03, heavy: true},
		{name: "88 neuroids, unequal models", neuroids: 88, splits: 10, shared: 0.1, own: 0.05, splitOwn: 0.002, single: 0.03, difference: 0.02},
		{name: "10 halvings", splits: 10, splitShared: 0.03, splitOwn: 0.02},
		{name: "20 halvings", splits: 20, splitShared: 0.03, splitOwn: 0.02},
	} {
		t.Run(e.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 1))
			rejected, covered, scoreCovered, rawCovered := 0, 0, 0, 0
			for i := range experiments {
				m := e.draw(r)
				c, err := Compare(t.Context(), []Side{{Name: "a", Models: m[:1]}, {Name: "b", Models: m[1:]}}, CompareOptions{Alpha: 0.05, Seed: uint64(i), Jobs: runtime.GOMAXPROCS(0), Draws: 999})
				if err != nil {
					t.Fatal(err)
				}
				if c.List[0].P <= 0.05 {
					rejected++
				}
				// The intervals of one model's score; its splits have no true
				// mean of their own beside that of the values.
				one := m[0].Scores[0]
				addInterval(&one, uint64(i), 999)
				if in := one.Raw.Interval; in.Low <= 0.5 && 0.5 <= in.High {
					rawCovered++
				}
				if in := one.Ceiled.Interval; in.Low <= 0.5*0.5/0.8 && 0.5*0.5/0.8 <= in.High {
					scoreCovered++
				}
				if in := c.List[0].Raw.Interval; in.Low <= e.difference && e.difference <= in.High {
					covered++
				}
			}
			typeOne, coverage := float64(rejected)/experiments, float64(covered)/experiments
			ofRaw, ofScore := float64(rawCovered)/experiments, float64(scoreCovered)/experiments
			t.Logf("significant in %.2f %%, coverage %.2f %%; of one raw score %.2f %%, ceiled %.2f %%", 100*typeOne, 100*coverage, 100*ofRaw, 100*ofScore)
			if ofRaw < 0.93 || ofRaw > 0.98 || ofScore < 0.93 || ofScore > 0.98 {
				t.Errorf("coverage of one raw score %.2f %%, ceiled %.2f %%", 100*ofRaw, 100*ofScore)
			}
			if e.difference == 0 && (typeOne < 0.025 || typeOne > 0.065) || coverage < 0.93 || coverage > 0.98 {
				t.Errorf("significant in %.2f %%, coverage %.2f %%", 100*typeOne, 100*coverage)
			}
		})
	}
}
