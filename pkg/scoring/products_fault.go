package scoring

import (
	"errors"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// faultyProducts is the error of a file of inner products that cannot be used: it is about the
// layer as a whole, whatever is scored on it.
type faultyProducts struct{ error }

// Unwrap returns the cause.
func (e *faultyProducts) Unwrap() error { return e.error }

// failed records the first array of the file that cannot be used and returns its error.
func (p *products) failed(err error) error {
	p.fault = &faultyProducts{err}
	return p.fault
}

// failFaulty fails all evaluations of a reading if an array of its inner products cannot be used,
// those too that need other arrays: a file with a fault is not trusted in part.
func (p *layerPlan) failFaulty(targets targets) {
	if p.source == nil || p.source.products == nil || p.source.products.fault == nil {
		return
	}
	for e := range targets {
		e.err = p.source.products.fault
	}
}

// addFailure adds the failure of an evaluation to those of its model. Evaluations that fail by
// the same file of inner products have one.
func addFailure(all []benchmarks.Failure, e *evaluation, err error) []benchmarks.Failure {
	fault, ok := errors.AsType[*faultyProducts](err)
	for i := range all {
		if of, same := errors.AsType[*faultyProducts](all[i].Err); ok && same && of == fault {
			all[i].Benchmark, all[i].Scores = "", max(1, all[i].Scores)+1
			return all
		}
	}
	return append(all, benchmarks.Failure{Benchmark: e.definition.Identifier, Layer: e.layer, Err: err})
}
