package mapping

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
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
	choices      int         // 1, or one for each neuroid
	losses       [][]float64 // by combination and, within it, penalty and choice; NaN if rounding hides it
	shares       [][]float64 // how far rounding may move each, relative to it
	faint        bool        // rounding may have moved a variance
	// last is the Gram matrix of the last combination that was fitted.
	last            *stream.Gram
	lastCombination int
}

// newBandedSearch computes the losses of a split. in.Gram has bands.
func (m bandedRidge) newBandedSearch(ctx context.Context, in metrics.NeuralInput, s metrics.Split) (*bandedSearch, error) {
	f := &bandedSearch{bandedRidge: m}
	var err error
	if f.bands, f.variances, f.faint, err = resolvedBands(ctx, in, s); err != nil {
		return nil, err
	}
	in.Gram = f.bands
	all, err := m.combinations(len(f.variances))
	if err != nil {
		return nil, err
	}
	search := ridgeCV{penaltySearch{alphas: m.alphas, perNeuroid: m.perNeuroid}}
	y, t, room, err := search.trainResponses(ctx, in, s)
	if err != nil {
		return nil, err
	}
	if room != nil { // each combination takes the responses
		y = slices.Clone(y)
		pages.Give(stream.Attached[pages.Pool](in.Gram), room)
	}
	f.choices = search.choices(t)
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

// lossesOf returns the losses of each penalty on a Gram matrix, one for each choice, NaN if
// rounding hides them, and the shares by which rounding may move them.
func (m ridgeCV) lossesOf(ctx context.Context, in metrics.NeuralInput, s metrics.Split, y []float64, t int) (losses, shares []float64, err error) {
	f, release, err := newDualForm(ctx, in, s)
	if err != nil {
		return nil, nil, err
	}
	defer release()
	loss, _, done := m.dualLosses(ctx, in, f, y, t, nil)
	defer done()
	smallest := dense.SmallestEigenvalue(f.Diagonal, f.Off, f.rounding)
	for _, alpha := range m.alphas {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		share := f.rounding / (smallest + alpha)
		d, l, ok := dense.FactorTridiagonal(f.Diagonal, f.Off, alpha)
		if !ok || share > 1 {
			for range m.choices(t) {
				losses, shares = append(losses, math.NaN()), append(shares, 1)
			}
			continue
		}
		of, folds, err := loss(alpha, d, l)
		if err != nil {
			return nil, nil, err
		}
		losses = append(losses, of...)
		for _, fold := range folds {
			shares = append(shares, 4*share*fold)
		}
	}
	return losses, shares, nil
}

// bandedPenalty is a combination of weights and a penalty, as the index of the combination
// times the number of penalties plus that of the penalty.
type bandedPenalty int

// of returns the indices of the combination and the penalty.
func (f *bandedSearch) of(p bandedPenalty) (combination, alpha int) {
	return int(p) / len(f.alphas), int(p) % len(f.alphas)
}

// among returns, of the combinations that weigh the given bands alone, the penalty with the
// least loss for each choice; nil if there is none.
func (f *bandedSearch) among(bands uint) (best []bandedPenalty) {
	for choice := range f.choices {
		least, found := math.Inf(1), false
		f.each(bands, choice, func(p bandedPenalty, loss, _ float64) {
			if loss < least {
				if least = loss; !found {
					best, found = append(best, p), true
				}
				best[len(best)-1] = p
			}
		})
		if !found {
			return nil
		}
	}
	return best
}

// tied returns the penalties whose loss is that of the best one to rounding.
func (f *bandedSearch) tied(bands uint, choice int, best bandedPenalty) (tied []bandedPenalty) {
	high := 0.0
	f.each(bands, choice, func(p bandedPenalty, loss, share float64) {
		if p == best {
			high = float64(loss * (1 + share))
		}
	})
	f.each(bands, choice, func(p bandedPenalty, loss, share float64) {
		if p != best && !(loss*(1-min(1, share)) > high) {
			tied = append(tied, p)
		}
	})
	return tied
}

// each calls visit for the penalties that weigh the given bands alone, with the loss of a
// choice.
func (f *bandedSearch) each(bands uint, choice int, visit func(p bandedPenalty, loss, share float64)) {
	for c, weights := range f.combinations {
		if bandsOf(weights)&^bands != 0 {
			continue
		}
		for a := range f.alphas {
			at := a*f.choices + choice
			visit(bandedPenalty(c*len(f.alphas)+a), f.losses[c][at], f.shares[c][at])
		}
	}
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
	combination, alpha := f.of(p)
	for b, w := range f.combinations[combination] {
		if all[b] = math.NaN(); w > 0 {
			all[b] = f.alphas[alpha] / w
		}
	}
	return all
}

// fit predicts with a penalty. doubt describes what is uncertain; it is empty if nothing is.
func (f *bandedSearch) fit(ctx context.Context, in metrics.NeuralInput, s metrics.Split, p bandedPenalty) (of prediction, doubt string, err error) {
	combination, alpha := f.of(p)
	if f.last == nil || f.lastCombination != combination {
		f.last, f.lastCombination = f.bands.Combine(f.scaled(f.combinations[combination]), in.Workers), combination
	}
	in.Gram, in.Shared = f.last, false
	of, _ = predictRidge(in, s, f.alphas[alpha])
	doubt, err = ridge{f.alphas[alpha]}.settle(ctx, in, s, false, &of)
	return of, doubt, err
}

// doubtOf describes what is uncertain of the train mean as a prediction by some bands; it is
// empty if they are constant on the train rows.
func (f *bandedSearch) doubtOf(bands uint) string {
	if f.faint {
		return lostInProducts
	}
	for b, v := range f.variances {
		if bands&(1<<b) != 0 && v > 0 { // rounding hides the loss of every penalty
			return illConditioned
		}
	}
	return ""
}

// maxTied bounds how many penalties of the same loss are fitted to compare them.
const maxTied = 64

// fitBest predicts with the best penalties for some bands, as among returns them: the train
// mean if there is none.
func (f *bandedSearch) fitBest(ctx context.Context, in metrics.NeuralInput, s metrics.Split, bands uint, best []bandedPenalty) (of prediction, doubt string, err error) {
	if best == nil {
		return constantPrediction(in, s), f.doubtOf(bands), nil
	}
	of, _ = byPenalty(in, best, func(part metrics.NeuralInput, _ []int, p bandedPenalty) (prediction, bool) {
		own, doubtful, failed := f.fit(ctx, part, s, p)
		if err == nil {
			err = failed
		}
		if doubt == "" {
			doubt = doubtful
		}
		return own, failed == nil
	})
	if err != nil || doubt != "" {
		return of, doubt, err
	}
	if f.faint {
		return of, lostInProducts, nil
	}
	fits := 0
	for choice, p := range best {
		part, own := in, of
		if len(best) > 1 {
			part.Responses, part.Neuroids = dense.SelectColumns(in.Responses, in.Neuroids, []int{choice}), 1
			own.values, own.rounding = dense.SelectColumns(of.values, in.Neuroids, []int{choice}), of.rounding[choice:choice+1]
		}
		for _, p := range f.tied(bands, choice, p) {
			if fits++; fits > maxTied {
				return of, tiedPenalties, nil
			}
			other, _, err := f.fit(ctx, part, s, p)
			if err != nil {
				return of, "", err
			}
			if differs(own, other, part, s) {
				return of, tiedPenalties, nil
			}
		}
	}
	return of, "", nil
}

const tiedPenalties = "penalties of the bands lose the same to rounding"
