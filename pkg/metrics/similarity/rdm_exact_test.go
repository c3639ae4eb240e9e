package similarity

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/brainscore-go/brainscore/internal/thorough"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// child names the kernel to a process that tests another one.
const child = "BRAINSCORE_TEST_CHILD"

// otherKernel reports whether this process tests a kernel other than the machine's own.
func otherKernel() bool { return os.Getenv(child) != "" }

// onAllKernels runs a test on the kernel of this process and, in processes of their
// own and unless the test is to be short, on the others that the machine may have.
func onAllKernels(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	if forced := os.Getenv(child); forced != "" {
		if forced != kernel.Path() {
			t.Skipf("this machine has no kernel %s", forced)
		}
		test(t)
		return
	}
	t.Run(kernel.Path(), test)
	if testing.Short() {
		return // the race detector learns nothing from other kernels
	}
	for _, path := range kernel.Names() {
		if path == kernel.Path() {
			continue
		}
		command := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		command.Env = append(os.Environ(), "BRAINSCORE_KERNEL="+path, child+"="+path)
		out, err := command.CombinedOutput()
		if errors.Is(err, syscall.ENOEXEC) {
			t.Log("this process is emulated and cannot start itself: the other kernels are not tested")
			return
		}
		if err != nil {
			t.Errorf("BRAINSCORE_KERNEL=%s: %v\n%s", path, err, out)
		}
	}
}

// exactKind is a kind of data of which many dissimilarities are equal, or whose rows
// have no dissimilarities, or that loses digits where it is not taken care of.
type exactKind struct {
	name string
	row  func(r *rand.Rand, i int) []float64
	by   float64 // what the rows are times whole numbers; 0 where they are exact
}

const exactRows = 30

func filled(n int, of func(j int) float64) []float64 {
	x := make([]float64, n)
	for j := range x {
		x[j] = of(j)
	}
	return x
}

func indicator(levels, level int, off, on float64) []float64 {
	x := filled(levels, func(int) float64 { return off })
	x[level] = on
	return x
}

func exactKinds() []exactKind {
	kinds := []exactKind{
		{name: "one-hot of categories", row: func(_ *rand.Rand, i int) []float64 { return indicator(6, i%6, 0, 1) }},
		{name: "one-hot of each stimulus", row: func(_ *rand.Rand, i int) []float64 { return indicator(exactRows, i, 0, 1) }},
		{name: "factors", row: func(_ *rand.Rand, i int) []float64 {
			return append(indicator(6, i%6, 0, 1), indicator(2, i/2%2, 0, 1)...)
		}},
		{name: "factors of three levels with weights", row: func(_ *rand.Rand, i int) []float64 {
			return append(append(indicator(3, i%3, 0, 3), indicator(4, i/3%4, 0, 2)...), float64(i%2))
		}},
		{name: "categories between 3.3 and 3.4", row: func(_ *rand.Rand, i int) []float64 { return indicator(6, i%6, 3.3, 3.4) }},
		{name: "binary", row: func(r *rand.Rand, _ int) []float64 {
			return filled(12, func(int) float64 { return float64(r.IntN(2)) })
		}},
		{name: "sparse binary", row: func(r *rand.Rand, _ int) []float64 {
			return filled(30, func(int) float64 { return float64(r.IntN(20) / 19) })
		}},
		{name: "signs", row: func(r *rand.Rand, _ int) []float64 {
			return filled(300, func(int) float64 { return float64(2*r.IntN(2) - 1) })
		}},
		{name: "small whole numbers", row: func(r *rand.Rand, _ int) []float64 {
			return filled(9, func(int) float64 { return float64(r.IntN(4)) })
		}},
		{name: "bytes", row: func(r *rand.Rand, _ int) []float64 {
			return filled(700, func(int) float64 { return float64(r.IntN(256)) })
		}},
		{name: "counts over three trials", by: 1. / 3, row: func(r *rand.Rand, _ int) []float64 {
			return filled(8, func(int) float64 { return float64(r.IntN(12)) })
		}},
		{name: "tenths", by: .1, row: func(r *rand.Rand, _ int) []float64 {
			return filled(10, func(int) float64 { return float64(r.IntN(5)) })
		}},
		{name: "rows twice", row: func(r *rand.Rand, i int) []float64 {
			r = rand.New(rand.NewPCG(uint64(i/2), 3))
			return filled(40, func(int) float64 { return r.NormFloat64() })
		}},
		{name: "rows of zeros", row: func(r *rand.Rand, i int) []float64 {
			return filled(20, func(int) float64 {
				if i%9 == 4 {
					return 0
				}
				return max(0, r.NormFloat64())
			})
		}},
		{name: "constant rows", row: func(r *rand.Rand, i int) []float64 {
			return filled(20, func(int) float64 {
				if i%9 == 4 {
					return .25 * float64(i)
				}
				return r.NormFloat64()
			})
		}},
		{name: "one dominating feature", row: func(r *rand.Rand, _ int) []float64 {
			return filled(40, func(j int) float64 { return r.NormFloat64() * (1 + float64(j/39)*1e4) })
		}},
		{name: "normal", row: func(r *rand.Rand, _ int) []float64 {
			return filled(513, func(int) float64 { return r.NormFloat64() })
		}},
		{name: "one feature", row: func(r *rand.Rand, _ int) []float64 { return []float64{float64(r.IntN(9))} }},
		{name: "equal rows", row: func(*rand.Rand, int) []float64 { return []float64{.1, .2, .7} }},
	}
	for _, offset := range []float64{1e3, 1e6, 1e9} {
		kinds = append(kinds,
			exactKind{name: fmt.Sprintf("categories and %g", offset), row: func(_ *rand.Rand, i int) []float64 {
				return indicator(6, i%6, offset, offset+1)
			}},
			exactKind{name: fmt.Sprintf("normal and %g", offset), row: func(r *rand.Rand, _ int) []float64 {
				return filled(300, func(int) float64 { return offset + r.NormFloat64() })
			}},
			exactKind{name: fmt.Sprintf("feature means to %g", offset), row: func(r *rand.Rand, _ int) []float64 {
				return filled(300, func(j int) float64 { return offset*math.Sin(float64(j*j)) + r.NormFloat64() })
			}})
	}
	for _, unit := range []float64{1e-150, 1e-9, 1e9, 1e150} {
		kinds = append(kinds, exactKind{name: fmt.Sprintf("normal times %g", unit), row: func(r *rand.Rand, _ int) []float64 {
			return filled(50, func(int) float64 { return unit * r.NormFloat64() })
		}})
	}
	return kinds
}

