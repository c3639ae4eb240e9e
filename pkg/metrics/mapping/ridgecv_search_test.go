package mapping

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/double"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// searchInput is activations and responses that depend on them, with splits.
func searchInput(t *testing.T, seed uint64, n, features, neuroids, splits int) ([]float64, metrics.NeuralInput) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 1))
	x, y := make([]float64, n*features), make([]float64, n*neuroids)
	for i := range x {
		x[i] = random.NormFloat64() * float64(1+i%features%3)
	}
	for i := range n {
		for j := range neuroids {
			for k := range min(features, 6) {
				y[i*neuroids+j] += x[i*features+k] * float64((j+k)%4)
			}
			y[i*neuroids+j] += 4 * float64(1+j%5) * random.NormFloat64()
		}
	}
	in := metrics.NeuralInput{Stimuli: n, Neuroids: neuroids, Responses: y, Workers: 2}
	drawn, err := metrics.ShuffleSplits(n, metrics.SplitPlan{Splits: splits, TrainSize: .8, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	in.Splits = drawn
	return x, in
}

// lossesByRefits returns, by refits without each fold, the losses of the penalties for each
// of the choices.
func lossesByRefits(x []float64, features int, in metrics.NeuralInput, train []int, search penaltySearch) [][]float64 {
	folds := search.foldsOf(len(train))
	if search.folds == 0 {
		folds = nil
		for i := range train {
			folds = append(folds, [2]int{i, i + 1})
		}
	}
	losses := make([][]float64, len(search.alphas))
	for a, alpha := range search.alphas {
		losses[a] = make([]float64, search.choices(in.Neuroids))
		for _, fold := range folds {
			rest := slices.Concat(train[:fold[0]], train[fold[1]:])
			mx, my := make([]float64, features), make([]float64, in.Neuroids)
			for _, i := range rest {
				for k := range mx {
					mx[k] += x[i*features+k] / float64(len(rest))
				}
				for j := range my {
					my[j] += in.Responses[i*in.Neuroids+j] / float64(len(rest))
				}
			}
			a0, b0 := mat.NewDense(len(rest), features, nil), mat.NewDense(len(rest), in.Neuroids, nil)
			for r, i := range rest {
				for k := range mx {
					a0.Set(r, k, x[i*features+k]-mx[k])
				}
				for j := range my {
					b0.Set(r, j, in.Responses[i*in.Neuroids+j]-my[j])
				}
			}
			var xx, xy, w mat.Dense
			xx.Mul(a0.T(), a0)
			for k := range features {
				xx.Set(k, k, xx.At(k, k)+alpha)
			}
			xy.Mul(a0.T(), b0)
			if err := w.Solve(&xx, &xy); err != nil {
				panic(err)
			}
			size := float64(fold[1] - fold[0])
			for _, i := range train[fold[0]:fold[1]] {
				for j := range my {
					e := in.Responses[i*in.Neuroids+j] - my[j]
					for k := range mx {
						e -= (x[i*features+k] - mx[k]) * w.At(k, j)
					}
					losses[a][min(j, len(losses[a])-1)] += e * e / size
				}
			}
		}
	}
	return losses
}

// The penalties are those with the least error of refits, whatever leaves stimuli out, for
// whom they are chosen, and by which form: in twice the precision, by inner products of
// stimuli or of features.
func TestPenaltySearch(t *testing.T) {
	alphas := []float64{1000, .1, 1, 10, 100}
	for _, shape := range []struct{ n, features, neuroids int }{{30, 60, 7}, {60, 12, 5}, {25, 20, 40}} {
		for _, search := range []penaltySearch{
			{alphas: alphas}, {alphas: alphas, perNeuroid: true}, {alphas: alphas, folds: 5}, {alphas: alphas, perNeuroid: true, folds: 4},
		} {
			for _, exact := range []bool{true, false} {
				name := fmt.Sprintf("%v, per neuroid %v, %d folds, in twice the precision %v", shape, search.perNeuroid, search.folds, exact)
				t.Run(name, func(t *testing.T) {
					if !exact {
						effort := double.Effort
						double.Effort.Always, double.Effort.Doubtful = 0, 0
						defer func() { double.Effort = effort }()
					}
					x, in := searchInput(t, 7, shape.n, shape.features, shape.neuroids, 3)
					score, err := metrics.ScoreColumns(t.Context(), ridgeCV{search}, stream.InMemory(x, shape.n, shape.features), in)
					if err != nil {
						t.Fatal(err)
					}
					choices := search.choices(in.Neuroids)
					for k, s := range in.Splits {
						losses := lossesByRefits(x, shape.features, in, slices.Sorted(slices.Values(s.Train)), search)
						for c := range choices {
							got := score.Alphas[k*choices+c]
							at := slices.Index(alphas, got)
							if at < 0 {
								t.Fatalf("alpha %v", got)
							}
							for a := range alphas {
								if losses[a][c] < losses[at][c]*(1-1e-9) {
									t.Errorf("split %d, choice %d: %v with loss %v, but %v has %v", k, c, got, losses[at][c], alphas[a], losses[a][c])
								}
							}
						}
					}
				})
			}
		}
	}
}

// A penalty for each neuroid is that of the neuroid alone, and so is its score.
func TestPenaltyPerNeuroidAlone(t *testing.T) {
	search := penaltySearch{alphas: []float64{.1, 10, 1000}, perNeuroid: true}
	x, in := searchInput(t, 9, 40, 30, 6, 2)
	activations := stream.InMemory(x, 40, 30)
	all, err := metrics.ScoreColumns(t.Context(), ridgeCV{search}, activations, in)
	if err != nil {
		t.Fatal(err)
	}
	for j := range in.Neuroids {
		alone := in
		alone.Neuroids, alone.Responses = 1, nil
		for i := range in.Stimuli {
			alone.Responses = append(alone.Responses, in.Responses[i*in.Neuroids+j])
		}
		one, err := metrics.ScoreColumns(t.Context(), ridgeCV{search}, activations, alone)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(one.Neuroids[0]-all.Neuroids[j]) > 1e-12 || one.Alphas[0] != all.Alphas[j] || one.Alphas[1] != all.Alphas[in.Neuroids+j] {
			t.Errorf("neuroid %d: %v with %v, alone %v with %v", j, all.Neuroids[j], all.Alphas, one.Neuroids[0], one.Alphas)
		}
	}
}

// What subjects share on one Gram matrix changes no bit of their figures.
func TestSharedForms(t *testing.T) {
	effort := double.Effort
	double.Effort.Always, double.Effort.Doubtful = 0, 0
	defer func() { double.Effort = effort }()
	for _, features := range []int{10, 80} {
		x, in := searchInput(t, 11, 50, features, 4, 3)
		activations := stream.InMemory(x, 50, features)
		score := func(shared bool, seed uint64) []metrics.Score {
			sink := stream.NewGramSink(nil, 50, features, ridgeCVInfo.Needs, 2)
			if err := stream.RunPass(t.Context(), activations, []stream.Sink{sink}, stream.PassOptions{}); err != nil {
				t.Fatal(err)
			}
			var scores []metrics.Score
			for range 3 {
				subject := in
				subject.Gram, subject.Shared = sink.Gram(), shared
				random := rand.New(rand.NewPCG(seed, 2))
				subject.Responses = slices.Clone(in.Responses)
				for i := range subject.Responses {
					subject.Responses[i] += random.NormFloat64()
				}
				s, err := ridgeCV{usualPenalties()}.ScoreNeural(t.Context(), subject)
				if err != nil {
					t.Fatal(err)
				}
				scores = append(scores, s)
				seed++
			}
			return scores
		}
		own, shared := score(false, 1), score(true, 1)
		for i := range own {
			if !slices.Equal(own[i].Raw.Splits, shared[i].Raw.Splits) || !slices.Equal(own[i].Alphas, shared[i].Alphas) {
				t.Errorf("%d features, subject %d: %v, shared %v", features, i, own[i].Raw, shared[i].Raw)
			}
		}
	}
}

// Penalties that cannot be searched are refused.
func TestPenaltyOptions(t *testing.T) {
	for _, options := range []metrics.Options{
		{"alphas": []any{}}, {"alphas": []any{1, 0}}, {"alphas": []any{1, -1}}, {"alphas": []any{1, 1.0}}, {"alphas": []any{math.Inf(1)}}, {"alphas": 1},
		{"folds": 1}, {"folds": -2}, {"alpha_per": "voxel"},
	} {
		if _, err := metrics.New("ridgecv", options); err == nil {
			t.Errorf("%v: no error", options)
		}
	}
	_, in := searchInput(t, 1, 20, 5, 2, 1)
	x := make([]float64, 20*5)
	if _, err := metrics.ScoreColumns(t.Context(), ridgeCV{penaltySearch{alphas: []float64{1}, folds: 17}}, stream.InMemory(x, 20, 5), in); err == nil {
		t.Error("17 folds of 16 train stimuli: no error")
	}
}
