package scoring

import (
	"reflect"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// leastTriangle is the size in bytes of a Gram matrix from which on its triangle is held.
const leastTriangle = 256 << 20

// onlyTriangle reports whether evaluations on a layer may be given triangles of Gram matrices:
// if their metrics overwrite a triangle, all in the same way.
func onlyTriangle(evaluations []*binEvaluation) bool {
	for _, e := range evaluations {
		d, first := e.definition, evaluations[0].definition
		info, err := metrics.Lookup(d.Metric.Name)
		if err != nil || !info.Triangle || e.reading != readsLayer || d.Time == benchmarks.Spanned ||
			!reflect.DeepEqual(d.Metric, first.Metric) || !reflect.DeepEqual(d.CrossValidation, first.CrossValidation) {
			return false
		}
	}
	return len(evaluations) > 0
}

// holdsTriangle reports whether a Gram matrix is so large, and of so many features, that its
// triangle is held. stimuli are those of the tables of a benchmark, as estimates know no others.
func (l *loader) holdsTriangle(stimuli, features int) bool {
	return features > stimuli && float*stimuli*stimuli >= l.triangle
}

// triangleKernelMemory returns what products are packed into for a triangle: the columns that
// are added to it at once, and blocks of what it is multiplied with.
func triangleKernelMemory(size ReadSize) int64 {
	return kernelMemory(size, false) + float*int64(size.Rows)*int64(stream.PackedCols(size.Rows))
}
