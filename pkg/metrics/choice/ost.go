package choice

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/readout"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// solutionTimes is the metric on object solution times.
type solutionTimes struct{ weightDecay float64 }

var _ metrics.SolutionTimes = (*solutionTimes)(nil)

func (*solutionTimes) Info() metrics.Info { return ostInfo }

// NewSeries begins the comparison with one model. It holds one Gram matrix for
// each split while a bin is read, in memory that the next bin uses again:
// 8·splits·train·(train + test) bytes, 125 MB for 1,320 images and ten splits
// of 1,188 to train. They cannot share one: each is of features scaled by the
// deviations over its own train images.
func (m *solutionTimes) NewSeries(in metrics.SolutionInput) (metrics.Series, error) {
	if err := checkSolution(in); err != nil {
		return nil, err
	}
	s := &solutionSeries{metric: m, in: in, splits: make([]solutionSplit, len(in.Splits))}
	for i, split := range in.Splits {
		part := &s.splits[i]
		train := slices.Sorted(slices.Values(split.Train))
		part.test = slices.Sorted(slices.Values(split.Test))
		part.rows = slices.Concat(train, part.test)
		part.labels = selectInts(in.Truth, train)
		part.truth = selectInts(in.Truth, part.test)
	}
	return s, nil
}

// solutionSeries is one model on its way through the time bins.
type solutionSeries struct {
	metric *solutionTimes
	in     metrics.SolutionInput
	splits []solutionSplit
	starts []float64 // of the bins, the open one included
	open   bool      // a bin has begun and not ended
	failed bool      // a bin has begun and could not be ended
}

// solutionSplit is one split with what is known of its test images so far.
type solutionSplit struct {
	rows          []int // train images, then test images
	test          []int
	labels, truth []int // objects of train and test images
	sink          *stream.FitGramSink
	i1            [][]float64 // bin × test image
	// failure is why a read-out could not be fitted in one of the bins, which
	// leaves the split without a figure.
	failure  error
	warnings []string // of the first bin that has any
}

// Bin makes the sinks of the next bin. They are for one pass, which gives each
// block to them in turn: they share a slab.
func (s *solutionSeries) Bin(start float64, rows []int, features int) ([]stream.Sink, error) {
	switch {
	case s.open || s.failed:
		return nil, &metrics.SolutionError{Problem: fmt.Sprintf("the time bin from %g ms begins before the one from %g ms has ended", start, s.starts[len(s.starts)-1])}
	case math.IsNaN(start) || math.IsInf(start, 0):
		return nil, &metrics.SolutionError{Problem: fmt.Sprintf("a time bin starts at %v ms", start)}
	case len(s.starts) > 0 && start <= s.starts[len(s.starts)-1]:
		return nil, &metrics.SolutionError{Problem: fmt.Sprintf("the time bin from %g ms comes after the one from %g ms", start, s.starts[len(s.starts)-1])}
	case rows != nil && len(rows) != len(s.in.Truth):
		return nil, &metrics.SolutionError{Problem: fmt.Sprintf("%d rows for %d images", len(rows), len(s.in.Truth))}
	case features < 1:
		return nil, &metrics.SolutionError{Problem: fmt.Sprintf("the time bin from %g ms has no features", start)}
	}
	longest := 0
	for _, part := range s.splits {
		longest = max(longest, len(part.rows))
	}
	slab := make([]float64, longest*stream.SlabCols)
	sinks := make(stream.InTurn, len(s.splits)) // they share the slab
	for i := range s.splits {
		part := &s.splits[i]
		if part.sink == nil {
			part.sink = stream.NewRepeatedFitGramSink(len(part.labels), len(part.test), true, s.in.Workers)
		}
		inPass := part.rows
		if rows != nil {
			inPass = selectInts(rows, part.rows)
		}
		part.sink.Begin(inPass, features, slab)
		sinks[i] = part.sink
	}
	s.starts = append(s.starts, start)
	s.open = true
	return []stream.Sink{sinks}, nil
}

