// Package testinput makes inputs of metrics for tests: of drawn cases, and of the golden
// files with the figures that an independent program computed of them.
package testinput

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// Gram returns the Gram matrix of a case.
func Gram(t testing.TB, c simulated.Case, needs stream.Needs) *stream.Gram {
	t.Helper()
	sink := stream.NewGramSink(nil, c.N, c.Features, needs, 2)
	if err := stream.RunPass(context.Background(), c, []stream.Sink{sink}, stream.PassOptions{}); err != nil {
		t.Fatal(err)
	}
	return sink.Gram()
}

// Neural returns a case as the input of a metric on recordings, with four splits.
func Neural(t testing.TB, c simulated.Case, workers int) metrics.NeuralInput {
	t.Helper()
	labels := make([]int, c.N)
	for i := range labels {
		labels[i] = i % 4
	}
	splits, err := metrics.StratifiedSplits(labels, metrics.SplitPlan{Splits: 4, TrainSize: .9, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return metrics.NeuralInput{Gram: Gram(t, c, stream.Needs{Gram: true, RowSums: true, Features: true}), Stimuli: c.N, Responses: c.Y, Neuroids: c.Neuroids, Splits: splits, Workers: workers}
}

// WarnsOfRounding reports whether a score says that rounding moves it.
func WarnsOfRounding(s metrics.Score) bool {
	return slices.ContainsFunc(s.Warnings, func(w string) bool { return strings.Contains(w, "rounding") })
}
