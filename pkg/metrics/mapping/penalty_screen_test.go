package mapping

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// The weighted sums of inverses at nodes are as close as their bound, whatever the
// eigenvalue.
func TestInverseNodes(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 1))
	for range 200 {
		low := math.Pow(10, 8*random.Float64()-6)
		high := low * math.Pow(10, 9*random.Float64())
		zero := random.IntN(2) == 0
		penalties := ridgeAlphas()
		penalties = penalties[random.IntN(40) : 60+random.IntN(40)]
		nodes := newInverseNodes(penalties, slices.Repeat([]float64{1e-4}, len(penalties)), random.IntN(len(penalties)), eigenvalueCells(low, high, penalties[0], zero), 2+random.IntN(11))
		weights := make([]float64, len(nodes.alphas))
		for _, alpha := range penalties {
			if slices.Contains(nodes.alphas, alpha) {
				continue
			}
			within := nodes.weights(alpha, weights)
			for k := range 200 {
				eigenvalue := low * math.Pow(high/low, random.Float64())
				if k == 0 && zero {
					eigenvalue = 0
				}
				missed := 1.0
				for i, node := range nodes.alphas {
					missed -= weights[i] * (eigenvalue + alpha) / (eigenvalue + node)
				}
				if !(math.Abs(missed) <= within) {
					t.Fatalf("eigenvalues from %g to %g, penalty %g: off by %g at %g, which is more than %g", low, high, alpha, missed, eigenvalue, within)
				}
			}
		}
	}
}

// Cells cover the eigenvalues, however small or equal these are.
func TestEigenvalueCells(t *testing.T) {
	for _, c := range []struct{ low, high, least float64 }{{0, 0, 1}, {2, 2, 1}, {-1e-9, 1e3, 1e-2}, {5e-324, 1, 5e-324}, {0, 5e-324, 5e-324}, {-5e-324, 1e-300, 5e-324}, {1e-3, 1e12, 1e-10}} {
		for _, zero := range []bool{false, true} {
			cells := eigenvalueCells(c.low, c.high, c.least, zero)
			if zero && cells[0] == [2]float64{} && len(cells) > 1 {
				cells = cells[1:]
			}
			if c.low < c.high && (cells[0][0] != c.low || cells[len(cells)-1][1] != c.high) {
				t.Errorf("%v: from %v to %v", c, cells[0], cells[len(cells)-1])
			}
			for i := range cells[1:] {
				if cells[i][1] != cells[i+1][0] {
					t.Errorf("%v: %v is not followed by %v", c, cells[i], cells[i+1])
				}
			}
		}
	}
}

// screenInput is a random case of any kind of activations.
func screenInput(t *testing.T, seed uint64) (name string, in metrics.NeuralInput) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 3))
	n, features, neuroids := 20+random.IntN(50), 3+random.IntN(120), mostNodes+random.IntN(60)
	kind := shapes[0]
	if seed%2 == 0 {
		kind = shapes[random.IntN(len(shapes))]
	}
	c := shapedCase(seed, n, features, neuroids, kind.make)
	dense.Scale(c.X, math.Pow(10, 6*random.Float64()-2))
	spread := math.Pow(10, 4*random.Float64()-2) * math.Sqrt(dense.Dot(c.Y, c.Y)/float64(len(c.Y)))
	for i := range c.Y {
		c.Y[i] += spread * random.NormFloat64()
	}
	return kind.name, oneSplit(t, c, uint32(seed))
}

