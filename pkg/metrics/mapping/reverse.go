package mapping

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/double"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/reasons"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// Reverse mappings predict each model feature from the recordings. Whatever the
// mapping, its predictions for the test rows are
//
//	Ŷ = ȳ + H·(Y_train − ȳ),  H = left · right,
//
// with a hat matrix H (test × train) of low rank that is fitted once for each
// split. So features of any number stream by, and of each only its r is kept.
//
// Rounding moves a prediction by no more than a multiple of n·ε·reach·‖y‖, with reach
// the largest Σ|left|·‖right‖ of a test row: predictions that vary by no more than
// that are constant. What rounding does to H is written at each mapping.

// hat is a factored hat matrix. left is test × rank, or nil for the identity;
// right is rank × train and its rows sum to zero.
type hat struct {
	rank        int
	left, right []float64
	// loose is what rounding of the fit itself may add to a test row's Σ|left|·‖right‖:
	// where test rows are long beside what they have along a direction, left is a small
	// difference of large products. 0 where no such bound is known.
	loose    float64
	rounding []float64 // by how much that of each column of left may move it, if known
	// uncertainty estimates how far rounding of the fit moves predictions, relative to the
	// largest Σ|left|·‖right‖·‖y‖; 0 where there is no such estimate.
	uncertainty float64
}

// reach returns the largest Σ|left|·‖right‖ of a test row.
func (h hat) reach(train int) float64 {
	norms := make([]float64, h.rank)
	for k := range norms {
		row := h.right[k*train : (k+1)*train]
		norms[k] = math.Sqrt(dense.Dot(row, row))
	}
	if h.left == nil {
		return dense.MaxAbs(norms)
	}
	most := 0.0
	for at := 0; at < len(h.left); at += max(1, h.rank) {
		sum := 0.0
		for k, v := range h.left[at : at+h.rank] {
			sum += float64(math.Abs(v) * norms[k])
		}
		most = max(most, sum)
	}
	return most
}

// narrowed multiplies the factors out where that makes the rank smaller and the rounding
// of each is not asked for.
func (h hat) narrowed(test, train int) hat {
	if h.left == nil || h.rank <= test || h.rounding != nil {
		return h
	}
	product := make([]float64, test*train)
	dense.AddProduct(1, dense.Of(product, test, train), 1, dense.Of(h.left, test, h.rank), dense.Of(h.right, h.rank, train))
	return hat{rank: test, right: product, loose: h.loose, uncertainty: h.uncertainty}
}

// reverseFit fits the hat matrix of one split. in holds the recordings without
// constant neuroids, start the first feature that varies on the train rows, on
// these rows, centred.
type reverseFit func(ctx context.Context, in metrics.NeuralInput, split int, start []float64) (hat, error)

// reverseStream predicts features from recordings as they go by.
type reverseStream struct {
	name   string
	in     metrics.NeuralInput // without constant neuroids
	slab   *featureSlab
	fit    reverseFit
	splits []*reverseSplit
	right  []float64 // the splits' right factors stacked, over all stimuli
	ranks  int       // rows of right
	scores []float64 // what right makes of a slab
	dead   int       // features that are the same for all stimuli
	seen   int
	finish func(*metrics.Score) // adds what the fits tell, if set
	// retry returns, if set, a stream that is passed over and more exact, or nil.
	retry func(context.Context) (*reverseStream, error)
}

// reverseSplit is the state of one split.
type reverseSplit struct {
	out      []int // rows that are not train rows
	features varyingRows
	slabMoments
	hat   *hat // nil until a feature varies on the train rows
	reach float64
	row   int // of its factor in right
	r     []float64
	moved []movedFeature
	room  []float64 // of a slab: bounds, squares and the product with left
}

func newReverseStream(name string, in metrics.NeuralInput, rows []int, fit reverseFit) *reverseStream {
	in.Workers = max(1, in.Workers)
	kept := keptNeuroids(in)
	in.Responses = dense.SelectColumns(in.Responses, in.Neuroids, kept)
	in.Neuroids = len(kept)
	s := &reverseStream{name: name, fit: fit, slab: newFeatureSlab(rows, in.Stimuli, in.Workers)}
	splits := in.Splits
	in.Splits = nil
	for _, split := range splits {
		split = metrics.Split{Train: slices.Sorted(slices.Values(split.Train)), Test: slices.Sorted(slices.Values(split.Test))}
		in.Splits = append(in.Splits, split)
		s.splits = append(s.splits, &reverseSplit{out: dense.Complement(split.Train, in.Stimuli), slabMoments: newSlabMoments()})
	}
	s.in = in
	return s
}

// Block predicts the block's columns in every split.
func (s *reverseStream) Block(ctx context.Context, b stream.Block) error {
	for at := 0; at < b.Cols; at += stream.SlabCols {
		width := min(stream.SlabCols, b.Cols-at)
		if err := s.slab.load(ctx, b.From(at), width); err != nil {
			return err
		}
		for j := range width {
			if s.slab.constant(j) {
				s.dead++
			}
		}
		s.seen += width
		if err := s.advance(ctx, width); err != nil {
			return err
		}
	}
	return nil
}

