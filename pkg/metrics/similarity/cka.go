package similarity

import (
	"context"
	"fmt"
	"math"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// cka is the linear centred kernel alignment of two representations.
//
// With K̄ a Gram matrix whose diagonal is left out and whose off-diagonal elements are
// U-centred, the unbiased estimator of HSIC(K,L) is the mean of the products of the
// elements of K̄ and L̄ (Székely & Rizzo 2014), so that the score is their cosine.
// Elements are centred before they are multiplied, as one of size Σ|K|/n² may be
// large against what it varies by.
//
// # Error
//
// An element is off by γ times the lengths of its two rows (Gram.rounding), and the
// score by γ·tr K/|K̄|, and likewise of L, at most. Where |K̄| is no more than what the
// precision of the activations (Gram.noise) and of the products leave, all stimuli are
// equally similar to each other, and the score is 0/0. Where the bound is above 1e-9
// beyond that, a warning says so. The biased estimator is 0/0 without variance alone.
type cka struct{ biased bool }

func (cka) Info() metrics.Info { return ckaInfo }

// ScoreNeural compares the Gram matrices of activations and responses.
func (m cka) ScoreNeural(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
	l, done, err := responseGram(ctx, in, stream.Needs{Gram: true})
	if err != nil {
		return metrics.Score{}, err
	}
	defer done()
	var notes ckaNotes
	score, err := overSplitsResampled(ctx, in, func(rows []int, workers int) (float64, []float64, error) {
		if err := m.checkStimuli(len(rows)); err != nil {
			return 0, nil, err
		}
		k, err := newCentredGram(in.Gram, rows, workers, m.biased)
		if err != nil {
			return 0, nil, fmt.Errorf("%s: %w", ckaInfo.Name, err)
		}
		l, err := newCentredGram(l, rows, workers, m.biased)
		if err != nil {
			return 0, nil, fmt.Errorf("%s: %w", ckaInfo.Name, err)
		}
		product := products(k, l, workers)
		closerK, err := k.closer(ctx, activationSide(in.Gram), workers)
		if err != nil {
			return 0, nil, err
		}
		closerL, err := l.closer(ctx, responseSide(l.gram, nil, in.Responses), workers)
		if err != nil {
			return 0, nil, err
		}
		if closerK != k || closerL != l {
			k, l = closerK, closerL
			product = products(k, l, workers)
		}
		if !notes.add(k, l) {
			return math.NaN(), nil, nil
		}
		var samples []float64
		if in.Samples != nil {
			if samples, err = resample(ctx, in.Samples, rows, workers, m.newSampler(k, l)); err != nil {
				return 0, nil, err
			}
		}
		return alignment(product, k, l), samples, nil
	})
	score.Warnings = append(score.Warnings, notes.warnings()...)
	return score, err
}

// checkStimuli returns an error if stimuli are too few for the estimator.
func (m cka) checkStimuli(n int) error {
	if least := 4; !m.biased && n < least {
		return &metrics.TooFewError{Metric: ckaInfo.Name, Have: n, Least: least}
	}
	return nil
}

// centredGram is a Gram matrix of some rows with what centres it.
type centredGram struct {
	gram   *stream.Gram
	rows   []int
	biased bool
	by     float64   // power of two that scales K
	shift  []float64 // element (a, b) is centred by shift[a] + shift[b]
	trace  float64
	gamma  float64 // relative error of elements, see Gram.rounding
	noise  float64 // what length may be without any difference of the stimuli
	length float64 // norm of the centred elements
	square float64 // length² before its root was rounded
	// precision is the part of noise that is left without rounding of products.
	precision float64
}

// alignment returns the cosine of two centred matrices, given the product of their elements:
// exactly 1 if these are the same.
func alignment(product float64, k, l *centredGram) float64 {
	return max(-1, min(1, product/math.Sqrt(k.square*l.square)))
}

// alike reports whether all stimuli are equally similar to each other, to rounding.
func (c *centredGram) alike() bool { return !(c.length > c.noise) }

// uncertainty bounds how far rounding may move a score.
func (c *centredGram) uncertainty() float64 { return c.gamma * c.trace / c.length }

// closer returns the matrix as it follows from the rows themselves, if these can be had
// and are few or rounding of inner products may move the score; else c itself.
func (c *centredGram) closer(ctx context.Context, r *representation, workers int) (*centredGram, error) {
	if !(c.trace > 0) || math.IsInf(c.noise, 0) {
		return c, nil
	}
	values, terms := stream.MaxHeld, manyTerms
	if c.length > c.noise && c.uncertainty() <= closeTo {
		values, terms = fewValues, fewTerms
	}
	held, err := r.hold(ctx, len(c.rows), values, terms)
	if err != nil || !held {
		return c, err
	}
	return newDoubleGram(r.held, c, c.precision, workers), nil
}

// newCentredGram sums rows: K less the means of its rows and columns and with that of
// all added; or, diagonal left out, less sums over n−2 and with that of all over
// (n−1)(n−2).
func newCentredGram(g *stream.Gram, rows []int, workers int, biased bool) (*centredGram, error) {
	by, _, err := g.PowerOfTwo(rows)
	if err != nil {
		return nil, err
	}
	c := &centredGram{gram: g, rows: rows, biased: biased, by: by, gamma: g.Rounding(), shift: make([]float64, len(rows))}
	crew.EachRow(workers, len(rows), func(a int) {
		k := g.K[rows[a]*g.N : (rows[a]+1)*g.N]
		sum := 0.0
		for _, j := range rows {
			sum += k[j]
		}
		if !biased {
			sum -= k[rows[a]]
		}
		c.shift[a] = sum * by
	})
	total := 0.0
	for a, i := range rows {
		total += c.shift[a]
		c.trace += float64(g.K[i*g.N+i] * by)
	}
	n := float64(len(rows))
	c.noise = 4 * g.Rounding() * c.trace
	// Less their own mean, rows are shorter than less that of all rows.
	diagonal := 0.0
	if !biased {
		diagonal = c.trace
	}
	squares := max(0, c.trace-(total+diagonal)/n)
	if rounded := g.Precision * g.Precision * g.Whole(squares, len(rows), by) / 3; squares <= 2*rounded {
		c.noise = math.Inf(1) // no variance but that of rounding
	}
	perRow, perAll := n, n*n
	if !biased {
		perRow, perAll = n-2, (n-1)*(n-2)
		const margin = 2
		c.precision = g.Noise(squares, len(rows), by, margin)
		c.noise += c.precision
	}
	for a := range c.shift {
		c.shift[a] = float64(total/perAll/2) - c.shift[a]/perRow
	}
	return c, nil
}

// ckaSums are sums over the elements of two centred matrices.
type ckaSums struct{ kl, kk, ll float64 }

// products returns the sum of products of the elements of two centred Gram matrices
// of the same rows, and sets the length of each. Each row is summed by itself and the
// rows are added in order.
func products(k, l *centredGram, workers int) float64 {
	n := len(k.rows)
	sums := make([]ckaSums, n)
	crew.EachRow(workers, n, func(a int) {
		i, o := k.rows[a], l.rows[a]
		kRow, lRow := k.gram.K[i*k.gram.N:(i+1)*k.gram.N], l.gram.K[o*l.gram.N:(o+1)*l.gram.N]
		kShift, lShift := k.shift[a], l.shift[a]
		var s ckaSums
		others, lOthers, kShifts, lShifts := k.rows[a+1:], l.rows[a+1:], k.shift[a+1:], l.shift[a+1:]
		for b, j := range others {
			x, y := float64(kRow[j]*k.by)+(kShift+kShifts[b]), float64(lRow[lOthers[b]]*l.by)+(lShift+lShifts[b])
			s.kl += float64(x * y)
			s.kk += float64(x * x)
			s.ll += float64(y * y)
		}
		s = ckaSums{2 * s.kl, 2 * s.kk, 2 * s.ll} // the matrices are symmetric
		if k.biased {
			x, y := float64(kRow[i]*k.by)+float64(2*kShift), float64(lRow[o]*l.by)+float64(2*lShift)
			s = ckaSums{s.kl + float64(x*y), s.kk + float64(x*x), s.ll + float64(y*y)}
		}
		sums[a] = s
	})
	var all ckaSums
	for _, s := range sums {
		all = ckaSums{all.kl + s.kl, all.kk + s.kk, all.ll + s.ll}
	}
	k.square, l.square = all.kk, all.ll
	k.length, l.length = math.Sqrt(all.kk), math.Sqrt(all.ll)
	return all.kl
}

// ckaNotes collects what a score's warnings say, over splits.
type ckaNotes struct {
	mutex       sync.Mutex
	alikeK      bool
	alikeL      bool
	uncertainty float64
}

// add notes how much of two centred matrices is more than rounding, and reports
// whether both are.
func (n *ckaNotes) add(k, l *centredGram) bool {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	alikeK, alikeL := k.alike(), l.alike()
	n.alikeK, n.alikeL = n.alikeK || alikeK, n.alikeL || alikeL
	if alikeK || alikeL {
		return false
	}
	n.uncertainty = max(n.uncertainty, k.uncertainty()+l.uncertainty())
	return true
}

// warnings returns why a score is NaN or not exact.
func (n *ckaNotes) warnings() []string {
	var out []string
	if n.alikeK {
		out = append(out, ckaAlike)
	}
	if n.alikeL {
		out = append(out, "cka: all stimuli are equally similar to the precision of the responses, so there is no score")
	}
	if n.uncertainty > exactTo {
		out = append(out, ckaRounding(n.uncertainty))
	}
	return out
}

const ckaAlike = "cka: all stimuli are equally similar to the precision of the activations, so there is no score"

func ckaRounding(uncertainty float64) string {
	return fmt.Sprintf("cka: stimuli are so nearly equally similar that rounding may move the score by %.0e", uncertainty)
}

// Memory counts the Gram matrix of the recordings.
func (cka) Memory(s metrics.Shape) metrics.Memory {
	n, _, _ := s.Sizes()
	const pair = 2 * 3 * metrics.FloatBytes // two elements in twice the precision and centred
	return metrics.Memory{Working: metrics.FloatBytes * n * n, Kept: metrics.FloatBytes * n * n}.Plus(doubleMemory(s, pair)).Plus(samplesMemory(s))
}

var ckaInfo = metrics.Info{
	Name:      "cka",
	Version:   6,
	Kind:      metrics.KindSimilarity,
	Ceilings:  []string{metrics.BetweenSubjects},
	Summary:   "linear centred kernel alignment of activations and responses",
	Formula:   "HSIC(K,L)/√(HSIC(K,K)·HSIC(L,L)) by the unbiased estimator HSIC = [ΣKL + ΣK·ΣL/((n−1)(n−2)) − 2·1ᵀKL1/(n−2)]/(n(n−3)) on Gram matrices with zeroed diagonals; biased: ΣK_cL_c/√(ΣK_c²·ΣL_c²)",
	Range:     "0 to 1, the unbiased estimator slightly below 0 for unrelated representations",
	NaN:       "activations or responses without variance or, for the unbiased estimator, by which all stimuli are equally similar: √HSIC(K,K) no more than the precision of the activations leaves, some 1e-6 of tr K for float32 and 1e-12 for float64; with a warning",
	Needs:     stream.Needs{Gram: true},
	Intervals: metrics.OfSubjectsAndStimuli,
	Options:   []metrics.Option{{Name: "biased", Type: "boolean", Default: "false", Doc: "use the biased estimator"}},
	References: []string{
		"Kornblith et al. (2019), ICML, arXiv:1905.00414",
		"Song et al. (2012), JMLR 13 (unbiased HSIC)",
		"Székely & Rizzo (2014), Ann. Statist. 42 (as an inner product)",
	},
}

func init() {
	metrics.Register(ckaInfo, func(o metrics.Options) (metrics.Metric, error) {
		biased, err := o.Bool("biased", false)
		return cka{biased}, err
	})
}
