package ranking

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// sourced is a score on a benchmark, with the model that it is of and the source
// that tells what it was computed from; nil where that is not known.
type sourced struct {
	model  string
	result *benchmarks.Result
	source *Source
}

// unlikeness is one way in which scores on a benchmark differ in what they were
// measured by. Scores that differ so are not comparable.
type unlikeness struct {
	what   string   // as "scored by versions 1 and 2 of the benchmark"
	pair   string   // what a comparison of two adds to it, "" for nothing
	labels []string // of the sides, nil where they have none
	sides  [][]int  // which scores are alike, by their place in the list
}

// unlike finds in what ways scores on one benchmark differ other than by their
// models: the version, metric, definition and ceiling of the benchmark, its
// recordings, and how many splits and neuroids were scored. What a score does not
// tell of makes no difference. It takes time in proportion to the scores.
func unlike(scores []sourced) []unlikeness {
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

// basis is what the score's source tells of the benchmark; empty where it does
// not.
func (s sourced) basis() Basis {
	if s.source == nil {
		return Basis{}
	}
	return s.source.Bases[s.result.Benchmark]
}

// sidesBy groups scores by a key, in the order in which the keys come first. A
// score without a key is on no side.
func sidesBy(scores []sourced, key func(sourced) string) (keys []string, sides [][]int) {
	at := map[string]int{}
	for i, s := range scores {
		k := key(s)
		if k == "" {
			continue
		}
		side, ok := at[k]
		if !ok {
			side = len(sides)
			at[k] = side
			keys, sides = append(keys, k), append(sides, nil)
		}
		sides[side] = append(sides[side], i)
	}
	return keys, sides
}

// warnOfUnlike warns once of each benchmark that models were not scored on alike,
// and says which models are on which side.
func (d *Data) warnOfUnlike() {
	sources := map[string]*Source{}
	for i := range d.sources {
		sources[d.sources[i].Path] = &d.sources[i]
	}
	of := map[string][]sourced{}
	for _, m := range d.sorted() {
		for i := range m.results {
			r := &m.results[i]
			of[r.Benchmark] = append(of[r.Benchmark], sourced{m.Name, r, sources[m.Source(*r)]})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(of)) {
		scores := of[name]
		slices.SortStableFunc(scores, func(x, y sourced) int { return cmp.Compare(x.result.Version, y.result.Version) })
		if found := unlike(scores); len(found) > 0 {
			d.warn("%s: %s; these scores, and ranks by them, are not comparable", name, tell(scores, found))
		}
	}
}

// warnOfGiven warns where documents give composites without the scores that these
// are of, and of the other kind than is asked for.
func (d *Data) warnOfGiven() {
	var models []string
	of := ""
	for _, m := range d.sorted() {
		if c := m.given; c != nil && c.Of != d.Composite.Of {
			models, of = append(models, m.Name), c.Of
		}
	}
	if len(models) > 0 {
		d.warn("the composites given of %s are %s and are left out: %s is %s", fewOf(models, ", "), of, d.Composite.Identifier, d.Composite.Of)
	}
}

// warnOfParts warns once of each part of the composite that is the mean of other
// benchmarks for some models than for others.
func (d *Data) warnOfParts() {
	models := d.sorted()
	for _, part := range d.Composite.PartNames() {
		of := map[string][]string{}
		for _, m := range models {
			var names []string
			for _, r := range m.results {
				if r.Parent == part {
					names = append(names, r.Benchmark)
				}
			}
			if names = slices.Compact(slices.Sorted(slices.Values(names))); len(names) > 0 {
				key := listed(names)
				of[key] = append(of[key], m.Name)
			}
		}
		if len(of) < 2 {
			continue
		}
		var sides []string
		for _, key := range slices.Sorted(maps.Keys(of)) {
			sides = append(sides, key+": "+fewOf(of[key], ", "))
		}
		d.warn("%s is not of the same benchmarks for all models (%s); it, and composites of it, are not comparable", part, fewOf(sides, "; "))
	}
}

// tell says in what ways scores differ. The sides are named once for what divides
// the scores alike.
func tell(scores []sourced, found []unlikeness) string {
	var told []string
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
			text += " (" + fewOf(sides, "; ") + ")"
		}
		told = append(told, text)
	}
	return strings.Join(told, "; ")
}

// mostNamed is how many models, or sides, a warning names.
const mostNamed = 4

// modelsOf names the models of a side, each once.
func modelsOf(scores []sourced, side []int) string {
	var names []string
	for _, i := range side {
		if name := scores[i].model; len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	return fewOf(names, ", ")
}

// fewOf joins the first texts of a list and counts the rest.
func fewOf(list []string, separator string) string {
	if len(list) <= mostNamed {
		return strings.Join(list, separator)
	}
	return strings.Join(list[:mostNamed-1], separator) + separator + fmt.Sprintf("and %d more", len(list)-mostNamed+1)
}

// listed joins texts as "a, b and c".
func listed(list []string) string {
	if len(list) > mostNamed {
		return fewOf(list, ", ")
	}
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}
