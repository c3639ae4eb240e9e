package hdf5

import (
	"math"
	"sync/atomic"
)

// Limits bound what a file may make the reader allocate or do. The zero value
// of a field stands for its default.
type Limits struct {
	// MaxRead is the most bytes one call may hold decoded. Default 4 GiB
	// (1 GiB on 32-bit hosts). Streaming keeps far below it.
	MaxRead int64
	// MaxChunk is the most bytes one decoded chunk may have. Default 1 GiB.
	MaxChunk int64
	// MaxFill is the most bytes of never-written data that a dataset may
	// have: a file of a few hundred bytes can declare exabytes. Default
	// 256 MiB.
	MaxFill int64

	// ignoreEOF lets tests reach into truncated files.
	ignoreEOF bool
	// ignoreChecksums lets fuzzing reach behind them.
	ignoreChecksums bool
}

func (l Limits) withDefaults() Limits {
	if l.MaxRead <= 0 {
		l.MaxRead = 4 << 30
		if math.MaxInt == math.MaxInt32 {
			l.MaxRead = 1 << 30
		}
	}
	if l.MaxChunk <= 0 {
		l.MaxChunk = 1 << 30
	}
	if l.MaxFill <= 0 {
		l.MaxFill = 256 << 20
	}
	// A slice cannot be longer than int, whatever was asked for.
	l.MaxRead = min(l.MaxRead, math.MaxInt)
	l.MaxChunk = min(l.MaxChunk, math.MaxInt)
	return l
}

const (
	maxRank      = 32   // H5S_MAX_RANK
	maxDepth     = 64   // levels of any tree in the file
	maxSoftHops  = 32   // soft links followed for one name
	maxTypeDepth = 32   // nesting of datatypes
	maxFilters   = 32   // H5Z_MAX_NFILTERS
	maxInflate   = 1032 // deflate cannot expand data by more than this
)

// budget bounds the bytes that may be read for some purpose.
type budget struct{ left atomic.Int64 }

func newBudget(n int64) *budget {
	b := &budget{}
	b.left.Store(n)
	return b
}

func (b *budget) spend(n int64) error {
	if b.left.Add(-n) < 0 {
		b.left.Store(0)
		return corruptf(-1, "its structures overlap or form a loop")
	}
	return nil
}

// mul returns a*b, and false where that does not fit.
func mul(a, b uint64) (uint64, bool) {
	if a == 0 || b == 0 {
		return 0, true
	}
	c := a * b
	if c/b != a {
		return 0, false
	}
	return c, true
}

func addSat(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// product multiplies dimensions; false where the product overflows.
func product(dims []uint64) (uint64, bool) {
	p := uint64(1)
	zero := false
	for _, d := range dims {
		if d == 0 {
			zero = true
			continue
		}
		var ok bool
		if p, ok = mul(p, d); !ok {
			return 0, false
		}
	}
	if zero {
		return 0, true
	}
	return p, true
}

func ceilDiv(a, b uint64) uint64 {
	if a == 0 {
		return 0
	}
	return (a-1)/b + 1
}
