package choice

import (
	"fmt"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/reasons"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// halvesOf divides a permutation into its first half, rounded down, and the rest.
func halvesOf(permutation []int) [2][]int {
	n := len(permutation) / 2
	return [2][]int{permutation[:n], permutation[n:]}
}

// exactMeanSD is metrics.MeanSD with sums that no order of the values changes.
func exactMeanSD(values []float64) metrics.Estimate {
	return metrics.Estimate{Value: series.ExactMean(values), Error: series.ExactDeviation(values), Splits: values}
}

// undefinedSplits warns of splits without a value, if there are any.
func undefinedSplits(of string, undefined reasons.Counts, splits int) []string {
	switch n := undefined.Total(); n {
	case 0:
		return nil
	case splits:
		return []string{fmt.Sprintf("%sthere is no figure: in all %d splits, %v", of, n, undefined)}
	default:
		return []string{fmt.Sprintf("%s%d of %d splits have no value: %v", of, n, splits, undefined)}
	}
}
