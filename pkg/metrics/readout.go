package metrics

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
)

// Readout is a fitted multinomial logistic regression in dual form: the weights
// are X̃ᵀA with X̃ the m standardised fitting rows, so the scores of further rows
// need only their inner products with the fitting rows.
type Readout struct {
	m, classes int
	dual       []float64 // A, classes × m
	intercepts []float64 // one a class
	iterations int
	gradient   float64
	features   int
	weights    []float64 // classes × features, where it was fitted on features
}

// Iterations is the number of Newton steps that the fit took.
func (r *Readout) Iterations() int { return r.iterations }

// Gradient is the norm of the objective's gradient at the fit, relative to that
// at zero weights.
func (r *Readout) Gradient() float64 { return r.gradient }

// Dual returns a copy of the coefficients A, classes × m row-major: the weights
// of class c are Σ_i A[c,i]·x̃_i.
func (r *Readout) Dual() []float64 { return append([]float64(nil), r.dual...) }

// Intercepts returns a copy of the intercepts, one a class, with mean 0.
func (r *Readout) Intercepts() []float64 { return append([]float64(nil), r.intercepts...) }

// ReadoutError reports labels or a Gram matrix that no read-out can be fitted to.
type ReadoutError struct{ Problem string }

func (e *ReadoutError) Error() string { return "read-out: " + e.Problem }

// ConvergenceError reports a fit that did not reach the optimum.
type ConvergenceError struct {
	Iterations int
	Gradient   float64 // norm relative to that at zero weights
	Want       float64
}

func (e *ConvergenceError) Error() string {
	return fmt.Sprintf("read-out: no convergence in %d Newton steps: relative gradient %.3g, must be at most %.3g (are the features finite and the labels more than noise of huge scale?)",
		e.Iterations, e.Gradient, e.Want)
}

const (
	readoutTolerance = 1e-10 // relative gradient norm of a converged fit
	readoutTarget    = 1e-12 // where the fit stops for certain
	readoutSteps     = 200   // Newton steps at most
	readoutCGSteps   = 2000  // conjugate gradient iterations a step at most
)

// FitReadout fits a multinomial logistic regression with L2 penalty,
//
//	½‖W‖² + C·Σ log-loss, intercepts free, softmax over all classes,
//
// from k alone, the m × m Gram matrix (row-major, symmetric) of the standardised
// fitting features; labels holds the class of each row, from 0 to classes−1, and
// every class needs a row: without one its intercept has no optimum. The
// objective is that of scikit-learn's LogisticRegression(multi_class=
// "multinomial", C=c).
//
// It is solved to convergence (relative gradient norm at most 1e-10, or a
// *ConvergenceError) by Newton's method, each step by conjugate gradients. All
// of it is the primal method on the weights, written in W = X̃ᵀA: at the optimum
// A = −C(P − Y). Results do not depend on workers.
//
// Sources: Rajalingham et al. 2018 (the read-out of Brain-Score's behavioural
// benchmarks); Lin, Weng & Keerthi 2008, JMLR 9:627-650 (truncated Newton for
// logistic regression); Eisenstat & Walker 1996 (how far to solve each step).
func FitReadout(ctx context.Context, k []float64, m int, labels []int, classes int, c float64, workers int) (*Readout, error) {
	if m < 2 || len(k) != m*m {
		return nil, &ReadoutError{fmt.Sprintf("a Gram matrix of %d values for %d rows", len(k), m)}
	}
	return fitReadout(ctx, &readoutGram{m: m, k: k, workers: workers}, labels, classes, c)
}

// FitReadoutFeatures is FitReadout from the m × features standardised fitting
// features x themselves (row-major): the same fit, cheaper where features are
// fewer than half the rows, as a product with X·Xᵀ is then one with Xᵀ and one
// with X.
func FitReadoutFeatures(ctx context.Context, x []float64, m, features int, labels []int, classes int, c float64, workers int) (*Readout, error) {
	if m < 2 || features < 1 || len(x) != m*features {
		return nil, &ReadoutError{fmt.Sprintf("%d values for %d rows of %d features", len(x), m, features)}
	}
	g := &readoutGram{m: m, features: features, x: x, workers: workers}
	r, err := fitReadout(ctx, g, labels, classes, c)
	if err != nil {
		return nil, err
	}
	r.features, r.weights = features, g.weights(r.dual, classes)
	return r, nil
}

// readoutGram multiplies by the Gram matrix of the fitting rows: k, or x·xᵀ.
type readoutGram struct {
	m, features int
	k, x        []float64
	workers     int
}

// product is out = a·K for coefficients a (classes × m).
func (g *readoutGram) product(a []float64, classes int, out []float64) {
	if g.x == nil {
		readoutProduct(g.workers, g.k, g.m, g.m, a, classes, out)
		return
	}
	readoutProduct(g.workers, g.x, g.m, g.features, g.weights(a, classes), classes, out)
}

