package readout

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"github.com/brainscore-go/brainscore/internal/portable"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// Fitted is a fitted multinomial logistic regression. Where it was fitted on
// inner products it is in dual form: the weights are X̃ᵀA with X̃ the m
// standardised fitting rows, so the scores of further rows need only their inner
// products with the fitting rows.
type Fitted struct {
	m, classes int
	dual       []float64 // A, classes × m; nil where it was fitted on features
	intercepts []float64 // one a class
	iterations int       // Newton steps
	gradient   float64   // norm of the objective's, relative to that at zero weights
	// distance bounds how far the scores of the fitting rows, whose differences are log
	// odds, are off those at the optimum: by the gradient that is left, as the penalty makes
	// the objective at least as curved as ½‖W‖², and by the rounding of the inner products.
	distance float64
	features int
	weights  []float64 // classes × features, where it was fitted on features
}

// Warnings returns how close the fit is where it may be off by more than 1e-6.
func (r *Fitted) Warnings() []string {
	if r.distance <= readoutClose {
		return nil
	}
	return []string{fmt.Sprintf("the read-out stopped at a relative gradient of %.2g: its log odds may be off by %.2g", r.gradient, r.distance)}
}

// InputError reports labels or a Gram matrix that no read-out can be fitted to.
type InputError struct{ Problem string }

func (e *InputError) Error() string { return "read-out: " + e.Problem }

// DataError reports that the cause is invalid data.
func (e *InputError) DataError() bool { return true }

// ConvergenceError reports a fit that did not reach the optimum.
type ConvergenceError struct {
	Iterations int
	Gradient   float64 // norm relative to that at zero weights
	Want       float64
}

func (e *ConvergenceError) Error() string {
	return fmt.Sprintf("read-out: no convergence in %d Newton steps: relative gradient %.3g, must be at most %.3g: the penalty is too weak for the size and number of the features (a larger weight_decay makes it stronger, where the metric has it)",
		e.Iterations, e.Gradient, e.Want)
}

const (
	readoutTarget   = 1e-14 // relative gradient norm where the fit stops for certain
	readoutUsual    = 1e-10 // where it stops once it goes no further
	readoutAccepted = 1e-8  // what is accepted where rounding lets no step go further
	readoutClose    = 1e-6  // distance from the optimum without a warning
	readoutSteps    = 200   // Newton steps at most
	readoutStalls   = 4     // of them in a row that may leave the gradient as it is
	readoutCGSteps  = 2000  // conjugate gradient iterations a step at most
)

// Fit fits a multinomial logistic regression with L2 penalty,
//
//	½‖W‖² + C·Σ log-loss, intercepts free, softmax over all classes,
//
// from k alone, the m × m Gram matrix (row-major, symmetric) of the standardised
// fitting features; labels holds the class of each row, from 0 to classes−1, and
// every class needs a row: without one its intercept has no optimum. The
// objective is that of scikit-learn's LogisticRegression(multi_class=
// "multinomial", C=c).
//
// It is solved to convergence by Newton's method, each step by conjugate
// gradients, on the triangular factor of k, whose rows have the same inner
// products as the features and are as few in number as k has rank. (Coefficients
// of rows would do without a factor. But what they hold beside the rank cannot be
// told from 0 by k, and rounding of it drowns gradients below 1e-8.) The gradient
// is at most 1e-10 of that at zero weights, up to 1e-8 where rounding lets no step
// go further, else a *ConvergenceError. Results do not depend on workers.
//
// Sources: Rajalingham et al. 2018 (the read-out of Brain-Score's behavioural
// benchmarks); Lin, Weng & Keerthi 2008, JMLR 9:627-650 (truncated Newton for
// logistic regression); Eisenstat & Walker 1996 (how far to solve each step);
// Hager & Zhang 2005, SIAM J. Optim. 16:170-192 (search by the slope where the
// objective is flat).
func Fit(ctx context.Context, k []float64, m int, labels []int, classes int, c float64, workers int) (*Fitted, error) {
	if m < 2 || len(k) != m*m {
		return nil, &InputError{fmt.Sprintf("a Gram matrix of %d values for %d rows", len(k), m)}
	}
	if err := checkReadout(k, "the Gram matrix has", m, m, labels, classes, c); err != nil {
		return nil, err
	}
	factor, err := crew.Interruptible(ctx, func() (*gramFactor, error) { return factorGram(k, m), nil })
	if err != nil {
		return nil, err
	}
	f := newReadoutFit(factor.rows, m, factor.rank, labels, classes, c, workers)
	f.columns = factor.transposed()
	r, err := f.fit(ctx)
	if err != nil {
		return nil, err
	}
	r.dual = f.slack
	for i, v := range f.slack {
		r.dual[i] = -v
	}
	factor.addCoefficients(f.grad.w, classes, r.dual)
	largest, coefficients := 0.0, 0.0
	for i := range m {
		largest = max(largest, k[i*m+i])
	}
	for class := range classes {
		sum := 0.0
		for _, v := range r.dual[class*m : (class+1)*m] {
			sum += math.Abs(v)
		}
		coefficients = max(coefficients, sum)
	}
	r.distance += float64(dense.Epsilon * largest * coefficients)
	return r, nil
}

