package choice

import (
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// checkSolution verifies the input before any pass is spent on it.
func checkSolution(in metrics.SolutionInput) error {
	n := len(in.Truth)
	problem := func(format string, args ...any) error {
		return &metrics.SolutionError{Problem: fmt.Sprintf(format, args...)}
	}
	switch {
	case len(in.I1) != n || len(in.Times) != n:
		return problem("%d images with %d thresholds and %d times", n, len(in.I1), len(in.Times))
	case in.Classes < 2:
		return problem("%d classes, must be at least 2", in.Classes)
	case len(in.Splits) == 0:
		return problem("there are no splits")
	}
	for i, truth := range in.Truth {
		switch {
		case truth < 0 || truth >= in.Classes:
			return problem("object %d of image %d is not one of %d classes", truth, i, in.Classes)
		case math.IsInf(in.I1[i], 0):
			return problem("the i1 of image %d is %v", i, in.I1[i])
		case math.IsInf(in.Times[i], 0):
			return problem("the time of image %d is %v", i, in.Times[i])
		}
	}
	for s, split := range in.Splits {
		if len(split.Test) == 0 {
			return problem("split %d has no test images", s+1)
		}
		seen := make([]bool, n)
		counts := make([]int, in.Classes)
		for k, part := range [][]int{split.Train, split.Test} {
			for _, i := range part {
				if i < 0 || i >= n {
					return problem("row %d of split %d is not one of %d images", i, s+1, n)
				}
				if seen[i] {
					return problem("split %d has image %d twice", s+1, i)
				}
				seen[i] = true
				if k == 0 {
					counts[in.Truth[i]]++
				}
			}
		}
		for class, count := range counts {
			if count == 0 {
				return &metrics.UnseenClassError{Class: class, Split: s}
			}
		}
	}
	return nil
}
