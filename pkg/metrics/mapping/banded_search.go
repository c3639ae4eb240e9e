package mapping

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// maxCombinations bounds how many combinations of the bands' weights are tried: each takes
// a decomposition of the train stimuli.
const maxCombinations = 1000

// combinations lists the weights of a number of bands that are tried: each is 1, one of the
// ratios or 0, and the largest is 1. Those in which all have 1 are first.
func (m bandedRidge) combinations(bands int) ([][]float64, error) {
	levels := slices.Concat([]float64{1}, m.ratios, []float64{0})
	whole, below := 1.0, 1.0 // tuples of all levels, and of those below 1
	for range bands {
		whole, below = whole*float64(len(levels)), below*float64(len(levels)-1)
	}
	if count := whole - below; count > maxCombinations {
		return nil, &metrics.OptionError{Option: "ratios", Value: m.ratios, Want: fmt.Sprintf("fewer numbers for %d layers, whose penalties have %.0f combinations, of %d at most", bands, count, maxCombinations)}
	}
	all := [][]float64{nil}
	for range bands {
		var longer [][]float64
		for _, weights := range all {
			for _, w := range levels {
				longer = append(longer, append(slices.Clone(weights), w))
			}
		}
		all = longer
	}
	return slices.DeleteFunc(all, func(weights []float64) bool { return slices.Max(weights) < 1 }), nil
}

// bandedSearch holds the leave-one-out losses of a split with each combination of weights
// and each penalty.
type bandedSearch struct {
	bandedRidge
	bands *stream.Gram
	// variances are the total variances of the bands over the train rows, 0 of a band that
	// is constant there.
	variances    []float64
	combinations [][]float64
	losses       [][]float64 // by combination and penalty; NaN if rounding hides it
	shares       [][]float64 // how far rounding may move each, relative to it
	faint        bool        // rounding may have moved a variance
}

// newBandedSearch computes the losses of a split. in.Gram has bands.
func (m bandedRidge) newBandedSearch(ctx context.Context, in metrics.NeuralInput, s metrics.Split) (*bandedSearch, error) {
	f := &bandedSearch{bandedRidge: m, bands: in.Gram}
	for _, band := range in.Gram.Bands {
		v, faint := trainVariance(band, s.Train)
		f.variances, f.faint = append(f.variances, v), f.faint || faint
	}
	all, err := m.combinations(len(f.variances))
	if err != nil {
		return nil, err
	}
	search := ridgeCV{penaltySearch{alphas: m.alphas}}
	y, t := search.trainResponses(in, s)
	work := in
	work.Shared = false
	for _, weights := range all {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(dense.AllRows(len(weights)), func(b int) bool { return weights[b] > 0 && f.variances[b] == 0 }) {
			continue
		}
		if work.Gram == in.Gram {
			work.Gram = in.Gram.Combine(f.scaled(weights), in.Workers)
		} else {
			in.Gram.CombineInto(work.Gram.K, f.scaled(weights), in.Workers)
		}
		losses, shares, err := search.lossesOf(ctx, work, s, y, t)
		if err != nil {
			return nil, err
		}
		f.combinations, f.losses, f.shares = append(f.combinations, weights), append(f.losses, losses), append(f.shares, shares)
	}
	return f, nil
}

// trainVariance returns the mean squared distance of the train rows from their mean. faint
// is true if rounding of inner products may have moved it.
func trainVariance(g *stream.Gram, train []int) (v float64, faint bool) {
	if sameRows(g, train) {
		return 0, false
	}
	n := float64(len(train))
	squares, sum := 0.0, 0.0
	for _, i := range train {
		row := g.K[i*g.N : (i+1)*g.N]
		squares += row[i]
		for _, j := range train {
			sum += row[j]
		}
	}
	v = squares/n - sum/n/n
	const resolved = 1e-8
	if !(v > 0) {
		return 0, true
	}
	return v, unit*squares/n > resolved*v
}

// scaled returns weights of the bands' Gram matrices relative to their variances.
func (f *bandedSearch) scaled(weights []float64) []float64 {
	scaled := make([]float64, len(weights))
	for b, w := range weights {
		if w > 0 {
			scaled[b] = w / f.variances[b]
		}
	}
	return scaled
}