// FitFeatures is Fit from the m × features standardised fitting
// features x themselves (row-major): the same fit, cheaper where features are
// fewer than the rows.
func FitFeatures(ctx context.Context, x []float64, m, features int, labels []int, classes int, c float64, workers int) (*Fitted, error) {
	if m < 2 || features < 1 || len(x) != m*features {
		return nil, &InputError{fmt.Sprintf("%d values for %d rows of %d features", len(x), m, features)}
	}
	if err := checkReadout(x, "the features have", m, features, labels, classes, c); err != nil {
		return nil, err
	}
	f := newReadoutFit(x, m, features, labels, classes, c, workers)
	r, err := f.fit(ctx)
	if err != nil {
		return nil, err
	}
	r.features, r.weights = features, f.at.w
	return r, nil
}

// fit goes to the optimum.
func (f *readoutFit) fit(ctx context.Context) (*Fitted, error) {
	norm := f.gradientNorm()
	largest, squares := 0.0, 0.0
	for i := range f.m {
		row := f.x[i*f.features : (i+1)*f.features]
		s := dense.Dot(row, row)
		largest, squares = max(largest, s), squares+s
	}
	// The gradient's own rounding is not to be measured by: where classes have
	// the same means, as with constant features, it is all there is at the start.
	m := float64(f.m)
	rounding := dense.Epsilon * f.c * math.Sqrt(m*(m+squares))
	first := max(norm, rounding/readoutTarget)
	done := func(step int, relative float64) *Fitted {
		return &Fitted{m: f.m, classes: f.classes, intercepts: f.at.b, iterations: step, gradient: relative,
			distance: relative * first * math.Sqrt(largest)}
	}
	relative, stalled := norm/first, 0
	for step := range readoutSteps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if relative <= readoutTarget || stalled > 0 && relative <= readoutUsual {
			return done(step, relative), nil
		}
		moved, err := f.advance(ctx, min(0.1, math.Sqrt(relative)))
		if err != nil {
			return nil, err
		}
		before := relative
		if moved {
			relative = f.gradientNorm() / first
		}
		stalled++
		if relative < before/4 {
			stalled = 0
		}
		if !moved || stalled >= readoutStalls && relative <= readoutAccepted {
			// No step goes any further: rounding has taken over.
			f.gradientNorm() // where a step was only tried, its residuals are left
			if relative <= readoutAccepted {
				return done(step+1, relative), nil
			}
			return nil, &ConvergenceError{step, relative, readoutAccepted}
		}
	}
	return nil, &ConvergenceError{readoutSteps, relative, readoutAccepted}
}

// checkReadout verifies what a read-out is to be fitted to; what says what the
// values are.
func checkReadout(values []float64, what string, m, cols int, labels []int, classes int, c float64) error {
	switch {
	case len(labels) != m:
		return &InputError{fmt.Sprintf("%d labels for %d rows", len(labels), m)}
	case classes < 2:
		return &InputError{fmt.Sprintf("%d classes, must be at least 2", classes)}
	case !(c > 0) || math.IsInf(c, 1):
		return &InputError{fmt.Sprintf("C is %v, must be a number above 0", c)}
	}
	counts := make([]int, classes)
	for i, label := range labels {
		if label < 0 || label >= classes {
			return &InputError{fmt.Sprintf("label %d of row %d is not one of %d classes", label, i, classes)}
		}
		counts[label]++
	}
	for class, n := range counts {
		if n == 0 {
			return &InputError{fmt.Sprintf("class %d has no fitting rows", class)}
		}
	}
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return &InputError{fmt.Sprintf("%s %v at row %d, column %d", what, v, i/cols, i%cols)}
		}
	}
	return nil
}

// Probabilities are the class probabilities of further rows (rows × classes,
// row-major), from kx, their inner products with the fitting rows: rows × m,
// standardised by the fitting rows' means and deviations.
func (r *Fitted) Probabilities(kx []float64, rows int) []float64 {
	return r.probabilities(kx, rows, r.m, r.dual)
}

// ProbabilitiesOf are the class probabilities of further rows from their
// features (rows × features, standardised likewise), of a read-out fitted by
// FitFeatures.
func (r *Fitted) ProbabilitiesOf(x []float64, rows int) []float64 {
	return r.probabilities(x, rows, r.features, r.weights)
}

func (r *Fitted) probabilities(x []float64, rows, cols int, coefficients []float64) []float64 {
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
		scores[c] = portable.Exp(s - top)
		sum += scores[c]
	}
	for c := range scores {
		scores[c] /= sum
	}
	return top + portable.Log(sum)
}

// readoutProduct is out = a·kᵀ: classes × m coefficients by a rows × m matrix.
// With few classes the kernel reads k once, at the speed of memory.
func readoutProduct(workers int, k []float64, rows, m int, a []float64, classes int, out []float64) {
	clear(out[:classes*rows])
	if rows == 0 || m == 0 || classes == 0 {
		return
	}
	dense.AddProduct(max(1, workers), dense.Of(out, classes, rows), 1, dense.Of(a, classes, m), dense.Of(k, rows, m).T())
}
