package stream

import (
	"context"
	"math"

	"github.com/brainscore-go/brainscore/internal/portable"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// RowMoments is what a pass adds up of each row beside the Gram matrix, with c a
// row less the column means μ and μ̄ the mean of the latter. It gives the lengths
// of the rows as they are, and of the rows less their own means. All sums are of
// distances from a mean, so that an offset that the features share costs no
// digits: chunks of columns are joined as variances of groups are (Chan, Golub &
// LeVeque 1983).
type RowMoments struct {
	// Sums are Σ c of each row, Shifts Σ c·(μ − μ̄). They and what is below are nil
	// unless Needs has RowSums.
	Sums, Shifts []float64
	// Varies is true if a row has two different activations, Nonzero if it has one
	// other than 0.
	Varies, Nonzero []bool

	columns int       // added so far
	pivot   float64   // the first column's mean, from which the others are measured
	mean    float64   // μ̄ less the pivot
	square  float64   // Σ (μ − μ̄)²
	squares float64   // Σ μ²
	first   []float64 // each row's first activation
}

// newRowMoments returns the moments of n rows; rows reports whether those of each
// row are wanted.
func newRowMoments(n int, rows bool) *RowMoments {
	if !rows {
		return &RowMoments{}
	}
	return &RowMoments{
		Sums: make([]float64, n), Shifts: make([]float64, n), first: make([]float64, n),
		Varies: make([]bool, n), Nonzero: make([]bool, n),
	}
}

// add adds the block's first columns, whose means are given. rows are the block's
// rows that count; nil takes all.
func (m *RowMoments) add(ctx context.Context, workers int, b Block, rows []int, mean []float64) error {
	size, before := float64(len(mean)), float64(m.columns)
	if m.columns == 0 {
		m.pivot = mean[0]
	}
	deviations := make([]float64, len(mean))
	for j, v := range mean {
		deviations[j] = v - m.pivot
		m.squares += float64(v * v)
	}
	centre := series.Mean(deviations)
	square := 0.0
	for j := range deviations {
		deviations[j] -= centre
		square += float64(deviations[j] * deviations[j])
	}
	step := centre - m.mean // from the mean of the columns before to that of these
	if m.columns == 0 {
		m.mean, step = centre, 0
	}
	all := before + size
	m.square += square + float64(step*step*(before/all)*size)
	m.mean += float64(step * (size / all))
	m.columns += len(mean)
	if m.Sums == nil {
		return nil
	}
	parts := crew.Chunks(len(m.Sums), 2*max(1, workers), 16)
	return crew.Each(ctx, workers, len(parts), func(k int) error {
		row := make([]float64, len(mean))
		for i := parts[k][0]; i < parts[k][1]; i++ {
			at := i
			if rows != nil {
				at = rows[i]
			}
			b.Row(at, 0, row)
			m.compare(i, row, before == 0)
			sum, shift := 0.0, 0.0
			for j, v := range row {
				v -= mean[j]
				sum += v
				shift += float64(v * deviations[j])
			}
			if before > 0 {
				shift += float64((sum/size - m.Sums[i]/before) * step * (before / all) * size)
			}
			m.Sums[i] += sum
			m.Shifts[i] += shift
		}
		return nil
	})
}

// compare looks for an activation of a row that differs from its first one, and
// for one that differs from 0, until there is one.
func (m *RowMoments) compare(i int, row []float64, start bool) {
	if start {
		m.first[i] = row[0]
	}
	for j := 0; j < len(row) && !m.Varies[i]; j++ {
		m.Varies[i] = row[j] != m.first[i]
	}
	for j := 0; j < len(row) && !m.Nonzero[i]; j++ {
		m.Nonzero[i] = row[j] != 0
	}
}

// Length returns the norm of the column means, and of these less their own mean.
func (m *RowMoments) Length() (whole, centred float64) {
	centred = math.Sqrt(m.square)
	return portable.Hypot(centred, math.Sqrt(float64(m.columns))*m.Grand()), centred
}

// Grand returns the mean of all column means.
func (m *RowMoments) Grand() float64 { return m.pivot + m.mean }
