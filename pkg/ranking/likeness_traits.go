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

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// versionsOf divides scores by the version of the benchmark.
func versionsOf(scores []sourced) unlikeness {
	keys, sides := sidesBy(scores, func(s sourced) string { return strconv.Itoa(s.result.Version) })
	return unlikeness{what: fmt.Sprintf("scored by versions %s of the benchmark", joinAnd(keys)), labels: keys, sides: sides}
}

// metricsOf divides scores by the metric.
func metricsOf(scores []sourced) unlikeness {
	keys, sides := sidesBy(scores, func(s sourced) string { return s.result.Metric })
	return unlikeness{what: fmt.Sprintf("scored by metrics %s", joinAnd(keys)), labels: keys, sides: sides}
}

// definitionsOf divides scores of one version by the text of the definition; another
// version has another text. If some document lacks the hash of the definition,
// scores are divided by the hash of the definition's file.
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
	fromStore := func(s sourced) bool { return strings.HasPrefix(hash(s), scoring.KeptHash) }
	if slices.ContainsFunc(scores, fromStore) && slices.ContainsFunc(scores, func(s sourced) bool { return hash(s) != "" && !fromStore(s) }) {
		return unlikeness{} // a results folder and a document hash different texts
	}
	_, sides := sidesBy(scores, hash)
	return unlikeness{what: fmt.Sprintf("scored by %d different definitions of version %d", len(sides), scores[0].result.Version), sides: sides}
}

// ceilingTolerance is the largest relative difference of ceilings that differ only by
// the order of sums.
const ceilingTolerance = 1e-9

// ceilingsOf divides scores by the ceiling.
func ceilingsOf(scores []sourced) unlikeness {
	var order []int
	for i, s := range scores {
		if stats.Finite(s.result.Ceiling.Value) {
			order = append(order, i)
		}
	}
	value := func(i int) float64 { return scores[i].result.Ceiling.Value }
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(value(i), value(j)) })
	group, groups := make([]int, len(scores)), 0
	for k, i := range order {
		if k == 0 || !nearby(value(order[k-1]), value(i), ceilingTolerance) {
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
	return unlikeness{what: fmt.Sprintf("the ceilings differ, %s", joinAnd(labels)), labels: labels, sides: sides}
}

// recordingsOf divides scores by the content of the files of recordings and stimuli.
// If some source does not record which files a benchmark was scored from, it
// compares the files that all sources have in common, some of which may belong to
// other benchmarks.
func recordingsOf(scores []sourced) unlikeness {
	certain := true
	shared := map[string]int{} // number of scores with each file
	recorded := 0              // scores with files
	paths := map[*Source][]string{}
	files := make([][]string, len(scores))
	for i, s := range scores {
		switch basis := s.basis(); {
		case len(basis.Inputs) > 0:
			files[i] = basis.Inputs
		case s.source == nil || len(s.source.Inputs) == 0:
			continue
		default:
			certain = false
			if _, ok := paths[s.source]; !ok {
				paths[s.source] = s.source.dataPaths()
			}
			files[i] = paths[s.source]
		}
		recorded++
		for _, path := range files[i] {
			shared[path]++
		}
	}
	maps.DeleteFunc(shared, func(_ string, n int) bool { return n < recorded })
	content := make([]string, len(scores))
	for i, s := range scores {
		var lines []string
		for _, path := range files[i] {
			if _, ok := shared[path]; certain || ok {
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
	if !certain {
		what = "the recordings or stimuli may differ"
	}
	a, b := scores[sides[0][0]], scores[sides[1][0]]
	if k := slices.IndexFunc(files[sides[0][0]], func(path string) bool {
		_, ok := shared[path]
		return ok && a.source.Inputs[path] != b.source.Inputs[path]
	}); k >= 0 {
		what += ", as " + files[sides[0][0]][k] + " does"
	}
	return unlikeness{what: what, sides: sides}
}

// countsOf divides scores by the numbers of stimuli, neuroids, trials and subjects.
func countsOf(scores []sourced) unlikeness {
	for _, count := range []struct {
		name  string
		value func(sourced) int
	}{
		{"stimuli", func(s sourced) int { return s.result.Counts.Stimuli }},
		{"neuroids", func(s sourced) int { return s.result.Counts.Neuroids }},
		{"trials", func(s sourced) int { return s.result.Counts.Trials }},
		{"subjects", func(s sourced) int { return s.result.Counts.Subjects }},
	} {
		keys, sides := sidesBy(scores, func(s sourced) string {
			if count.value(s) == 0 {
				return ""
			}
			return strconv.Itoa(count.value(s))
		})
		if len(sides) > 1 {
			return unlikeness{what: fmt.Sprintf("scored on %s %s", joinAnd(keys), count.name), labels: keys, sides: sides}
		}
	}
	return unlikeness{}
}

// neuroidsOf divides scores by the names of their neuroids.
func neuroidsOf(scores []sourced) unlikeness {
	var previous []string // most scores have the neuroids of the one before
	key := ""
	_, sides := sidesBy(scores, func(s sourced) string {
		ids := s.result.NeuroidIDs
		switch {
		case len(ids) == 0:
			return ""
		case slices.Equal(ids, previous):
			return key
		}
		h := sha256.New()
		for _, id := range slices.Sorted(slices.Values(ids)) {
			fmt.Fprintf(h, "%q", id)
		}
		previous, key = ids, string(h.Sum(nil))
		return key
	})
	return unlikeness{what: "the neuroids differ", pair: ": only those that both have are paired", sides: sides}
}

// splitsOf divides scores by the number of splits that they average.
func splitsOf(scores []sourced) unlikeness {
	keys, sides := sidesBy(scores, func(s sourced) string {
		if len(s.result.Raw.Splits) == 0 {
			return ""
		}
		return strconv.Itoa(len(s.result.Raw.Splits))
	})
	return unlikeness{what: fmt.Sprintf("scored on %s splits", joinAnd(keys)), pair: ": these cannot be paired", labels: keys, sides: sides}
}

// nearby reports whether two numbers differ by at most a share of the larger one.
func nearby(a, b, share float64) bool {
	return math.Abs(a-b) <= share*max(math.Abs(a), math.Abs(b))
}
