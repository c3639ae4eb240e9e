package imports

import (
	"fmt"
	"strings"
)

// complexClass is the class of arrays that MATLAB calls double or single as well, but
// whose numbers are complex.
const complexClass = "complex"

// complexMATLAB returns an error for an array of complex numbers. flag is the
// one that chooses another array.
func complexMATLAB(path, name, flag string) error {
	return bad(path, name+" is a complex array", "save abs("+name+") or what else the numbers mean, or choose another array with "+flag)
}

// sparseMATLAB returns an error for a sparse array. flag is the one that chooses
// another array.
func sparseMATLAB(path, name, flag string) error {
	return bad(path, name+" is a sparse array", "save full("+name+"), or choose another array with "+flag)
}

// noMATLABArray returns an error for a file of MATLAB whose variables cannot be layers.
// classes are MATLAB's classes of the variables, by name.
func noMATLABArray(path string, names []string, classes map[string]string) error {
	const remedy = "save arrays as variables of their own, not within a struct, table or cell array"
	if len(names) == 0 {
		return bad(path, "holds no variables", remedy)
	}
	const shown = 3
	var parts []string
	for _, name := range names[:min(shown, len(names))] {
		part := fmt.Sprintf("%q", name)
		if classes[name] != "" {
			part += " (" + classes[name] + ")"
		}
		parts = append(parts, part)
	}
	if len(names) > shown {
		parts = append(parts, "…")
	}
	return bad(path, "holds no array of numbers with two axes, only "+strings.Join(parts, ", "), remedy)
}
