package benchmarks

import (
	"cmp"
	"slices"
	"strings"
)

// anatomy lists the usual regions and parts of composites in the order in which
// they are shown: along the ventral stream, behaviour last.
var anatomy = []string{"V1", "V2", "V4", "IT", "OST", "behavior"}

// CompareAnatomy compares two regions or parts by their place along the ventral
// stream. Unusual names follow the usual ones, in alphabetical order.
func CompareAnatomy(a, b string) int {
	place := func(name string) int {
		if i := slices.Index(anatomy, name); i >= 0 {
			return i
		}
		return len(anatomy)
	}
	return cmp.Or(cmp.Compare(place(a), place(b)), strings.Compare(a, b))
}

// UsualRegions lists the usual regions and parts of composites, along the ventral stream.
func UsualRegions() []string { return slices.Clone(anatomy) }

// UsualPart returns the usual region or part with the given name in any case.
func UsualPart(name string) (part string, ok bool) {
	for _, part := range anatomy {
		if strings.EqualFold(part, name) {
			return part, true
		}
	}
	return "", false
}
