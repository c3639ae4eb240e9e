package similarity

import (
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// comparedRows returns how many stimuli are compared at once, and in how many splits
// concurrently.
func comparedRows(s metrics.Shape) (rows, concurrent int64) {
	n, _, m := s.Sizes()
	if s.Splits <= 1 {
		return n, 1
	}
	return max(1, n-m), s.AtOnce()
}

// doubleMemory counts both sides in twice the precision, with so many bytes for each
// pair of stimuli: where they are so few that they are always compared so, and where they
// are if rounding of inner products may move the score.
func doubleMemory(s metrics.Shape, pairBytes int64) metrics.Memory {
	return rowsMemory(s, func(rows, _ int64) int64 { return rows * rows / 2 * pairBytes })
}

// rowsMemory counts the rows of both sides and what is computed of each, where they are so
// few that this always is, and where it is if rounding of inner products may move the score.
func rowsMemory(s metrics.Shape, computed func(rows, columns int64) int64) metrics.Memory {
	rows, concurrent := comparedRows(s)
	var memory metrics.Memory
	for side, columns := range []int64{int64(s.Features), int64(s.Neuroids)} {
		values, terms := int64(s.Stimuli)*columns, rows*(rows-1)/2*columns
		read := int64(0)
		if side == 0 {
			read = s.Reading + metrics.FloatBytes*values
		}
		bytes := read + concurrent*(computed(rows, columns)+2*metrics.FloatBytes*rows*columns)
		switch {
		case columns == 0 || values > stream.MaxHeld || terms > manyTerms:
		case values <= fewValues && terms <= fewTerms:
			memory.Working += bytes
		default:
			memory.Rare += bytes
		}
	}
	return memory
}

// samplesMemory counts what coefficients on samples of the stimuli take: of each split the
// dissimilarities or centred matrices of both sides, or their ranks and numbers in three
// forms, and of each goroutine what it counts pairs in.
func samplesMemory(s metrics.Shape) metrics.Memory {
	if !s.Resampled {
		return metrics.Memory{}
	}
	const shared, own = 4, 2
	rows, concurrent := comparedRows(s)
	return metrics.Memory{Working: (shared*concurrent + own*max(concurrent, int64(s.Workers))) * metrics.FloatBytes * rows * (rows + 1) / 2}
}
