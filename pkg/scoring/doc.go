// Package scoring runs benchmarks: it plans which layers of a model have to be
// read for a set of benchmarks, reads each layer once for all of them, and returns
// a Result for each benchmark and layer.
//
// Start with [NewRunner] on a data home, and its methods Score and DryRun.
package scoring
