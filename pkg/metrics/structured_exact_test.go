package metrics_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/exact"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/structured"
)

// Of small whole numbers the exact path finds the ties that fractions find, and the
// same coefficient.
func TestExactTies(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, offset := range []int{0, 0, 0, 0, 1, 1, 1, 100, 1000, 1000} {
		rows, cols := 4+r.IntN(12), 2+r.IntN(4)
		m := matrix{make([]float64, rows*cols), cols}
		for i := range m.x {
			m.x[i] = float64(r.IntN(3)) + float64(offset)
		}
		for distance, squared := range map[string]func(x, y []int64) *big.Rat{"euclidean": ratDistance, "correlation": ratCorrelation, "cosine": ratCosine} {
			d := newDissimilarities(m, everyRow(rows), distance)
			kept := both(d)[0]
			_, places := settled(kept)
			var keys []*big.Rat
			for a := range rows {
				for b := a + 1; b < rows; b++ {
					if key := squared(whole(m, a), whole(m, b)); key != nil {
						keys = append(keys, key)
					}
				}
			}
			if len(keys) != len(kept) {
				t.Fatalf("%s: %d pairs, %d by fractions", distance, len(kept), len(keys))
			}
			for i, x := range keys {
				for j, y := range keys {
					if sign(places[i]-places[j]) != x.Cmp(y) {
						t.Fatalf("%s: pairs %d and %d compare otherwise: %v and %v", distance, i, j, x, y)
					}
				}
			}
		}
	}
}

func whole(m matrix, row int) []int64 {
	var out []int64
	for _, v := range m.x[row*m.cols : (row+1)*m.cols] {
		out = append(out, int64(v))
	}
	return out
}

// ratDistance is the squared Euclidean distance.
func ratDistance(x, y []int64) *big.Rat {
	s := int64(0)
	for i, v := range x {
		s += (v - y[i]) * (v - y[i])
	}
	return big.NewRat(s, 1)
}

// ratCosine rises with 1 − cosine: the squared cosine with its sign, less than 0.
func ratCosine(x, y []int64) *big.Rat {
	dot := func(a, b []int64) *big.Rat {
		s := new(big.Rat)
		for i, v := range a {
			s.Add(s, new(big.Rat).Mul(big.NewRat(v, 1), big.NewRat(b[i], 1)))
		}
		return s
	}
	xx, yy, xy := dot(x, x), dot(y, y), dot(x, y)
	if xx.Sign() == 0 || yy.Sign() == 0 {
		return nil
	}
	key := new(big.Rat).Mul(xy, new(big.Rat).Abs(xy))
	return key.Quo(key, xx.Mul(xx, yy)).Neg(key)
}

// ratCorrelation is the cosine of the rows less their mean, times their length.
func ratCorrelation(x, y []int64) *big.Rat {
	centred := func(a []int64) []int64 {
		sum := int64(0)
		for _, v := range a {
			sum += v
		}
		var out []int64
		for _, v := range a {
			out = append(out, v*int64(len(a))-sum)
		}
		return out
	}
	return ratCosine(centred(x), centred(y))
}

// The exact paths agree with numpy 1.24 and scikit-learn 1.2.1 on a well-conditioned
// case.
func TestExactPaths(t *testing.T) {
	const n = 14
	x, y := matrix{cols: 5}, matrix{cols: 3}
	for i := range n {
		for j := range x.cols {
			x.x = append(x.x, float64((7*i*i+3*j*j*i+11*j)%23))
		}
		for j := range y.cols {
			y.x = append(y.x, float64((5*i*i+j*i+3)%19)+x.x[i*x.cols+j])
		}
	}
	split := structured.Split{Train: everyRow(10), Test: []int{10, 11, 12, 13}}
	r := newRegression(x, y, split)
	pls, _, _ := r.nipals(3)
	single, _ := best(x, y, split)
	losses := r.leaveOneOut(penalties())
	var some []float64
	for k, alpha := range penalties() {
		if alpha == 0.01 || alpha == 100 || alpha == 1e7 {
			some = append(some, losses[k].Float())
		}
	}
	rows := everyRow(n)
	a, b := newDissimilarities(x, rows, "correlation"), newDissimilarities(y, rows, "correlation")
	k, l := innerProducts(x, rows), innerProducts(y, rows)
	for _, c := range []struct {
		name      string
		got, want []float64
	}{
		{"linear", r.leastNorm(), []float64{-0.20646227462944003, 0.9927539954347577, 0.9058236842575109}},
		{"ridge", r.penalised(1), []float64{-0.20606813565453658, 0.9927907668726795, 0.9059736740464378}},
		{"pls", pls, []float64{-0.09556273684972127, 0.9943052385663634, 0.8742000771504678}},
		{"neuron_to_neuron", single, []float64{-0.40824829046386296, 0.9964141882216158, 0.9031828177555314}},
		{"leave-one-out errors", some, []float64{4374.8612979283735, 1847.7823346706293, 2864.7343244811404}},
		{"rdm", []float64{agreement("spearman", a.values, b.values), agreement("pearson", a.values, b.values), agreement("cosine", a.values, b.values)},
			[]float64{0.5301481127568084, 0.5458864200124967, 0.8717210389166616}},
		{"cka", []float64{alignment(k, l, false), alignment(k, l, true)}, []float64{0.45437561339006927, 0.6046404019604544}},
	} {
		for i, v := range c.got {
			if math.Abs(v/c.want[i]-1) > 1e-11 {
				t.Errorf("%s: %.16g, but %.16g elsewhere", c.name, v, c.want[i])
			}
		}
		if len(c.got) != len(c.want) {
			t.Errorf("%s: %d figures for %d", c.name, len(c.got), len(c.want))
		}
	}
	// Ridge regression by QR of the rows with √α·I below them.
	train := exact.From(x.x, x.cols, split.Train)
	mean := train.Means()
	above := train.Less(mean)
	rowsAndPenalty, target := exact.New(10+x.cols, x.cols), exact.New(10+x.cols, y.cols)
	copy(rowsAndPenalty.X, above.X)
	copy(target.X, r.y.X)
	for j := range x.cols {
		rowsAndPenalty.X[(10+j)*x.cols+j] = exact.Of(2) // α = 4
	}
	predicted := exact.From(x.x, x.cols, split.Test).Less(mean).Mul(exact.LeastSquares(rowsAndPenalty, target))
	for j, v := range r.penalised(4) {
		if w := pearson(predicted.Column(j), numbers(r.measured[j])).Float(); math.Abs(v-w) > 1e-15 {
			t.Errorf("ridge regression of neuroid %d by QR %.17g, by singular values %.17g", j, w, v)
		}
	}
}
