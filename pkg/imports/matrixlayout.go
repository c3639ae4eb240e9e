package imports

import (
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// matrixLayout is how an array holds matrices of stimuli.
type matrixLayout struct {
	n, count int    // stimuli and matrices
	triangle bool   // the elements above the diagonal alone
	last     bool   // the matrices are along the last axis
	note     string // what was read of several possible layouts
}

// layoutOf returns how an array of a shape holds matrices: one square or triangle, or
// several along the first axes or the last. hint is the expected number of stimuli, which
// decides between layouts that the shape leaves open; of a cube the values do.
func layoutOf(path string, shape []int, values []float64, hint int) (matrixLayout, error) {
	fail := func(what string) (matrixLayout, error) {
		return matrixLayout{}, bad(path, what, fmt.Sprintf("save stimuli × stimuli, here perhaps %d × %d, or the %d values above the diagonal, with one axis more for several subjects", hint, hint, hint*(hint-1)/2))
	}
	for len(shape) > 1 && shape[0] == 1 && shape[1] != 1 { // a vector of MATLAB
		shape = shape[1:]
	}
	for len(shape) > 1 && shape[len(shape)-1] == 1 {
		shape = shape[:len(shape)-1]
	}
	var all []matrixLayout
	last := len(shape) - 1
	first, end := shape[0], shape[last]
	whole := 1 // of all axes but the last two
	for _, n := range shape[:max(0, last-1)] {
		whole *= n
	}
	if len(shape) >= 2 && shape[last-1] == end {
		all = append(all, matrixLayout{n: end, count: whole})
	}
	if len(shape) == 3 && first == shape[1] {
		all = append(all, matrixLayout{n: first, count: end, last: true})
	}
	if square := len(shape) == 2 && first == end; len(shape) <= 2 && !square {
		if n, ok := stimuli.StimuliOfTriangle(end); ok {
			l := matrixLayout{n: n, count: 1, triangle: true}
			if len(shape) == 2 {
				l.count = first
			}
			all = append(all, l)
		}
		if n, ok := stimuli.StimuliOfTriangle(first); ok && len(shape) == 2 {
			all = append(all, matrixLayout{n: n, count: end, triangle: true, last: true})
		}
	}
	fits := func(l matrixLayout) bool { return l.n == hint }
	if len(all) == 0 || len(shape) == 2 && all[0].triangle && !slices.ContainsFunc(all, fits) {
		return fail(fmt.Sprintf("holds an array of the shape %v, which is neither square matrices nor triangles of stimuli", shape))
	}
	if slices.ContainsFunc(all, fits) {
		all = slices.DeleteFunc(all, func(l matrixLayout) bool { return !fits(l) })
	}
	chosen := all[0]
	if len(all) > 1 {
		chosen = all[max(0, slices.IndexFunc(all, func(l matrixLayout) bool { return l.triangle || l.symmetric(values) }))]
		axis := "the first axis"
		if chosen.last {
			axis = "the last axis"
		}
		chosen.note = fmt.Sprintf("its shape %v is read with subjects along %s", shape, axis)
	}
	if chosen.n < 2 {
		return fail(fmt.Sprintf("holds an array of the shape %v, which has no two stimuli", shape))
	}
	return chosen, nil
}

// symmetric reports whether each matrix is one of dissimilarities or similarities.
func (l matrixLayout) symmetric(values []float64) bool {
	for k := range l.count {
		m := l.square(values, k)
		for i := range l.n {
			for j := range i {
				if m[i*l.n+j] != m[j*l.n+i] {
					return false
				}
			}
		}
	}
	return true
}

// square returns a matrix of the array's values, which are in the order of its axes.
func (l matrixLayout) square(values []float64, k int) []float64 {
	size := l.n * l.n
	if l.triangle {
		size = l.n * (l.n - 1) / 2
	}
	one := make([]float64, size)
	for i := range one {
		if l.last {
			one[i] = values[i*l.count+k]
		} else {
			one[i] = values[k*size+i]
		}
	}
	if l.triangle {
		return stimuli.SquareOfTriangle(one, l.n)
	}
	return one
}
