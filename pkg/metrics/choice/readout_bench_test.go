package choice

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// BenchmarkReadoutAccuracy is 40 splits of 120 images of ten objects, tested in 13 domains of
// 60 to 120 images, on 4,096 features.
func BenchmarkReadoutAccuracy(b *testing.B) {
	const features = 4096
	options := metrics.Options{"train": "a", "domains": []any{"b", "c", "d", "e", "f", "g", "h", "i"}, "by_background": []any{"j", "k", "l", "m"}, "splits": 40}
	metric, err := metrics.New("readout_accuracy", options)
	if err != nil {
		b.Fatal(err)
	}
	of := metric.(metrics.Domains)
	in := metrics.DomainInput{Domains: make([][]int, len(of.Domains())), Names: make([]string, 10), Workers: 1}
	for k, domain := range of.Domains() {
		images := 60
		if k == 0 || domain.ByBackground {
			images = 120
		}
		for i := range images {
			in.Domains[k] = append(in.Domains[k], len(in.Rows))
			in.Objects, in.Backgrounds, in.Rows = append(in.Objects, i%10), append(in.Backgrounds, i), append(in.Rows, len(in.Rows))
		}
	}
	r, x := rand.New(rand.NewPCG(1, 2)), make([]float64, len(in.Rows)*features)
	for i := range x {
		x[i] = r.Float64()
	}
	layer := stream.InMemory(x, len(in.Rows), features)
	pass := func(ctx context.Context, s stream.Sink) error {
		return stream.RunPass(ctx, layer, []stream.Sink{s}, stream.PassOptions{})
	}
	for b.Loop() {
		s, err := of.NewDomains(in)
		if err != nil {
			b.Fatal(err)
		}
		if err := pass(b.Context(), s); err != nil {
			b.Fatal(err)
		}
		if _, err := s.Score(b.Context(), pass); err != nil {
			b.Fatal(err)
		}
	}
}
