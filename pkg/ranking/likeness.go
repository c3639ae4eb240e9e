package ranking

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// sourced is a model's score on a benchmark with the file that it came from, nil if
// that is unknown.
type sourced struct {
	model  string
	result *benchmarks.Result
	source *Source
}

// unlikeness is one way in which scores on a benchmark were measured differently.
// Such scores are not comparable.
type unlikeness struct {
	what   string   // for example "scored by versions 1 and 2 of the benchmark"
	pair   string   // a comparison of two scores adds it to what
	labels []string // of the sides, nil if they have none
	sides  [][]int  // groups of scores that are alike, as indices
}

// findUnlike returns the ways in which scores on one benchmark differ beside their
// models: the version, metric, definition and ceiling of the benchmark, its
// recordings, and the numbers of splits and neuroids. A score without one of these
// facts is compared by the others. The time is linear in the number of scores.
func findUnlike(scores []sourced) []unlikeness {
	var found []unlikeness
	for _, u := range []unlikeness{
		versionsOf(scores),
		metricsOf(scores),
		definitionsOf(scores),
		ceilingsOf(scores),
		recordingsOf(scores),
		countsOf(scores),
		neuroidsOf(scores),
		splitsOf(scores),
	} {
		if len(u.sides) > 1 {
			found = append(found, u)
		}
	}
	return found
}

// basis returns what the score's source records of the benchmark, empty if it
// records nothing.
func (s sourced) basis() Basis {
	if s.source == nil {
		return Basis{}
	}
	return s.source.Bases[s.result.Benchmark]
}

// sidesBy groups scores by a key, in order of the keys' first appearance. A score
// without a key is in no group.
func sidesBy(scores []sourced, key func(sourced) string) (keys []string, sides [][]int) {
	indices := map[string]int{}
	for i, s := range scores {
		k := key(s)
		if k == "" {
			continue
		}
		side, ok := indices[k]
		if !ok {
			side = len(sides)
			indices[k] = side
			keys, sides = append(keys, k), append(sides, nil)
		}
		sides[side] = append(sides[side], i)
	}
	return keys, sides
}

// warnOfUnlikeScores warns once of each benchmark that models were scored on
// differently, and names the models on each side.
func (b *Builder) warnOfUnlikeScores(models []*Model) {
	sources := map[string]*Source{}
	for i := range b.sources {
		sources[b.sources[i].Path] = &b.sources[i]
	}
	byBenchmark := map[string][]sourced{}
	for _, m := range models {
		for i := range m.results {
			r := &m.results[i]
			byBenchmark[r.Benchmark] = append(byBenchmark[r.Benchmark], sourced{m.Name, r, sources[m.Source(*r)]})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(byBenchmark)) {
		scores := byBenchmark[name]
		slices.SortStableFunc(scores, func(x, y sourced) int { return cmp.Compare(x.result.Version, y.result.Version) })
		if found := findUnlike(scores); len(found) > 0 {
			b.warn("%s: %s; these scores, and ranks by them, are not comparable", name, explain(scores, found))
		}
	}
}

// warnOfDroppedComposites warns of composites that documents give without their
// scores and that are raw where the composite is of ceiled scores, or the reverse.
func (b *Builder) warnOfDroppedComposites(models []*Model) {
	var names []string
	scale := ""
	for _, m := range models {
		if c := m.document; c != nil && c.Of != b.composite.Of {
			names, scale = append(names, m.Name), c.Of
		}
	}
	if len(names) > 0 {
		b.warn("the composites of %s are of %s scores and are left out: %s is of %s scores", joinFirst(names, ", "), scale, b.composite.Identifier, b.composite.Of)
	}
}

// warnOfUnevenParts warns once of each part of the composite that is not the mean of
// the same benchmarks for all models.
func (b *Builder) warnOfUnevenParts(models []*Model) {
	for _, part := range b.composite.PartNames() {
		groups := map[string][]string{} // models by their benchmarks
		for _, m := range models {
			var names []string
			for _, r := range m.results {
				if r.Parent == part {
					names = append(names, r.Benchmark)
				}
			}
			if names = slices.Compact(slices.Sorted(slices.Values(names))); len(names) > 0 {
				key := joinAnd(names)
				groups[key] = append(groups[key], m.Name)
			}
		}
		if len(groups) < 2 {
			continue
		}
		var sides []string
		for _, key := range slices.Sorted(maps.Keys(groups)) {
			sides = append(sides, key+": "+joinFirst(groups[key], ", "))
		}
		b.warn("%s is not of the same benchmarks for all models (%s); it, and composites of it, are not comparable", part, joinFirst(sides, "; "))
	}
}

// explain joins the ways in which scores differ. It names the sides once for
// consecutive ways that divide the scores alike.
func explain(scores []sourced, found []unlikeness) string {
	var texts []string
	for i, u := range found {
		text := u.what
		if i == 0 || !slices.EqualFunc(u.sides, found[i-1].sides, slices.Equal) {
			var sides []string
			for k, side := range u.sides {
				label := ""
				if u.labels != nil {
					label = u.labels[k] + ": "
				}
				sides = append(sides, label+modelsOf(scores, side))
			}
			text += " (" + joinFirst(sides, "; ") + ")"
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, "; ")
}

// maxNamed is the number of models, or sides, that a warning names.
const maxNamed = 4

// modelsOf returns the names of the models of a side, each once.
func modelsOf(scores []sourced, side []int) string {
	var names []string
	for _, i := range side {
		if name := scores[i].model; len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	return joinFirst(names, ", ")
}

// joinFirst joins the first texts of a list and counts the others.
func joinFirst(list []string, separator string) string {
	if len(list) <= maxNamed {
		return strings.Join(list, separator)
	}
	return strings.Join(list[:maxNamed-1], separator) + separator + fmt.Sprintf("and %d more", len(list)-maxNamed+1)
}

// joinAnd joins texts as "a, b and c".
func joinAnd(list []string) string {
	if len(list) > maxNamed {
		return joinFirst(list, ", ")
	}
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}
