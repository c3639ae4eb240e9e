// Package metrics computes the numbers of Brain-Score: mappings from model
// activations to recordings, similarity of representations, patterns of
// behavioural choices, noise ceilings, and the random splits under all of them.
//
// It holds what all metrics share: the registry, the interfaces of their kinds, results,
// ceilings and splits. The metrics are packages below it, by what they compare: mapping,
// similarity and choice. They register themselves, so a program imports them for that,
// most simply all of them:
//
//	import _ "github.com/brainscore-go/brainscore/pkg/metrics/all"
//
// Start with [New], which makes a metric by name, and [ScoreColumns], which scores
// it on two matrices. [List] documents all metrics that are imported. Package stream
// reads a layer once for sinks of one's own; package readout fits class probabilities.
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