// EndBin computes the i1 of the bin on every split's test images.
func (s *solutionSeries) EndBin(ctx context.Context) error {
	if !s.open {
		return &metrics.SolutionError{Problem: "no time bin has begun"}
	}
	start := s.starts[len(s.starts)-1]
	for i := range s.splits {
		if !s.splits[i].sink.Complete() {
			return &metrics.SolutionError{Problem: fmt.Sprintf("the pass of the time bin from %g ms is not done", start)}
		}
	}
	s.open, s.failed = false, true
	inner := max(1, s.in.Workers/len(s.splits))
	err := crew.Each(ctx, s.in.Workers, len(s.splits), func(i int) error {
		part := &s.splits[i]
		if part.failure != nil {
			return nil
		}
		if err := s.readOut(ctx, part, inner); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			part.failure = fmt.Errorf("time bin from %g ms, split %d: %w", start, i+1, err)
		}
		return nil
	})
	if err == nil && !slices.ContainsFunc(s.splits, func(part solutionSplit) bool { return part.failure == nil }) {
		err = s.splits[0].failure
	}
	s.failed = err != nil
	return err
}

// readOut fits one split's read-out and takes the i1 of its test images: not
// normalised, with false-alarm rates over the test images.
func (s *solutionSeries) readOut(ctx context.Context, part *solutionSplit, workers int) error {
	gram := part.sink.Gram()
	c := 1 / (s.metric.weightDecay * float64(gram.Fit))
	probabilities, warnings, err := readout.FitGram(ctx, gram, part.labels, s.in.Classes, c, workers)
	if err != nil {
		return err
	}
	if len(warnings) > 0 && part.warnings == nil {
		part.warnings = warnings
	}
	p := matrixOfProbabilities(probabilities, part.truth, s.in.Classes)
	part.i1 = append(part.i1, meanOfColumns(imageDprimes(p, false), s.in.Classes))
	return nil
}

// Score correlates predicted with measured times in each split.
func (s *solutionSeries) Score(ctx context.Context) (metrics.Score, error) {
	if s.open || s.failed || len(s.starts) == 0 {
		return metrics.Score{}, &metrics.SolutionError{Problem: "there is no score before a time bin has ended"}
	}
	if err := ctx.Err(); err != nil {
		return metrics.Score{}, err
	}
	rho := make([]float64, len(s.splits))
	measured, unsolved, few, equal := 0, 0, 0, 0
	for i := range s.splits {
		part := &s.splits[i]
		if part.failure != nil {
			rho[i] = math.NaN()
			continue
		}
		var predictions, times []float64
		i1 := make([]float64, len(s.starts))
		for j, image := range part.test {
			if math.IsNaN(s.in.Times[image]) || math.IsNaN(s.in.I1[image]) {
				continue
			}
			measured++
			for bin := range i1 {
				i1[bin] = part.i1[bin][j]
			}
			predicted := solutionTime(s.starts, i1, s.in.I1[image])
			if math.IsNaN(predicted) {
				unsolved++
				continue
			}
			predictions, times = append(predictions, predicted), append(times, s.in.Times[image])
		}
		rho[i] = series.Spearman(predictions, times)
		switch {
		case len(times) < 2:
			few++
		case math.IsNaN(rho[i]):
			equal++
		}
	}
	score := metrics.Score{Raw: metrics.MeanSEM(rho)}
	warn := func(format string, args ...any) {
		score.Warnings = append(score.Warnings, fmt.Sprintf(format, args...))
	}
	without := 0
	for _, threshold := range s.in.I1 {
		if math.IsNaN(threshold) {
			without++
		}
	}
	if without > 0 {
		warn("%d of %d images have no i1 at which they count as solved; read-outs are fitted on them, but their times are not compared", without, len(s.in.I1))
	}
	for i, part := range s.splits {
		if part.failure != nil {
			warn("split %d has no figure: %v", i+1, part.failure)
		}
		for _, w := range part.warnings {
			warn("split %d: %s", i+1, w)
		}
	}
	if len(s.starts) == 1 {
		warn("there is one time bin alone, which tells no solution times apart: there is no score")
		return score, nil
	}
	if s.constant() {
		warn("the model solves the same images in every time bin (its i1 are the same in all %d), so it has no solution times: there is no score", len(s.starts))
		return score, nil
	}
	if unsolved > 0 {
		warn("the model solves %d of %d test images with a measured time in no time bin; they are left out (all %d splits together)", unsolved, measured, len(rho))
	}
	if few > 0 {
		warn("%d of %d splits have fewer than 2 test images with both a measured and a predicted time and are left out", few, len(rho))
	}
	if equal > 0 {
		warn("%d of %d splits have predicted or measured times that are all the same and are left out", equal, len(rho))
	}
	if math.IsNaN(score.Raw.Value) {
		warn("no split has a correlation of solution times: there is no score")
	}
	return score, nil
}

