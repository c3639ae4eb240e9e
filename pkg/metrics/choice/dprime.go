package choice

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// dprimeLimit is where d′ is clipped on both sides.
const dprimeLimit = 5

// dprime is Z(1 − miss) − Z(falseAlarm), clipped. Z(1 − p) is −Z(p).
func dprime(miss, falseAlarm series.Rate) float64 {
	return clippedDifference(-miss.Quantile(), falseAlarm.Quantile())
}

// clippedDifference is d′ of two quantiles. ∞ − ∞ is NaN: neither rate was ever
// off its bound, so the data do not say how far apart the two are.
func clippedDifference(hit, falseAlarm float64) float64 {
	d := hit - falseAlarm
	if math.IsNaN(d) {
		return d
	}
	return min(max(d, -dprimeLimit), dprimeLimit)
}

// choiceMeans is the mean of values (stimuli × objects), with what rounding took
// off them where that is known, over the stimuli of each truth: objects × objects,
// truth by choice.
func choiceMeans(values, lows []float64, truth []int, objects int) []series.Rate {
	cells := make([]series.ExactSum, objects*objects)
	for s, t := range truth {
		if t < 0 {
			continue
		}
		for c := range objects {
			low := 0.0
			if lows != nil {
				low = lows[s*objects+c]
			}
			cells[t*objects+c].AddRate(values[s*objects+c], low)
		}
	}
	means := make([]series.Rate, len(cells))
	for i := range cells {
		means[i] = cells[i].Rate()
	}
	return means
}

// imageDprimes is d′ of each stimulus against each distractor, stimuli ×
// objects. The hit rate is the stimulus's own; the false alarms are the
// choices of its object for the stimuli of the distractor.
func imageDprimes(m choiceMatrix, normalize bool) []float64 {
	falseAlarms := make([]float64, m.objects*m.objects)
	for i, rate := range choiceMeans(m.p, m.low, m.truth, m.objects) {
		falseAlarms[i] = rate.Quantile()
	}
	hits := m.hits
	if hits == nil {
		hits = m.hitScores()
	}
	d := make([]float64, len(m.p))
	for s, t := range m.truth {
		for c := range m.objects {
			i := s*m.objects + c
			if t < 0 {
				d[i] = math.NaN()
				continue
			}
			d[i] = clippedDifference(hits[i], falseAlarms[c*m.objects+t])
		}
	}
	if !normalize {
		return d
	}
	means := choiceMeans(d, nil, m.truth, m.objects)
	for s, t := range m.truth {
		if t < 0 {
			continue
		}
		for c := range m.objects {
			d[s*m.objects+c] -= means[t*m.objects+c].High
		}
	}
	return d
}

// objectDprimes is d′ of each object against each other, objects × objects.
func objectDprimes(m choiceMatrix) []float64 {
	n := m.objects
	far := choiceMeans(m.p, m.low, m.truth, n)
	d := make([]float64, n*n)
	for o := range n {
		for c := range n {
			d[o*n+c] = dprime(far[c*n+o], far[o*n+c])
		}
	}
	return d
}

// meanOfColumns is each row's mean over its columns, NaN left out.
func meanOfColumns(values []float64, columns int) []float64 {
	means := make([]float64, len(values)/columns)
	for i := range means {
		var m series.ExactSum
		for _, v := range values[i*columns : (i+1)*columns] {
			m.Add(v)
		}
		means[i] = m.Mean()
	}
	return means
}

// meanOfRows is each column's mean over its rows, NaN left out.
func meanOfRows(values []float64, columns int) []float64 {
	means := make([]float64, columns)
	for c := range means {
		var m series.ExactSum
		for i := c; i < len(values); i += columns {
			m.Add(values[i])
		}
		means[c] = m.Mean()
	}
	return means
}