func (s *reverseStream) advance(ctx context.Context, width int) error {
	err := crew.Each(ctx, s.in.Workers, len(s.splits), func(i int) error {
		s.splits[i].features.look(s.slab, s.in.Splits[i], width)
		s.slab.trainMoments(s.in.Splits[i].Train, s.splits[i].out, width, &s.splits[i].slabMoments)
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.prepare(ctx, width); err != nil {
		return err
	}
	scores := zeros(&s.scores, s.ranks*width)
	dense.AddProduct(s.in.Workers, dense.Of(scores, s.ranks, width), 1, dense.Of(s.right, s.ranks, s.in.Stimuli), dense.Strided(s.slab.x, s.in.Stimuli, width, stream.SlabCols))
	inner := max(1, s.in.Workers/max(1, len(s.splits)))
	return crew.Each(ctx, s.in.Workers, len(s.splits), func(i int) error {
		split, test := s.splits[i], s.in.Splits[i].Test
		at := len(split.r)
		split.r = slices.Grow(split.r, width)[:at+width]
		r := split.r[at:]
		if split.hat == nil || split.hat.rank == 0 {
			for j := range r {
				r[j] = math.NaN()
			}
			return nil
		}
		predicted := scores[split.row*width : (split.row+split.hat.rank)*width]
		s.predictFar(split, s.in.Splits[i].Train, predicted, width)
		room := zeros(&split.room, (2+len(test))*width)
		bounds, squares, product := dense.Cut(&room, width), dense.Cut(&room, width), room
		for k, off := range split.hat.rounding {
			for j, v := range predicted[k*width : (k+1)*width] {
				bounds[j] += float64(off * math.Abs(v))
			}
		}
		if split.hat.left != nil {
			dense.AddProduct(inner, dense.Of(product, len(test), width), 1, dense.Of(split.hat.left, len(test), split.hat.rank), dense.Of(predicted, split.hat.rank, width))
			predicted = product
		}
		rounding := 4 * float64(s.in.Stimuli+split.hat.rank) * dense.Epsilon * split.reach
		for j := range squares {
			squares[j] = max(s.slab.squares[j], split.norm[j])
		}
		for _, j := range split.far {
			squares[j] = split.norm[j]
		}
		for j, v := range squares {
			bounds[j] += float64(rounding * math.Sqrt(v))
		}
		spans := s.slab.testCorrelations(test, predicted, split.varies, bounds, r)
		split.lookAtRounding(at, s.in.Stimuli, spans, bounds, r)
		return nil
	})
}

// zeros returns n zeros in an array that is kept for the next slab.
func zeros(kept *[]float64, n int) []float64 {
	if cap(*kept) < n {
		*kept = make([]float64, n)
	}
	clear((*kept)[:n])
	return (*kept)[:n]
}

// predictFar sets right·y of far columns from their train rows alone.
func (s *reverseStream) predictFar(split *reverseSplit, train []int, predicted []float64, width int) {
	far := split.far
	if len(far) == 0 {
		return
	}
	n, rank := s.in.Stimuli, split.hat.rank
	y, norms := s.slab.trainColumns(train, far)
	right := make([]float64, 0, rank*len(train))
	for k := range rank {
		row := s.right[(split.row+k)*n:]
		for _, i := range train {
			right = append(right, row[i])
		}
	}
	product := make([]float64, rank*len(far))
	dense.AddProduct(1, dense.Of(product, rank, len(far)), 1, dense.Of(right, rank, len(train)), dense.Of(y, len(train), len(far)))
	for b, j := range far {
		split.norm[j] = norms[b]
		for k := range rank {
			predicted[k*width+j] = product[k*len(far)+b]
		}
	}
}

// prepare fits the splits that have not been, from the first slab on that has a
// feature that varies on their train rows. Features before it have no r there.
func (s *reverseStream) prepare(ctx context.Context, width int) error {
	var todo, starts []int
	for i, split := range s.splits {
		first := slices.Index(split.varies[:width], true)
		if split.hat == nil && first >= 0 {
			todo, starts = append(todo, i), append(starts, first)
		}
	}
	if len(todo) == 0 || s.in.Neuroids == 0 {
		return nil
	}
	beside := min(s.in.Workers, 4, len(todo))
	inner := s.in
	inner.Workers = max(1, s.in.Workers/beside)
	err := crew.Each(ctx, beside, len(todo), func(k int) error {
		i := todo[k]
		split, train := s.splits[i], s.in.Splits[i].Train
		start := s.slab.column(starts[k], train)
		dense.CenterColumns(start, 1)
		h, err := s.fit(ctx, inner, i, start)
		if err != nil {
			return fmt.Errorf("split %d: %w", i, err)
		}
		h = h.narrowed(len(s.in.Splits[i].Test), len(train))
		split.hat, split.reach = &h, h.reach(len(train))
		return nil
	})
	if err != nil {
		return err
	}
	n := s.in.Stimuli
	for _, i := range todo {
		split := s.splits[i]
		split.row = s.ranks
		s.ranks += split.hat.rank
		s.right = append(s.right, make([]float64, split.hat.rank*n)...)
		train := s.in.Splits[i].Train
		for k := range split.hat.rank {
			row := s.right[(split.row+k)*n:]
			for a, at := range train {
				row[at] = split.hat.right[k*len(train)+a]
			}
		}
		split.hat.right = nil
	}
	return nil
}

// reverseMemory counts, of a reverse mapping, the responses, two forms of a slab of
// features, the factors of the splits over all stimuli with what they make of the slab,
// the figures of all features, and the fits that are made concurrently.
func reverseMemory(s metrics.Shape, fit int64) metrics.Memory {
	n, t, m := s.Sizes()
	rank := min(t, m)
	factors := int64(s.Splits) * rank * (n + (n - m) + stream.SlabCols)
	slab := stream.SlabCols * (2*n + s.AtOnce()*(n-m))
	figures := int64(s.Features) * int64(2*s.Splits+1)
	return metrics.Memory{Streaming: metrics.FloatBytes * (n*t + factors + slab + figures + min(4, s.AtOnce())*fit)}
}

// leastSquaresMemory is reverseMemory of a fit by the responses alone.
func leastSquaresMemory(s metrics.Shape) metrics.Memory {
	n, t, m := s.Sizes()
	fit := 2*n*t + min(t*t, m*m) + m*min(t, m)
	if doubleRegressionTerms(s.Train, s.Stimuli-s.Train, s.Neuroids, 0)*s.Splits <= double.Effort.Doubtful {
		fit = max(fit, 6*n*t) // in twice the precision
	}
	return reverseMemory(s, fit)
}

// Done has nothing left to do.
func (s *reverseStream) Done(context.Context) error { return nil }

// Score computes the median over features in each split.
func (s *reverseStream) Score(ctx context.Context) (metrics.Score, error) {
	if s.retry != nil {
		if again, err := s.retry(ctx); err != nil || again != nil {
			if err != nil {
				return metrics.Score{}, err
			}
			return again.Score(ctx)
		}
	}
	score := reverseScore(s.name, s.dead, s.seen, s.in, func(i int) ([]float64, varyingRows) { return s.splits[i].r, s.splits[i].features })
	score.Warnings = append(score.Warnings, s.nearlyConstant()...)
	if s.finish != nil {
		s.finish(&score)
	}
	return score, nil
}

// varyingRows reports whether a feature varies over a split's train and test rows.
type varyingRows struct{ train, test bool }

// look sets what the slab's first columns show.
func (v *varyingRows) look(slab *featureSlab, s metrics.Split, width int) {
	v.train = v.train || slab.anyVaries(s.Train, width)
	v.test = v.test || slab.anyVaries(s.Test, width)
}

// reverseScore forms a score of the r of all features in each split.
func reverseScore(name string, dead, features int, in metrics.NeuralInput, of func(split int) (r []float64, features varyingRows)) metrics.Score {
	medians := make([]float64, len(in.Splits))
	var reasons reasons.Counts
	for i, split := range in.Splits {
		r, varying := of(i)
		if medians[i] = series.Median(r); math.IsNaN(medians[i]) {
			reasons.Add(reverseReason(in, split, varying))
		}
	}
	score := metrics.Score{Raw: metrics.MeanSEM(medians), Targets: features}
	if dead > 0 {
		score.Warnings = append(score.Warnings, fmt.Sprintf("%s: %d of %d features are the same for all stimuli and are left out", name, dead, features))
	}
	if len(reasons) > 0 {
		score.Warnings = append(score.Warnings, fmt.Sprintf("%s: %d of %d splits have no score: %v", name, reasons.Total(), len(medians), reasons))
	}
	return score
}

// reverseReason returns why no feature has an r in a split.
func reverseReason(in metrics.NeuralInput, s metrics.Split, features varyingRows) string {
	neuroids := func(rows []int) bool {
		return in.Neuroids > 0 && slices.Contains(series.ColumnVaries(in.Responses, in.Neuroids, rows), true)
	}
	switch {
	case !neuroids(s.Train):
		return "no neuroid varies over the train stimuli"
	case !features.train:
		return "no feature varies over the train stimuli"
	case !features.test:
		return "no feature varies over the test stimuli"
	case !neuroids(s.Test):
		return "no neuroid varies over the test stimuli"
	}
	return "the predictions of all features that vary are constant over the test stimuli"
}

const (
	reverseNaN = "a feature constant over the train or the test stimuli has no r and is left out of the median; those constant over all stimuli are counted in a warning"
	reverseEnd = "; score of a split: median over features of Pearson's r between predicted and actual test activations"
)
