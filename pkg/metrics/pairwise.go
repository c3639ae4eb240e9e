package metrics

import (
	"context"

	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// Pairwise is a metric that also compares layers with each other, as it compares a layer with
// recordings. Each layer is represented once, for any number of comparisons.
type Pairwise interface {
	Neural
	// Represent returns what the metric compares of a layer on all stimuli of its Gram matrix,
	// for which the metric's Needs hold. Too few stimuli are a *TooFewError.
	Represent(ctx context.Context, g *stream.Gram, workers int) (Represented, error)
	// PairMemory estimates what a layer of the given shape takes: Kept while it is compared,
	// with its Gram matrix if that is needed, Working and Rare beside while it is represented
	// or compared.
	PairMemory(s Shape) Memory
}

// Represented is a layer as one metric compares it with others.
type Represented interface {
	// Compare returns the raw score of two layers that the same metric represents, on the same
	// stimuli in the same order. It is the same in either order, bit for bit. Its warnings are
	// those of the pair. Comparisons run one after the other.
	Compare(ctx context.Context, other Represented, workers int) (Score, error)
	// Warnings say what is doubtful about each comparison of the layer.
	Warnings() []string
}

// PairwiseNames lists the names of the metrics that compare layers with each other.
func PairwiseNames() []string {
	var names []string
	for _, name := range Names() {
		metric, err := New(name, nil)
		if err != nil {
			continue // it needs an option, as metrics of other kinds do
		}
		if _, ok := metric.(Pairwise); ok {
			names = append(names, name)
		}
	}
	return names
}
