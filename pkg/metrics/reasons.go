package metrics

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// reasons counts why splits have no value.
type reasons map[string]int

func (r *reasons) add(reason string) {
	if *r == nil {
		*r = make(reasons)
	}
	(*r)[reason]++
}

// total returns the number of splits without a value.
func (r reasons) total() int {
	n := 0
	for _, count := range r {
		n += count
	}
	return n
}

// String lists the reasons, each with its number of splits if there are several.
func (r reasons) String() string {
	var parts []string
	for _, reason := range slices.Sorted(maps.Keys(r)) {
		if len(r) > 1 {
			reason = fmt.Sprintf("%s in %d", reason, r[reason])
		}
		parts = append(parts, reason)
	}
	return strings.Join(parts, ", ")
}
