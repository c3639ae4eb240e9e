package metrics

import (
	"context"
	"strings"
	"testing"
)

func newBehavioral(t testing.TB, name string, options Options) Behavioral {
	t.Helper()
	m, err := New(name, options)
	if err != nil {
		t.Fatal(err)
	}
	return m.(Behavioral)
}

// choiceMetric is the metric of a golden benchmark's name.
func choiceMetric(benchmark string) string { return benchmark[strings.LastIndex(benchmark, "-")+1:] }

func TestChoicesFromGivenProbabilities(t *testing.T) {
	o := goldenObjectome(t)
	in := BehavioralInput{Human: o.human, Truth: o.truth, Probabilities: o.givenProbabilities(t)}
	n := 0
	for _, want := range expectedScores(t, "golden/expected.json") {
		if want.Model != "objectome-mini-readout" {
			continue
		}
		n++
		t.Run(want.Benchmark, func(t *testing.T) {
			got, err := newBehavioral(t, choiceMetric(want.Benchmark), nil).ScoreBehavior(context.Background(), in)
			if err != nil {
				t.Fatal(err)
			}
			want.Raw.check(t, "raw", got.Raw, 1e-12)
			want.Ceiling.check(t, "ceiling", got.Ceiling, 1e-12)
			want.Score.check(t, "score", got.Ceiled, 1e-12)
			if len(got.Warnings) > 0 {
				t.Error("warnings:", got.Warnings)
			}
		})
	}
	if n != 6 {
		t.Errorf("%d cases, want 6", n)
	}
}
