package metrics

import (
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// Pearson returns the correlation r of two equally long series, in [-1, 1]. Pairs
// with a NaN are left out. It is NaN if fewer than two pairs remain or one series is
// constant on them.
func Pearson(a, b []float64) float64 { return series.Pearson(a, b) }

// Spearman returns the correlation ρ of the ranks of two equally long series without
// NaN; equal values share their average rank.
func Spearman(a, b []float64) float64 { return series.Spearman(a, b) }

// KendallA returns Kendall's τ-a of two equally long series without NaN: concordant
// less discordant pairs, over all pairs, tied ones counting for neither.
func KendallA(a, b []float64) float64 { return series.KendallA(a, b) }

// Median returns the middle of the numbers among values, the mean of the two middle
// ones if they are even in number; NaN if there is none.
func Median(values []float64) float64 { return series.Median(values) }

// Mean returns the mean of the numbers among values, rounded once; NaN if there is none.
func Mean(values []float64) float64 { return series.ExactMean(values) }
