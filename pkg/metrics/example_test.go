package metrics_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// waves returns a small layer of 40 stimuli × 3 features, and responses of two
// neuroids: one that follows the features, and one that does so in part.
func waves() (activations, responses []float64, stimuli int) {
	const n = 40
	for i := range n {
		a, b, c := math.Sin(float64(i)), math.Cos(3*float64(i)), float64(i%5)
		activations = append(activations, a, b, c)
		responses = append(responses, 2*a-b+.1*math.Sin(17*float64(i)), math.Sin(29*float64(i))+.6*c)
	}
	return activations, responses, n
}

// Two matrices are all that a score needs: activations and responses to the same
// stimuli, row by row, and the splits to cross-validate on.
func ExampleScoreColumns() {
	activations, responses, stimuli := waves()
	splits, err := metrics.ShuffleSplits(stimuli, metrics.SplitPlan{Splits: 5, TrainSize: .8, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	metric, err := metrics.New("ridge", metrics.Options{"alpha": 0.5})
	if err != nil {
		log.Fatal(err)
	}
	layer := stream.InMemory(activations, stimuli, 3)
	score, err := metrics.ScoreColumns(context.Background(), metric.(metrics.Neural), layer,
		metrics.NeuralInput{Responses: responses, Neuroids: 2, Splits: splits, Workers: 2})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f ± %.3f\n", score.Raw.Value, score.Raw.Error)
	fmt.Printf("neuroids %.3f\n", score.Neuroids)
	// Output:
	// 0.794 ± 0.035
	// neuroids [0.999 0.589]
}

// A metric's Info documents its options, its range, and what NaN means.
func ExampleLookup() {
	info, err := metrics.Lookup("rdm")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(info.Kind, "with a score from", info.Range)
	for _, o := range info.Options {
		fmt.Printf("%s: %s, default %s\n", o.Name, o.Type, o.Default)
	}
	// Output:
	// similarity with a score from -1 to 1
	// distance: one of correlation|euclidean|sqeuclidean|cosine, default correlation
	// compare: one of spearman|pearson|kendall|rho_a|cosine|whitened_cosine|whitened_pearson, default spearman
	// dissimilarity: one of distance|crossnobis, default distance
	// noise: one of shrinkage|shrinkage_eye|diagonal|none, default shrinkage
	// active: number, default 0
}

// peaks is a sink that finds the largest activation of each stimulus.
type peaks struct{ values []float64 }

func (p *peaks) Block(_ context.Context, b stream.Block) error {
	for i := range p.values {
		if b.Lo == 0 {
			p.values[i] = math.Inf(-1)
		}
		for j := range b.Cols {
			if b.X != nil {
				p.values[i] = max(p.values[i], b.X[i*b.Stride+j])
			} else { // a layer of float32
				p.values[i] = max(p.values[i], float64(b.Single[i*b.Stride+j]))
			}
		}
	}
	return nil
}

func (p *peaks) Done(context.Context) error { return nil }

// A pass reads a layer once for any number of sinks. Here one of them is the Gram
// matrix that most metrics need, and another is the caller's own.
func ExampleRunPass() {
	activations, _, stimuli := waves()
	layer := stream.InMemory(activations, stimuli, 3)
	own := &peaks{make([]float64, stimuli)}
	gram := stream.NewGramSink(nil, stimuli, 3, stream.Needs{Gram: true}, 2)
	if err := stream.RunPass(context.Background(), layer, []stream.Sink{own, gram}, stream.PassOptions{}); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("largest activations %.3f\n", own.values[:5])
	fmt.Printf("squared length of the first stimulus, centred: %.3f\n", gram.Gram().K[0])
	// Output:
	// largest activations [1.000 1.000 2.000 3.000 4.000]
	// squared length of the first stimulus, centred: 4.995
}

// Ranks agree wherever one series ascends with the other; r needs a straight line.
func ExampleSpearman() {
	a, b := []float64{1, 2, 3, 4}, []float64{1, 4, 9, 16}
	fmt.Printf("r %.3f, ρ %.3f, τ %.3f\n", metrics.Pearson(a, b), metrics.Spearman(a, b), metrics.KendallA(a, b))
	// Output: r 0.984, ρ 1.000, τ 1.000
}
