package readout

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// plainRidge fits by the normal equations of the Gram matrix of some rows, centred, and
// returns the decision values of one more row.
func plainRidge(x [][]float64, labels []int, classes int, penalty float64, test []float64) []float64 {
	n, mean := len(x), make([]float64, len(test))
	for _, row := range x {
		for j, v := range row {
			mean[j] += v / float64(n)
		}
	}
	inner := func(a, b []float64) (sum float64) {
		for j := range a {
			sum += (a[j] - mean[j]) * (b[j] - mean[j])
		}
		return sum
	}
	a := mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			a.Set(i, j, inner(x[i], x[j]))
		}
		a.Set(i, i, a.At(i, i)+penalty)
	}
	out := make([]float64, classes)
	for c := range classes {
		y, intercept := make([]float64, n), 0.
		for i, label := range labels {
			y[i] = -1
			if label == c {
				y[i] = 1
			}
			intercept += y[i] / float64(n)
		}
		for i := range y {
			y[i] -= intercept
		}
		out[c] = intercept
		var w mat.VecDense
		if err := w.SolveVec(a, mat.NewVecDense(n, y)); err != nil {
			panic(err)
		}
		for i := range n {
			out[c] += w.AtVec(i) * inner(x[i], test)
		}
	}
	return out
}

// The penalty is the one with the least error of single rows that are left out and
// predicted by a fit on the others, the intercept among it, and the weights are those of the fit
// with it: with more features than rows and fewer, and with rows that occur twice.
func TestFitRidge(t *testing.T) {
	const m, classes = 14, 3
	penalties := []float64{.5, 3, 20, 150}
	chosen := map[float64]bool{}
	for name, c := range map[string]struct {
		features int
		signal   float64
		twice    bool
	}{
		"wide": {40, 1, false}, "wide noise": {40, 0, false}, "few": {4, .8, false}, "few noise": {4, 0, false}, "rows twice": {40, 3, true}, "clear": {30, 6, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, uint64(c.features)))
			labels, x := make([]int, m), make([][]float64, m+1)
			for i := range x {
				x[i] = make([]float64, c.features)
				for j := range x[i] {
					x[i][j] = r.NormFloat64()
					if i < m && j%classes == i*i%classes {
						x[i][j] += c.signal
					}
				}
				if i < m {
					labels[i] = i * i % classes
				}
			}
			if c.twice {
				copy(x[4], x[5])
			}
			labels[13] = 2
			test, x := x[m], x[:m]
			k, mean := make([]float64, m*m), make([]float64, c.features)
			for _, row := range x {
				for j, v := range row {
					mean[j] += v / m
				}
			}
			for i := range m {
				for j := range m {
					for f := range c.features {
						k[i*m+j] += (x[i][f] - mean[f]) * (x[j][f] - mean[f])
					}
				}
			}
			best, least := 0., math.Inf(1)
			for _, penalty := range penalties {
				sum := 0.
				for i := range m {
					others := slices.Delete(slices.Clone(x), i, i+1)
					values := plainRidge(others, slices.Delete(slices.Clone(labels), i, i+1), classes, penalty, x[i])
					for class, v := range values {
						want := -1.
						if labels[i] == class {
							want = 1
						}
						sum += (v - want) * (v - want)
					}
				}
				if sum < least {
					best, least = penalty, sum
				}
			}
			chosen[best] = true
			fit, err := FitRidge(k, m, c.features, labels, classes, penalties)
			if err != nil {
				t.Fatal(err)
			}
			if fit.Penalty != best {
				t.Errorf("penalty %v, want %v", fit.Penalty, best)
			}
			for class, want := range plainRidge(x, labels, classes, best, test) {
				got := fit.Intercepts[class]
				for i := range m {
					for f := range c.features {
						got += fit.Coefficients[class*m+i] * (x[i][f] - mean[f]) * (test[f] - mean[f])
					}
				}
				if math.Abs(got-want) > 1e-11 {
					t.Errorf("decision value %v of class %d, want %v", got, class, want)
				}
			}
		})
	}
	if len(chosen) < 3 {
		t.Errorf("the cases choose the penalties %v alone", chosen)
	}
}

func TestFitRidgeMistakes(t *testing.T) {
	nan := []float64{math.NaN(), 0, 0, 1}
	for name, fit := range map[string]func() (*Ridge, error){
		"no penalty":     func() (*Ridge, error) { return FitRidge(make([]float64, 4), 2, 3, []int{0, 1}, 2, nil) },
		"other matrix":   func() (*Ridge, error) { return FitRidge(make([]float64, 5), 2, 3, []int{0, 1}, 2, []float64{1}) },
		"unknown class":  func() (*Ridge, error) { return FitRidge(make([]float64, 4), 2, 3, []int{0, 2}, 2, []float64{1}) },
		"not finite":     func() (*Ridge, error) { return FitRidge(nan, 2, 3, []int{0, 1}, 2, []float64{1}) },
		"a single class": func() (*Ridge, error) { return FitRidge(make([]float64, 4), 2, 3, []int{0, 0}, 1, []float64{1}) },
	} {
		if _, err := fit(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
