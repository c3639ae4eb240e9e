package metrics

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// RDMBounds are the bounds of the noise ceiling of dissimilarity matrices.
type RDMBounds struct {
	// Lower is the mean over subjects of the similarity of the subject's
	// matrix with the mean of the others', one value a subject in Splits, its
	// error the population standard deviation over √subjects. It is below
	// what the best model can reach, as the mean of the others is noisier
	// than that of all.
	Lower Estimate
	// Upper is the same with the mean over all subjects, the subject itself
	// included: above what any model can reach, save by chance.
	Upper Estimate
}

// SubjectError reports subjects that give no noise ceiling.
type SubjectError struct{ What string }

func (e *SubjectError) Error() string { return e.What }

// RDMNoiseCeiling gives the leave-one-subject-out bounds of the noise ceiling
// for the metric rdm with its options. Each subject's responses are stimuli ×
// its neuroids, row-major, in the same order of stimuli.
//
// Before averaging, each subject's dissimilarities are put on a scale on which
// the mean is the matrix most like all of them, or close to it: ranks for
// compare spearman and kendall (for kendall no closed form is known), values
// less their mean over their deviation for pearson, values over their root mean
// square for cosine. With the correlation distance, pairs of a stimulus with
// the same response in all of a subject's neuroids are left out for all.
//
// Source: Nili et al. (2014), PLoS Comput. Biol. 10, "A toolbox for
// representational similarity analysis".
func RDMNoiseCeiling(ctx context.Context, options Options, subjects [][]float64, stimuli, workers int) (RDMBounds, []string, error) {
	metric, err := New(rdmInfo.Name, options)
	if err != nil {
		return RDMBounds{}, nil, err
	}
	m := metric.(rdm)
	if stimuli < 3 {
		return RDMBounds{}, nil, &TooFewError{rdmInfo.Name, stimuli, 3}
	}
	rdms := make([][]float64, len(subjects))
	for i, responses := range subjects {
		neuroids := len(responses) / stimuli
		if m.distance == "correlation" && neuroids < 2 {
			return RDMBounds{}, nil, &SubjectError{fmt.Sprintf("subject %d has %d neuroid(s): a correlation over neuroids needs two at least", i+1, neuroids)}
		}
		sink := NewGramSink(nil, stimuli, neuroids, rdmInfo.Needs, workers)
		if err := RunPass(ctx, inMemory{responses, stimuli, neuroids}, []Sink{sink}, PassOptions{}); err != nil {
			return RDMBounds{}, nil, err
		}
		rdms[i] = newTriangle(sink.Gram(), nil, m.distance, allRows(stimuli), workers).values
	}
	return subjectBounds(ctx, m.compare, rdms, workers)
}

// subjectBounds takes the subjects' upper triangles.
func subjectBounds(ctx context.Context, compare string, rdms [][]float64, workers int) (RDMBounds, []string, error) {
	if len(rdms) < 2 {
		return RDMBounds{}, nil, &SubjectError{fmt.Sprintf("%d subject(s): leaving one out needs two at least", len(rdms))}
	}
	var warnings []string
	rdms, left := definedInAll(rdms)
	if left > 0 {
		warnings = append(warnings, fmt.Sprintf("ceiling: %d pairs of stimuli have no dissimilarity in some subject and are left out", left))
	}
	n := len(rdms[0])
	total, others := make([]float64, n), make([]float64, n)
	scaled := make([][]float64, len(rdms))
	for i, v := range rdms {
		scaled[i] = averageable(compare, v, workers)
		axpy(1, scaled[i], total)
	}
	lower, upper := make([]float64, len(rdms)), make([]float64, len(rdms))
	whole := triangleOf(nil, total) // no measure minds a factor
	for i := range rdms {
		if err := ctx.Err(); err != nil {
			return RDMBounds{}, nil, err
		}
		// Summed anew: less its own part, equal sums would differ by rounding.
		clear(others)
		for j, v := range scaled {
			if j != i {
				axpy(1, v, others)
			}
		}
		own := triangleOf(nil, rdms[i])
		lower[i] = similarityOf(compare, own, triangleOf(nil, others), workers)
		upper[i] = similarityOf(compare, own, whole, workers)
	}
	return RDMBounds{MeanSEM(lower), MeanSEM(upper)}, warnings, nil
}

// averageable puts dissimilarities on the scale that they are averaged on.
func averageable(compare string, values []float64, workers int) []float64 {
	switch compare {
	case "pearson":
		mean, sd, _ := moments(values)
		out := make([]float64, len(values))
		for i, v := range values {
			out[i] = (v - mean) / sd
		}
		return out
	case "cosine":
		out := slices.Clone(values)
		scale(out, math.Sqrt(float64(len(values))/dot(values, values)))
		return out
	default:
		return ranks(nil, workers, values)
	}
}

// definedInAll keeps the places where all lists have numbers and counts the
// others.
func definedInAll(lists [][]float64) (kept [][]float64, left int) {
	var holes []bool
	for _, list := range lists {
		for i, v := range list {
			if math.IsNaN(v) {
				if holes == nil {
					holes = make([]bool, len(list))
				}
				holes[i] = true
			}
		}
	}
	if holes == nil {
		return lists, 0
	}
	for k, list := range lists {
		var numbers []float64
		for i, v := range list {
			switch {
			case !holes[i]:
				numbers = append(numbers, v)
			case k == 0:
				left++
			}
		}
		kept = append(kept, numbers)
	}
	return kept, left
}
