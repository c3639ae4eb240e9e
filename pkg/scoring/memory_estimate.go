package scoring

import (
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// slabColumns is the number of columns that are added to a Gram matrix at once.
const slabColumns = 256

const float = 8 // bytes of a number in memory

// ReadingMemory estimates the bytes that one pass over a layer takes: the
// Gram matrix of so many stimuli, and the blocks of columns that are read.
// features is 0 where it is not known.
func ReadingMemory(stimuli, features int) int64 {
	n := int64(stimuli)
	return float*n*n + blockMemory(stimuli, features)
}

// blockMemory is what is held of the columns at once: two blocks and a slab.
func blockMemory(rows, features int) int64 {
	if features == 0 {
		features = 1 << 30
	}
	width := metrics.PassOptions{}.BlockCols(rows, features)
	blocks := 2
	if width >= features {
		blocks = 1
	}
	return float * int64(rows) * int64(blocks*width+slabColumns)
}

// neuralMemory estimates the bytes that a score of a neural benchmark takes on
// a layer of so many features, 0 for many.
func neuralMemory(d *benchmarks.Definition, stimuli, features, neuroids, train, splits, workers int) int64 {
	n, t, m := int64(stimuli), int64(neuroids), int64(train)
	total := ReadingMemory(stimuli, features) + float*n*t
	if c := d.Ceiling; c != nil && c.Value == nil {
		const cell = 8 + 4 // a sum and a count
		total += int64(c.Splits) * 2 * cell * n * t
	}
	if d.PerSubject() {
		total += float * n * t // the recordings by subject
	}
	if info, err := metrics.Lookup(d.Metric.Name); err == nil && info.Needs.Narrow && features > 0 && features <= stimuli {
		total += float * n * int64(features) // the activations themselves
	}
	atOnce := int64(max(1, min(workers, splits)))
	switch d.Metric.Name {
	case "pls":
		total += metrics.PLSBytes(stimuli, neuroids, max(1, splits), components(d), train, int(atOnce))
	case "ridge":
		// An inverse over all stimuli; for each split blocks of it and of the Gram
		// matrix, some of them not yet collected.
		total += float * (n*n + 2*n*t + atOnce*((n-m)*(n-m)+m*t) + int64(max(1, splits))*2*m*(n-m))
		total += rootMemory(stimuli, features, train, 1)
	case "ridgecv":
		beside := min(4, atOnce)
		total += rootMemory(stimuli, features, train, beside)
		if features > 0 && metrics.Narrow(features, train) {
			// Among the features: what chooses the penalty, then what predicts with
			// it, of which the former may not yet be collected.
			total += float * beside * (6*m*m + 3*m*t)
		} else {
			total += float * (beside*(2*m*m+6*m*t+(n-m)*m) + int64(max(1, splits))*m*t)
		}
	case "linear":
		total += float*(3*m*m+2*m*t) + rootMemory(stimuli, features, train, 1)
	case "cka":
		total += float * n * n
	case "procrustes":
		// In each split the centred matrix, the responses in two orders, their products
		// with its root, and what these are decomposed in.
		m := n
		if splits > 0 {
			m = max(1, n-m)
		}
		total += float * atOnce * (m*m + 5*m*t)
	case "rdm":
		// The recordings' matrix; dissimilarities and ranks of both sides; and
		// what sorting takes.
		const triangles, sorting = 4, 4
		total += float*n*n + float*(triangles+sorting)*n*n/2
	case "reverse_pls", "reverse_ridge", "reverse_ridgecv", "reverse_linear":
		total += float * (2*n*n + int64(splits)*n*min(t, n-m) + min(4, atOnce)*3*m*m)
	}
	return total
}

// rootMemory is what ridge, ridgecv and linear hold more where inner products do not do:
// the features, or a square root of their products, while twice as many columns as
// stimuli are reduced; and in each split that is fitted, its rows, their decomposition,
// and what that is computed in.
func rootMemory(stimuli, features, train int, splits int64) int64 {
	n, m := int64(stimuli), int64(train)
	columns := n
	if features > 0 {
		columns = min(n, int64(features))
	}
	made := 3 * n * n
	if columns < n {
		made = 0 // the activations themselves, which are counted
	}
	return float * (made + splits*(n*columns+4*m*min(m, columns)+columns*columns))
}

// components is the number that a definition of pls asks for.
func components(d *benchmarks.Definition) int {
	n, err := metrics.Options(d.Metric.Options).Int("components", 25, 1)
	if err != nil {
		return 25
	}
	return n
}

// leftMemory is how much of what neuralMemory counts a metric leaves for others on
// the same Gram matrix.
func leftMemory(d *benchmarks.Definition, stimuli, neuroids, splits int) int64 {
	n := int64(stimuli)
	switch d.Metric.Name {
	case "pls":
		return metrics.PLSBytes(stimuli, neuroids, max(1, splits), components(d), stimuli, 1)
	case "ridge":
		return float * n * n // the inverse
	case "cka":
		return float * n * n // the recordings' matrix
	case "rdm":
		return float * 5 * n * n / 2 // that, dissimilarities and ranks
	}
	return 0
}

// readoutMemory estimates the bytes that a score with a fitted read-out takes.
func readoutMemory(fit, test, features, classes int) int64 {
	const vectors = 16 // of the solver, fitting stimuli × classes each
	// Beside inner products, their factor, and this as features.
	m, n := int64(fit), int64(test)
	return float*(3*m*m+m*n) + blockMemory(fit+test, features) + vectors*float*m*int64(classes)
}
