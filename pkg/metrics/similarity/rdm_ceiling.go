package similarity

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// RDMBounds are the bounds of the noise ceiling of dissimilarity matrices.
type RDMBounds struct {
	// Lower is the mean over subjects of the similarity of the subject's
	// matrix with the mean of the others', one value a subject in Splits, its
	// error the population standard deviation over √subjects. It is below
	// what the best model can reach, as the mean of the others is noisier
	// than that of all.
	Lower metrics.Estimate
	// Upper is the same with the mean over all subjects, the subject itself
	// included: above what any model can reach, save by chance.
	Upper metrics.Estimate
}

// SubjectError reports subjects that give no noise ceiling.
type SubjectError struct{ What string }

func (e *SubjectError) Error() string { return e.What }

// DataError reports that the cause is invalid data.
func (e *SubjectError) DataError() bool { return true }

// RDMNoiseCeiling returns the leave-one-subject-out bounds of the noise ceiling
// for the metric rdm with its options. Each subject's responses are stimuli ×
// its neuroids, row-major, in the same order of stimuli.
//
// Before averaging, each subject's dissimilarities are put on a scale on which
// the mean is the matrix most like all of them, or close to it: ranks for
// compare spearman, rho_a and kendall (for kendall no closed form is known), values
// less their mean over their deviation for pearson and whitened_pearson, values over their
// root mean square for cosine and whitened_cosine (as rsatoolbox; over their whitened length
// the upper bound would be higher by some 1e-5 to 1e-3). With plain they are averaged as they
// are, as Brain-Score does, and the upper bound is none: a model may exceed it. With the correlation distance, pairs of a stimulus with
// the same response in all of a subject's neuroids are left out for all.
//
// Source: Nili et al. (2014), PLoS Comput. Biol. 10, "A toolbox for
// representational similarity analysis".
func RDMNoiseCeiling(ctx context.Context, options metrics.Options, plain bool, subjects [][]float64, stimuli, workers int) (RDMBounds, []string, error) {
	m, err := comparisonOf(options)
	if err != nil {
		return RDMBounds{}, nil, err
	}
	if stimuli < 3 {
		return RDMBounds{}, nil, &metrics.TooFewError{Metric: rdmInfo.Name, Have: stimuli, Least: 3}
	}
	rows := dense.AllRows(stimuli)
	triangles, kept, err := m.ofSubjects(ctx, subjects, stimuli, rows, workers)
	for err == nil && len(kept) < len(rows) {
		rows = kept
		triangles, kept, err = m.ofSubjects(ctx, subjects, stimuli, rows, workers)
	}
	if err != nil {
		return RDMBounds{}, nil, err
	}
	var warnings []string
	if kept := len(rows); kept < stimuli {
		warnings = append(warnings, fmt.Sprintf("ceiling: %d pairs of stimuli have no dissimilarity in some subject and are left out", stimuli*(stimuli-1)/2-kept*(kept-1)/2))
	}
	bounds, more, err := subjectBounds(ctx, m.compare, plain, triangles, workers)
	if err != nil {
		return bounds, nil, err
	}
	warnings = append(warnings, more...)
	doubt, err := m.boundsDoubt(ctx, bounds, plain, triangles, workers)
	if doubt > exactTo {
		warnings = append(warnings, fmt.Sprintf("ceiling: some dissimilarities are so nearly 0, or equal, that rounding may move the bounds by %.0e", min(2, doubt)))
	}
	return bounds, warnings, err
}

// GivenNoiseCeiling returns the bounds as RDMNoiseCeiling does, of subjects that are given as
// dissimilarities, each stimuli × stimuli, row-major. They are compared as they are.
func GivenNoiseCeiling(ctx context.Context, options metrics.Options, plain bool, subjects [][]float64, stimuli, workers int) (RDMBounds, []string, error) {
	m, err := comparisonOf(options)
	if err != nil {
		return RDMBounds{}, nil, err
	}
	if err := m.checkStimuli(stimuli); err != nil {
		return RDMBounds{}, nil, err
	}
	triangles := make([]triangle, len(subjects))
	for i, given := range subjects {
		triangles[i] = givenSide(given, stimuli, nil).givenTriangle(dense.AllRows(stimuli))
	}
	return subjectBounds(ctx, m.compare, plain, triangles, workers)
}

// comparisonOf returns the comparison of dissimilarities that options of the metric rdm name.
func comparisonOf(options metrics.Options) (rdm, error) {
	metric, err := metrics.New(rdmInfo.Name, options)
	if err != nil {
		return rdm{}, err
	}
	return metric.(interface{ comparison() rdm }).comparison(), nil
}

