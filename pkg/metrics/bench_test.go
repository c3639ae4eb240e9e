package metrics_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// The sizes of MajajHong2015: all stimuli, the IT neuroids, and layers from
// narrow to wide.
const (
	benchStimuli  = 2560
	benchNeuroids = 168
)

var benchFeatures = []int{1000, 4096, 25088}

// rectified is a layer made block by block, so that wide ones take no memory.
type rectified struct{ rows, cols int }

func (c rectified) Rows() int { return c.rows }
func (c rectified) Cols() int { return c.cols }
func (c rectified) ReadBlock(lo, hi int, dst []float64, ld int) error {
	for i := range c.rows {
		for j := lo; j < hi; j++ {
			h := uint64(i)*0x9e3779b97f4a7c15 ^ uint64(j)*0xbf58476d1ce4e5b9
			h ^= h >> 31
			h *= 0x94d049bb133111eb
			v := float64(int64(h)>>40) / (1 << 22)
			dst[i*ld+j-lo] = max(0, v+float64(i%8*(j%5))/20)
		}
	}
	return nil
}

func benchGram(b *testing.B, features int) *stream.Gram {
	b.Helper()
	sink := stream.NewGramSink(nil, benchStimuli, features, stream.Needs{Gram: true, RowSums: true, Features: true}, 2)
	if err := stream.RunPass(context.Background(), rectified{benchStimuli, features}, []stream.Sink{sink}, stream.PassOptions{}); err != nil {
		b.Fatal(err)
	}
	return sink.Gram()
}

func benchInput(b *testing.B, features, workers int) metrics.NeuralInput {
	b.Helper()
	labels := make([]int, benchStimuli)
	responses := make([]float64, benchStimuli*benchNeuroids)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range labels {
		labels[i] = i % 8
		for j := range benchNeuroids {
			responses[i*benchNeuroids+j] = float64(i%8*(j%7)) + 3*r.NormFloat64()
		}
	}
	splits, err := metrics.StratifiedSplits(labels, metrics.SplitPlan{Splits: 10, TrainSize: .9, Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	return metrics.NeuralInput{Gram: benchGram(b, features), Stimuli: benchStimuli, Responses: responses, Neuroids: benchNeuroids, Splits: splits, Workers: workers}
}

// BenchmarkPass makes the Gram matrix of a layer that is in memory already.
func BenchmarkPass(b *testing.B) {
	const features = 4096
	x := make([]float64, benchStimuli*features)
	if err := (rectified{benchStimuli, features}).ReadBlock(0, features, x, features); err != nil {
		b.Fatal(err)
	}
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			b.SetBytes(4 * benchStimuli * features)
			for b.Loop() {
				sink := stream.NewGramSink(nil, benchStimuli, features, stream.Needs{Gram: true}, workers)
				if err := stream.RunPass(context.Background(), stream.InMemory(x, benchStimuli, features), []stream.Sink{sink}, stream.PassOptions{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkMapping takes each mapping and similarity metric on ten splits,
// the Gram matrix given.
func BenchmarkMapping(b *testing.B) {
	for _, features := range benchFeatures {
		if testing.Short() && features > benchFeatures[0] {
			break
		}
		in := benchInput(b, features, 2)
		for _, name := range []string{"pls", "ridge", "ridgecv", "linear", "cka", "rdm"} {
			b.Run(fmt.Sprintf("%s/features=%d", name, features), func(b *testing.B) {
				metric, err := metrics.New(name, nil)
				if err != nil {
					b.Fatal(err)
				}
				of := in
				if metric.Info().Kind == metrics.KindSimilarity {
					of.Splits = nil
				}
				for b.Loop() {
					if _, err := metric.(metrics.Neural).ScoreNeural(context.Background(), of); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
