package mapping

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// prediction holds the responses that a mapping predicts for the test rows of one
// split.
type prediction struct {
	// values are test × neuroids, row-major, up to a constant for each neuroid: they
	// are best given less the train mean, which would hide the digits of small ones.
	values []float64
	// rounding bounds, for each neuroid, how far rounding may have moved a
	// value: predictions that differ by no more than twice that are constant.
	// nil stands for some units in the last place of the values.
	rounding []float64
	// exact predictions are values as they were read: any two different ones vary.
	exact bool
	// r are the correlations with the measured responses, of predictions whose values are
	// not needed any more.
	r []float64
}

// compared returns the prediction with its correlations in the place of its values.
func (p prediction) compared(in metrics.NeuralInput, s metrics.Split) prediction {
	return prediction{r: p.correlations(in.Responses, s.Test, in.Neuroids)}
}

// correlations returns Pearson's r between the predictions and the measured
// responses to the test rows for each neuroid; NaN where either is constant.
func (p prediction) correlations(responses []float64, test []int, neuroids int) []float64 {
	if p.r != nil {
		return p.r
	}
	const together = 8 // neuroids, whose values share cache lines
	r, n := make([]float64, neuroids), len(test)
	predicted, measured := make([]float64, together*n), make([]float64, together*n)
	for from := 0; from < neuroids; from += together {
		to := min(from+together, neuroids)
		for i, row := range test {
			of := responses[row*neuroids+from : row*neuroids+to]
			for k, v := range p.values[i*neuroids+from : i*neuroids+to] {
				predicted[k*n+i], measured[k*n+i] = v, of[k]
			}
		}
		for j := from; j < to; j++ {
			x, y := predicted[(j-from)*n:(j-from+1)*n], measured[(j-from)*n:(j-from+1)*n]
			rounding := series.OwnRounding(x)
			if p.rounding != nil {
				rounding = max(rounding, p.rounding[j])
			}
			if p.exact {
				rounding = 0
			}
			if r[j] = math.NaN(); series.VariesBeyond(x, rounding) {
				r[j] = series.Pearson(x, y)
			}
		}
	}
	return r
}

// predictionsOf holds predictions of several splits of whose rounding nothing is
// known.
func predictionsOf(values [][]float64) []prediction {
	predictions := make([]prediction, len(values))
	for i, v := range values {
		predictions[i].values = v
	}
	return predictions
}
