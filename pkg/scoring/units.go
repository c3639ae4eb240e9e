package scoring

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// maxExponent bounds the exponents of activations that are read as they are. Squares of
// activations beyond it overflow or vanish, so that these are read a second time, in a
// unit in which the largest is near 1: a power of two, which changes no digit.
const maxExponent = 500

// farError reports activations that have to be read in units of 2^exponent.
type farError struct{ exponent int }

func (e *farError) Error() string {
	return fmt.Sprintf("activations near 2^%d are read in a unit of that size", e.exponent)
}

// DataError reports that the cause is invalid data.
func (e *farError) DataError() bool { return true }

// checkUnits returns an error if an evaluation needs activations in their own unit, but
// they are read in another.
func (s *layerScorer) checkUnits(e *binEvaluation, read *layerRead) error {
	if read.exponent == 0 {
		return nil
	}
	metric, err := e.definition.NewMetric()
	if err != nil {
		return err
	}
	return s.checkUnitsOf(metric, read)
}

// checkUnitsOf is checkUnits for a metric.
func (s *layerScorer) checkUnitsOf(metric metrics.Metric, read *layerRead) error {
	info := metric.Info()
	if read.exponent == 0 || !info.Needs.Units {
		return nil
	}
	return &stimuli.FileError{Path: s.dump.Dir, What: fmt.Sprintf("holds activations near 2^%d in the layer %q, and %s with its options depends on the unit of them", read.exponent, read.key.layer, info.Name),
		Remedy: "rescale the layer"}
}

// magnitudeSink finds the largest magnitude among activations in double precision.
// Single precision has none whose square overflows or vanishes.
type magnitudeSink struct {
	rows    int
	largest float64
}

func (m *magnitudeSink) Block(_ context.Context, b stream.Block) error {
	if b.X == nil {
		return nil
	}
	for i := range m.rows {
		for _, v := range b.X[i*b.Stride:][:b.Cols] {
			m.largest = max(m.largest, math.Abs(v))
		}
	}
	return nil
}

func (m *magnitudeSink) Done(context.Context) error { return nil }

// far returns a *farError if the activations have to be read in another unit.
func (m *magnitudeSink) far() error {
	_, exponent := math.Frexp(m.largest)
	if exponent >= -maxExponent && exponent <= maxExponent {
		return nil
	}
	return &farError{exponent}
}

// unitSink passes activations to sinks in units of 2^exponent.
type unitSink struct {
	sinks          []stream.Sink
	rows, exponent int
	x              []float64
}

func (u *unitSink) Block(ctx context.Context, b stream.Block) error {
	// Two factors, as their product may be beyond all numbers.
	half := -u.exponent / 2
	first, second := math.Ldexp(1, half), math.Ldexp(1, -u.exponent-half)
	u.x = slices.Grow(u.x[:0], len(b.X))[:len(b.X)]
	for i := range u.rows {
		scaled := u.x[i*b.Stride:][:b.Cols]
		for j, v := range b.X[i*b.Stride:][:b.Cols] {
			scaled[j] = v * first * second
		}
	}
	b.X = u.x
	for _, sink := range u.sinks {
		if err := sink.Block(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

func (u *unitSink) Done(ctx context.Context) error {
	for _, sink := range u.sinks {
		if err := sink.Done(ctx); err != nil {
			return err
		}
	}
	return nil
}
