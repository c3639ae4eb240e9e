package metrics

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// dprimeLimit is where d′ is clipped on both sides.
const dprimeLimit = 5

// zscore is the standard normal quantile: −∞ at 0, +∞ at 1, NaN of NaN.
// It agrees with scipy.stats.norm.ppf to 1e-15 of its value.
func zscore(p float64) float64 {
	if math.IsNaN(p) {
		return p
	}
	return mathext.NormalQuantile(p)
}

// dprime is Z(hit) − Z(false alarm), clipped.
func dprime(hit, falseAlarm float64) float64 {
	return clippedDifference(zscore(hit), zscore(falseAlarm))
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

// runningMean is a mean over numbers, NaN left out; NaN of nothing.
type runningMean struct {
	sum float64
	n   int
}

func (m *runningMean) add(v float64) {
	if !math.IsNaN(v) {
		m.sum += v
		m.n++
	}
}

func (m *runningMean) mean() float64 { return m.sum / float64(m.n) } // 0/0 is NaN

// choiceMeans is the mean of values (stimuli × objects) over the stimuli of
// each truth: objects × objects, truth by choice.
func choiceMeans(values []float64, truth []int, objects int) []float64 {
	cells := make([]runningMean, objects*objects)
	for s, t := range truth {
		if t < 0 {
			continue
		}
		for c := range objects {
			cells[t*objects+c].add(values[s*objects+c])
		}
	}
	means := make([]float64, len(cells))
	for i := range cells {
		means[i] = cells[i].mean()
	}
	return means
}

// imageDprimes is d′ of each stimulus against each distractor, stimuli ×
// objects. The hit rate is the stimulus's own; the false alarms are the
// choices of its object for the stimuli of the distractor.
func imageDprimes(m choiceMatrix, normalize bool) []float64 {
	falseAlarms := choiceMeans(m.p, m.truth, m.objects)
	for i, rate := range falseAlarms {
		falseAlarms[i] = zscore(rate)
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
	means := choiceMeans(d, m.truth, m.objects)
	for s, t := range m.truth {
		if t < 0 {
			continue
		}
		for c := range m.objects {
			d[s*m.objects+c] -= means[t*m.objects+c]
		}
	}
	return d
}

// objectDprimes is d′ of each object against each other, objects × objects.
func objectDprimes(m choiceMatrix) []float64 {
	n := m.objects
	far := choiceMeans(m.p, m.truth, n)
	d := make([]float64, n*n)
	for o := range n {
		for c := range n {
			d[o*n+c] = dprime(1-far[c*n+o], far[o*n+c])
		}
	}
	return d
}

// meanOfColumns is each row's mean over its columns, NaN left out.
func meanOfColumns(values []float64, columns int) []float64 {
	means := make([]float64, len(values)/columns)
	for i := range means {
		var m runningMean
		for _, v := range values[i*columns : (i+1)*columns] {
			m.add(v)
		}
		means[i] = m.mean()
	}
	return means
}

// meanOfRows is each column's mean over its rows, NaN left out.
func meanOfRows(values []float64, columns int) []float64 {
	means := make([]float64, columns)
	for c := range means {
		var m runningMean
		for i := c; i < len(values); i += columns {
			m.add(values[i])
		}
		means[c] = m.mean()
	}
	return means
}
