package choice

import (
	"errors"
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// modelThreshold is how a model's threshold is found.
type modelThreshold struct {
	x          string
	accuracy   float64 // at the threshold; NaN for half-way between the ends
	required   float64 // accuracy
	inflection bool
}

// inflectionWord is the value of option accuracy that stands for no number.
const inflectionWord = "inflection"

var thresholdOptions = []metrics.Option{
	{Name: "x", Type: "column", Example: "offset", Doc: "the column of the stimulus set, of numbers, that makes the task easier"},
	{Name: "accuracy", Type: "number", Default: "0.75", Doc: "the accuracy at the threshold, above 0.5 and below 0.97; or " + inflectionWord + ", half-way between the fitted ones at the smallest and the largest x (of baseline, if there are two conditions)"},
	{Name: "required_accuracy", Type: "number", Default: "0.6", Doc: "the accuracy over all stimuli below which there is no threshold"},
}

func newModelThreshold(o metrics.Options) (m modelThreshold, err error) {
	if m.x, err = o.Text("x"); err != nil {
		return m, err
	}
	if o["accuracy"] == inflectionWord {
		m.inflection = true
	} else if m.accuracy, err = o.Within("accuracy", 0.75, 0, 1); err != nil || !(m.accuracy > 0.5 && m.accuracy < 1-minLapse) {
		return m, &metrics.OptionError{Option: "accuracy", Value: o["accuracy"], Want: "a number above 0.5 and below 0.97, or " + inflectionWord}
	}
	m.required, err = o.Within("required_accuracy", 0.6, 0, 1)
	return m, err
}

// foundThreshold is a model's threshold, NaN if there is none, and the accuracy at it.
type foundThreshold struct{ at, accuracy float64 }

// of returns the threshold of choices by their codes of x, negative ones ignored, each
// as often as counts has it, or the reason why there is none.
func (m modelThreshold) of(x metrics.Column, codes []int, right []bool, counts []int) (foundThreshold, error) {
	none := foundThreshold{math.NaN(), m.accuracy}
	t := newTallies(len(x.Values))
	t.addAll(codes, right, counts)
	var xs, shares []float64
	all, hits := 0, 0
	for code, n := range t.n {
		if n > 0 {
			xs, shares = append(xs, x.Numbers[code]), append(shares, t.accuracy(code))
			all, hits = all+n, hits+t.right[code]
		}
	}
	if mean := float64(hits) / float64(all); !(mean >= m.required) {
		return none, fmt.Errorf("its accuracy of %.4g is below the required %.4g", mean, m.required)
	}
	if !series.Varies(shares) {
		return none, errConstantShares
	}
	n := rising(shares)
	if 3*n < len(xs) {
		return none, errors.New("accuracy falls with x: less than a third of its values remain")
	}
	e := thorough
	if counts != nil {
		e = brief
	}
	p, explained, err := fitPsychometric(xs[:n], shares[:n], e)
	if errors.Is(err, errNotConverged) {
		p, explained, err = fitPsychometric(xs[:n], shares[:n], thorough)
	}
	if err != nil {
		return none, err
	}
	const least = 0.4
	if !(explained >= least) {
		return none, fmt.Errorf("the fit has an R² of %.4g, below %g", explained, least)
	}
	if m.inflection {
		m.accuracy = (p.value(xs[0]) + p.value(xs[len(xs)-1])) / 2
	}
	found := foundThreshold{p.inverse(m.accuracy), m.accuracy}
	switch largest := xs[n-1]; {
	case math.IsNaN(found.at):
		return none, fmt.Errorf("the fit does not reach an accuracy of %.4g", m.accuracy)
	case found.at > largest:
		return none, fmt.Errorf("the fit reaches an accuracy of %.4g beyond the largest %s of %g", m.accuracy, m.x, largest)
	}
	return found, nil
}

// rising returns the number of shares up to the first one after the largest from which on
// all are a standard deviation or more away from it.
func rising(shares []float64) int {
	largest := 0
	for i, y := range shares {
		if y > shares[largest] {
			largest = i
		}
	}
	const rounding = 1e-12
	away := series.ExactDeviation(shares) * (1 - rounding)
	n := len(shares)
	for n > largest+1 && math.Abs(shares[n-1]-shares[largest]) >= away {
		n--
	}
	return n
}
