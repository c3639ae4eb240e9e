package mapping

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// A Gram matrix K holds a layer to ε·λmax: what is smaller than √ε of the largest
// singular value is lost in it. A square root of K, a matrix Z with Z·Zᵀ = K, holds
// it to ε·σmax. It stands for the layer wherever rows of features are only compared
// or combined, with no more columns than a few times the stimuli.

// errOnce reports a layer that can be read but once.
var errOnce = errors.New("the layer cannot be read again")

// layerRoot is a layer's features or the square root of its Gram matrix.
type layerRoot struct {
	z     []float64 // N × cols, row-major
	cols  int
	twins []int // for each row the first that has the same features
	// sizes has, for each column, the size that its rounding is proportional to: in all
	// rows alike where they were turned, else in each to its own.
	sizes  []float64
	turned bool
}

// rootCache keeps a Gram matrix's square root.
type rootCache struct {
	mutex sync.Mutex
	made  *layerRoot
}

// rootOf returns the centred features themselves where they are held, else what a second
// reading of the layer gives.
func rootOf(ctx context.Context, g *stream.Gram, workers int) (*layerRoot, error) {
	c := stream.Attached[rootCache](g)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	switch {
	case c.made != nil:
	case g.X != nil:
		sums := make([]uint64, g.N)
		for i := range sums {
			for _, v := range g.X[i*g.Features : (i+1)*g.Features] {
				sums[i] = mix(sums[i], v)
			}
		}
		c.made = &layerRoot{z: g.X, cols: g.Features, twins: twinsOf(sums), sizes: dense.ColumnSizes(g.X, g.Features)}
	case g.Again == nil:
		return nil, errOnce
	default:
		sink := newRootSink(g.PassRows(), g.N, workers)
		if err := g.Again(ctx, sink); err != nil {
			return nil, err
		}
		c.made = sink.root()
	}
	return c.made, nil
}

// mix adds a number to a row's hash, in which different rows differ.
func mix(sum uint64, v float64) uint64 {
	return splitmix64(sum ^ math.Float64bits(v+0)) // which makes one zero of two
}

// golden64 is 2⁶⁴ over the golden ratio: the step from one state of splitmix64 to the next.
const golden64 = 0x9e3779b97f4a7c15

