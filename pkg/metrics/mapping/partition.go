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
	p := metrics.Partition{Bands: bands, Penalties: slices.Repeat([]float64{math.NaN()}, bands*len(in.Splits))}
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
		known := make(map[bandedPenalty]int) // the models that are fitted
		for k := range missed[i] {
			best, _, ok := f.among(uint(k + 1))
			if same, fitted := known[best]; ok && fitted {
				missed[i][k] = missed[i][same]
				continue
			}
			if ok {
				known[best] = k
			}
			_, of, doubt, _, err := f.fitBest(ctx, in, s, uint(k+1))
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
		if best, _, ok := f.among(uint(p.All())); ok {
			copy(p.Penalties[i*bands:], f.penalties(best))
		}
		return nil
	})
	if err != nil {
		return p, err
	}
	p.Warnings = doubtWarnings(bandedRidgeInfo.Name, doubts)
	for k := range int(p.All()) {
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
