package similarity

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
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

// exactOdd returns the places of the odd one out of three rows by exact inner products.
func exactOdd(set [3]int, product [][]*big.Rat) (odd uint8) {
	var products [3]*big.Rat
	most := 0
	for place := range set {
		products[place] = product[set[(place+1)%3]][set[(place+2)%3]]
		if products[place].Cmp(products[most]) > 0 {
			most = place
		}
	}
	for place, p := range products {
		if p.Cmp(products[most]) == 0 {
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
			distance, err := productDistances(g)
			if err != nil {
				t.Fatal(err)
			}
			row := func(i int) []float64 { return x[i*features : (i+1)*features] }
			product := make([][]*big.Rat, n)
			for a := range n {
				product[a] = make([]*big.Rat, n)
				for b := range a {
					product[a][b] = exactDot(row(a), row(b))
					product[b][a] = product[a][b]
				}
			}
			for a := range n {
				for b := range a {
					for c := range b {
						if got, want := oddOf([3]int{a, b, c}, distance), exactOdd([3]int{a, b, c}, product); got != want {
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

// Pearson's r leaves out stimuli that do not vary, and parts no equal ones.
func TestOddOneOutPearson(t *testing.T) {
	x := []float64{
		1, 2, 3, 4,
		2, 4, 6, 9,
		4, 8, 12, 18, // as stimulus 1
		5, 5, 5, 5, // no r
		4, 3, 2, 1,
	}
	in := metrics.TripletInput{Subjects: 2, Stimuli: 5, Gram: gramOfRows(t, x, 5, 4), Workers: 1, Trials: []metrics.TripletTrial{
		{Subject: 0, Stimuli: [3]int{0, 1, 2}, Odd: 0}, // a hit: 1 and 2 are the pair
		{Subject: 0, Stimuli: [3]int{1, 2, 4}, Odd: 0}, // a miss
		{Subject: 0, Stimuli: [3]int{3, 1, 2}, Odd: 0}, // left out
		{Subject: 1, Stimuli: [3]int{4, 1, 0}, Odd: 0}, // a hit
		{Subject: 1, Stimuli: [3]int{2, 4, 1}, Odd: 1}, // a hit
	}}
	score, err := oddOneOut{"pearson"}.ScoreTriplets(t.Context(), in)
	if err != nil || !slices.Equal(score.Raw.Splits, []float64{.5, 1}) || score.Raw.Value != .75 || len(score.Warnings) != 1 {
		t.Errorf("got %+v, %v", score, err)
	}
}

// A tie counts as the chance to guess it, and a layer of ties has no score.
func TestOddOneOutTies(t *testing.T) {
	x := []float64{1, 0, 0, 1, 0, 0, 2, 2}
	in := metrics.TripletInput{Subjects: 1, Stimuli: 4, Gram: gramOfRows(t, x, 4, 2), Workers: 1}
	for _, c := range []struct {
		trials   []metrics.TripletTrial
		want     float64
		warnings int
	}{
		{[]metrics.TripletTrial{{Subject: 0, Stimuli: [3]int{0, 1, 3}, Odd: 0}}, .5, 1},                                                     // 0·3 = 1·3 = 2 > 0·1
		{[]metrics.TripletTrial{{Subject: 0, Stimuli: [3]int{0, 1, 3}, Odd: 2}}, 0, 1},                                                      // not one of the two
		{[]metrics.TripletTrial{{Subject: 0, Stimuli: [3]int{0, 1, 2}, Odd: 2}}, math.NaN(), 2},                                             // all 0
		{[]metrics.TripletTrial{{Subject: 0, Stimuli: [3]int{0, 1, 2}, Odd: 2}, {Subject: 0, Stimuli: [3]int{0, 2, 3}, Odd: 1}}, 2. / 3, 1}, // 1/3 and a hit
	} {
		in.Trials = c.trials
		score, err := oddOneOut{"dot"}.ScoreTriplets(t.Context(), in)
		if err != nil || len(score.Warnings) != c.warnings || !(score.Raw.Value == c.want || score.Raw.Value != score.Raw.Value && c.want != c.want) {
			t.Errorf("%v: %+v, %v, want %v", c.trials, score, err, c.want)
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
	want := []float64{(1 + 0 + .5) / 3, (1 + 0) / 2., (1 + 1/3.) / 2, 0}
	if err != nil || len(warnings) != 1 || !slices.Equal(ceiling.Splits, want) {
		t.Errorf("got %+v, %q, %v, want %v", ceiling, warnings, err, want)
	}
}
