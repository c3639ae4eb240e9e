package similarity

import (
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// exactDot returns the inner product of two rows without rounding.
func exactDot(a, b []float64) *big.Rat {
	sum := new(big.Rat)
	for j := range a {
		sum.Add(sum, new(big.Rat).Mul(new(big.Rat).SetFloat64(a[j]), new(big.Rat).SetFloat64(b[j])))
	}
	return sum
}

// exactOdd returns the places of the odd one out of three rows by exact inner products,
// which tie within a share of the largest squared length.
func exactOdd(set [3]int, product [][]*big.Rat) (odd uint8) {
	var products [3]*big.Rat
	most := 0
	for place := range set {
		products[place] = product[set[(place+1)%3]][set[(place+2)%3]]
		if products[place].Cmp(products[most]) > 0 {
			most = place
		}
	}
	within := new(big.Rat)
	for _, s := range set {
		if within.Cmp(product[s][s]) < 0 {
			within.Set(product[s][s])
		}
	}
	within.Mul(within, new(big.Rat).SetFloat64(tieShare))
	for place, p := range products {
		if new(big.Rat).Sub(products[most], p).Cmp(within) <= 0 {
			odd |= 1 << place
		}
	}
	return odd
}

// The odd one out is that of exact arithmetic, ties included, whatever the offset and
// the unit of the activations.
func TestOddOneOutExactly(t *testing.T) {
	const n, features = 12, 300
	r := rand.New(rand.NewPCG(3, 5))
	for name, draw := range map[string]func(row int) float64{
		"normal":              func(int) float64 { return r.NormFloat64() },
		"small whole numbers": func(int) float64 { return float64(r.IntN(3)) },
		"zeros and ones":      func(row int) float64 { return float64(r.IntN(2) * r.IntN(2)) },
		"offset":              func(int) float64 { return 1000 + float64(r.IntN(9))/8 },
		"large offset":        func(int) float64 { return 1e6 + float64(r.IntN(5)) },
		"sizes that differ":   func(row int) float64 { return math.Ldexp(float64(r.IntN(7)-3), 2*row) },
	} {
		for _, unit := range []float64{1, 0x1p-30, 0x1p30} {
			x := make([]float64, n*features)
			for i := range x {
				x[i] = unit * draw(i/features)
			}
			// Stimuli 1 and 2 are the same, and 3 has no activations.
			copy(x[2*features:3*features], x[features:])
			clear(x[3*features : 4*features])
			g := gramOfRows(t, x, n, features)
			distance, tolerance, err := oddOneOut{"dot"}.productDistances(g)
			if err != nil {
				t.Fatal(err)
			}
			row := func(i int) []float64 { return x[i*features : (i+1)*features] }
			product := make([][]*big.Rat, n)
			for a := range n {
				product[a] = make([]*big.Rat, n)
				for b := range a + 1 {
					product[a][b] = exactDot(row(a), row(b))
					product[b][a] = product[a][b]
				}
			}
			for a := range n {
				for b := range a {
					for c := range b {
						set := [3]int{a, b, c}
						if got, want := oddOf(set, distance, tolerance(set)), exactOdd(set, product); got != want {
							t.Fatalf("%s, unit %g: of %d, %d and %d the odd one out is %03b, want %03b", name, unit, a, b, c, got, want)
						}
					}
				}
			}
		}
	}
}

func gramOfRows(t *testing.T, x []float64, n, features int) *stream.Gram {
	t.Helper()
	sink := stream.NewGramSink(nil, n, features, oddOneOutInfo.Needs, 1)
	if err := stream.RunPass(t.Context(), stream.InMemory(x, n, features), []stream.Sink{sink}, stream.PassOptions{}); err != nil {
		t.Fatal(err)
	}
	return sink.Gram()
}

// A stimulus without a similarity is an error that names it, and equal similarities tie.
func TestOddOneOutSimilarities(t *testing.T) {
	x := []float64{
		1, 2, 3, 4,
		2, 4, 6, 9,
		4, 8, 12, 18, // as stimulus 1
		5, 5, 5, 5, // no r
		4, 3, 2, 1,
		0, 0, 0, 0, // no r and no cosine
	}
	trial := func(a, b, c, odd int) metrics.TripletTrial {
		return metrics.TripletTrial{Stimuli: [3]int{a, b, c}, Odd: odd}
	}
	for _, c := range []struct {
		similarity string
		trials     []metrics.TripletTrial
		want       float64
		without    int // the stimulus that has no similarity
	}{
		{"pearson", []metrics.TripletTrial{trial(0, 1, 2, 0), trial(1, 2, 4, 0), trial(4, 1, 0, 0), trial(2, 4, 1, 1)}, .75, -1},
		{"cosine", []metrics.TripletTrial{trial(0, 1, 2, 0), trial(1, 2, 4, 0), trial(4, 1, 0, 0), trial(2, 4, 1, 1)}, .75, -1},
		{"cosine", []metrics.TripletTrial{trial(3, 1, 2, 0)}, 1, -1},
		{"pearson", []metrics.TripletTrial{trial(0, 1, 2, 0), trial(3, 1, 2, 0)}, 0, 3},
		{"cosine", []metrics.TripletTrial{trial(0, 1, 2, 0), trial(1, 2, 5, 0)}, 0, 5},
		{"dot", []metrics.TripletTrial{trial(1, 2, 5, 2)}, 1, -1},
	} {
		in := metrics.TripletInput{Subjects: 1, Stimuli: 6, Gram: gramOfRows(t, x, 6, 4), Workers: 1, Trials: c.trials}
		score, err := oddOneOut{c.similarity}.ScoreTriplets(t.Context(), in)
		var similarity *metrics.SimilarityError
		if c.without >= 0 && (!errors.As(err, &similarity) || similarity.Stimulus != c.without) || c.without < 0 && (err != nil || score.Raw.Value != c.want) {
			t.Errorf("%s, %v: %+v, %v, want %v", c.similarity, c.trials, score, err, c.want)
		}
	}
}

// A tie counts as the chance to guess it, and a layer of ties scores as a guess.
func TestOddOneOutTies(t *testing.T) {
	x := []float64{1, 0, 0, 1, 0, 0, 2, 2, 1 + 1e-12, 1e-12}
	trial := func(a, b, c, odd int) metrics.TripletTrial {
		return metrics.TripletTrial{Stimuli: [3]int{a, b, c}, Odd: odd}
	}
	for _, c := range []struct {
		trials      []metrics.TripletTrial
		want, error float64
	}{
		{[]metrics.TripletTrial{trial(0, 1, 3, 0)}, .5, 0},     // 0·3 = 1·3 = 2 > 0·1
		{[]metrics.TripletTrial{trial(0, 1, 3, 2)}, 0, 0},      // not one of the two
		{[]metrics.TripletTrial{trial(0, 1, 2, 2)}, 1. / 3, 0}, // all 0
		{[]metrics.TripletTrial{trial(0, 4, 3, 1)}, .5, 0},     // all but equal
		{[]metrics.TripletTrial{trial(0, 1, 2, 2), trial(0, 2, 3, 1)}, 2. / 3, 1. / 3},
	} {
		in := metrics.TripletInput{Subjects: 1, Stimuli: 5, Gram: gramOfRows(t, x, 5, 2), Workers: 1, Trials: c.trials}
		score, err := oddOneOut{"dot"}.ScoreTriplets(t.Context(), in)
		if err != nil || len(score.Warnings) != 1 || score.Raw.Value != c.want || score.Raw.Error != c.error {
			t.Errorf("%v: %+v, %v, want %v ± %v", c.trials, score, err, c.want, c.error)
		}
	}
}

// The ceiling of a subject is the agreement with what most of the others chose.
func TestTripletCeiling(t *testing.T) {
	in := metrics.TripletInput{Subjects: 4, Stimuli: 5, Trials: []metrics.TripletTrial{
		{Subject: 0, Stimuli: [3]int{0, 1, 2}, Odd: 0}, // others: 0 twice, 1 once
		{Subject: 1, Stimuli: [3]int{2, 1, 0}, Odd: 2}, // others: 0 twice, 1 once
		{Subject: 2, Stimuli: [3]int{1, 0, 2}, Odd: 1}, // others: 0 twice, 1 once
		{Subject: 3, Stimuli: [3]int{0, 2, 1}, Odd: 2}, // others: 0 three times
		{Subject: 3, Stimuli: [3]int{0, 1, 3}, Odd: 2}, // of no other subject
		{Subject: 2, Stimuli: [3]int{2, 3, 4}, Odd: 0}, // others: 2, 3 and 4
		{Subject: 1, Stimuli: [3]int{4, 3, 2}, Odd: 0}, // others: 2 twice, 3 once
		{Subject: 0, Stimuli: [3]int{4, 3, 2}, Odd: 1}, // others: 2 and 4
		{Subject: 0, Stimuli: [3]int{3, 2, 4}, Odd: 1}, // the same subject again: others as above
	}}
	ceiling, warnings, err := oddOneOut{}.TripletCeiling(t.Context(), in)
	// Subjects 0, 1, 2 and 3; one trial has no other subject.
	want := ((1 + 0 + .5) + (1 + 0) + (1 + 1/3.) + 0) / 8
	if err != nil || len(warnings) != 1 || math.Abs(ceiling.Value-want) > 1e-15 {
		t.Errorf("got %+v, %q, %v, want %v", ceiling, warnings, err, want)
	}
}
