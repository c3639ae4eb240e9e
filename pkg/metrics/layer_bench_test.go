package metrics_test

import (
	"context"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// wide is a source of more columns than a case has: them again and again, each
// time scaled otherwise.
type wide struct {
	simulated.Case
	cols int
}

func (w wide) Cols() int { return w.cols }
func (w wide) ReadBlock(lo, hi int, dst []float64, ld int) error {
	for i := range w.N {
		row := w.X[i*w.Features : (i+1)*w.Features]
		for j := lo; j < hi; j++ {
			dst[i*ld+j-lo] = row[j%w.Features] * float64(1+j/w.Features)
		}
	}
	return nil
}

// BenchmarkLayer scores benchmarks on one layer, 2,560 stimuli × 25,088
// features: one of pls alone, and pls, ridge, cka and rdm on each of two
// regions.
func BenchmarkLayer(b *testing.B) {
	c := simulated.New(1, 2560, 1024, 168+88)
	source := wide{c, 25088}
	labels := make([]int, c.N)
	for i := range labels {
		labels[i] = i % 8
	}
	splits, err := metrics.StratifiedSplits(labels, metrics.SplitPlan{Splits: 10, TrainSize: .9, Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	var columns []int
	for j := range c.Neuroids {
		columns = append(columns, j)
	}
	it := metrics.NeuralInput{Stimuli: c.N, Responses: dense.SelectColumns(c.Y, c.Neuroids, columns[:168]), Neuroids: 168, Workers: 2}
	v4 := metrics.NeuralInput{Stimuli: c.N, Responses: dense.SelectColumns(c.Y, c.Neuroids, columns[168:]), Neuroids: 88, Workers: 2}
	run := func(b *testing.B, names []string, regions ...metrics.NeuralInput) {
		for b.Loop() {
			sink := stream.NewGramSink(nil, c.N, source.cols, stream.Needs{Gram: true, RowSums: slices.Contains(names, "rdm")}, 2)
			if err := stream.RunPass(context.Background(), source, []stream.Sink{sink}, stream.PassOptions{}); err != nil {
				b.Fatal(err)
			}
			for _, in := range regions {
				for _, name := range names {
					metric, err := metrics.New(name, nil)
					if err != nil {
						b.Fatal(err)
					}
					in.Gram, in.Splits = sink.Gram(), nil
					if metric.Info().Kind == metrics.KindMapping {
						in.Splits = splits
					}
					if _, err := metric.(metrics.Neural).ScoreNeural(context.Background(), in); err != nil {
						b.Fatal(err)
					}
				}
			}
		}
	}
	b.Run("pls", func(b *testing.B) { run(b, []string{"pls"}, it) })
	b.Run("all", func(b *testing.B) { run(b, []string{"pls", "ridge", "cka", "rdm"}, it, v4) })
	for _, name := range []string{"reverse_pls", "reverse_ridge", "reverse_ridgecv", "reverse_linear", "reverse_neuron_to_neuron"} {
		b.Run(name, func(b *testing.B) {
			metric, err := metrics.New(name, nil)
			if err != nil {
				b.Fatal(err)
			}
			in := it
			in.Splits = splits
			for b.Loop() {
				if _, err := metrics.ScoreColumns(context.Background(), metric.(metrics.Neural), source, in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
