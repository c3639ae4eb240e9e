// Package nearest finds the known name that a mistyped one was meant to be.
package nearest

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// To is the candidate nearest to name by edit distance, case ignored, the
// first on ties, or "" where none is near enough to be worth proposing.
func To(name string, candidates []string) string {
	best, least := "", 2+len(name)/3
	for _, c := range candidates {
		if d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(c)); d < least {
			best, least = c, d
		}
	}
	return best
}
