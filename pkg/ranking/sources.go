package ranking

import (
	"maps"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// Source is a file that scores or metadata came from.
type Source struct {
	Path string
	// Version and Go are of the build that computed the scores, and Inputs the
	// files that it computed them from, with their hashes; none of a table.
	Version, Go string
	Inputs      map[string]string
	// Bases are what benchmarks were, by identifier; none where the file does not
	// tell.
	Bases map[string]Basis
	// Table says that it is a table, of which the rows were kept that meet the
	// conditions.
	Table bool
	Where []Condition
}

// Basis is what a benchmark was when models were scored on it.
type Basis struct {
	// Definition is the hash of the text of its definition.
	Definition string
	// Inputs are the paths, among those of the source, of its recordings and
	// stimuli, in order.
	Inputs []string
}

// compared lists the source's inputs that are recordings or stimuli of a data
// home, in order.
func (s *Source) compared() []string {
	var paths []string
	for _, path := range slices.Sorted(maps.Keys(s.Inputs)) {
		if strings.HasPrefix(path, "assemblies/") || strings.HasPrefix(path, "stimuli/") {
			paths = append(paths, path)
		}
	}
	return paths
}

// AddSource notes where scores or metadata came from. The source of results has
// the name by which AddResults was told of it.
func (d *Data) AddSource(s Source) { d.sources = append(d.sources, s) }

// Sources are the files that scores and metadata came from, in the order they
// were noted.
func (d *Data) Sources() []Source { return slices.Clone(d.sources) }

// Failures are the benchmarks that the model could not be scored on.
func (m *Model) Failures() []benchmarks.Failure { return m.failures }

// Source is the path of the source of one of the model's results.
func (m *Model) Source(r benchmarks.Result) string {
	return m.scored[scoreKey{r.Benchmark, r.Layer}]
}

// TablePath is the path of the table that gave the model's parts, "" where none
// did.
func (m *Model) TablePath() string { return m.table }

// Ranks gives each value's rank from the highest: equal ones share the best
// that they take up, and those that are missing have rank 0.
func Ranks(values []float64) []int {
	ranks := make([]int, len(values))
	var at []int
	var present []float64
	for i, v := range values {
		if finite(v) {
			at, present = append(at, i), append(present, v)
		}
	}
	for k, rank := range places(present) {
		ranks[at[k]] = rank
	}
	return ranks
}
