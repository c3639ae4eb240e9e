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

// DataError reports that the cause is invalid data.
func (e *SubjectError) DataError() bool { return true }

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
	rows := allRows(stimuli)
	triangles, rows, err := m.ofSubjects(ctx, subjects, stimuli, rows, workers)
	var warnings []string
	if left := len(rows); err == nil && left < stimuli {
		warnings = append(warnings, fmt.Sprintf("ceiling: %d pairs of stimuli have no dissimilarity in some subject and are left out", stimuli*(stimuli-1)/2-left*(left-1)/2))
		triangles, _, err = m.ofSubjects(ctx, subjects, stimuli, rows, workers)
	}
	if err != nil {
		return RDMBounds{}, nil, err
	}
	bounds, more, err := subjectBounds(ctx, m.compare, triangles, workers)
	return bounds, append(warnings, more...), err
}

// ofSubjects returns the subjects' triangles of the given stimuli, and which of these
// have dissimilarities in all subjects. Where some have not, the triangles do not
// count.
func (m rdm) ofSubjects(ctx context.Context, subjects [][]float64, stimuli int, rows []int, workers int) ([]triangle, []int, error) {
	triangles := make([]triangle, len(subjects))
	kept := rows
	for i, responses := range subjects {
		neuroids := len(responses) / stimuli
		if m.distance == "correlation" && neuroids < 2 {
			return nil, nil, &SubjectError{fmt.Sprintf("subject %d has %d neuroid(s): a correlation over neuroids needs two at least", i+1, neuroids)}
		}
		sink := NewGramSink(nil, stimuli, neuroids, rdmInfo.Needs, workers)
		if err := RunPass(ctx, inMemory{responses, stimuli, neuroids}, []Sink{sink}, PassOptions{}); err != nil {
			return nil, nil, err
		}
		_, defined, _, err := sink.Gram().lengths(m.measure(), kept)
		if err != nil {
			return nil, nil, fmt.Errorf("subject %d: %w", i+1, err)
		}
		if kept = rowsWhere(kept, defined); len(kept) < len(rows) {
			continue
		}
		if triangles[i], err = newTriangle(sink.Gram(), nil, m.measure(), rows, workers); err != nil {
			return nil, nil, err
		}
	}
	return triangles, kept, nil
}

// subjectBounds takes the subjects' upper triangles.
func subjectBounds(ctx context.Context, compare string, rdms []triangle, workers int) (RDMBounds, []string, error) {
	if len(rdms) < 2 {
		return RDMBounds{}, nil, &SubjectError{fmt.Sprintf("%d subject(s): leaving one out needs two at least", len(rdms))}
	}
	n := len(rdms[0].values)
	total, others := make([]float64, n), make([]float64, n)
	scaled := make([][]float64, len(rdms))
	for i, t := range rdms {
		if t.constant && compare != "cosine" || t.zero {
			return RDMBounds{None(), None()}, []string{fmt.Sprintf("ceiling: all dissimilarities of subject %d are equal, so there is none", i+1)}, nil
		}
		scaled[i] = averageable(compare, t, workers)
		axpy(1, scaled[i], total)
	}
	lower, upper := make([]float64, len(rdms)), make([]float64, len(rdms))
	whole := averaged(total, scaled) // no measure minds a factor
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
		lower[i] = similarityOf(compare, rdms[i], averaged(others, scaled), workers)
		upper[i] = similarityOf(compare, rdms[i], whole, workers)
	}
	return RDMBounds{MeanSEM(lower), MeanSEM(upper)}, nil, nil
}

// averaged returns the triangle of a sum of scaled ones: constant where it varies by
// their rounding alone.
func averaged(sum []float64, scaled [][]float64) triangle {
	t := triangleOf(sum)
	rounding := 0.0
	for _, v := range scaled {
		rounding += ownRounding(v)
	}
	t.constant = !variesBeyond(sum, rounding)
	return t
}

// averageable puts dissimilarities, which vary, on the scale that they are averaged
// on.
func averageable(compare string, t triangle, workers int) []float64 {
	switch compare {
	case "pearson":
		mean, sd, _ := moments(t.values)
		out := make([]float64, len(t.values))
		for i, v := range t.values {
			out[i] = (v - mean) / sd
		}
		return out
	case "cosine":
		out := slices.Clone(t.values)
		scale(out, math.Sqrt(float64(len(out))/dot(out, out)))
		return out
	default:
		return t.ranked(workers)
	}
}
