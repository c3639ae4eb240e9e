package mapping

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// uncertainty estimates how far r may be off. Rounding of the Gram matrix, ε of its
// trace, reaches the scores of a component by ‖u‖ for weights of length 1, and the
// weights by what sums of covariances and of responses with an offset have lost.
func (r *plsRun) uncertainty(f *plsFit) float64 {
	if f.primal != nil {
		return f.primal.uncertainty(f)
	}
	off := f.uncertainty(func(int) float64 { return f.magnitude })
	const most = 1e-7 // above it, errors of former components are no longer small for later ones
	if off <= plsCertain || off > most || len(f.removed) < len(f.norms) {
		return off
	}
	sizes := r.sizes(f)
	return f.uncertainty(func(k int) float64 { return sizes[k] })
}

// uncertainty is that of a split, given a bound of the largest eigenvalue of X_kX_kᵀ, by whose
// root an error of the weights reaches the scores.
func (f *plsFit) uncertainty(largest func(k int) float64) float64 {
	worst := 0.0
	for k, share := range predictionShares(f.norms, f.loadings) {
		lost := f.magnitude*f.reach[k]/math.Sqrt(f.norms[k]) + float64((f.covariance[k]+f.offset)*math.Sqrt(largest(k)/f.norms[k]))
		worst = max(worst, lost*share)
	}
	return dense.Epsilon * worst
}

// remove notes by how much the last component lowers ‖X_kX_kᵀ‖², relative to the square of
// the magnitude: with h = X_kX_kᵀ·t by 2·hᵀh/τ − (tᵀh/τ)².
func (f *plsFit) remove() {
	length := math.Sqrt(f.norms[len(f.norms)-1])
	along, square := 0.0, 0.0
	for i, v := range f.h { // relative, since squares of h can be infinite
		v = v / f.magnitude / length
		square += float64(v * v)
		along += float64(v * (f.t[i] / length))
	}
	f.removed = append(f.removed, float64(2*square)-float64(along*along))
}

// sizes returns the norm of X_kX_kᵀ for each component: former components have taken what
// is large.
func (r *plsRun) sizes(f *plsFit) []float64 {
	rows := f.rows[:f.train]
	squares, means, total := 0.0, 0.0, 0.0
	r.k.eachRow(rows, func(row []float64) {
		sum, square := 0.0, 0.0
		for _, j := range rows {
			v := row[j] / f.magnitude
			sum += v
			square += float64(v * v)
		}
		squares += square
		means += float64(sum * sum)
		total += sum
	})
	train := float64(f.train)
	// Of the rows centred on their mean.
	left := squares - float64(2*means/train) + float64(total/train*(total/train))
	rounding := 16 * train * dense.Epsilon * squares
	sizes := make([]float64, len(f.norms))
	for k := range sizes {
		sizes[k] = f.magnitude * min(1, math.Sqrt(max(left, rounding)))
		left -= f.removed[k]
	}
	return sizes
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
		largest = max(largest, r.lengths[row])
	}
	for k, norm := range f.norms {
		size := math.Sqrt(largest) // of a score for weights of length 1
		if f.primal == nil {
			size = size * math.Sqrt(f.magnitude) * f.reach[k]
		}
		score := dense.MaxAbs(f.scores[k*len(f.rows)+f.train:(k+1)*len(f.rows)]) / math.Sqrt(norm)
		for j := range t {
			f.rounding[j] += float64(rounding * (float64(size*math.Abs(f.loadings[k*t+j])) + float64(score*math.Sqrt(r.squares(f, j)))))
		}
	}
}