// constant reports whether the i1 of all test images are the same in all bins.
func (s *solutionSeries) constant() bool {
	for _, part := range s.splits {
		if part.failure != nil {
			continue
		}
		for _, i1 := range part.i1[1:] {
			for j, v := range i1 {
				first := part.i1[0][j]
				if v != first && !(math.IsNaN(v) && math.IsNaN(first)) {
					return false
				}
			}
		}
	}
	return true
}

// solutionTime is when an image's i1 meets the threshold. starts are the bins'
// in ascending order, i1 the image's in each. It is solved in the first bin
// with at least the threshold. The time is on the line from the highest i1
// before, the first of several, to that bin's; that bin's start where no bin
// before is below the threshold; NaN where the image is never solved.
func solutionTime(starts, i1 []float64, threshold float64) float64 {
	last := -1
	for bin, v := range i1 {
		if v >= threshold {
			if last < 0 {
				return starts[bin]
			}
			share := (threshold - i1[last]) / (v - i1[last])
			return starts[last] + float64(share*(starts[bin]-starts[last]))
		}
		// An i1 that is not a number is neither below nor above.
		if v < threshold && (last < 0 || v > i1[last]) {
			last = bin
		}
	}
	return math.NaN()
}

// selectInts returns the elements at the given places.
func selectInts(values, at []int) []int {
	out := make([]int, len(at))
	for i, k := range at {
		out[i] = values[k]
	}
	return out
}

var ostInfo = metrics.Info{
	Name:      "ost",
	Version:   2,
	Kind:      metrics.KindSolutionTime,
	Intervals: metrics.OfNeuroidsAndSplits,
	Summary:   "object solution times: rank correlation of when the model and the recordings solve each image",
	Formula:   "for each split and time bin a multinomial logistic read-out of standardised activations (½‖W‖² + C·Σ log-loss, C = 1/(weight_decay·train images), intercepts free, to convergence), fitted on train; i1 of each test image = mean over c of Z(1 − P[s,c]) − Z(mean over test images whose truth is c of P[·,o]), clipped to ±5; hit = the first bin with i1 ≥ the image's threshold, last = among the bins before it, below the threshold, the first with the highest i1; predicted time = where the line from (last's start, i1) to (hit's start, i1) meets the threshold, hit's start without a last; Spearman ρ with the measured times, mean over splits",
	Range:     "-1 to 1",
	NaN:       "images without a measured time or a threshold, and those that the model never solves, are left out; a split whose read-out does not converge, with fewer than 2 images left, or with times that are all the same, has no ρ and is left out, with a warning; a model that is the same in all time bins scores NaN",
	Options: []metrics.Option{{
		Name: "weight_decay", Type: "number", Default: "0.463",
		Doc: "penalty of the read-out for each train image: C = 1/(weight_decay·train images); above zero",
	}},
	References: []string{
		"Kar, Kubilius, Schmidt, Issa & DiCarlo 2019, Evidence that recurrent circuits are critical to the ventral stream's execution of core object recognition behavior, Nat. Neurosci. 22:974-983, doi:10.1038/s41593-019-0392-5",
		"Kubilius, Schrimpf, et al. 2019, Brain-like object recognition with high-performing shallow recurrent ANNs, NeurIPS, arXiv:1909.06161; brain-score/vision, metrics/ost (its read-out takes a few epochs of stochastic gradient, the one here is converged)",
	},
}

func init() {
	metrics.Register(ostInfo, func(options metrics.Options) (metrics.Metric, error) {
		decay, err := options.Positive("weight_decay", 0.463)
		if err != nil {
			return nil, err
		}
		return &solutionTimes{weightDecay: decay}, nil
	})
}