// splitmix64 returns bits that look random, which the state before determines.
//
// Source: Steele, Lea & Flood (2014), Fast splittable pseudorandom number generators.
func splitmix64(state uint64) uint64 {
	z := state + golden64
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// twinsOf returns for each row the first with the same hash.
func twinsOf(sums []uint64) []int {
	first, twins := make(map[uint64]int), make([]int, len(sums))
	for i, sum := range sums {
		if _, ok := first[sum]; !ok {
			first[sum] = i
		}
		twins[i] = first[sum]
	}
	return twins
}

// rereadable reports whether the features can be had beside their inner products.
func rereadable(g *stream.Gram) bool { return g.X != nil || g.Again != nil }

// rootSink makes the square root of a layer's Gram matrix in a pass. Features are
// divided into grades by their size relative to that of the first one, so that the unit
// of the activations has no effect, and each grade is decomposed by itself, so that a
// massive feature costs the others no digit: Xᵀ = Q·R has XXᵀ = RᵀR.
type rootSink struct {
	rows    []int
	n       int
	workers int
	slab    []float64 // columns as rows
	sums    []uint64  // hashes of the layer's rows
	grades  map[int]*rootGrade
	// reference is the exponent of the first feature that varies, once there is one.
	reference *int
	// deviations has, unless it is nil, keys of features that differ in more than an
	// offset, a sign and a power of two.
	deviations map[uint64]bool
}

// gradeBits is the base-2 logarithm of how far norms of one grade may differ.
const gradeBits = 16

// rootGrade holds a grade's features, or fewer combinations of them with the same
// products, as rows of N numbers.
type rootGrade struct {
	held []float64
	// norm is the largest norm of a feature; the rounding of combinations is in
	// proportion to it. combined is true once there are such.
	norm     float64
	combined bool
}

func newRootSink(rows []int, n, workers int) *rootSink {
	return &rootSink{rows: rows, n: n, workers: max(1, workers), slab: make([]float64, n*stream.SlabCols), sums: make([]uint64, n), grades: make(map[int]*rootGrade)}
}

// Block adds the block's columns.
func (s *rootSink) Block(ctx context.Context, b stream.Block) error {
	for at := 0; at < b.Cols; at += stream.SlabCols {
		here := b.From(at)
		width := min(stream.SlabCols, here.Cols)
		if err := s.hash(ctx, here, width); err != nil {
			return err
		}
		parts := crew.Chunks(width, s.workers, 16)
		exponents, keys := make([]int, width), make([]uint64, width)
		err := crew.Each(ctx, s.workers, len(parts), func(k int) error {
			for j := parts[k][0]; j < parts[k][1]; j++ {
				exponents[j], keys[j] = s.load(here, j)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for j, exponent := range exponents {
			if exponent == constantFeature {
				continue
			}
			if s.reference == nil {
				s.reference = &exponent
			}
			if s.deviations != nil && len(s.deviations) < s.n {
				s.deviations[keys[j]] = true
			}
			grade := int(math.Floor(float64(exponent-*s.reference) / gradeBits))
			g := s.grades[grade]
			if g == nil {
				g = &rootGrade{}
				s.grades[grade] = g
			}
			column := s.slab[j*s.n : (j+1)*s.n]
			g.norm = max(g.norm, dense.ColumnNorms(column, 1)[0])
			g.held = append(g.held, column...)
			if len(g.held) == 2*s.n*s.n {
				if err := s.reduce(ctx, g); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// hash adds the block's first columns to the rows' hashes.
func (s *rootSink) hash(ctx context.Context, b stream.Block, width int) error {
	parts := crew.Chunks(s.n, s.workers, 16)
	return crew.Each(ctx, s.workers, len(parts), func(k int) error {
		row := make([]float64, width)
		for i := parts[k][0]; i < parts[k][1]; i++ {
			at := i
			if s.rows != nil {
				at = s.rows[i]
			}
			b.Row(at, 0, row)
			for _, v := range row {
				s.sums[i] = mix(s.sums[i], v)
			}
		}
		return nil
	})
}

// constantFeature stands for the exponent of a feature that is the same for all stimuli.
const constantFeature = math.MinInt

// load writes a column of the block, centred, to its row of the slab and returns the
// exponent of its size, and its key if deviations are kept. It subtracts the first
// number first, which makes a constant 0.
func (s *rootSink) load(b stream.Block, j int) (exponent int, key uint64) {
	out := s.slab[j*s.n : (j+1)*s.n]
	for i := range out {
		row := i
		if s.rows != nil {
			row = s.rows[i]
		}
		if b.X != nil {
			out[i] = b.X[row*b.Stride+j]
		} else {
			out[i] = float64(b.Single[row*b.Stride+j])
		}
	}
	if s.deviations != nil {
		key, _ = deviationsKey(out)
	}
	first, sum := out[0], 0.0
	for i := range out {
		out[i] -= first
		sum += out[i]
	}
	mean := sum / float64(s.n)
	for i := range out {
		out[i] -= mean
	}
	norm := dense.MaxAbs(out)
	if norm == 0 {
		return constantFeature, 0
	}
	_, exponent = math.Frexp(norm)
	return exponent, key
}

// reduce replaces more rows than n by n that have the same products.
func (g *rootGrade) reduce(n int) {
	rows := len(g.held) / n
	if rows <= n {
		return
	}
	dense.FactorQR(dense.Of(g.held, rows, n))
	g.held, g.combined = g.held[:n*n], true
	for i := range n {
		clear(g.held[i*n : i*n+i])
	}
}

// Done decomposes what is held.
func (s *rootSink) Done(ctx context.Context) error {
	s.slab = nil
	for _, g := range s.grades {
		if err := s.reduce(ctx, g); err != nil {
			return err
		}
	}
	return nil
}

// reduce reduces a grade, which nothing uses any more if it is interrupted.
func (s *rootSink) reduce(ctx context.Context, g *rootGrade) error {
	_, err := crew.Interruptible(ctx, func() (struct{}, error) {
		g.reduce(s.n)
		return struct{}{}, nil
	})
	return err
}

// root returns the square root, the grade of the largest features first.
func (s *rootSink) root() *layerRoot {
	r := &layerRoot{twins: twinsOf(s.sums)}
	order := make([]int, 0, len(s.grades))
	for grade, g := range s.grades {
		order = append(order, grade)
		r.cols += len(g.held) / s.n
	}
	slices.Sort(order)
	slices.Reverse(order)
	r.z = make([]float64, s.n*r.cols)
	column := 0
	for _, grade := range order {
		held := s.grades[grade].held
		for at := 0; at < len(held); at += s.n {
			for i, v := range held[at : at+s.n] {
				r.z[i*r.cols+column] = v
			}
			column++
		}
	}
	r.sizes = dense.ColumnSizes(r.z, r.cols)
	column = 0
	for _, grade := range order {
		g := s.grades[grade]
		r.turned = r.turned || g.combined
		for range len(g.held) / s.n {
			if g.combined {
				r.sizes[column] = g.norm
			}
			column++
		}
	}
	for i, twin := range r.twins {
		copy(r.z[i*r.cols:(i+1)*r.cols], r.z[twin*r.cols:(twin+1)*r.cols])
	}
	return r
}

// constantOn reports whether no feature varies over the given rows. Inner products
// tell all but what is below √ε of the rows' length.
func constantOn(ctx context.Context, g *stream.Gram, rows []int, workers int) (bool, error) {
	if same, err := sameOn(ctx, g, rows, workers); !same || g.X != nil || err != nil {
		return same, err
	}
	r, err := rootOf(ctx, g, workers)
	if errors.Is(err, errOnce) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return r.same(rows), nil
}

// same reports whether all the given rows have the same features.
func (r *layerRoot) same(rows []int) bool {
	return !slices.ContainsFunc(rows, func(i int) bool { return r.twins[i] != r.twins[rows[0]] })
}
