package readout

import (
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// Ridge is a ridge classifier: one linear function of the features for each class, fitted
// to targets of 1 for rows of the class and of -1 for others.
type Ridge struct {
	Penalty float64 // the chosen one
	// Coefficients are classes × rows: the weights of a class are the fitting rows' features
	// times these.
	Coefficients []float64
	Intercepts   []float64 // of each class
}

// FitRidge fits a ridge classifier from k alone, the m × m Gram matrix (row-major,
// symmetric, overwritten) of the centred fitting features, which are so many. labels holds
// the class of each row. Of the penalties α that with the least mean squared leave-one-out
// error over rows and classes is taken, the first of equal ones.
//
// With the eigenvectors q_i and eigenvalues λ_i of k and centred targets Y, the error of row j
// left out is r_j/d_j, where α(K + αI)⁻¹Y = r and d_j = Σ_i q_ij²·α/(λ_i + α) without the
// direction of the mean. Both sums have terms of one sign or of bounded size, so that an
// error is within m·λ₁/λ_i·2⁻⁵² of itself also where the fit passes through all targets.
// Eigenvalues of no more than max(m, features)·2⁻⁵²·λ₁ count as zero: their directions are
// left in the residuals and weigh nothing in the weights. Penalties whose errors are closer
// than rounding have the same weights to rounding, so that a choice between them has no effect.
//
// Sources: scikit-learn 1.2.1, RidgeClassifierCV and _RidgeGCV; Rifkin & Lippert (2007).
func FitRidge(k []float64, m, features int, labels []int, classes int, penalties []float64) (*Ridge, error) {
	if m < 2 || len(k) != m*m || len(labels) != m || classes < 2 || len(penalties) == 0 {
		return nil, &InputError{fmt.Sprintf("a Gram matrix of %d values for %d labels of %d rows, %d classes and %d penalties", len(k), len(labels), m, classes, len(penalties))}
	}
	targets := make([]float64, m*classes)
	r := &Ridge{Penalty: penalties[0], Coefficients: make([]float64, classes*m), Intercepts: make([]float64, classes)}
	counts := make([]int, classes)
	for _, label := range labels {
		if label < 0 || label >= classes {
			return nil, &InputError{fmt.Sprintf("label %d is not one of %d classes", label, classes)}
		}
		counts[label]++
	}
	for c, n := range counts {
		r.Intercepts[c] = float64(2*n-m) / float64(m)
	}
	for i, label := range labels {
		for c := range classes {
			targets[i*classes+c] = -1 - r.Intercepts[c]
		}
		targets[i*classes+label] += 2
	}
	trace := 0.
	for i := range m {
		trace += k[i*m+i]
	}
	if math.IsNaN(trace) || math.IsInf(trace, 0) {
		return nil, &InputError{"the Gram matrix is not finite"}
	}
	if trace == 0 {
		return r, nil
	}
	// The mean's direction, of eigenvalue 0, is made the first: no eigenvalue exceeds the trace.
	for i := range k {
		k[i] += 2 * trace / float64(m)
	}
	values, vectors, ok := dense.Singular(1, k, m, m)
	if !ok {
		return nil, &InputError{"the eigenvalues of the Gram matrix do not converge"}
	}
	values, vectors = values[1:], vectors[m:]
	rank := 0
	for rank < len(values) && values[rank] > float64(max(m, features))*dense.Epsilon*values[0] {
		rank++
	}
	r.choose(values[:rank], vectors, targets, penalties)
	return r, nil
}

// choose sets the penalty with the least error and its coefficients. vectors are the
// eigenvectors without the mean's direction, the first of them with the eigenvalues.
func (r *Ridge) choose(values, vectors, targets, penalties []float64) {
	classes := len(r.Intercepts)
	m := len(targets) / classes
	rotated := make([]float64, (m-1)*classes) // QᵀY
	dense.AddProduct(1, dense.Of(rotated, m-1, classes), 1, dense.Of(vectors, m-1, m), dense.Of(targets, m, classes))
	residuals, leverage, weighted := make([]float64, m*classes), make([]float64, m), make([]float64, len(rotated))
	least := math.Inf(1)
	for _, penalty := range penalties {
		clear(residuals)
		clear(leverage)
		for i := range m - 1 {
			share := 1. // of the direction that the penalty leaves in the residuals
			if i < len(values) {
				share = penalty / (values[i] + penalty)
			}
			for c := range classes {
				weighted[i*classes+c] = rotated[i*classes+c] * share
			}
			for j, q := range vectors[i*m : (i+1)*m] {
				leverage[j] += float64(float64(q*q) * share)
			}
		}
		dense.AddProduct(1, dense.Of(residuals, m, classes), 1, dense.Of(vectors, m-1, m).T(), dense.Of(weighted, m-1, classes))
		sum := 0.
		for j, d := range leverage {
			for _, e := range residuals[j*classes : (j+1)*classes] {
				if e != 0 {
					e /= d
				}
				sum += float64(e * e)
			}
		}
		if sum < least {
			least, r.Penalty = sum, penalty
		}
	}
	clear(weighted)
	for i, value := range values {
		for c := range classes {
			weighted[i*classes+c] = rotated[i*classes+c] / (value + r.Penalty)
		}
	}
	dense.AddProduct(1, dense.Of(r.Coefficients, classes, m), 1, dense.Of(weighted, m-1, classes).T(), dense.Of(vectors, m-1, m))
}
