package ranking

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// versionsOf divides scores by the version of the benchmark.
func versionsOf(scores []sourced) unlikeness {
	keys, sides := sidesBy(scores, func(s sourced) string { return strconv.Itoa(s.result.Version) })
	return unlikeness{what: fmt.Sprintf("scored by versions %s of the benchmark", listed(keys)), labels: keys, sides: sides}
}

// metricsOf divides scores by the metric.
func metricsOf(scores []sourced) unlikeness {
	keys, sides := sidesBy(scores, func(s sourced) string { return s.result.Metric })
	return unlikeness{what: fmt.Sprintf("scored by metrics %s", listed(keys)), labels: keys, sides: sides}
}

// definitionsOf divides scores by the text of the definition, where they are of
// one version: another version has another text. Documents that do not have the
// hash of each definition are divided by that of the definition's file.
func definitionsOf(scores []sourced) unlikeness {
	if _, versions := sidesBy(scores, func(s sourced) string { return strconv.Itoa(s.result.Version) }); len(versions) > 1 {
		return unlikeness{}
	}
	hash := func(s sourced) string { return s.basis().Definition }
	if slices.ContainsFunc(scores, func(s sourced) bool { return hash(s) == "" }) {
		hash = func(s sourced) string {
			if s.source == nil {
				return ""
			}
			return s.source.Inputs["benchmarks/"+s.result.Benchmark+".yaml"]
		}
	}
	isKept := func(s sourced) bool { return strings.HasPrefix(hash(s), scoring.KeptHash) }
	if slices.ContainsFunc(scores, isKept) && slices.ContainsFunc(scores, func(s sourced) bool { return hash(s) != "" && !isKept(s) }) {
		return unlikeness{} // hashes of a results folder and of a document are of other texts
	}
	_, sides := sidesBy(scores, hash)
	return unlikeness{what: fmt.Sprintf("scored by %d definitions that all say version %d", len(sides), scores[0].result.Version), sides: sides}
}

// nearCeilings is how far ceilings may be apart, of the larger one, that sums in
// another order have made of one.
const nearCeilings = 1e-9

// ceilingsOf divides scores by the ceiling.
func ceilingsOf(scores []sourced) unlikeness {
	var order []int
	for i, s := range scores {
		if finite(s.result.Ceiling.Value) {
			order = append(order, i)
		}
	}
	value := func(i int) float64 { return scores[i].result.Ceiling.Value }
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(value(i), value(j)) })
	group, groups := make([]int, len(scores)), 0
	for k, i := range order {
		if k == 0 || !nearby(value(order[k-1]), value(i), nearCeilings) {
			groups++
		}
		group[i] = groups // 0 for a score without a ceiling
	}
	i := -1
	_, sides := sidesBy(scores, func(sourced) string {
		if i++; group[i] == 0 {
			return ""
		}
		return strconv.Itoa(group[i])
	})
	labels := make([]string, len(sides))
	for k, side := range sides {
		labels[k] = strconv.FormatFloat(value(side[0]), 'f', 4, 64)
	}
	if len(slices.Compact(slices.Sorted(slices.Values(labels)))) < len(labels) {
		for k, side := range sides {
			labels[k] = strconv.FormatFloat(value(side[0]), 'g', 12, 64)
		}
	}
	return unlikeness{what: fmt.Sprintf("the ceilings differ, %s", listed(labels)), labels: labels, sides: sides}
}

// recordingsOf divides scores by the content of the files of recordings and
// stimuli. Where some source does not tell which files a benchmark was scored
// from, those that all sources have in common are compared, of which some may be
// of other benchmarks.
func recordingsOf(scores []sourced) unlikeness {
	sure := true
	shared := map[string]int{} // how many scores tell of each file
	tells := 0
	memo := map[*Source][]string{}
	files := make([][]string, len(scores))
	for i, s := range scores {
		switch basis := s.basis(); {
		case len(basis.Inputs) > 0:
			files[i] = basis.Inputs
		case s.source == nil || len(s.source.Inputs) == 0:
			continue
		default:
			sure = false
			if _, ok := memo[s.source]; !ok {
				memo[s.source] = s.source.compared()
			}
			files[i] = memo[s.source]
		}
		tells++
		for _, path := range files[i] {
			shared[path]++
		}
	}
	maps.DeleteFunc(shared, func(_ string, n int) bool { return n < tells })
	content := make([]string, len(scores))
	for i, s := range scores {
		var lines []string
		for _, path := range files[i] {
			if _, ok := shared[path]; sure || ok {
				lines = append(lines, path+" "+s.source.Inputs[path])
			}
		}
		content[i] = strings.Join(lines, "\n")
	}
	i := -1
	_, sides := sidesBy(scores, func(sourced) string { i++; return content[i] })
	if len(sides) < 2 {
		return unlikeness{}
	}
	what := "the recordings or stimuli differ"
	if !sure {
		what = "the recordings or stimuli may differ"
	}
	a, b := scores[sides[0][0]], scores[sides[1][0]]
	if at := slices.IndexFunc(files[sides[0][0]], func(path string) bool {
		_, ok := shared[path]
		return ok && a.source.Inputs[path] != b.source.Inputs[path]
	}); at >= 0 {
		what += ", as " + files[sides[0][0]][at] + " does"
	}
	return unlikeness{what: what, sides: sides}
}

// countsOf divides scores by how much was scored.
func countsOf(scores []sourced) unlikeness {
	for _, count := range []struct {
		name string
		of   func(sourced) int
	}{
		{"stimuli", func(s sourced) int { return s.result.Counts.Stimuli }},
		{"neuroids", func(s sourced) int { return s.result.Counts.Neuroids }},
		{"trials", func(s sourced) int { return s.result.Counts.Trials }},
		{"subjects", func(s sourced) int { return s.result.Counts.Subjects }},
	} {
		keys, sides := sidesBy(scores, func(s sourced) string {
			if count.of(s) == 0 {
				return ""
			}
			return strconv.Itoa(count.of(s))
		})
		if len(sides) > 1 {
			return unlikeness{what: fmt.Sprintf("scored on %s %s", listed(keys), count.name), labels: keys, sides: sides}
		}
	}
	return unlikeness{}
}

// neuroidsOf divides scores by the names of their neuroids.
func neuroidsOf(scores []sourced) unlikeness {
	_, sides := sidesBy(scores, func(s sourced) string {
		if len(s.result.NeuroidIDs) == 0 {
			return ""
		}
		h := sha256.New()
		for _, id := range slices.Sorted(slices.Values(s.result.NeuroidIDs)) {
			fmt.Fprintf(h, "%q", id)
		}
		return string(h.Sum(nil))
	})
	return unlikeness{what: "the neuroids differ", pair: ": only those that both have are paired", sides: sides}
}

// splitsOf divides scores by how many splits they are the mean of.
func splitsOf(scores []sourced) unlikeness {
	keys, sides := sidesBy(scores, func(s sourced) string {
		if len(s.result.Raw.Splits) == 0 {
			return ""
		}
		return strconv.Itoa(len(s.result.Raw.Splits))
	})
	return unlikeness{what: fmt.Sprintf("scored on %s splits", listed(keys)), pair: ": these cannot be paired", labels: keys, sides: sides}
}

// nearby reports whether two numbers are equal to a share of the larger one.
func nearby(a, b, share float64) bool {
	return math.Abs(a-b) <= share*max(math.Abs(a), math.Abs(b))
}
