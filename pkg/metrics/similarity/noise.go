package similarity

import (
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dataerr"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// whitened returns the trials less their mean, in coordinates in which the noise has unit
// covariance, and how many there are. The noise is estimated from the residuals, trials less
// the mean of their stimulus, with N − n degrees of freedom for N trials of n stimuli.
// Neuroids without any noise are left out, unless noise is of no account.
func (m crossnobisRDM) whitened(t metrics.Trials, workers int) (x []float64, columns int, warnings []string, err error) {
	kept := make([]int, 0, t.Neuroids)
	noisy := m.noisy(t)
	for j, is := range noisy {
		if is || m.noise == noiseNone {
			kept = append(kept, j)
		}
	}
	if columns = len(kept); columns == 0 {
		return nil, 0, nil, dataerr.Error("crossnobis: no neuroid's response differs between the trials of a stimulus, so that there is no noise to normalise by: take noise: none")
	}
	if left := t.Neuroids - columns; left > 0 {
		warnings = append(warnings, fmt.Sprintf("crossnobis: %d of %d neuroids respond alike in all trials of each stimulus, so that they have no noise to normalise by, and are left out", left, t.Neuroids))
	}
	x = dense.SelectColumns(t.Responses, t.Neuroids, kept)
	dense.CenterColumns(x, columns)
	if m.noise == noiseNone {
		return x, columns, warnings, nil
	}
	residuals := residualsOf(t, x, columns)
	degrees := float64(len(t.Stimulus) - t.Stimuli)
	if m.noise == noiseDiagonal {
		scale := dense.ColumnNorms(residuals, columns)
		for j := range scale {
			scale[j] = math.Sqrt(degrees) / scale[j]
		}
		dense.ScaleColumns(x, scale)
		return x, columns, warnings, nil
	}
	covariance := m.covariance(residuals, columns, degrees, workers)
	norm := dense.MaxRowSum(covariance, columns)
	factor, ok := dense.FactorCholesky(covariance, columns)
	const least = 1e-13 // inverse condition, below which digits of the inverse are few
	if !ok || !(factor.Condition(norm) > least) {
		return nil, 0, nil, dataerr.Error(fmt.Sprintf("crossnobis: the covariance of the noise of %d neuroids, from %d trials of %d stimuli, cannot be inverted: take noise: diagonal", columns, len(t.Stimulus), t.Stimuli))
	}
	factor.Upper().SolveRight(workers, dense.Of(x, len(t.Stimulus), columns))
	return x, columns, warnings, nil
}

// noisy reports which neuroids' responses differ between trials of some stimulus.
func (crossnobisRDM) noisy(t metrics.Trials) []bool {
	first := make([]int, t.Stimuli)
	for trial := len(t.Stimulus) - 1; trial >= 0; trial-- {
		first[t.Stimulus[trial]] = trial
	}
	noisy := make([]bool, t.Neuroids)
	for trial, s := range t.Stimulus {
		a, b := t.Responses[trial*t.Neuroids:(trial+1)*t.Neuroids], t.Responses[first[s]*t.Neuroids:]
		for j, v := range a {
			noisy[j] = noisy[j] || v != b[j]
		}
	}
	return noisy
}

// residualsOf returns trials less the mean of their stimulus.
func residualsOf(t metrics.Trials, x []float64, columns int) []float64 {
	means, counts := make([]float64, t.Stimuli*columns), make([]float64, t.Stimuli)
	for trial, s := range t.Stimulus {
		counts[s]++
		dense.AddScaled(1, x[trial*columns:(trial+1)*columns], means[s*columns:(s+1)*columns])
	}
	residuals := make([]float64, len(x))
	for trial, s := range t.Stimulus {
		for j := range columns {
			residuals[trial*columns+j] = x[trial*columns+j] - means[s*columns+j]/counts[s]
		}
	}
	return residuals
}

// covariance estimates that of the noise from N residuals, as rsatoolbox does: S = ΣrrᵀN⁻¹ or
// over the degrees of freedom, shrunk towards its diagonal (Schäfer & Strimmer 2005) or towards
// its mean variance (Ledoit & Wolf 2004). The residuals become their squares.
func (m crossnobisRDM) covariance(residuals []float64, columns int, degrees float64, workers int) []float64 {
	rows := len(residuals) / columns
	products := columnProducts(residuals, rows, columns, workers)
	if m.noise == noiseShrinkage {
		// In units of the deviations, S is the correlation.
		scale := make([]float64, columns)
		for j := range scale {
			scale[j] = 1 / math.Sqrt(products[j*columns+j]/degrees)
		}
		dense.ScaleColumns(residuals, scale)
		correlations := columnProducts(residuals, rows, columns, workers)
		square(residuals)
		fourths := columnProducts(residuals, rows, columns, workers)
		variances, squares := 0.0, 0.0
		for i := range columns {
			for j := range columns {
				if i != j {
					r := correlations[i*columns+j] / degrees
					variances += float64(float64(rows) / (degrees * degrees) * (fourths[i*columns+j]/degrees - float64(r*r)))
					squares += float64(r * r)
				}
			}
		}
		shrinkage := 0.0 // no matter where nothing is correlated
		if squares > 0 {
			shrinkage = max(0, min(1, variances/squares))
		}
		for i := range columns {
			for j := range columns {
				products[i*columns+j] /= degrees
				if i != j {
					products[i*columns+j] *= 1 - shrinkage
				}
			}
		}
		return products
	}
	square(residuals)
	fourths := columnProducts(residuals, rows, columns, workers)
	n, mean := float64(rows), 0.0
	for j := range columns {
		mean += products[j*columns+j] / n / float64(columns)
	}
	var spread, error2 float64
	for i := range columns {
		for j := range columns {
			s := products[i*columns+j] / n
			error2 += (fourths[i*columns+j]/n - float64(s*s)) / n
			if i == j {
				s -= mean
			}
			spread += float64(s * s)
		}
	}
	shrinkage := 0.0
	if spread > 0 {
		shrinkage = min(spread, error2) / spread
	}
	for i := range columns {
		for j := range columns {
			s := float64((1 - shrinkage) * (products[i*columns+j] / n))
			if i == j {
				s += float64(shrinkage * mean)
			}
			products[i*columns+j] = s * n / degrees
		}
	}
	return products
}

// columnProducts returns xᵀx.
func columnProducts(x []float64, rows, columns, workers int) []float64 {
	out := make([]float64, columns*columns)
	dense.AddProduct(workers, dense.Of(out, columns, columns), 1, dense.Of(x, rows, columns).T(), dense.Of(x, rows, columns))
	return out
}

// square squares each value.
func square(x []float64) {
	for i, v := range x {
		x[i] = v * v
	}
}
