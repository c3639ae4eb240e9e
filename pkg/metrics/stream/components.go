package stream

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dataerr"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// RankError reports fitting stimuli without any principal component.
type RankError struct{ Stimuli int }

func (e *RankError) Error() string {
	return fmt.Sprintf("the activations to the %d fitting stimuli are all alike, so that they have no principal components", e.Stimuli)
}

// DataError reports that the cause is invalid data.
func (e *RankError) DataError() bool { return true }

// errNoEigenvalues reports a matrix that cannot be decomposed.
var errNoEigenvalues error = dataerr.Error("the principal components of the activations cannot be computed: rescale the layer")

// Components returns the scores of the stimuli beside the fitting ones on the
// first principal components of the latter: with Z the fitting activations, X
// the others, both less the mean of Z, and Z·Zᵀ = U·Λ·Uᵀ, the Rest × kept
// matrix X·Zᵀ·U_k·Λ_k^(-1/2), row-major. Features are never held.
//
// Components without variance are dropped, so that kept may be less than
// components: the centred activations of n stimuli have rank n-1 at most. Fitting
// stimuli that are all alike are a *RankError. Signs are those of scikit-learn: the
// fitting stimulus with the largest score has a positive one.
//
// Source: scikit-learn 1.2.1, decomposition.PCA with a full SVD.
func Components(g *FitGram, components int) (scores []float64, kept int, err error) {
	m := g.Fit
	var eigen mat.EigenSym
	if !eigen.Factorize(mat.NewSymDense(m, g.K), true) {
		return nil, 0, errNoEigenvalues
	}
	values := eigen.Values(nil) // ascending
	rank := 0
	for _, v := range values {
		if v > float64(m)*dense.Epsilon*values[m-1] {
			rank++
		}
	}
	kept = min(components, rank, m-1)
	if kept <= 0 {
		return nil, 0, &RankError{m}
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	basis := make([]float64, m*kept)
	for k := range kept {
		column := m - 1 - k
		largest := 0.0
		for i := range m {
			if v := vectors.At(i, column); math.Abs(v) > math.Abs(largest) {
				largest = v
			}
		}
		by := math.Copysign(1/math.Sqrt(values[column]), largest)
		for i := range m {
			basis[i*kept+k] = vectors.At(i, column) * by
		}
	}
	scores = make([]float64, g.Rest*kept)
	dense.AddProduct(1, dense.Of(scores, g.Rest, kept), 1, dense.Of(g.Cross, g.Rest, m), dense.Of(basis, m, kept))
	return scores, kept, nil
}