// weights is a·x, classes × features.
func (g *readoutGram) weights(a []float64, classes int) []float64 {
	w := make([]float64, classes*g.features)
	kernel.Gemm(max(1, g.workers), false, false, classes, g.features, g.m, 1, a, g.m, g.x, g.features, w, g.features)
	return w
}

func fitReadout(ctx context.Context, g *readoutGram, labels []int, classes int, c float64) (*Readout, error) {
	if err := checkReadout(g, labels, classes, c); err != nil {
		return nil, err
	}
	m := g.m
	f := newReadoutFit(g, labels, classes, c)
	first := f.gradientNorm()
	if first <= 1e-14*c*math.Sqrt(float64(m)) { // equal classes, constant features
		return f.readout(0, 0), nil
	}
	relative := 1.0
	for step := range readoutSteps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if relative <= readoutTarget {
			return f.readout(step, relative), nil
		}
		if err := f.solve(ctx, min(0.1, math.Sqrt(relative))); err != nil {
			return nil, err
		}
		if !f.search() {
			// No step goes down any further: rounding has taken over.
			if relative <= readoutTolerance {
				return f.readout(step, relative), nil
			}
			return nil, &ConvergenceError{step, relative, readoutTolerance}
		}
		before := relative
		relative = f.gradientNorm() / first
		if relative <= readoutTolerance && relative > before/4 {
			return f.readout(step+1, relative), nil
		}
	}
	return nil, &ConvergenceError{readoutSteps, relative, readoutTolerance}
}

func checkReadout(g *readoutGram, labels []int, classes int, c float64) error {
	m := g.m
	switch {
	case len(labels) != m:
		return &ReadoutError{fmt.Sprintf("%d labels for %d rows", len(labels), m)}
	case classes < 2:
		return &ReadoutError{fmt.Sprintf("%d classes, must be at least 2", classes)}
	case !(c > 0) || math.IsInf(c, 1):
		return &ReadoutError{fmt.Sprintf("C is %v, must be a number above 0", c)}
	}
	counts := make([]int, classes)
	for i, label := range labels {
		if label < 0 || label >= classes {
			return &ReadoutError{fmt.Sprintf("label %d of row %d is not one of %d classes", label, i, classes)}
		}
		counts[label]++
	}
	for class, n := range counts {
		if n == 0 {
			return &ReadoutError{fmt.Sprintf("class %d has no fitting rows", class)}
		}
	}
	values, what, cols := g.k, "the Gram matrix has", m
	if g.x != nil {
		values, what, cols = g.x, "the features have", g.features
	}
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return &ReadoutError{fmt.Sprintf("%s %v at row %d, column %d", what, v, i/cols, i%cols)}
		}
	}
	return nil
}

// Probabilities are the class probabilities of further rows (rows × classes,
// row-major), from kx, their inner products with the fitting rows: rows × m,
// standardised by the fitting rows' means and deviations.
func (r *Readout) Probabilities(kx []float64, rows int) []float64 {
	return r.probabilities(kx, rows, r.m, r.dual)
}

// ProbabilitiesOf are the class probabilities of further rows from their
// features (rows × features, standardised likewise), of a read-out fitted by
// FitReadoutFeatures.
func (r *Readout) ProbabilitiesOf(x []float64, rows int) []float64 {
	return r.probabilities(x, rows, r.features, r.weights)
}

func (r *Readout) probabilities(x []float64, rows, cols int, coefficients []float64) []float64 {
	scores := make([]float64, r.classes*rows)
	readoutProduct(runtime.GOMAXPROCS(0), x, rows, cols, coefficients, r.classes, scores)
	out := make([]float64, rows*r.classes)
	for i := range rows {
		row := out[i*r.classes : (i+1)*r.classes]
		for c := range row {
			row[c] = scores[c*rows+i] + r.intercepts[c]
		}
		softmax(row)
	}
	return out
}

// softmax turns scores into probabilities in place, and gives log Σ exp.
func softmax(scores []float64) float64 {
	top := math.Inf(-1)
	for _, s := range scores {
		top = max(top, s)
	}
	sum := 0.0
	for c, s := range scores {
		scores[c] = math.Exp(s - top)
		sum += scores[c]
	}
	for c := range scores {
		scores[c] /= sum
	}
	return top + math.Log(sum)
}

// readoutProduct is out = a·kᵀ: classes × m coefficients by a rows × m matrix.
// With few classes the kernel reads k once, at the speed of memory.
func readoutProduct(workers int, k []float64, rows, m int, a []float64, classes int, out []float64) {
	if rows == 0 || m == 0 || classes == 0 {
		return
	}
	clear(out[:classes*rows])
	kernel.Gemm(max(1, workers), false, true, classes, rows, m, 1, a, m, k, m, out, rows)
}