// ofSubjects returns the subjects' triangles of the given stimuli, and which of these
// have dissimilarities in all subjects. If some have not, the triangles are of no use.
func (m rdm) ofSubjects(ctx context.Context, subjects [][]float64, stimuli int, rows []int, workers int) ([]triangle, []int, error) {
	triangles := make([]triangle, len(subjects))
	kept := rows
	for i, responses := range subjects {
		neuroids := len(responses) / stimuli
		if m.distance == "correlation" && neuroids < 2 {
			return nil, nil, &SubjectError{fmt.Sprintf("subject %d has %d neuroid(s): a correlation over neuroids needs two at least", i+1, neuroids)}
		}
		sink := stream.NewGramSink(nil, stimuli, neuroids, rdmInfo.Needs, workers)
		if err := stream.RunPass(ctx, stream.InMemory(responses, stimuli, neuroids), []stream.Sink{sink}, stream.PassOptions{}); err != nil {
			return nil, nil, err
		}
		side := responseSide(sink.Gram(), nil, responses)
		of, left, _, err := trianglesOf(ctx, m, []*representation{side}, kept, workers)
		if err != nil {
			return nil, nil, fmt.Errorf("subject %d: %w", i+1, err)
		}
		triangles[i], kept = of[0], left
		triangles[i].squares = m.measure() != m.distance
	}
	return triangles, kept, nil
}

// boundsDoubt estimates how far rounding may have moved the bounds.
func (m rdm) boundsDoubt(ctx context.Context, bounds RDMBounds, plain bool, triangles []triangle, workers int) (float64, error) {
	doubt, settled := 0.0, true
	loose := slices.Clone(triangles)
	for i, t := range triangles {
		if !m.ranks() {
			doubt = max(doubt, t.movement(m.compare))
		} else if !t.settled() && !t.constant {
			settled = false
			ranks := t.looseRanks(nil, workers)
			loose[i].ranked = func(int) []float64 { return ranks }
			if t.faint {
				doubt = max(doubt, t.doubt)
			}
		}
	}
	if settled || math.IsNaN(bounds.Lower.Value) {
		return doubt, nil
	}
	other, _, err := subjectBounds(ctx, m.compare, plain, loose, workers)
	for _, d := range []float64{other.Lower.Value - bounds.Lower.Value, other.Upper.Value - bounds.Upper.Value} {
		doubt = max(doubt, math.Abs(d))
	}
	return doubt, err
}

// subjectBounds computes the bounds from the subjects' upper triangles.
func subjectBounds(ctx context.Context, compare string, plain bool, rdms []triangle, workers int) (RDMBounds, []string, error) {
	if len(rdms) < 2 {
		return RDMBounds{}, nil, &SubjectError{fmt.Sprintf("%d subject(s): leaving one out needs two at least", len(rdms))}
	}
	n := len(rdms[0].values)
	total, others := make([]float64, n), make([]float64, n)
	exponent := math.MinInt
	for _, t := range rdms {
		exponent = max(exponent, t.exponent)
	}
	scaled := make([][]float64, len(rdms))
	for i, t := range rdms {
		if t.constant && coefficients[compare].centred || t.zero {
			return RDMBounds{metrics.None(), metrics.None()}, []string{fmt.Sprintf("ceiling: all dissimilarities of subject %d are equal, so there is none", i+1)}, nil
		}
		if plain {
			scaled[i] = t.inUnit(exponent)
		} else {
			scaled[i] = averageable(compare, t, workers)
		}
		dense.AddScaled(1, scaled[i], total)
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
				dense.AddScaled(1, v, others)
			}
		}
		lower[i] = similarityOf(compare, rdms[i], averaged(others, scaled), workers)
		upper[i] = similarityOf(compare, rdms[i], whole, workers)
	}
	missing := 0
	for i := range lower {
		if math.IsNaN(lower[i]) || math.IsNaN(upper[i]) {
			missing++
		}
	}
	var warnings []string
	if missing > 0 {
		warnings = append(warnings, fmt.Sprintf("ceiling: %d of %d subjects have no bound, since the mean dissimilarities that they are compared with are all equal, and are left out", missing, len(rdms)))
	}
	return RDMBounds{metrics.MeanSEM(lower), metrics.MeanSEM(upper)}, warnings, nil
}

// averaged returns the triangle of a sum of scaled ones: constant where it varies by
// their rounding alone.
func averaged(sum []float64, scaled [][]float64) triangle {
	t := triangleOf(sum)
	rounding := 0.0
	for _, v := range scaled {
		rounding += series.OwnRounding(v)
	}
	t.constant = !series.VariesBeyond(sum, rounding)
	return t
}

// averageable puts dissimilarities, which vary, on the scale that they are averaged
// on.
func averageable(compare string, t triangle, workers int) []float64 {
	switch c := coefficients[compare]; {
	case c.ranked:
		return t.ranked(workers)
	case c.centred:
		values := t.spread()
		mean, sd, _ := series.Moments(values)
		out := make([]float64, len(values))
		for i, v := range values {
			out[i] = (v - mean) / sd
		}
		return out
	default:
		out := slices.Clone(t.values)
		dense.Scale(out, math.Sqrt(float64(len(out))/dense.Dot(out, out)))
		return out
	}
}

// inUnit returns the dissimilarities themselves, divided by a power of two that all
// subjects share.
func (t *triangle) inUnit(exponent int) []float64 {
	if t.exponent == exponent && !t.squares {
		return t.values
	}
	by := t.exponent - exponent
	out := make([]float64, len(t.values))
	for i, v := range t.values {
		if t.squares { // both exponents are even
			out[i] = math.Ldexp(math.Sqrt(v), by/2)
		} else {
			out[i] = math.Ldexp(v, by)
		}
	}
	return out
}
