package mapping

import (
	"context"
	"math"
	"slices"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// overwritten is what ridge regression keeps of the triangle of a Gram matrix, which the
// inverse of a penalty replaces. All else that is asked for takes another reading of the
// layer, of its features if fits are refined, else into the whole matrix. Every figure has the bits of that on the whole matrix.
type overwritten struct {
	mutex   sync.Mutex // held while the inverse is made
	made    bool
	alpha   float64 // the penalty, once it is made
	inverse *ridgeInverse
	splits  []overwrittenSplit // of the comparison that it was made for
}

// overwrittenSplit is what remains of the inner products of a split.
type overwrittenSplit struct {
	train, test []int
	same        bool // the activations to all train stimuli are the same
	// cross is what crossProducts writes; nil if the test stimuli are many.
	cross []float64
}

// onTriangle fits each split from one inverse over all stimuli, which replaces the triangle
// of inner products, or from the inner products of another reading if the triangle was
// replaced by the inverse of another penalty.
func (m ridge) onTriangle(ctx context.Context, in metrics.NeuralInput) ([]prediction, error) {
	few := fewLeftOut(in)
	if few {
		usable, definite, err := stream.Attached[overwritten](in.Gram).invert(ctx, in, m.alpha)
		switch {
		case err != nil:
			return nil, err
		case usable && !definite:
			return make([]prediction, len(in.Splits)), nil
		case usable:
			return m.leftOut(ctx, in)
		}
	}
	whole, err := in.Gram.ReadWhole(ctx, in.Workers)
	if err != nil {
		return nil, err
	}
	in.Gram = whole
	if few {
		return m.leftOut(ctx, in)
	}
	return m.direct(ctx, in)
}

// invert has ridgeInverseOf return the inverse of a penalty, which replaces the triangle,
// unless that of another penalty has. It reports whether it is usable, and whether rounding
// leaves a positive definite matrix.
func (o *overwritten) invert(ctx context.Context, in metrics.NeuralInput, alpha float64) (usable, definite bool, err error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.made {
		return o.alpha == alpha, o.inverse != nil, nil
	}
	g, n := in.Gram, in.Gram.N
	t := g.Triangle
	r := &ridgeInverse{alpha: alpha, triangle: t}
	for _, v := range o.prepare(in) {
		r.frobenius += v
	}
	r.frobenius = math.Sqrt(r.frobenius)
	o.made, o.alpha = true, alpha
	along, share := 0.0, 0.0
	for _, v := range g.Diagonal {
		along += v
	}
	along /= float64(n)
	share = along / float64(n)
	crew.EachRow(in.Workers, n, func(i int) {
		row := t.Row(i)
		for j := range row {
			row[j] += share
		}
		row[0] += alpha
	})
	definite, err = dense.FactorTriangle(ctx, t)
	if definite && err == nil {
		definite, err = dense.InvertTriangle(ctx, t)
	}
	if !definite || err != nil {
		return true, false, err
	}
	mean := 1 / (float64(n) * (along + alpha))
	crew.EachRow(in.Workers, n, func(i int) {
		row := t.Row(i)
		for j := range row {
			row[j] -= mean
		}
	})
	r.rows = dense.RowSquares(in.Workers, t)
	o.inverse = r
	kept := stream.Attached[ridgeInverses](g)
	kept.mutex.Lock()
	defer kept.mutex.Unlock()
	kept.last = r
	return true, true, nil
}

// prepare keeps what the splits need of the inner products beside the inverse. It returns
// the squared norm of each row of these.
func (o *overwritten) prepare(in metrics.NeuralInput) (squares []float64) {
	g, n := in.Gram, in.Gram.N
	o.splits = nil
	for _, s := range in.Splits {
		o.splits = append(o.splits, overwrittenSplit{train: s.Train, test: s.Test, same: sameTriangleRows(g.Triangle, s.Train)})
	}
	sums := make([][]float64, len(in.Splits)) // of K over the train rows
	keeps := keepsCross(metrics.ShapeOf(in))
	if keeps {
		for k, s := range in.Splits {
			sums[k] = make([]float64, n)
			o.splits[k].cross = make([]float64, (len(s.Test)+1)*len(s.Train))
		}
	}
	squares = make([]float64, n)
	dense.EachRows(in.Workers, g.Triangle, func(from, to int, rows []float64) {
		crew.EachRow(in.Workers, to-from, func(a int) {
			row := rows[a*n : (a+1)*n]
			squares[from+a] = dense.Dot(row, row)
		})
		if !keeps {
			return
		}
		for k, s := range in.Splits {
			cross, m := o.splits[k].cross, len(s.Train)
			for a, i := range s.Test {
				if from <= i && i < to {
					for b, j := range s.Train {
						cross[a*m+b] = rows[(i-from)*n+j]
					}
				}
			}
			first, _ := slices.BinarySearch(s.Train, from)
			last, _ := slices.BinarySearch(s.Train, to)
			parts := crew.Chunks(n, 4*max(1, in.Workers), 64)
			crew.Run(in.Workers, len(parts), func(_, p int) {
				lo, hi := parts[p][0], parts[p][1]
				sum := sums[k][lo:hi]
				for _, i := range s.Train[first:last] {
					for j, v := range rows[(i-from)*n+lo : (i-from)*n+hi] {
						sum[j] += v
					}
				}
			})
		}
	})
	for k, sum := range sums {
		m, tests := len(in.Splits[k].Train), len(in.Splits[k].Test)
		for b, j := range in.Splits[k].Train {
			if sum != nil {
				o.splits[k].cross[tests*m+b] = sum[j] / float64(m)
			}
		}
	}
	return squares
}

// keepsCross reports whether the inner products of test with train stimuli of all splits are
// so few that they are kept beside a triangle.
func keepsCross(s metrics.Shape) bool {
	n, _, m := s.Sizes()
	return int64(s.Splits)*(n-m+1)*m <= n*n/16
}

// of returns what is kept of a split; nil if it is none of those that the inverse was made for.
func (o *overwritten) of(train []int) *overwrittenSplit {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	for i := range o.splits {
		if slices.Equal(o.splits[i].train, train) {
			return &o.splits[i]
		}
	}
	return nil
}

// sameOn is sameRows of a Gram matrix of either form.
func sameOn(ctx context.Context, g *stream.Gram, rows []int, workers int) (bool, error) {
	if g.Triangle == nil {
		return sameRows(g, rows), nil
	}
	o := stream.Attached[overwritten](g)
	if s := o.of(rows); s != nil {
		return s.same, nil
	}
	o.mutex.Lock()
	if !o.made {
		defer o.mutex.Unlock()
		return sameTriangleRows(g.Triangle, rows), nil
	}
	o.mutex.Unlock()
	whole, err := g.ReadWhole(ctx, workers)
	if err != nil {
		return false, err
	}
	return sameRows(whole, rows), nil
}

// sameTriangleRows is sameRows on a triangle, of ascending rows. Elements below the diagonal
// are compared as those above it.
func sameTriangleRows(t *dense.Triangle, rows []int) bool {
	for a, i := range rows {
		for _, j := range rows[a:] {
			if v := t.At(i, j); v != t.At(rows[0], j) || v != t.At(rows[0], i) {
				return false
			}
		}
	}
	return true
}

// predictLeftOut is predictDual on a Gram matrix of either form.
func predictLeftOut(ctx context.Context, in metrics.NeuralInput, s metrics.Split, d []float64) ([]float64, error) {
	if in.Gram.Triangle == nil {
		return predictDual(in, s, d), nil
	}
	if of := stream.Attached[overwritten](in.Gram).of(s.Train); of != nil && of.cross != nil && slices.Equal(of.test, s.Test) {
		return predictCross(in, s, slices.Clone(of.cross), d), nil
	}
	whole, err := in.Gram.ReadWhole(ctx, in.Workers)
	if err != nil {
		return nil, err
	}
	in.Gram = whole
	return predictDual(in, s, d), nil
}

// poolOf returns the pool of a Gram matrix. Beside a triangle, which is so large that touching
// other memory takes no time to speak of, nothing is kept in a pool: what one step of a fit
// holds is then free for the next one.
func poolOf(g *stream.Gram) *pages.Pool {
	if g.Triangle != nil {
		return nil
	}
	return stream.Attached[pages.Pool](g)
}

// triangleMemory counts the fits of splits from an inverse in the place of the inner
// products, beside what is kept of these: the largest of its steps, which follow each other.
// They are inversion, fits by blocks of the inverse, and refinement. If rounding asks for it, the
// inner products are held once more.
func triangleMemory(s metrics.Shape) metrics.Memory {
	const b = metrics.FloatBytes
	n, t, m := s.Sizes()
	h, splits, rows := n-m, int64(s.Splits), triangleRowsMemory(s)
	var kept, sums int64
	if keepsCross(s) {
		kept, sums = b*splits*(h+1)*m, b*splits*n
	}
	inverted := max(sums+rows, 2*b*n*dense.TriangleStep)
	fitted := b*2*n*t + max(rows, b*s.AtOnce()*(h*h+(h+1)*m+n*t+2*h*t))
	return metrics.Memory{
		Working: kept + max(inverted, fitted, refinedMemory(s, rows)),
		Kept:    kept,
		// The half matrix more covers what two subjects were measured to hold beyond all that is counted.
		Rare: b*n*n + b*n*n/2,
	}
}

// triangleRowsMemory counts the rows of a symmetric matrix that are taken from its triangle at
// once. Its decomposition holds no more.
func triangleRowsMemory(s metrics.Shape) int64 {
	n, _, _ := s.Sizes()
	return metrics.FloatBytes * max(min(n, dense.TriangleRows), dense.TriangleStep) * n
}
