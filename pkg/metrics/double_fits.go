package metrics

import (
	"context"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// A mapping of few stimuli is fitted in twice the precision at once, and one of more if
// float64 is not certain of it: it takes some 4 ns for each multiplication.
const (
	fewDoubleTerms, manyDoubleTerms = 1 << 26, 1 << 31
	// doubleRest is the part of a column's size below which its residual in twice the
	// precision is rounding, for sums of up to some thousand terms.
	doubleRest = 0x1p-92
)

// doubleFit is a mapping in twice the precision.
type doubleFit struct {
	// terms estimates the multiplications of the fit of a split.
	terms func(s Split) int
	// uncertain reports whether float64 may have lost digits of a split.
	uncertain func(split int) bool
	// fit fits a split on the activations x.
	fit func(ctx context.Context, split int, x []float64) error
}

// run fits the splits that are to be fitted in twice the precision. It reports whether no
// other is uncertain.
func (f doubleFit) run(ctx context.Context, in NeuralInput) (bool, error) {
	held, splits, err := f.hold(ctx, in)
	if err != nil || held == nil {
		return false, err
	}
	shape := Shape{Stimuli: in.Gram.N, Features: in.Gram.Features, Neuroids: in.Neuroids, Splits: len(splits), Workers: max(1, in.Workers)}
	return true, crew.Each(ctx, shape.doubleFitsAtOnce(), len(splits), func(k int) error { return f.fit(ctx, splits[k], held.x) })
}

// hold returns the activations, and the splits to be fitted in twice the precision: all
// of them if they are small, else the uncertain ones unless they are too large for it. It
// returns nil if there are none, or if the activations cannot be read.
func (f doubleFit) hold(ctx context.Context, in NeuralInput) (*heldRows, []int, error) {
	if in.Gram.Again == nil || in.Gram.N*in.Gram.Features > manyValues {
		return nil, nil, nil
	}
	terms := func(splits []int) int {
		sum := 0
		for _, i := range splits {
			sum += f.terms(in.Splits[i])
		}
		return sum
	}
	splits := dense.AllRows(len(in.Splits))
	if terms(splits) > fewDoubleTerms {
		splits = slices.DeleteFunc(splits, func(i int) bool { return !f.uncertain(i) })
	}
	if len(splits) == 0 || terms(splits) > manyDoubleTerms {
		return nil, nil, nil
	}
	held, err := holdRows(ctx, in.Gram)
	return held, splits, err
}

// doubleFitBytes returns what the fit of a split in twice the precision holds: predictors
// and targets, turned and transposed, each number as two.
func (s Shape) doubleFitBytes() int64 {
	return 6 * floatBytes * int64(s.Stimuli) * int64(s.Features+s.Neuroids)
}

// doubleFitsAtOnce returns how many splits are fitted side by side.
func (s Shape) doubleFitsAtOnce() int {
	const most = 256 << 20
	return int(max(1, min(s.atOnce(), most/max(1, s.doubleFitBytes()))))
}

// doubleMemory counts fits in twice the precision, of which the activations are kept,
// where a split takes so many multiplications that they are made.
func (s Shape) doubleMemory(terms int) Memory {
	if s.Stimuli*s.Features > manyValues || terms*s.Splits > manyDoubleTerms {
		return Memory{}
	}
	held := floatBytes * int64(s.Stimuli) * int64(s.Features)
	return Memory{Working: held + int64(s.doubleFitsAtOnce())*s.doubleFitBytes(), Kept: held}
}

// plus adds what is held at the same time.
func (m Memory) plus(o Memory) Memory {
	return Memory{Working: m.Working + o.Working, Kept: m.Kept + o.Kept, Streaming: m.Streaming + o.Streaming}
}
