// Package thorough chooses how many of their cases tests run: all if BRAINSCORE_TEST_WHOLE is
// set, as .ci/run does, else some, so that all tests together take minutes. -short runs some
// in any case.
package thorough

import (
	"os"
	"testing"
)

// Variable is the environment variable that asks for all cases.
const Variable = "BRAINSCORE_TEST_WHOLE"

// Asked reports whether all cases are asked for.
func Asked() bool { return os.Getenv(Variable) != "" && !testing.Short() }

// OneIn returns all cases if they are asked for, else the first of every n.
func OneIn[T any](n int, cases ...T) []T {
	if Asked() {
		return cases
	}
	var some []T
	for i := 0; i < len(cases); i += n {
		some = append(some, cases[i])
	}
	return some
}
