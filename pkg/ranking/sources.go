package ranking

import (
	"maps"
	"slices"
	"strings"
)

// Source is a file that scores or metadata came from.
type Source struct {
	Path string
	// Version and Go are those of the build that computed the scores; empty for a
	// table.
	Version, Go string
	// Inputs are the hashes of the files that the scores were computed from, by
	// path.
	Inputs map[string]string
	// Bases describe the benchmarks by identifier, if the file records them.
	Bases map[string]Basis
	// Table is true of a table, whose rows that meet the conditions were read.
	Table bool
	Where []Condition
}

// Basis describes a benchmark at the time when models were scored on it.
type Basis struct {
	// Definition is the hash of its definition's text.
	Definition string
	// Inputs are the paths of its recordings and stimuli among those of the
	// source, in order.
	Inputs []string
}

// dataPaths returns the paths of the source's inputs that are recordings or
// stimuli of a data home, in order.
func (s *Source) dataPaths() []string {
	var paths []string
	for _, path := range slices.Sorted(maps.Keys(s.Inputs)) {
		if strings.HasPrefix(path, "assemblies/") || strings.HasPrefix(path, "stimuli/") {
			paths = append(paths, path)
		}
	}
	return paths
}
