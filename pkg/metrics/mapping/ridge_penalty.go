package mapping

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// penaltySearch is what ridgecv chooses penalties among and by: the errors on stimuli that
// are left out, one by one or fold by fold, over all neuroids together or of each.
type penaltySearch struct {
	alphas     []float64 // in the order in which equal ones are preferred
	perNeuroid bool
	folds      int // 0 leaves out one stimulus at a time
}

// usualPenalties is the search of Brain-Score.
func usualPenalties() penaltySearch { return penaltySearch{alphas: ridgeAlphas()} }

// choices returns the number of penalties that are chosen for a number of neuroids.
func (p penaltySearch) choices(neuroids int) int {
	if p.perNeuroid {
		return neuroids
	}
	return 1
}

// addSquares adds to losses the squares of a row's numbers over a divisor: to one loss, or
// to that of each neuroid.
func (p penaltySearch) addSquares(losses, row []float64, divisor float64) {
	if !p.perNeuroid {
		losses[0] += dense.Dot(row, row) / (divisor * divisor)
		return
	}
	for j, v := range row {
		losses[j] += float64(v*v) / (divisor * divisor)
	}
}

// addEach is addSquares for numbers one after the other, without a divisor.
func (p penaltySearch) addEach(losses, row []float64) {
	for j, v := range row {
		losses[min(j, len(losses)-1)] += float64(v * v)
	}
}

// foldsOf divides n rows into folds of successive rows, the first ones longer by one.
//
// Source: scikit-learn 1.2.1, model_selection.KFold.
func (p penaltySearch) foldsOf(n int) [][2]int {
	folds := make([][2]int, p.folds)
	from := 0
	for i := range folds {
		to := from + n/p.folds
		if i < n%p.folds {
			to++
		}
		folds[i] = [2]int{from, to}
		from = to
	}
	return folds
}

// check returns an error if there are too few train stimuli for the folds.
func (p penaltySearch) check(train int) error {
	if p.folds > 0 && train < p.folds {
		return &metrics.TooFewError{Metric: ridgeCVInfo.Name, Have: train, Least: p.folds}
	}
	return nil
}

// leastLosses finds the penalty with the least loss for each of a number of choices.
type leastLosses struct {
	search      penaltySearch
	lows, highs [][]float64 // of each penalty's losses, by choice
	best        []int
	least       []float64
}

func newLeastLosses(search penaltySearch, choices int) *leastLosses {
	l := &leastLosses{search: search, best: make([]int, choices), least: make([]float64, choices)}
	for k := range choices {
		l.best[k], l.least[k] = -1, math.Inf(1)
	}
	return l
}

// add adds the losses with the next penalty, each within a share of it; nil stands for
// unknown ones. It reports whether all are known.
func (l *leastLosses) add(losses []float64, within func(choice int) float64) bool {
	at, known := len(l.lows), losses != nil
	lows, highs := make([]float64, len(l.best)), make([]float64, len(l.best))
	for k := range l.best {
		highs[k] = math.Inf(1)
		if losses == nil {
			continue
		}
		if share := within(k); share < 0.5 {
			lows[k], highs[k] = losses[k]*(1-share), losses[k]*(1+share)
		} else {
			known = false
		}
		if losses[k] < l.least[k] {
			l.best[k], l.least[k] = at, losses[k]
		}
	}
	l.lows, l.highs = append(l.lows, lows), append(l.highs, highs)
	return known
}

// skip records the losses with the next penalty as larger than the least.
func (l *leastLosses) skip() {
	none := slices.Repeat([]float64{math.Inf(1)}, len(l.best))
	l.lows, l.highs = append(l.lows, none), append(l.highs, none)
}

// chosen returns the penalties; certain is false if others are as good to rounding.
func (l *leastLosses) chosen() (alphas []float64, certain bool) {
	certain = true
	for k, best := range l.best {
		if best < 0 {
			alphas, certain = append(alphas, l.search.alphas[len(l.search.alphas)-1]), false
			continue
		}
		alphas = append(alphas, l.search.alphas[best])
		for i := range l.lows {
			if i != best && l.lows[i][k] <= l.highs[best][k] {
				certain = false
			}
		}
	}
	return alphas, certain
}

// penaltyLosses computes losses of penalties.
type penaltyLosses struct {
	screen *penaltyScreen // nil if there is none
	// prepare is called before losses at some penalties are computed, unless it is nil.
	prepare func(alphas []float64) error
	// at returns the losses, and how far rounding grows in them, from T + αI = L·D·Lᵀ.
	at func(alpha float64, d, l []float64) (losses, folds []float64, err error)
}

// penaltiesAtOnce is how many penalties are prepared together.
const penaltiesAtOnce = 2 * mostNodes

// leastLoss returns the penalties with the least loss, a function of T + αI = L·D·Lᵀ, one
// for each choice. T's elements are off by rounding, in norm. That changes the solution of
// the system by the share rounding/(λ + α), λ being T's smallest eigenvalue, and the losses
// by a few times folds that. certain is false if other penalties are thereby as good. If
// stop is true, it returns at the first penalty whose loss rounding leaves unknown, since
// the choice is then not certain. Losses of penalties that the screen rules out are not
// computed.
func (p penaltySearch) leastLoss(ctx context.Context, choices int, form dense.Tridiagonal, rounding float64, stop bool, of penaltyLosses) (alphas []float64, certain bool, err error) {
	diagonal, off := form.Diagonal, form.Off
	smallest := dense.SmallestEigenvalue(diagonal, off, rounding)
	found := newLeastLosses(p, choices)
	skip := make([]bool, len(p.alphas))
	if of.screen != nil {
		of.screen.smallest = smallest
		if skip, err = of.screen.skipped(ctx, p.alphas); err != nil {
			return nil, false, err
		}
	}
	prepared := 0
	for i, alpha := range p.alphas {
		if err := ctx.Err(); err != nil {
			return nil, false, err
		}
		if skip[i] {
			found.skip()
			continue
		}
		if i >= prepared && of.prepare != nil {
			var next []float64
			for prepared = i; prepared < len(skip) && len(next) < penaltiesAtOnce; prepared++ {
				if !skip[prepared] {
					next = append(next, p.alphas[prepared])
				}
			}
			if err := of.prepare(next); err != nil {
				return nil, false, err
			}
		}
		share := rounding / (smallest + alpha)
		d, l, ok := dense.FactorTridiagonal(diagonal, off, alpha)
		if !ok || share > 1 {
			if stop {
				return make([]float64, choices), false, nil
			}
			found.add(nil, nil)
			continue
		}
		losses, folds, err := of.at(alpha, d, l)
		if err != nil {
			return nil, false, err
		}
		// Two factors' rounding, each squared.
		if known := found.add(losses, func(k int) float64 { return 4 * share * folds[k] }); !known && stop {
			alphas, _ := found.chosen()
			return alphas, false, nil
		}
	}
	alphas, certain = found.chosen()
	return alphas, certain, nil
}