// oneSplit is a case with a Gram matrix and one split.
func oneSplit(t testing.TB, c simulated.Case, seed uint32) metrics.NeuralInput {
	t.Helper()
	sink := stream.NewGramSink(nil, c.N, c.Features, ridgeCVInfo.Needs, 2)
	if err := stream.RunPass(t.Context(), stream.InMemory(c.X, c.N, c.Features), []stream.Sink{sink}, stream.PassOptions{}); err != nil {
		t.Fatal(err)
	}
	splits, err := metrics.ShuffleSplits(c.N, metrics.SplitPlan{Splits: 1, TrainSize: .8, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	in, _ := prepared(metrics.NeuralInput{Gram: sink.Gram(), Stimuli: c.N, Responses: c.Y, Neuroids: c.Neuroids, Splits: splits, Workers: 2})
	return in
}

// withForm calls a function with the form of the split, a function that forgets the diagonals
// that it keeps, and what searches its penalties. A primal form holds the stimuli if held is true.
func withForm(t testing.TB, in metrics.NeuralInput, held bool, call func(form dense.Tridiagonal, rounding float64, forget func(), of penaltyLosses)) {
	t.Helper()
	m, s := ridgeCV{usualPenalties()}, in.Splits[0]
	if usesPrimal(in.Gram, len(s.Train)) {
		f := newPrimalFit(in, newPrimalProducts(in), s, newPrimalFeatures(in, s))
		form, _, err := f.form(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if held {
			form.turn(in, f.primalFeatures)
		}
		call(form.Tridiagonal, form.rounding, func() { form.diagonals.of = nil }, f.losses(t.Context(), in, m.penaltySearch, form))
		return
	}
	in.Gram.FormProducts(in.Workers)
	form, _, err := newDualForm(t.Context(), in, s)
	if err != nil {
		t.Fatal(err)
	}
	y, columns, room, err := m.trainResponses(t.Context(), in, s)
	if err != nil {
		t.Fatal(err)
	}
	loss, screen, done := m.dualLosses(t.Context(), in, form, y, columns, room)
	defer done()
	call(form.Tridiagonal, form.rounding, func() { form.diagonals.of = nil }, penaltyLosses{screen: screen, at: loss})
}

// A screen changes neither the penalty nor whether it is certain, and bounds what it does not
// compute. BRAINSCORE_SEED chooses other cases.
func TestPenaltyScreen(t *testing.T) {
	const cases = 400
	search := usualPenalties()
	computed, certainly, screened := 0, 0, 0
	for k := range cases {
		name, in := screenInput(t, structuredSeed()*1000+uint64(k))
		withForm(t, in, k%2 == 0, func(form dense.Tridiagonal, rounding float64, _ func(), of penaltyLosses) {
			exact := make(map[float64]float64)
			count := 0
			counted, screen := of, of.screen
			counted.at = func(alpha float64, d, l []float64) (losses, folds []float64, err error) {
				count++
				losses, folds, err = of.at(alpha, d, l)
				if err == nil {
					exact[alpha] = losses[0]
				}
				return losses, folds, err
			}
			counted.screen = nil
			want, sure, err := search.leastLoss(t.Context(), 1, form, rounding, true, counted)
			if err != nil {
				t.Fatal(err)
			}
			all := count
			count = 0
			counted.screen = screen
			got, certain, err := search.leastLoss(t.Context(), 1, form, rounding, true, counted)
			if err != nil {
				t.Fatal(err)
			}
			if certain != sure || sure && !slices.Equal(got, want) {
				t.Errorf("case %d, %s: penalty %v, certainly %v; of all %v, certainly %v", k, name, got, certain, want, sure)
			}
			if !sure || all < len(search.alphas) {
				return
			}
			certainly++
			computed += count
			if count == all {
				return
			}
			screened++
			cells := eigenvalueCells(screen.smallest-rounding, screen.largest+rounding, search.alphas[0], screen.miss != nil)
			nodes := newInverseNodes(search.alphas, slices.Repeat([]float64{sketchFloor}, len(search.alphas)), 50, cells, mostNodes)
			at, products, ok, err := screen.measure(t.Context(), nodes.alphas)
			if err != nil || !ok {
				return
			}
			for _, alpha := range search.alphas {
				node := slices.Index(nodes.alphas, alpha)
				if node >= 0 {
					if d := math.Abs(at[node].loss/exact[alpha] - 1); !(d <= at[node].within+1e-12) {
						t.Errorf("case %d, %s: loss of node %g is off by %g", k, name, alpha, d)
					}
					continue
				}
				b := screen.bound(alpha, nodes, at, products)
				if b.low == 0 {
					continue
				}
				d, l, _ := dense.FactorTridiagonal(form.Diagonal, form.Off, alpha)
				diagonals, err := screen.diagonals.pass(t.Context(), 2, []factoredPenalty{{alpha, d, l}}, screen.turned, nil)
				if err != nil {
					t.Fatal(err)
				}
				inverse := screen.inverse(alpha, diagonals[0])
				const rounding = 1e-9
				if !(b.low <= exact[alpha]*(1+rounding)) || !(b.least <= slices.Min(inverse)*(1+rounding)) || !(b.largest >= slices.Max(inverse)*(1-rounding)) {
					t.Errorf("case %d, %s, penalty %g: bounds %g, %g … %g of %g, %g … %g", k, name, alpha, b.low, b.least, b.largest, exact[alpha], slices.Min(inverse), slices.Max(inverse))
				}
			}
		})
	}
	t.Logf("%d of %d cases are certain; of these %d have penalties ruled out, and %.1f of %d penalties are computed on average besides the nodes", certainly, cases, screened, float64(computed)/float64(max(1, certainly)), len(search.alphas))
	if screened < certainly/2 || computed > certainly*len(search.alphas)/2 {
		t.Errorf("%d of %d cases have penalties ruled out, %d are computed", screened, certainly, computed)
	}
}

// BenchmarkPenaltyScreen searches the penalties of one split, with the screen and by computing
// all of them.
func BenchmarkPenaltyScreen(b *testing.B) {
	for _, shape := range []struct{ n, features, neuroids int }{{160, 80, 40}, {320, 120, 60}, {320, 700, 60}, {640, 300, 100}, {640, 2000, 100}, {1280, 500, 168}, {1280, 4096, 168}, {640, 4096, 2000}} {
		c := simulated.New(1, shape.n, shape.features, shape.neuroids)
		random := rand.New(rand.NewPCG(1, 3))
		for i := range c.Y {
			c.Y[i] += 20 * random.NormFloat64()
		}
		search := usualPenalties()
		withForm(b, oneSplit(b, c, 1), false, func(form dense.Tridiagonal, rounding float64, forget func(), of penaltyLosses) {
			for _, screen := range []*penaltyScreen{nil, of.screen} {
				b.Run(fmt.Sprintf("%d×%d→%d/screen=%v", shape.n, shape.features, shape.neuroids, screen != nil), func(b *testing.B) {
					count := 0
					counted := of
					counted.screen = screen
					counted.at = func(alpha float64, d, l []float64) (losses, folds []float64, err error) {
						count++
						return of.at(alpha, d, l)
					}
					for b.Loop() {
						forget()
						if _, _, err := search.leastLoss(b.Context(), 1, form, rounding, true, counted); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64(count)/float64(b.N), "losses/op")
				})
			}
		})
	}
}
