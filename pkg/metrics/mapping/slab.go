package mapping

import (
	"context"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// featureSlab is a slab of columns as a Streaming metric looks at them: the
// stimuli's activations as they were read and centred over all stimuli, with each
// column's sums.
//
// What a metric asks of a split's train rows is a difference, all rows less those
// left out. Its rounding is that of all rows: a column of which less than
// leastShare is on the train rows, since one stimulus that is left out activates
// it far more than all others, is far. Its sums are then taken from the train rows
// as they were read.
type featureSlab struct {
	n, workers    int
	rows          []int     // of the pass; nil takes the first n
	raw           []float64 // n × SlabCols: as read, columns of extreme size by a power of two
	x             []float64 // n × SlabCols: centred
	mean          []float64
	sums, squares []float64 // of the centred columns
	low, high     []float64 // as read
}

// leastShare is the least share of a series' squares that may be left on the train
// rows where sums there are differences: r is then off by no more than n·ε/leastShare.
const leastShare = 1e-3

func newFeatureSlab(rows []int, n, workers int) *featureSlab {
	one := func() []float64 { return make([]float64, stream.SlabCols) }
	return &featureSlab{n: n, workers: max(1, workers), rows: rows,
		raw: make([]float64, n*stream.SlabCols), x: make([]float64, n*stream.SlabCols),
		mean: one(), sums: one(), squares: one(), low: one(), high: one()}
}

// load copies the first width columns of a block.
func (s *featureSlab) load(ctx context.Context, b stream.Block, width int) error {
	parts := crew.Chunks(width, s.workers, 16)
	none := make([]float64, width)
	return crew.Each(ctx, s.workers, len(parts), func(i int) error {
		from, to := parts[i][0], parts[i][1]
		b.Centered(s.rows, s.n, from, to, none[from:to], s.raw)
		low, high, mean := s.low[from:to], s.high[from:to], s.mean[from:to]
		first := s.raw[from:to]
		copy(low, first)
		copy(high, first)
		clear(mean)
		for i := range s.n {
			for j, v := range s.raw[i*stream.SlabCols+from : i*stream.SlabCols+to] {
				mean[j] += v - first[j]
				if v < low[j] {
					low[j] = v
				} else if v > high[j] {
					high[j] = v
				}
			}
		}
		for j := range mean {
			mean[j] = first[j] + mean[j]/float64(s.n)
		}
		for j := from; j < to; j++ {
			if by := dense.UnitExponent(max(-s.low[j], s.high[j])); by != 0 {
				for i := range s.n {
					s.raw[i*stream.SlabCols+j] = math.Ldexp(s.raw[i*stream.SlabCols+j], by)
				}
				stream.Block{X: s.raw, Stride: stream.SlabCols}.Means(nil, s.n, j, j+1, s.mean[j:j+1])
			}
		}
		sums, squares := s.sums[from:to], s.squares[from:to]
		clear(sums)
		clear(squares)
		for i := range s.n {
			x := s.x[i*stream.SlabCols+from : i*stream.SlabCols+to]
			for j, v := range s.raw[i*stream.SlabCols+from : i*stream.SlabCols+to] {
				v -= mean[j]
				x[j] = v
				sums[j] += v
				squares[j] += float64(v * v)
			}
		}
		return nil
	})
}

// constant reports whether a column is the same for all stimuli.
func (s *featureSlab) constant(j int) bool { return s.low[j] == s.high[j] }

// varies sets, for the first width columns, whether a column has two different
// values, as read, on the given rows. It looks at a column until it finds them, so
// that it takes long only for columns that hardly vary.
func (s *featureSlab) varies(rows []int, width int, varies []bool) {
	clear(varies)
	if len(rows) == 0 {
		return
	}
	var open []int
	for j := range width {
		if !s.constant(j) {
			open = append(open, j)
		}
	}
	first := s.raw[rows[0]*stream.SlabCols : (rows[0]+1)*stream.SlabCols]
	for _, i := range rows[1:] {
		if len(open) == 0 {
			return
		}
		row, same := s.raw[i*stream.SlabCols:(i+1)*stream.SlabCols], open[:0]
		for _, j := range open {
			if row[j] == first[j] {
				same = append(same, j)
			} else {
				varies[j] = true
			}
		}
		open = same
	}
}

// anyVaries reports whether one of the first width columns varies over the given rows.
func (s *featureSlab) anyVaries(rows []int, width int) bool {
	for _, i := range rows[min(1, len(rows)):] {
		first := s.raw[rows[0]*stream.SlabCols:]
		for j, v := range s.raw[i*stream.SlabCols : i*stream.SlabCols+width] {
			if v != first[j] {
				return true
			}
		}
	}
	return false
}

// slabMoments are what a split's train rows hold of the columns of a slab.
type slabMoments struct {
	sum, norm []float64 // Σx and the sum of squared deviations; NaN where it does not vary
	varies    []bool
	far       []int // columns whose sums are not to be taken as differences
}

func newSlabMoments() slabMoments {
	return slabMoments{sum: make([]float64, stream.SlabCols), norm: make([]float64, stream.SlabCols), varies: make([]bool, stream.SlabCols)}
}

// trainMoments sets the moments of the first width columns on the train rows, those
// over all rows less those over the others, out. It leaves the norms of far columns,
// which trainColumns gives, at 0.
func (s *featureSlab) trainMoments(train, out []int, width int, m *slabMoments) {
	s.varies(train, width, m.varies)
	sum, norm := m.sum[:width], m.norm[:width]
	clear(sum)
	clear(norm)
	for _, i := range out {
		for j, v := range s.x[i*stream.SlabCols : i*stream.SlabCols+width] {
			sum[j] += v
			norm[j] += float64(v * v)
		}
	}
	n := float64(len(train))
	m.far = m.far[:0]
	for j := range sum {
		sum[j] = s.sums[j] - sum[j]
		norm[j] = s.squares[j] - norm[j] - sum[j]*sum[j]/n
		if !m.varies[j] {
			norm[j] = math.NaN()
		} else if !(norm[j] >= leastShare*s.squares[j]) {
			norm[j] = 0
			m.far = append(m.far, j)
		}
	}
}

// trainColumns returns the given columns as read on the train rows, each centred
// there and scaled by a power of two where its size is extreme, and their norms.
func (s *featureSlab) trainColumns(train, columns []int) (x, norms []float64) {
	c := len(columns)
	x, norms = make([]float64, len(train)*c), make([]float64, c)
	for a, i := range train {
		for b, j := range columns {
			x[a*c+b] = s.raw[i*stream.SlabCols+j]
		}
	}
	dense.UnitColumns(x, c)
	dense.CenterColumns(x, c)
	dense.AddSquares(norms, x)
	return x, norms
}

// column copies a column as read on the given rows.
func (s *featureSlab) column(j int, rows []int) []float64 {
	out := make([]float64, len(rows))
	for a, i := range rows {
		out[a] = s.raw[i*stream.SlabCols+j]
	}
	return out
}