// draw returns the data of a kind, as they are scored and as they are meant.
func (k exactKind) draw(seed uint64) (scored, meant []float64, features int) {
	r := rand.New(rand.NewPCG(seed, 7))
	for i := range exactRows {
		meant = append(meant, k.row(r, i)...)
	}
	scored = append(scored, meant...)
	if k.by != 0 {
		dense.Scale(scored, k.by)
	}
	return scored, meant, len(meant) / exactRows
}

// wholeNumbers returns floats as integers in a common unit.
func wholeNumbers(x []float64) []*big.Int {
	least := math.MaxInt
	for _, v := range x {
		if v != 0 {
			_, e := math.Frexp(v)
			least = min(least, e-53)
		}
	}
	out := make([]*big.Int, len(x))
	for i, v := range x {
		out[i] = new(big.Int)
		if v != 0 {
			m, e := math.Frexp(v)
			out[i].Lsh(big.NewInt(int64(m*(1<<53))), uint(e-53-least))
		}
	}
	return out
}

// exactDissimilarities returns for each pair of rows a rational number in the order of
// dissimilarities, nil where there is none, and the dissimilarity itself up to a unit.
func exactDissimilarities(x []float64, features int, distance string) (order []*big.Rat, values []*big.Float) {
	whole := wholeNumbers(x)
	rows := make([][]*big.Int, exactRows)
	squares := make([]*big.Int, exactRows)
	product := func(a, b []*big.Int) *big.Int {
		sum, p := new(big.Int), new(big.Int)
		for j := range a {
			sum.Add(sum, p.Mul(a[j], b[j]))
		}
		return sum
	}
	for i := range rows {
		rows[i] = whole[i*features : (i+1)*features]
		if distance == "correlation" { // less the mean, times the number of features
			sum := new(big.Int)
			for _, v := range rows[i] {
				sum.Add(sum, v)
			}
			for _, v := range rows[i] {
				v.Mul(v, big.NewInt(int64(features))).Sub(v, sum)
			}
		}
		squares[i] = product(rows[i], rows[i])
	}
	decimal := func(i *big.Int) *big.Float { return new(big.Float).SetPrec(400).SetInt(i) }
	for i := range rows {
		for k := i + 1; k < exactRows; k++ {
			ab := product(rows[i], rows[k])
			if distance == "euclidean" || distance == squaredDistance {
				d := new(big.Int).Add(squares[i], squares[k])
				d.Sub(d, ab).Sub(d, ab)
				if distance == squaredDistance {
					order, values = append(order, new(big.Rat).SetInt(d)), append(values, decimal(d))
					continue
				}
				order, values = append(order, new(big.Rat).SetInt(d)), append(values, new(big.Float).SetPrec(400).Sqrt(decimal(d)))
				continue
			}
			both := new(big.Int).Mul(squares[i], squares[k])
			if both.Sign() == 0 {
				order, values = append(order, nil), append(values, nil)
				continue
			}
			cosine := new(big.Float).Quo(decimal(ab), new(big.Float).Sqrt(decimal(both)))
			square := new(big.Rat).SetFrac(new(big.Int).Mul(ab, new(big.Int).Abs(ab)), both)
			order, values = append(order, square.Neg(square)), append(values, cosine.Sub(big.NewFloat(1).SetPrec(400), cosine))
		}
	}
	return order, values
}

