// Package stream reads a layer's activations once, block of columns by block of columns,
// and builds from them what metrics need: Gram matrices, sums, features, read-outs.
//
// [RunPass] reads [Columns] and gives each [Block] to all sinks of the pass, which work
// concurrently while the next block is read. A [Sink] keeps what it needs of a block;
// memory follows the stimuli, not the features. The sinks of this package are
//
//   - [GramSink], for the [Gram] matrix X_c·X_cᵀ of the stimuli, what almost every metric
//     on recordings needs;
//   - [FitGramSink], for a [FitGram] of fitting and further stimuli, what a read-out or
//     [Components] are fitted on.
//
// Write a type with the methods of Sink for anything else; the package's example sums
// squares. [Attached] lets metrics keep on a Gram matrix what others on it can use.
//
// # Order of sums
//
// Sums run slab by slab of [SlabCols] columns from the first column on, and in order
// within a slab. So no figure depends on the number of workers, on the size of blocks, or
// on whether numbers are read as float32 or float64. The size of blocks is a multiple of
// SlabCols; a sink that adds up more than columns of one slab at a time keeps to slabs too.
//
// # Units and errors
//
// Matrices are row-major, rows are stimuli. Activations have any unit. A NaN or infinite
// activation ends the pass with a *[NonFiniteError]; products that overflow are
// [ErrOverflow], products that are too small to be exact [ErrUnderflow].
package stream
