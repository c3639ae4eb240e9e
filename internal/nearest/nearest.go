// Package nearest proposes the known name that a mistyped one was meant to be.
package nearest

import (
	"fmt"
	"slices"
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

// maxPairs bounds the comparisons of Misspelt.
const maxPairs = 1 << 22

// Misspelt returns those of the names that look like a misspelt candidate, with that
// candidate: they differ in case, blanks, hyphens and underscores alone, or by at most a
// third of the letters of the shorter one. It is stricter than To, as names of different
// things can be near each other too. It compares no long lists, which name other things
// than a few choices.
func Misspelt(names, candidates []string) map[string]string {
	found := make(map[string]string)
	folded := make(map[string]string, len(candidates))
	for _, c := range slices.Backward(candidates) {
		folded[Fold(c)] = c
	}
	for _, name := range names {
		if c, ok := folded[Fold(name)]; ok && c != name {
			found[name] = c
		}
	}
	if len(names)*len(candidates) > maxPairs {
		return found
	}
	for _, name := range names {
		if _, ok := found[name]; ok {
			continue
		}
		for _, c := range candidates {
			most := min(len(name), len(c)) / 3
			if c != name && max(len(name), len(c))-min(len(name), len(c)) <= most && levenshtein.ComputeDistance(name, c) <= most {
				found[name] = c
				break
			}
		}
	}
	return found
}

var blanks = strings.NewReplacer(" ", "", "_", "", "-", "")

// Fold returns a name without case, blanks and what stands for them.
func Fold(name string) string { return strings.ToLower(blanks.Replace(strings.TrimSpace(name))) }

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