// lossesOf returns the loss of each penalty on a Gram matrix, NaN if rounding hides it, and
// the share by which rounding may move it.
func (m ridgeCV) lossesOf(ctx context.Context, in metrics.NeuralInput, s metrics.Split, y []float64, t int) (losses, shares []float64, err error) {
	f, release, err := newDualForm(ctx, in, s)
	if err != nil {
		return nil, nil, err
	}
	defer release()
	loss, done := m.dualLosses(ctx, in, f, y, t)
	defer done()
	smallest := dense.SmallestEigenvalue(f.Diagonal, f.Off, f.rounding)
	for _, alpha := range m.alphas {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		share := f.rounding / (smallest + alpha)
		d, l, ok := dense.FactorTridiagonal(f.Diagonal, f.Off, alpha)
		if !ok || share > 1 {
			losses, shares = append(losses, math.NaN()), append(shares, 1)
			continue
		}
		of, folds, err := loss(alpha, d, l)
		if err != nil {
			return nil, nil, err
		}
		losses, shares = append(losses, of[0]), append(shares, 4*share*folds[0])
	}
	return losses, shares, nil
}

// bandedPenalty is a combination of weights and a penalty.
type bandedPenalty struct{ combination, alpha int }

// among returns the penalty with the least loss among the combinations that weigh the given
// bands alone, and those whose loss is as small to rounding; false if there is none.
func (f *bandedSearch) among(bands uint) (best bandedPenalty, tied []bandedPenalty, ok bool) {
	least := math.Inf(1)
	each := func(visit func(p bandedPenalty, loss, share float64)) {
		for c, weights := range f.combinations {
			if bandsOf(weights)&^bands != 0 {
				continue
			}
			for a, loss := range f.losses[c] {
				visit(bandedPenalty{c, a}, loss, f.shares[c][a])
			}
		}
	}
	high := 0.0
	each(func(p bandedPenalty, loss, share float64) {
		if loss < least {
			best, least, ok = p, loss, true
			high = float64(loss * (1 + share))
		}
	})
	each(func(p bandedPenalty, loss, share float64) {
		if p != best && !(loss*(1-min(1, share)) > high) {
			tied = append(tied, p)
		}
	})
	return best, tied, ok
}

// bandsOf returns the bands that have a weight, as bits.
func bandsOf(weights []float64) (bands uint) {
	for b, w := range weights {
		if w > 0 {
			bands |= 1 << b
		}
	}
	return bands
}

// penalties returns the penalty of each band relative to its variance, NaN of one that is
// left out.
func (f *bandedSearch) penalties(p bandedPenalty) []float64 {
	all := make([]float64, len(f.variances))
	for b, w := range f.combinations[p.combination] {
		if all[b] = math.NaN(); w > 0 {
			all[b] = f.alphas[p.alpha] / w
		}
	}
	return all
}

// fit predicts with a penalty. doubt describes what is uncertain; it is empty if nothing is.
func (f *bandedSearch) fit(ctx context.Context, in metrics.NeuralInput, s metrics.Split, p bandedPenalty) (of prediction, doubt string, err error) {
	in.Gram, in.Shared = f.bands.Combine(f.scaled(f.combinations[p.combination]), in.Workers), false
	alpha := f.alphas[p.alpha]
	of, _ = predictRidge(in, s, alpha)
	doubt, err = ridge{alpha}.settle(ctx, in, s, &of)
	return of, doubt, err
}

// maxTied bounds how many penalties of the same loss are fitted to compare them.
const maxTied = 64

// fitBest predicts with the best penalty for the given bands.
func (f *bandedSearch) fitBest(ctx context.Context, in metrics.NeuralInput, s metrics.Split, bands uint) (best bandedPenalty, of prediction, doubt string, ok bool, err error) {
	best, tied, ok := f.among(bands)
	if !ok {
		return best, constantPrediction(in, s), "", false, nil
	}
	if of, doubt, err = f.fit(ctx, in, s, best); err != nil || doubt != "" {
		return best, of, doubt, true, err
	}
	if f.faint {
		return best, of, lostInProducts, true, nil
	}
	for i, p := range tied {
		other, _, err := f.fit(ctx, in, s, p)
		if err != nil {
			return best, of, "", true, err
		}
		if i == maxTied || differs(of, other, in, s) {
			return best, of, "penalties of the bands lose the same to rounding", true, nil
		}
	}
	return best, of, "", true, nil
}
