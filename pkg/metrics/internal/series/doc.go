// Package series is statistics on series of numbers: whether they vary, sums and means,
// correlations, ranks.
//
// Whether a series varies is decided by its smallest and its largest value, never by a
// sum of squares. Sums that are to be exact carry what rounding takes off them. Ranks
// are shared by values that differ by no more than their errors; they and sums over long
// series do not depend on the number of workers.
package series
