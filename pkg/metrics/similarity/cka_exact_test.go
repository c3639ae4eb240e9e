package similarity

import (
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/brainscore-go/brainscore/internal/thorough"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// exactCKA returns the score of two data sets in 600 bits from its definition; NaN
// where it is 0/0.
func exactCKA(x []float64, features int, y []float64, neuroids int, biased bool) float64 {
	n := len(x) / features
	number := func(v int) *big.Float { return new(big.Float).SetPrec(600).SetInt64(int64(v)) }
	centred := func(x []float64, f int) [][]*big.Float {
		whole := wholeNumbers(x)
		k := make([][]*big.Float, n)
		sums := make([]*big.Float, n)
		total := number(0)
		for i := range n {
			sums[i] = number(0)
			for j := range n {
				sum, p := new(big.Int), new(big.Int)
				for c := range f {
					sum.Add(sum, p.Mul(whole[i*f+c], whole[j*f+c]))
				}
				if i == j && !biased {
					sum.SetInt64(0)
				}
				k[i] = append(k[i], number(0).SetInt(sum))
				sums[i].Add(sums[i], k[i][j])
			}
			total.Add(total, sums[i])
		}
		perRow, perAll := n, n*n
		if !biased {
			perRow, perAll = n-2, (n-1)*(n-2)
		}
		for i := range n {
			for j := range n {
				if i == j && !biased {
					continue
				}
				// Times n²(n−1)(n−2) nothing is divided, so that 0 is 0.
				all := number(n * n * (n - 1) * (n - 2))
				v := number(0).Mul(all, k[i][j])
				v.Sub(v, number(0).Mul(number(n*n*(n-1)*(n-2)/perRow), sums[i]))
				v.Sub(v, number(0).Mul(number(n*n*(n-1)*(n-2)/perRow), sums[j]))
				k[i][j] = v.Add(v, number(0).Mul(number(n*n*(n-1)*(n-2)/perAll), total))
			}
		}
		return k
	}
	product := func(a, b [][]*big.Float) *big.Float {
		sum := number(0)
		for i := range a {
			for j := range a {
				sum.Add(sum, number(0).Mul(a[i][j], b[i][j]))
			}
		}
		return sum
	}
	k, l := centred(x, features), centred(y, neuroids)
	lengths := number(0).Mul(product(k, k), product(l, l))
	if lengths.Sign() == 0 {
		return math.NaN()
	}
	score, _ := number(0).Quo(product(k, l), lengths.Sqrt(lengths)).Float64()
	return score
}

// TestCKAIsExact compares every kind of data with recordings, and recordings of every
// kind with activations, with the figures of exact arithmetic.
func TestCKAIsExact(t *testing.T) {
	onAllKernels(t, func(t *testing.T) {
		kinds := append(exactKinds(),
			exactKind{name: "one stimulus that differs", row: func(_ *rand.Rand, i int) []float64 { return []float64{float64(1 / (1 + i)), 2} }},
			exactKind{name: "one-hot and 3.3", row: func(_ *rand.Rand, i int) []float64 { return indicator(exactRows, i, 3.3, 3.4) }},
			exactKind{name: "one-hot and 1e6", row: func(_ *rand.Rand, i int) []float64 { return indicator(exactRows, i, 1e6, 1e6+1) }},
		)
		other, _, neuroids := kinds[16].draw(5)
		for _, kind := range thorough.OneIn(2, kinds...) {
			x, _, features := kind.draw(3)
			for _, biased := range []bool{false, true} {
				want := exactCKA(x, features, other, neuroids, biased)
				within := 1e-11
				if strings.Contains(kind.name, "to 1e+09") {
					within = 1e-9
				}
				for _, swapped := range []bool{false, true} {
					a, b, fa, fb := x, other, features, neuroids
					if swapped {
						a, b, fa, fb = b, a, fb, fa
					}
					got := scoreBits(t, cka{biased}, a, fa, b, fb)
					if !(math.Abs(got-want) <= within) && !(math.IsNaN(got) && math.IsNaN(want)) {
						t.Errorf("biased %v, %s (as recordings: %v): %v, want %v (off by %.1e)", biased, kind.name, swapped, got, want, got-want)
					}
				}
			}
		}
	})
}

// whitened returns activations whose centred rows are orthogonal and equally long, as
// far as n−1 dimensions allow, plus an offset.
func whitened(seed uint64, n, features int, offset, unit float64) []float64 {
	r := rand.New(rand.NewPCG(seed, 1))
	a := filled(n*features, func(int) float64 { return r.NormFloat64() })
	dense.CenterColumns(a, features)
	var svd mat.SVD
	svd.Factorize(mat.NewDense(n, features, a), mat.SVDThin)
	var u, v, w mat.Dense
	svd.UTo(&u)
	svd.VTo(&v)
	w.Mul(u.Slice(0, n, 0, n-1), v.Slice(0, features, 0, n-1).T())
	out := w.RawMatrix().Data
	for i := range out {
		out[i] = unit * (math.Sqrt(float64(n))*out[i] + offset)
	}
	return out
}

// TestWhitenedIsUndefined checks that layers by which all stimuli are equally similar
// to their precision have no score, and that others have.
func TestWhitenedIsUndefined(t *testing.T) {
	onAllKernels(t, func(t *testing.T) {
		for _, n := range []int{4, 9, 40} {
			for _, features := range []int{n - 1, n, 3*n + 1, 500} {
				for _, offset := range thorough.OneIn(2, 0, 3, 1e3) {
					for _, unit := range []float64{1, 1e-150, 1e9} {
						for _, kind := range []struct {
							name      string
							precision float64
							round     func(v float64) float64
						}{
							{"float64", stream.DoublePrecision, func(v float64) float64 { return v }},
							{"float32", stream.SinglePrecision, func(v float64) float64 { return unit * float64(float32(v/unit)) }},
							{"float16", 0x1p-11, func(v float64) float64 {
								m, e := math.Frexp(v)
								return math.Ldexp(math.RoundToEven(m*(1<<11)), e-11)
							}},
						} {
							x := whitened(uint64(n), n, features, offset, unit)
							for i, v := range x {
								x[i] = kind.round(v)
							}
							y := whitened(3, n, features, 0, 1)
							for i := range y {
								y[i] *= float64(i%features + 1)
							}
							check := func(metric metrics.Neural, defined bool) {
								t.Helper()
								for _, swapped := range []bool{false, true} {
									in := metrics.NeuralInput{Stimuli: n, Responses: y, Neuroids: features, Workers: 2}
									a := stream.WithPrecision(stream.InMemory(x, n, features), kind.precision)
									if swapped {
										a, in.Responses, in.ResponsePrecision = stream.InMemory(y, n, features), x, kind.precision
									}
									score, err := metrics.ScoreColumns(t.Context(), metric, a, in)
									if err != nil {
										t.Fatal(err)
									}
									if math.IsNaN(score.Raw.Value) == defined || !defined && len(score.Warnings) == 0 {
										t.Errorf("%v on %d × %d of %s, offset %g, unit %g, as recordings: %v: %v, %v",
											metric, n, features, kind.name, offset, unit, swapped, score.Raw.Value, score.Warnings)
									}
								}
							}
							check(cka{}, false)
							if kind.precision < 0x1p-11 || offset < 1e3 || features < 100 { // else less variance than float16 holds
								check(cka{true}, true)
							}
							check(rdm{"euclidean", "spearman"}, false)
						}
					}
				}
			}
		}
	})
}

// TestWideLayersAreDefined checks that unrelated features, by which stimuli are nearly
// equally similar where there are many, have a score in any precision.
func TestWideLayersAreDefined(t *testing.T) {
	const n, features = 40, 20_000
	r := rand.New(rand.NewPCG(1, 2))
	x := filled(n*features, func(int) float64 { return 3 + r.NormFloat64() })
	y := filled(n*5, func(int) float64 { return r.NormFloat64() })
	for _, precision := range []float64{0x1p-11, stream.SinglePrecision, stream.DoublePrecision, 0} {
		for _, metric := range []metrics.Neural{cka{}, cka{true}, rdm{"correlation", "spearman"}, rdm{"cosine", "kendall"}, rdm{"euclidean", "pearson"}} {
			score, err := metrics.ScoreColumns(t.Context(), metric, stream.WithPrecision(stream.InMemory(x, n, features), precision), metrics.NeuralInput{Responses: y, Neuroids: 5, Workers: 2})
			if err != nil || math.IsNaN(score.Raw.Value) || len(score.Warnings) > 0 {
				t.Errorf("%v in precision %g: %v, %v, %v", metric, precision, score.Raw.Value, score.Warnings, err)
			}
		}
	}
}

// TestWholeNumbersAreExact checks that an offset of whole numbers, which any type
// holds, takes nothing away from their precision.
func TestWholeNumbersAreExact(t *testing.T) {
	const n = 24
	r := rand.New(rand.NewPCG(1, 2))
	x, y := make([]float64, n*6), filled(n*5, func(int) float64 { return r.NormFloat64() })
	for _, metric := range []metrics.Neural{cka{}, cka{true}, rdm{"correlation", "spearman"}, rdm{"cosine", "kendall"}, rdm{"euclidean", "pearson"}} {
		for _, offset := range []float64{0, 1e3, 1e6} {
			for i := range n {
				copy(x[i*6:], indicator(6, i%6, offset, offset+1))
			}
			for _, precision := range []float64{0, stream.SinglePrecision, stream.DoublePrecision} {
				in := metrics.NeuralInput{Responses: y, Neuroids: 5, Workers: 1}
				score, err := metrics.ScoreColumns(t.Context(), metric, stream.WithPrecision(stream.InMemory(x, n, 6), precision), in)
				if err != nil || math.IsNaN(score.Raw.Value) || len(score.Warnings) > 0 {
					t.Errorf("%v, offset %g in precision %g: %v, %v, %v", metric, offset, precision, score.Raw.Value, score.Warnings, err)
				}
			}
		}
	}
}

// TestUnderflow checks that inner products that lose digits are an error, and that
// dissimilarities, which are computed from the rows, are not changed by the unit.
func TestUnderflow(t *testing.T) {
	score := func(metric metrics.Neural, unit float64) (float64, error) {
		c := simulated.New(1, 12, 9, 4)
		dense.Scale(c.X, unit)
		s, err := metrics.ScoreColumns(t.Context(), metric, c, metrics.NeuralInput{Responses: c.Y, Neuroids: 4, Workers: 1})
		return s.Raw.Value, err
	}
	if value, err := score(cka{}, 1e-158); !errors.Is(err, stream.ErrUnderflow) {
		t.Errorf("cka: %v, %v", value, err)
	}
	for _, metric := range []metrics.Neural{rdm{"correlation", "spearman"}, rdm{"cosine", "kendall"}, rdm{"euclidean", "pearson"}} {
		want, _ := score(metric, 1)
		for _, unit := range []float64{1e-158, 1e-290} {
			if value, err := score(metric, unit); err != nil || !(math.Abs(value-want) < 1e-12) {
				t.Errorf("%v in units of %g: %v, %v, not %v", metric, unit, value, err, want)
			}
		}
	}
}
