package mapping

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// bandedRidge is ridge regression on several layers, the bands, with a penalty for each
// that is chosen on the train rows.
//
// With w_b the weight of band b, v_b the total variance of its features over the train rows
// (the sum of their variances) and K_b its Gram matrix, the penalties α·v_b/w_b are those
// of ridge regression with the penalty α on the features scaled by √(w_b/v_b), whose Gram
// matrix is Σ w_b/v_b·K_b. All is done on such sums.
type bandedRidge struct {
	alphas     []float64 // in the order in which equal ones are preferred
	ratios     []float64 // of a band's weight to the largest
	perNeuroid bool
}

func (bandedRidge) Info() metrics.Info { return bandedRidgeInfo }

// ScoreNeural cross-validates the mapping.
func (m bandedRidge) ScoreNeural(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
	in.Gram.FormProducts(max(1, in.Workers))
	in.Gram = in.Gram.Parts()
	bands := len(in.Gram.Bands)
	penalties := m.newPenalties(in)
	score, err := crossValidate(ctx, in, func(ctx context.Context, in metrics.NeuralInput) ([]prediction, []string, error) {
		predictions, doubts := make([]prediction, len(in.Splits)), make([]string, len(in.Splits))
		err := eachPrimal(ctx, in, func(in metrics.NeuralInput, i int) error {
			f, err := m.newBandedSearch(ctx, in, in.Splits[i])
			if err != nil {
				return fmt.Errorf("split %d: %w", i, err)
			}
			best := f.among(1<<bands - 1)
			if predictions[i], doubts[i], err = f.fitBest(ctx, in, in.Splits[i], 1<<bands-1, best); err != nil {
				return fmt.Errorf("split %d: %w", i, err)
			}
			penalties.set(f, i, best)
			return nil
		})
		return predictions, doubtWarnings(bandedRidgeInfo.Name, doubts), err
	})
	if err == nil {
		score.Alphas = penalties.all
	}
	return score, err
}

// bandedPenalties are the penalties of a score by split, within it by neuroid if each has
// its own, and within that by band; NaN if there is none.
type bandedPenalties struct {
	all   []float64
	split int   // numbers of a split
	kept  []int // neuroids
}

func (m bandedRidge) newPenalties(in metrics.NeuralInput) *bandedPenalties {
	p := &bandedPenalties{split: len(in.Gram.Bands), kept: keptNeuroids(in)}
	if m.perNeuroid {
		p.split *= in.Neuroids
	}
	p.all = slices.Repeat([]float64{math.NaN()}, p.split*len(in.Splits))
	return p
}

// set sets the penalties of a split, as among returns them.
func (p *bandedPenalties) set(f *bandedSearch, split int, best []bandedPenalty) {
	for k, penalty := range best {
		at := split * p.split
		if f.perNeuroid {
			at += p.kept[k] * len(f.variances)
		}
		copy(p.all[at:], f.penalties(penalty))
	}
}

// Memory counts, for each split worked on concurrently, what chooses the penalties and what
// predicts with them.
func (m bandedRidge) Memory(s metrics.Shape) metrics.Memory {
	n, t, train := s.Sizes()
	turned, few := int64(0), t // responses of more neuroids than stimuli
	if t > train {
		turned, few = train*t+(n+train)*min(t, metrics.BlockNeuroids), train
	}
	tried := int64(maxCombinations)
	if all, err := m.combinations(max(1, s.Bands)); err == nil {
		tried = int64(len(all))
	}
	choices := int64(1)
	if m.perNeuroid {
		choices, turned, few = t, 0, t
	}
	search := n*n + 3*train*train + 4*train*few + turned + int64(len(m.alphas))*(train+2*tried*choices)
	fit := n*n + train*train + 2*train*t + (n-train)*(train+2*t)
	s.Features = 0 // a root is made of what is weighted
	rare := rareRoot(s, atOncePrimal(s))
	// Bands that are centred on the train rows: inner products and root of each, and for each
	// split the root's rows in a copy and the products.
	rare.Rare += metrics.FloatBytes * n * n * int64(max(1, s.Bands)) * (2 + 3*atOncePrimal(s))
	return metrics.Memory{Working: atOncePrimal(s)*metrics.FloatBytes*(search+fit) + predictionMemory(s)}.Plus(rare)
}

var bandedRidgeInfo = metrics.Info{
	Name:      "banded_ridge",
	Version:   2,
	Kind:      metrics.KindMapping,
	Intervals: metrics.OfNeuroidsAndSplits,
	Summary:   "ridge regression on several layers, each with a penalty chosen by leave-one-out on the train rows",
	Formula:   "min ‖Y − Σ X_b·W_b‖² + Σ α·v_b/w_b·‖W_b‖² on the train rows, all centred there; X_b is one of the layers that a model's layer is joined of and v_b the sum of its features' variances over the train rows. Each weight w_b is 1, one of ratios, or 0, which leaves the layer out, and one of them is 1. Of all combinations of weights and α, in that order, the first with the least squared leave-one-out error over all neuroids is taken; with alpha_per: neuroid, for each neuroid the one with its least error. alphas of a score are α/w_b by split and, within it, by layer (by neuroid, then layer, with alpha_per: neuroid); null for a layer that is left out",
	Range:     "-1 to 1",
	NaN:       "a neuroid constant over the test stimuli has no r and is left out of the median",
	Needs:     stream.Needs{Bands: true},
	Options: []metrics.Option{
		{Name: "alphas", Type: "numbers", Doc: "the penalties α that are tried, relative to the variance of a layer, so that the unit of its activations has no effect; without them the 16 powers of 4 from 2⁻²⁰ to 2¹⁰"},
		{Name: "alpha_per", Type: "one of all|neuroid", Default: "all", Doc: "what weights and penalties are chosen for: all neuroids together, or each of them"},
		{Name: "ratios", Type: "numbers", Doc: "the weights below 1 that are tried for a layer; without them 1/4, 1/16, 1/64 and 1/256"},
	},
	References: []string{
		"Nunez-Elizalde, Huth & Gallant (2019), NeuroImage 197 (banded ridge regression)",
		"Dupré la Tour, Eickenberg, Nunez-Elizalde & Gallant (2022), NeuroImage 264 (sums of kernels; there the weights are drawn at random)",
		"Golub, Heath & Wahba (1979), Technometrics 21 (leave-one-out errors)",
	},
}

func init() {
	metrics.Register(bandedRidgeInfo, func(o metrics.Options) (metrics.Metric, error) {
		m := bandedRidge{}
		var err error
		if m.alphas, err = o.PositiveNumbers("alphas"); err != nil {
			return nil, err
		}
		if m.alphas == nil {
			for e := -20; e <= 10; e += 2 {
				m.alphas = append(m.alphas, math.Ldexp(1, e))
			}
		}
		per, err := o.OneOf("alpha_per", "all", "all", "neuroid")
		if err != nil {
			return nil, err
		}
		m.perNeuroid = per == "neuroid"
		if m.ratios, err = o.PositiveNumbers("ratios"); err != nil {
			return nil, err
		}
		for _, r := range m.ratios {
			if r >= 1 {
				return nil, &metrics.OptionError{Option: "ratios", Value: r, Want: "numbers below 1"}
			}
		}
		if m.ratios == nil {
			m.ratios = []float64{1. / 4, 1. / 16, 1. / 64, 1. / 256}
		}
		return m, nil
	})
}