// places returns for each of several rational numbers how many are less, equal ones
// having the same place.
func places(values []*big.Rat) []int {
	byValue := make([]int, len(values))
	for i := range byValue {
		byValue[i] = i
	}
	slices.SortFunc(byValue, func(i, k int) int { return values[i].Cmp(values[k]) })
	out := make([]int, len(values))
	for k, i := range byValue {
		out[i] = k
		if k > 0 && values[i].Cmp(values[byValue[k-1]]) == 0 {
			out[i] = out[byValue[k-1]]
		}
	}
	return out
}

// exactScore compares the dissimilarities of two data sets exactly; NaN where one of
// them is constant.
func exactScore(xOrder, yOrder []*big.Rat, xValues, yValues []*big.Float, compare string) float64 {
	var a, b []*big.Rat
	var u, v []*big.Float
	for i := range xOrder {
		if xOrder[i] != nil && yOrder[i] != nil {
			a, b, u, v = append(a, xOrder[i]), append(b, yOrder[i]), append(u, xValues[i]), append(v, yValues[i])
		}
	}
	n := len(a)
	if n == 0 {
		return math.NaN()
	}
	p, q := places(a), places(b)
	if coefficients[compare].centred && (slices.Max(p) == 0 || slices.Max(q) == 0) {
		return math.NaN()
	}
	ranksOf := func(places []int) []*big.Float {
		count := make(map[int]int)
		for _, p := range places {
			count[p]++
		}
		out := make([]*big.Float, n)
		for i, p := range places { // twice the mean rank
			out[i] = new(big.Float).SetPrec(400).SetInt64(int64(2*p + count[p] + 1))
		}
		return out
	}
	switch compare {
	case "kendall":
		signs := 0
		for i := range a {
			for k := range i {
				signs += cmp.Compare(p[i], p[k]) * cmp.Compare(q[i], q[k])
			}
		}
		return float64(signs) / (float64(n) * float64(n-1) / 2)
	case "spearman":
		u, v = ranksOf(p), ranksOf(q)
	case "rho_a":
		sum := new(big.Float).SetPrec(400) // of twice the ranks less twice their mean
		mean := big.NewFloat(float64(n + 1))
		u, v = ranksOf(p), ranksOf(q)
		for i := range u {
			sum.Add(sum, new(big.Float).Mul(u[i].Sub(u[i], mean), v[i].Sub(v[i], mean)))
		}
		of, _ := sum.Float64()
		return 3 * of / (math.Pow(float64(n), 3) - float64(n))
	case "whitened_cosine", "whitened_pearson":
		u, v = exactlyWhitened(u, compare == "whitened_pearson"), exactlyWhitened(v, compare == "whitened_pearson")
		compare = "cosine"
	}
	moment := func(x, y []*big.Float) *big.Float {
		zero := func() *big.Float { return new(big.Float).SetPrec(400) }
		sum, meanX, meanY := zero(), zero(), zero()
		if compare != "cosine" {
			for i := range x {
				meanX.Add(meanX, x[i])
				meanY.Add(meanY, y[i])
			}
			count := zero().SetInt64(int64(n))
			meanX.Quo(meanX, count)
			meanY.Quo(meanY, count)
		}
		for i := range x {
			sum.Add(sum, zero().Mul(zero().Sub(x[i], meanX), zero().Sub(y[i], meanY)))
		}
		return sum
	}
	lengths := new(big.Float).Mul(moment(u, u), moment(v, v))
	if lengths.Sign() == 0 {
		return math.NaN()
	}
	score, _ := new(big.Float).Quo(moment(u, v), lengths.Sqrt(lengths)).Float64()
	return score
}

