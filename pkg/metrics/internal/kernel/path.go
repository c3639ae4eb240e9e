package kernel

import "os"

// path is one implementation of the micro-kernels.
type path uint8

const (
	generic path = iota
	avx2
	avx512
	neon
)

var pathNames = [...]string{generic: "generic", avx2: "avx2", avx512: "avx512", neon: "neon"}

// upTo lists the paths that a machine can run whose widest is given.
func upTo(widest path) []path {
	switch widest {
	case neon:
		return []path{generic, neon}
	case avx512:
		return []path{generic, avx2, avx512}
	case avx2:
		return []path{generic, avx2}
	}
	return []path{generic}
}

// active is chosen once, before any call.
var active = choose(os.Getenv("BRAINSCORE_KERNEL"), best())

// Path names the active implementation: "avx512", "avx2", "neon" or
// "generic".
//
// It is the widest one that CPU and operating system offer. The environment
// variable BRAINSCORE_KERNEL set to one of the names at the start of the process
// forces a narrower one. A wider one than the machine has cannot be forced: the
// widest available stays, and so it does for any other value.
func Path() string { return pathNames[active] }

// choose applies the environment variable to the widest path available.
func choose(forced string, widest path) path {
	for _, p := range upTo(widest) {
		if pathNames[p] == forced {
			return p
		}
	}
	return widest
}

// width is the number of rows in a panel.
func (p path) width() int {
	if p == avx512 {
		return 8
	}
	return 4
}

// panels is the most panels of op(B) that one tile spans.
func (p path) panels() int {
	if p == generic {
		return 1
	}
	return 3
}

// maxWidth and maxTile bound width and the elements of a tile over all paths.
const (
	maxWidth = 8
	maxTile  = 8 * 24
)
