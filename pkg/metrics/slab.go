package metrics

import (
	"context"
	"math"
)

// featureSlab is a slab of columns as a Streaming metric looks at them: the
// stimuli's activations, centred over all of them, with each column's sums.
type featureSlab struct {
	n, workers    int
	rows          []int     // of the pass; nil takes the first n
	x             []float64 // n × slabCols
	mean          []float64
	sums, squares []float64 // of the centred columns
	low, high     []float64
}

func newFeatureSlab(rows []int, n, workers int) *featureSlab {
	one := func() []float64 { return make([]float64, slabCols) }
	return &featureSlab{n: n, workers: max(1, workers), rows: rows, x: make([]float64, n*slabCols),
		mean: one(), sums: one(), squares: one(), low: one(), high: one()}
}

// load takes the first width columns of a block.
func (s *featureSlab) load(ctx context.Context, b Block, width int) error {
	parts := chunks(width, s.workers, 16)
	return parallel(ctx, s.workers, len(parts), func(i int) error {
		from, to := parts[i][0], parts[i][1]
		b.means(s.rows, s.n, from, to, s.mean[from:to])
		b.centred(s.rows, s.n, from, to, s.mean[from:to], s.x)
		sums, squares, low, high := s.sums[from:to], s.squares[from:to], s.low[from:to], s.high[from:to]
		clear(sums)
		clear(squares)
		copy(low, s.x[from:to])
		copy(high, s.x[from:to])
		for i := range s.n {
			for j, v := range s.x[i*slabCols+from : i*slabCols+to] {
				sums[j] += v
				squares[j] += v * v
				low[j] = min(low[j], v)
				high[j] = max(high[j], v)
			}
		}
		return nil
	})
}

// constant says whether a column is the same for all stimuli, up to rounding.
func (s *featureSlab) constant(j int) bool {
	const ulps = 8 * 0x1p-52
	return s.high[j]-s.low[j] <= ulps*max(math.Abs(s.low[j]+s.mean[j]), math.Abs(s.high[j]+s.mean[j]))
}

// trainMoments sets, for the first width columns, the sum over the train rows
// and the sum of squared deviations there, NaN where the column is constant on
// them. They are those over all rows less those over the others, out.
func (s *featureSlab) trainMoments(train, out []int, width int, sum, norm []float64) {
	sum, norm = sum[:width], norm[:width]
	clear(sum)
	clear(norm)
	for _, i := range out {
		for j, v := range s.x[i*slabCols : i*slabCols+width] {
			sum[j] += v
			norm[j] += v * v
		}
	}
	n := float64(len(train))
	for j := range sum {
		sum[j] = s.sums[j] - sum[j]
		norm[j] = s.squares[j] - norm[j] - sum[j]*sum[j]/n
		if norm[j] < 1e-6*s.squares[j] || s.squares[j] == 0 {
			// Little is left of the column on the train rows: take it from
			// themselves, not as a difference.
			norm[j] = s.trainNorm(train, j)
		}
	}
}

// trainNorm is a column's sum of squared deviations on the train rows, NaN
// where that is rounding alone.
func (s *featureSlab) trainNorm(train []int, column int) float64 {
	mean := 0.0
	for _, i := range train {
		mean += s.x[i*slabCols+column]
	}
	mean /= float64(len(train))
	norm := 0.0
	for _, i := range train {
		d := s.x[i*slabCols+column] - mean
		norm += d * d
	}
	if roundingOnly(norm, max(math.Abs(mean), math.Abs(s.mean[column])), len(train)) {
		return math.NaN()
	}
	return norm
}
