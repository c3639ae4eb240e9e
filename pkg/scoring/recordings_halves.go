package scoring

import (
	"cmp"
	"context"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// ceilingNeuroids is of how many neuroids halves of the trials are held at once where there are many.
const ceilingNeuroids = metrics.BlockNeuroids / 8

// manyHalves reports whether the halves of the trials that a ceiling compares, of a number of stimuli
// and neuroids, are so many that they are computed in blocks of neuroids, for each of which
// the trials are read again.
func (l *loader) manyHalves(d *benchmarks.Definition, stimuli, neuroids int) bool {
	return d.Ceiling != nil && d.Ceiling.OfTrials() && d.SubjectColumn() == "" && d.Missing == "" && d.SelectCeiling == nil && d.Time != benchmarks.Spanned &&
		halvesBytes(d, stimuli, neuroids, 0) > int64(l.held)
}

// halvesBytes returns what the halves take.
func halvesBytes(d *benchmarks.Definition, stimuli, neuroids int, precision float64) int64 {
	return 2 * int64(d.Ceiling.Splits) * int64(stimuli) * int64(neuroids) * metrics.AverageBytes(precision)
}

// halvesInBlocks sets the ceiling of recordings, which have one group, from halves of the trials of
// the last part, block by block.
func (rec *recordings) halvesInBlocks(ctx context.Context, d *benchmarks.Definition) error {
	p, each := rec.parts[len(rec.parts)-1], rec.perNeuroid()
	of := func(neuroids int) (*halves, error) {
		h := halvesOf(p, &group{neuroids: successive(0, neuroids)})
		return h, h.draw(d, p, len(p.design.Stimuli), p.design.Repetitions)
	}
	whole, err := of(0) // to which each block is appended, so that the halves of one are held
	if err != nil {
		return err
	}
	order := successive(0, len(p.columns)) // then that of the neuroids in the file, so that a block is read alone
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(p.columns[a], p.columns[b]) })
	for neuroids := range slices.Chunk(order, max(1, ceilingNeuroids/each)) {
		block, err := of(len(neuroids) * each)
		if err != nil {
			return err
		}
		if err := rec.eachTrialAmong(ctx, p, neuroids, func(trial int, values []float64) error { block.add(trial, values); return nil }); err != nil {
			return err
		}
		whole.of.Append(block.of)
	}
	g := rec.groups[0]
	whole.group = g
	whole.finish()
	inFile := g.neuroidCeilings
	g.neuroidCeilings = make([]float64, len(inFile))
	for k, j := range order {
		copy(g.neuroidCeilings[j*each:(j+1)*each], inFile[k*each:(k+1)*each])
	}
	return nil
}

// halvesBlockMemory returns what a ceiling in blocks holds: the halves of one and, of all, r in each split.
func halvesBlockMemory(d *benchmarks.Definition, stimuli int, recorded recordedSize) int64 {
	return halvesBytes(d, stimuli, max(ceilingNeuroids, recorded.each), recorded.precision) + float*int64(d.Ceiling.Splits)*int64(recorded.neuroids)
}
