package choice

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/plain"
)

// Samples that are drawn as they are written down give the score itself.
func TestSampleOfAllIsTheSame(t *testing.T) {
	in := metrics.BehavioralInput{Probabilities: []float64{0.5, 0.2, 0.3, 0.1, 0.8, 0.1, 0.3, 0.3, 0.4, 0.2, 0.1, 0.7}, Truth: []int{0, 1, 2, 2}}
	m := matrixOfProbabilities(in.Probabilities, in.Truth, 3)
	for _, normalize := range []bool{false, true} {
		want := imageDprimes(m, normalize)
		for i, v := range imageDprimes(withHits(m).take([]int{0, 1, 2, 3}, &choiceMatrix{}), normalize) {
			if v != want[i] && !(math.IsNaN(v) && math.IsNaN(want[i])) {
				t.Errorf("cell %d: got %v, want %v", i, v, want[i])
			}
		}
	}
	r := rand.New(rand.NewPCG(1, 0))
	for range 100 {
		for i, s := range stratify(in.Truth).draw(r, nil) {
			if in.Truth[s] != in.Truth[i] {
				t.Fatalf("stimulus %d stands for %d", s, i)
			}
		}
	}
}

// Intervals change nothing else of a score.
func TestIntervalsAreBeside(t *testing.T) {
	in := metrics.ConsistencyInput{Subjects: 2, Conditions: 2, Stimuli: 40}
	r := rand.New(rand.NewPCG(1, 1))
	for s := range in.Stimuli {
		in.ModelCorrect = append(in.ModelCorrect, r.IntN(2) == 0)
		for subject := range 2 {
			in.Trials = append(in.Trials, metrics.ConsistencyTrial{Subject: subject, Condition: s % 2, Stimulus: s, Correct: r.IntN(2) == 0})
		}
	}
	without, err := errorConsistency{}.ScoreConsistency(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	in.Intervals = metrics.Resampling{Samples: 99, Seed: 1}
	with, err := errorConsistency{}.ScoreConsistency(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if i := with.Raw.Interval; i.None() || i.Low > with.Raw.Value || i.High < with.Raw.Value {
		t.Errorf("%v of %v", i, with.Raw.Value)
	}
	with.Raw.Interval, with.Ceiled.Interval = nil, nil
	if !reflect.DeepEqual(with, without) {
		t.Errorf("got %+v, want %+v", with, without)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (errorConsistency{}).ScoreConsistency(ctx, in); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// Intervals of correlations hold the value and lie within -1 and 1, whatever the
// samples gave.
func TestAboutCorrelation(t *testing.T) {
	nan := math.NaN()
	for _, tt := range []struct {
		name  string
		value float64
		draws []float64
		none  bool
	}{
		{"close to 1", 0.98, []float64{0.3, 0.9, 0.95, 0.99, 1, 1}, false},
		{"at 1", 1, []float64{0.2, 0.7, 1, 1, 1}, false},
		{"close to -1", -0.97, []float64{-1, -0.9, -0.8, 0, 0.3}, false},
		{"far from its samples", 0.9, []float64{0.2, 0.3, 0.4}, false},
		{"some samples have none", 0.5, []float64{nan, 0.4, 0.5, 0.6}, false},
		{"all alike", 0.5, []float64{0.5, 0.5, 0.5}, false},
		{"hardly any sample", 0.5, []float64{nan, nan, nan, 0.4}, true},
		{"no value", nan, []float64{0.1, 0.2}, true},
	} {
		scaled := make([]float64, len(tt.draws))
		for i, r := range tt.draws {
			scaled[i] = fisher(r)
		}
		got := aboutCorrelation(tt.value, scaled, 1.3, 0.05)
		if got.None() != tt.none || !tt.none && (got.Low < -1 || got.High > 1 || got.Low > tt.value || got.High < tt.value) {
			t.Errorf("%s: %v of %v", tt.name, got, tt.value)
		}
	}
}

func TestWidening(t *testing.T) {
	for _, tt := range []struct {
		of        strata
		jackknife float64
		want      float64
	}{
		{strata{{0, 1, 2}, {3, 4}}, 0, 3.182446305 / 1.959963985 * math.Sqrt(5./3)},
		{strata{{0, 1, 2}, {3, 4}}, 1, 3.182446305 / 1.959963985 * math.Sqrt(5./3)},
		{strata{{0, 1, 2}, {3, 4}}, 6, 3.182446305 / 1.959963985 * 3},
		{strata{{0}, {1, 2}, nil}, math.NaN(), 12.70620474 / 1.959963985 * math.Sqrt(3)},
		{strata{{0}, {1}}, 6, math.NaN()},
	} {
		if got := tt.of.widening([]float64{-2, 2}, tt.jackknife, 0.05); !plain.Near(got, tt.want, 1e-8) {
			t.Errorf("%v: %v, want %v", tt.of, got, tt.want)
		}
	}
}

// The jackknife's standard error of a mean is the usual one.
func TestJackknife(t *testing.T) {
	values := []float64{1, 4, 2, 8, 5}
	mean := func(sample []int) (float64, float64) {
		sum := 0.0
		for _, i := range sample {
			sum += values[i]
		}
		return sum / float64(len(sample)), math.NaN()
	}
	if got := (strata{{0, 1, 2, 3, 4}}).jackknife(mean); !plain.Near(got[0], math.Sqrt(7.5/5), 1e-12) || got[1] != 0 {
		t.Errorf("%v, want %v", got, math.Sqrt(7.5/5))
	}
	if got := (strata{{0}, {1}, make([]int, fewElements)}).jackknife(mean); got != [2]float64{} {
		t.Errorf("%v of many elements", got)
	}
}
