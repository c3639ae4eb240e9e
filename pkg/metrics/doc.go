// Package metrics computes the numbers of Brain-Score: mappings from model
// activations to recordings, similarity of representations, patterns of
// behavioural choices, noise ceilings, and the random splits under all of them.
//
// Start with [New], which makes a metric by name, and [ScoreColumns], which scores
// it on two matrices; [RunPass] reads a layer once for sinks of one's own. [List]
// documents all metrics.
//
// The package knows matrices and integer codes only: rows are aligned, and
// names are codes, before anything gets here. It reads no files.
//
// # Order of rows
//
// Every matrix of one call has its rows in the same order, ascending by
// stimulus. Splits index that order.
//
// # NaN
//
// A NaN in a result says "not defined" (the correlation of a constant
// neuroid, a cell without trials). It is left out of medians and means, with a
// count in the warnings; it is never replaced by a number.
//
// # Determinism
//
// Sums run in a fixed order, so no result depends on the number of workers, on
// block sizes or on machine load, bit for bit.
package metrics
