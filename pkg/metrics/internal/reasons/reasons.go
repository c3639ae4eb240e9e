// Package reasons counts why splits have no value, for the warnings of a score.
package reasons

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Counts counts why splits have no value.
type Counts map[string]int

// Add counts a reason.
func (r *Counts) Add(reason string) {
	if *r == nil {
		*r = make(Counts)
	}
	(*r)[reason]++
}

// Total returns the number of splits without a value.
func (r Counts) Total() int {
	n := 0
	for _, count := range r {
		n += count
	}
	return n
}

// String lists the reasons, each with its number of splits if there are several.
func (r Counts) String() string {
	var parts []string
	for _, reason := range slices.Sorted(maps.Keys(r)) {
		if len(r) > 1 {
			reason = fmt.Sprintf("%s in %d", reason, r[reason])
		}
		parts = append(parts, reason)
	}
	return strings.Join(parts, ", ")
}
