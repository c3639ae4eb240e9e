package mapping

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// uncertainty estimates how far r may be off. Rounding of the Gram matrix, ε of its
// trace, reaches the scores of a component by ‖u‖ for weights of length 1, and the
// weights by what sums of covariances and of responses with an offset have lost.
func (f *plsFit) uncertainty() float64 {
	worst := 0.0
	for k, share := range predictionShares(f.norms, f.loadings) {
		lost := f.magnitude*f.reach[k]/math.Sqrt(f.norms[k]) + float64((f.covariance[k]+f.offset)*math.Sqrt(f.magnitude/f.norms[k]))
		worst = max(worst, lost*share)
	}
	return dense.Epsilon * worst
}

// predictionShares returns, for each component, the largest share of a target's
// predictions that it and later components, which depend on it, make up: by so much of
// its error r is off.
func predictionShares(norms, loadings []float64) []float64 {
	shares := make([]float64, len(norms))
	for j := range len(loadings) / max(1, len(norms)) {
		later := make([]float64, len(norms))
		sum := 0.0
		for k := len(norms) - 1; k >= 0; k-- {
			q := loadings[k*len(loadings)/len(norms)+j]
			sum += float64(norms[k] * q * q)
			later[k] = sum
		}
		for k, part := range later {
			if sum > 0 {
				shares[k] = max(shares[k], math.Sqrt(part/sum))
			}
		}
	}
	return shares
}

// predict is Ŷ − ȳ = Σ t_j·q_jᵀ on the test rows, q_j = Yᵀt_j/t_jᵀt_j.
func (r *plsRun) predict(f *plsFit) {
	n, t, test, components := r.in.Gram.N, r.in.Neuroids, f.rows[f.train:], len(f.norms)
	f.takeOut()
	clear(f.prediction)
	f.rounding = make([]float64, t)
	if components == 0 {
		return
	}
	if f.loadings == nil {
		f.loadings = make([]float64, components*t)
		all := make([]float64, components*n)
		for k, norm := range f.norms {
			row := all[k*n : (k+1)*n]
			f.spread(row, f.scores[k*len(f.rows):])
			dense.Scale(row, 1/norm)
		}
		dense.AddProduct(1, dense.Of(f.loadings, components, t), 1, dense.Of(all, components, n), dense.Of(r.y, n, t))
	}
	dense.AddProduct(1, dense.Of(f.prediction, len(test), t), 1, dense.Strided(f.scores[f.train:], components, len(test), len(f.rows)).T(), dense.Of(f.loadings, components, t))
	r.bound(f)
}

// bound sets how far rounding may have moved predictions: of a test row's score by
// n·ε of the sizes that are multiplied, and of a loading by n·ε of the responses over
// the score's.
func (r *plsRun) bound(f *plsFit) {
	t, rounding, largest := r.in.Neuroids, 4*float64(f.train)*dense.Epsilon, 0.0
	for _, row := range f.rows[f.train:] {
		largest = max(largest, r.k[row*r.in.Gram.N+row])
	}
	size := math.Sqrt(largest) * math.Sqrt(f.magnitude)
	for k, norm := range f.norms {
		score := dense.MaxAbs(f.scores[k*len(f.rows)+f.train:(k+1)*len(f.rows)]) / math.Sqrt(norm)
		for j := range t {
			f.rounding[j] += float64(rounding * (float64(size*f.reach[k]*math.Abs(f.loadings[k*t+j])) + float64(score*math.Sqrt(r.squares(f, j)))))
		}
	}
}
