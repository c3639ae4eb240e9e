package mapping

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// Partition fits all combinations of the bands. The model of each has the penalties of least
// leave-one-out error among those of its bands, so that all come of the same losses.
func (m bandedRidge) Partition(ctx context.Context, in metrics.NeuralInput, r metrics.Resampling) (metrics.Partition, error) {
	in.Gram.FormProducts(max(1, in.Workers))
	in.Gram = in.Gram.Parts()
	bands, all := len(in.Gram.Bands), in.Neuroids
	p := metrics.Partition{Bands: bands}
	penalties := m.newPenalties(in)
	in, kept := prepared(in)
	measured := newMeasured(in, r)
	doubts, missed := make([]string, len(in.Splits)), make([][]missedSums, len(in.Splits))
	err := eachPrimal(ctx, in, func(in metrics.NeuralInput, i int) error {
		missed[i] = make([]missedSums, p.All())
		if in.Neuroids == 0 {
			return nil
		}
		s := in.Splits[i]
		f, err := m.newBandedSearch(ctx, in, s)
		if err != nil {
			return fmt.Errorf("split %d: %w", i, err)
		}
		var known [][]bandedPenalty // of the models so far
		for k := range missed[i] {
			best := f.among(uint(k + 1))
			same := slices.IndexFunc(known, func(other []bandedPenalty) bool { return slices.Equal(other, best) })
			if known = append(known, best); same >= 0 {
				missed[i][k] = missed[i][same]
				continue
			}
			of, doubt, err := f.fitBest(ctx, in, s, uint(k+1), best)
			if err != nil {
				return fmt.Errorf("split %d: %w", i, err)
			}
			if doubts[i] == "" {
				doubts[i] = doubt
			}
			if missed[i][k], err = measured.miss(ctx, of, in, i); err != nil {
				return err
			}
		}
		penalties.set(f, i, known[len(known)-1])
		return nil
	})
	if err != nil {
		return p, err
	}
	p.Penalties, p.Warnings = penalties.all, doubtWarnings(bandedRidgeInfo.Name, doubts)
	for k := range int(p.All()) { // figures are NaN if all neuroids are constant
		explained, draws := measured.explained(missed, k)
		row := slices.Repeat([]float64{math.NaN()}, all)
		for j, v := range explained {
			row[kept[j]] = v
		}
		p.Explained, p.Draws = append(p.Explained, row), append(p.Draws, draws)
	}
	return p, nil
}

// PartitionMemory is Memory with what is measured and missed. A split holds the predictions
// and errors of one model.
func (m bandedRidge) PartitionMemory(s metrics.Shape) metrics.Memory {
	n, t, train := s.Sizes()
	sums := int64(s.Splits) << max(1, s.Bands) * (t + promisedDraws)
	memory := m.Memory(s)
	memory.Working += metrics.FloatBytes*(sums+promisedDraws*t+atOncePrimal(s)*(4*(n-train)*t+drawNumbers(n, t, n-train))) - predictionMemory(s)
	return memory
}
