package mapping

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// gradedRoot is the square root of a layer's Gram matrix with the grade of each column.
// Columns of one grade are mixtures of features of about one size, to ε of which they
// are known.
type gradedRoot struct {
	n, cols int
	z       []float64 // n × cols, row-major, the largest close to 1
	grade   []int     // of each column, in order
	twins   []int     // for each row the first that has the same features
	merged  int       // features that differ, but that centring made equal
}

// readGraded reads the layer once more. It reads the columns also if a metric scored
// beside this one had the features held, on which figures must not depend.
func readGraded(ctx context.Context, g *stream.Gram, workers int) (*gradedRoot, error) {
	if err := g.AllowRare(); err != nil {
		return nil, err
	}
	var sink *rootSink
	switch {
	case g.Again != nil:
		sink = newRootSink(g.PassRows(), g.N, workers)
		sink.deviations = make(map[uint64]bool)
		if err := g.Again(ctx, sink); err != nil {
			return nil, err
		}
	case g.X != nil:
		sink = newRootSink(nil, g.N, workers)
		sink.deviations = make(map[uint64]bool)
		if err := stream.RunPass(ctx, stream.InMemory(g.X, g.N, g.Features), []stream.Sink{sink}, stream.PassOptions{}); err != nil {
			return nil, err
		}
	default:
		return nil, errOnce
	}
	root := sink.root()
	r := &gradedRoot{n: g.N, cols: root.cols, z: root.z, twins: root.twins}
	var order []int
	for grade := range sink.grades {
		order = append(order, grade)
	}
	slices.Sort(order)
	slices.Reverse(order)
	for place, grade := range order {
		r.grade = append(r.grade, slices.Repeat([]int{place}, len(sink.grades[grade].held)/g.N)...)
	}
	r.merged = max(0, len(sink.deviations)-distinctColumns(r.z, r.cols))
	_, exponent := math.Frexp(dense.MaxAbs(r.z))
	for i, v := range r.z {
		r.z[i] = math.Ldexp(v, -exponent)
	}
	return r, nil
}

// sizes returns, for each column, the largest size on the given rows of a column of its
// grade. The first row counts also, from which the columns were subtracted when they
// were centred.
func (r *gradedRoot) sizes(rows []int) []float64 {
	own := dense.ColumnNorms(dense.SelectRows(r.z, r.cols, rows), r.cols)
	var largest []float64
	for c, grade := range r.grade {
		if grade == len(largest) {
			largest = append(largest, 0)
		}
		largest[grade] = max(largest[grade], own[c], math.Abs(r.z[c]))
	}
	for c, grade := range r.grade {
		own[c] = largest[grade]
	}
	return own
}

// rankLimit returns a number that the rank of the layer on the given rows cannot exceed.
func (r *gradedRoot) rankLimit(rows []int) int {
	different := make(map[int]bool)
	for _, i := range rows {
		different[r.twins[i]] = true
	}
	return min(len(different)-1, distinctColumns(dense.SelectRows(r.z, r.cols, rows), r.cols)+r.merged)
}
