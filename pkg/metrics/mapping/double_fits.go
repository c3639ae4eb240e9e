package mapping

import (
	"context"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/double"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// doubleRest is the part of a column's size below which its residual in twice the
// precision is rounding, for sums of up to some thousand terms.
const doubleRest = 0x1p-92

// doubleFit is a mapping in twice the precision.
type doubleFit struct {
	// terms estimates the multiplications of the fit of a split.
	terms func(s metrics.Split) int
	// uncertain reports whether float64 may have lost digits of a split.
	uncertain func(split int) bool
	// fit fits a split on the activations x.
	fit func(ctx context.Context, split int, x []float64) error
}

// run fits the splits that are to be fitted in twice the precision. It reports whether no
// other is uncertain.
func (f doubleFit) run(ctx context.Context, in metrics.NeuralInput) (bool, error) {
	held, splits, err := f.hold(ctx, in)
	if err != nil || held == nil {
		return false, err
	}
	shape := metrics.Shape{Stimuli: in.Gram.N, Features: in.Gram.Features, Neuroids: in.Neuroids, Splits: len(splits), Workers: max(1, in.Workers)}
	return true, crew.Each(ctx, doubleFitsAtOnce(shape), len(splits), func(k int) error { return f.fit(ctx, splits[k], held.X) })
}

// hold returns the activations, and the splits to be fitted in twice the precision: all
// of them if they are small, else the uncertain ones unless they are too large for it. It
// returns nil if there are none, or if the activations cannot be read.
func (f doubleFit) hold(ctx context.Context, in metrics.NeuralInput) (*stream.HeldRows, []int, error) {
	if in.Gram.Again == nil || in.Gram.N*in.Gram.Features > stream.MaxHeld {
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
	rare := terms(splits) > double.Effort.Always
	if rare {
		splits = slices.DeleteFunc(splits, func(i int) bool { return !f.uncertain(i) })
	}
	if len(splits) == 0 || terms(splits) > double.Effort.Doubtful {
		return nil, nil, nil
	}
	if rare {
		if err := in.Gram.AllowRare(); err != nil {
			return nil, nil, err
		}
	}
	held, err := in.Gram.Hold(ctx)
	return held, splits, err
}

// doubleFitBytes returns what the fit of a split in twice the precision holds: predictors
// and targets, turned and transposed, each number as two.
func doubleFitBytes(s metrics.Shape) int64 {
	return 6 * metrics.FloatBytes * int64(s.Stimuli) * int64(s.Features+s.Neuroids)
}

// doubleFitsAtOnce returns how many splits are fitted side by side.
func doubleFitsAtOnce(s metrics.Shape) int {
	const most = 256 << 20
	return int(max(1, min(s.AtOnce(), most/max(1, doubleFitBytes(s)))))
}

// doubleMemory counts fits in twice the precision, of which the activations are kept,
// where a split takes so few multiplications that they are always made. Where it takes
// some more and float64 may be uncertain, they are made if it is. fit is what a split
// holds.
func doubleMemory(s metrics.Shape, terms int, fit int64, uncertain bool) metrics.Memory {
	held := metrics.FloatBytes * int64(s.Stimuli) * int64(s.Features)
	fits := int64(doubleFitsAtOnce(s)) * fit
	switch all := terms * s.Splits; {
	case s.Stimuli*s.Features > stream.MaxHeld:
	case all <= double.Effort.Always:
		return metrics.Memory{Working: held + fits, Kept: held}
	case terms <= double.Effort.Doubtful && uncertain:
		return metrics.Memory{Rare: held + max(s.Reading, fits)}
	}
	return metrics.Memory{}
}

// reverseAgain adds to what a reverse mapping holds a second stream, fitted in twice the
// precision.
func reverseAgain(s metrics.Shape, once metrics.Memory, terms int, fit int64) metrics.Memory {
	again := doubleMemory(s, terms, fit, true)
	if again.Working > 0 {
		again.Working += s.Reading + once.Streaming
	}
	if again.Rare > 0 {
		again.Rare += once.Streaming
	}
	return once.Plus(again)
}
