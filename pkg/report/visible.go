package report

import safetext "github.com/brainscore-go/brainscore/internal/text"

// visible returns s in one line of characters that show.
func visible(s string) string { return safetext.Safe(s) }

// visibleLines returns s with each of its lines made visible.
func visibleLines(s string) string { return safetext.SafeLines(s) }
