package kernel

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/nearest"
)

// path is one implementation of the micro-kernels.
type path uint8

const (
	portable path = iota
	avx2
	avx512
	neon
)

// Portable is the name of the path in plain Go.
const Portable = "portable"

var pathNames = [...]string{portable: Portable, avx2: "avx2", avx512: "avx512", neon: "neon"}

// genericName is an older name of the portable path.
const genericName = "generic"

// Variable is the environment variable that names the path at the start of the process.
const Variable = "BRAINSCORE_KERNEL"

// upTo lists the paths that a machine can run whose widest is given.
func upTo(widest path) []path {
	switch widest {
	case neon:
		return []path{portable, neon}
	case avx512:
		return []path{portable, avx2, avx512}
	case avx2:
		return []path{portable, avx2}
	}
	return []path{portable}
}

// active is chosen before any call. An error in the variable is left to Use.
var active, _ = choose(os.Getenv(Variable), best())

// Path names the active implementation. It is the widest one that CPU and operating
// system offer, unless the environment variable or Use names another.
func Path() string { return pathNames[active] }

// Names lists the names of all paths, whether this machine can run them or not.
func Names() []string { return slices.Clone(pathNames[:]) }

// Use makes a path the active one; an empty name stands for the one that the process
// started with. It returns an error if there is no such path, or not on this machine. It
// must not be called while anything computes.
func Use(name string) error {
	from := ""
	if name == "" {
		name, from = os.Getenv(Variable), "$"+Variable+": "
	}
	p, err := choose(name, best())
	if err != nil {
		return fmt.Errorf("%s%w", from, err)
	}
	if p != active {
		active = p
	}
	return nil
}

// choose returns the path of a name, on a machine whose widest path is given. That is
// the path of an empty name, and of one that leads to an error.
func choose(name string, widest path) (path, error) {
	if name == "" {
		return widest, nil
	}
	if name == genericName {
		return portable, nil
	}
	paths := upTo(widest)
	var available []string
	for _, p := range paths {
		if pathNames[p] == name {
			return p, nil
		}
		available = append(available, pathNames[p])
	}
	if slices.Contains(pathNames[:], name) {
		return widest, fmt.Errorf("this processor cannot run the kernel %s, only %s", name, strings.Join(available, ", "))
	}
	return widest, fmt.Errorf("unknown kernel %q; %s", name, nearest.Remedy(name, pathNames[:], "known are "+strings.Join(pathNames[:], ", ")))
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
	if p == portable {
		return 1
	}
	return 3
}

// maxWidth and maxTile bound width and the elements of a tile over all paths.
const (
	maxWidth = 8
	maxTile  = 8 * 24
)