// exactlyWhitened returns the elements of the doubly centred matrix of a triangle.
func exactlyWhitened(values []*big.Float, centre bool) (out []*big.Float) {
	n := stimuliOf(len(values))
	decimal := func(v int) *big.Float { return new(big.Float).SetPrec(400).SetInt64(int64(v)) }
	mean := decimal(0)
	if centre {
		for _, v := range values {
			mean.Add(mean, v)
		}
		mean.Quo(mean, decimal(len(values)))
	}
	at := func(a, b int) *big.Float {
		if a == b {
			return decimal(0)
		}
		return decimal(0).Sub(values[firstPair(n, min(a, b))+max(a, b)-min(a, b)-1], mean)
	}
	means, whole := make([]*big.Float, n), decimal(0)
	for a := range n {
		means[a] = decimal(0)
		for b := range n {
			means[a].Add(means[a], at(a, b))
		}
		means[a].Quo(means[a], decimal(n))
		whole.Add(whole, means[a])
	}
	whole.Quo(whole, decimal(n))
	for a := range n {
		for b := range n {
			d := at(a, b)
			out = append(out, d.Sub(d, means[a]).Sub(d, means[b]).Add(d, whole))
		}
	}
	return out
}

// TestRDMIsExact compares every kind of data with recordings, and recordings of every
// kind with activations, by every distance and coefficient, with the figures of exact
// arithmetic. On kernels other than the machine's own it leaves out coefficients whose
// products are those of another one.
func TestRDMIsExact(t *testing.T) {
	onAllKernels(t, func(t *testing.T) {
		kinds := exactKinds()
		other := kinds[16]
		otherScored, otherMeant, otherFeatures := other.draw(5)
		for _, distance := range []string{"correlation", "euclidean", squaredDistance, "cosine"} {
			yOrder, yValues := exactDissimilarities(otherMeant, otherFeatures, distance)
			for _, kind := range thorough.OneIn(3, kinds...) {
				scored, meant, features := kind.draw(3)
				xOrder, xValues := exactDissimilarities(meant, features, distance)
				for _, compare := range comparisons {
					if otherKernel() && !slices.Contains([]string{"pearson", "spearman", "whitened_pearson"}, compare) {
						continue
					}
					want := exactScore(xOrder, yOrder, xValues, yValues, compare)
					within := 1e-11
					if strings.Contains(kind.name, "dominating") || strings.Contains(kind.name, "feature means to 1e+0") {
						within = 1e-9
					}
					for _, swapped := range []bool{false, true} {
						a, b := scored, otherScored
						fa, fb := features, otherFeatures
						if swapped {
							a, b, fa, fb = b, a, fb, fa
						}
						got := scoreBits(t, rdm{distance, compare}, a, fa, b, fb)
						if !(math.Abs(got-want) <= within) && !(math.IsNaN(got) && math.IsNaN(want)) {
							t.Errorf("%s %s of %s (as recordings: %v): %v, want %v (off by %.1e)", distance, compare, kind.name, swapped, got, want, got-want)
						}
					}
				}
			}
		}
	})
}

// scoreBits scores with several numbers of workers and sizes of blocks, which must
// give the same bits.
func scoreBits(t *testing.T, metric metrics.Neural, x []float64, features int, y []float64, neuroids int) float64 {
	t.Helper()
	n := len(x) / features
	var first float64
	for run, workers := range []int{1, 3} {
		sink := stream.NewGramSink(nil, n, features, metric.Info().Needs, workers)
		if err := stream.RunPass(context.Background(), stream.InMemory(x, n, features), []stream.Sink{sink}, stream.PassOptions{BlockBytes: run}); err != nil {
			t.Fatal(err)
		}
		score, err := metric.ScoreNeural(context.Background(), metrics.NeuralInput{Gram: sink.Gram(), Stimuli: n, Responses: y, Neuroids: neuroids, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		if math.IsInf(score.Raw.Value, 0) || math.IsNaN(score.Raw.Value) && len(score.Warnings) == 0 {
			t.Errorf("%v: %v without a reason", metric, score.Raw.Value)
		}
		if run == 0 {
			first = score.Raw.Value
		} else if math.Float64bits(first) != math.Float64bits(score.Raw.Value) {
			t.Errorf("%v: %v with %d workers, %v with one", metric, score.Raw.Value, workers, first)
		}
	}
	return first
}
