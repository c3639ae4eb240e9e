// Package nearest proposes the known name that a mistyped one was meant to be.
package nearest

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
)

// To returns the candidate nearest to name by edit distance, ignoring case, and
// the first of several equally near. It returns "" if none is near enough to be
// worth proposing.
func To(name string, candidates []string) string {
	best, least := "", 2+len(name)/3
	for _, c := range candidates {
		if d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(c)); d < least {
			best, least = c, d
		}
	}
	return best
}

// Question returns the question whether near was meant, or "" if near is empty.
// All messages ask it in these words.
func Question(near string) string {
	if near == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", near)
}

// Suggest returns the question whether the nearest of the known names was meant,
// or "" if none is near enough.
func Suggest(name string, known []string) string { return Question(To(name, known)) }

// Remedy returns a remedy that asks for the nearest of the known names first, if
// one is near enough.
func Remedy(name string, known []string, remedy string) string {
	if question := Suggest(name, known); question != "" {
		return question + " (" + remedy + ")"
	}
	return remedy
}
