package stream_test

import (
	"context"
	"fmt"
	"log"

	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// energy is a sink that adds up the squared activations of each stimulus.
type energy struct{ sums []float64 }

// Block adds the squares of the next columns.
func (e *energy) Block(_ context.Context, b stream.Block) error {
	row := make([]float64, b.Cols)
	for i := range e.sums {
		b.Row(i, 0, row)
		for _, v := range row {
			e.sums[i] += v * v
		}
	}
	return nil
}

// Done does nothing: the sums are complete.
func (e *energy) Done(context.Context) error { return nil }

// One pass gives its blocks to a Gram matrix and to a sink of one's own.
func Example() {
	layer := stream.InMemory([]float64{
		1, 2, 2,
		0, 3, 4,
		2, 4, 3,
	}, 3, 3)
	gram := stream.NewGramSink(nil, layer.Rows(), layer.Cols(), stream.Needs{Gram: true}, 1)
	own := &energy{sums: make([]float64, layer.Rows())}
	if err := stream.RunPass(context.Background(), layer, []stream.Sink{gram, own}, stream.PassOptions{}); err != nil {
		log.Fatal(err)
	}
	fmt.Println("inner products of centered rows:", gram.Gram().K[0], gram.Gram().K[1], gram.Gram().K[2])
	fmt.Println("squared lengths:", own.sums)
	// Output:
	// inner products of centered rows: 2 -1 -1
	// squared lengths: [9 25 29]
}

// counter is what a metric keeps on a Gram matrix.
type counter struct{ uses int }

func ExampleAttached() {
	layer := stream.InMemory([]float64{1, 2, 3, 4}, 2, 2)
	sink := stream.NewGramSink(nil, 2, 2, stream.Needs{Gram: true}, 1)
	if err := stream.RunPass(context.Background(), layer, []stream.Sink{sink}, stream.PassOptions{}); err != nil {
		log.Fatal(err)
	}
	for range 2 {
		stream.Attached[counter](sink.Gram()).uses++
	}
	fmt.Println(stream.Attached[counter](sink.Gram()).uses)
	// Output: 2
}

// A layer that joins two others says how many columns each has, for metrics that weigh
// these apart.
func ExampleInBands() {
	joined := stream.InBands(stream.InMemory([]float64{
		1, 2, 3,
		4, 5, 6,
	}, 2, 3), []int{1, 2})
	fmt.Println(stream.BandsOf(joined))
	// Output: [1 2]
}
