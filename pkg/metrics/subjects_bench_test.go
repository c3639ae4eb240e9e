package metrics_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// BenchmarkSubjects scores the subjects of recordings with one split on one layer with
// fewer features than stimuli. Subjects after the first take what depends on the
// activations alone from it.
func BenchmarkSubjects(b *testing.B) {
	const train, test, features, neuroids = 4096, 64, 1024, 64
	r := rand.New(rand.NewPCG(1, 2))
	split := metrics.Split{}
	for i := range train + test {
		if i < train {
			split.Train = append(split.Train, i)
		} else {
			split.Test = append(split.Test, i)
		}
	}
	x := make([]float64, (train+test)*features)
	if err := (rectified{train + test, features}).ReadBlock(0, features, x, features); err != nil {
		b.Fatal(err)
	}
	for i := range x {
		x[i] += r.NormFloat64() / 8
	}
	for _, name := range []string{"ridge", "ridgecv"} {
		m, err := metrics.New(name, nil)
		if err != nil {
			b.Fatal(err)
		}
		for _, subjects := range []int{1, 3} {
			b.Run(fmt.Sprintf("%s/subjects=%d", name, subjects), func(b *testing.B) {
				for b.Loop() {
					b.StopTimer()
					sink := stream.NewGramSink(nil, train+test, features, stream.Needs{Features: true}, 2)
					if err := stream.RunPass(context.Background(), stream.InMemory(x, train+test, features), []stream.Sink{sink}, stream.PassOptions{}); err != nil {
						b.Fatal(err)
					}
					responses := make([]float64, (train+test)*neuroids)
					for i := range responses {
						responses[i] = x[i/neuroids*features+i%neuroids] + 3*r.NormFloat64()
					}
					b.StartTimer()
					for range subjects {
						in := metrics.NeuralInput{Gram: sink.Gram(), Stimuli: train + test, Responses: responses, Neuroids: neuroids, Splits: []metrics.Split{split}, Workers: 2, Shared: true}
						if _, err := m.(metrics.Neural).ScoreNeural(context.Background(), in); err != nil {
							b.Fatal(err)
						}
					}
				}
			})
		}
	}
}
